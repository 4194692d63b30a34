#include "compiler/driver/explain_fusion.h"
#include "compiler/transforms/fusion_cost.h"
#include "compiler/transforms/plan_stages.h"
#include <llvm/ADT/SetVector.h>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/IR/Location.h>
#include <mlir/IR/Matchers.h>

namespace gms::compiler {
namespace {
using namespace mlir;

/// The operators that an operation came from: import names locations after them.
void collectNames(Location location, llvm::SetVector<StringRef> &names) {
  location->walk([&](Location part) {
    if (auto name = dyn_cast<NameLoc>(part))
      names.insert(name.getName());
    return WalkResult::advance();
  });
}

std::string namesOf(Operation *stage, StringRef function) {
  llvm::SetVector<StringRef> names;
  stage->walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (op != stage && !isa<arith::ConstantOp>(op))
      collectNames(op->getLoc(), names);
  });
  collectNames(stage->getLoc(), names);
  if (isa<tensor::FromElementsOp>(stage))
    return "a table of numbers";
  if (names.empty())
    return function.str();
  std::string text;
  for (StringRef name : names)
    text += (text.empty() ? "" : " + ") + name.str();
  return text;
}

/// How often a loop is passed, and whether it may end before.
std::string passesOf(core::LoopOp loop) {
  APInt number;
  const bool known = matchPattern(loop.getCount(), m_ConstantInt(&number));
  const std::string count = known ? std::to_string(number.getSExtValue()) : "?";
  return (loop.getUntil() ? "at most " : "") + count + (count == "1" ? " pass" : " passes");
}

std::string shapeOf(Operation *stage) {
  if (auto loop = dyn_cast<core::LoopOp>(stage))
    return passesOf(loop);
  auto type = dyn_cast<RankedTensorType>(stage->getResult(0).getType());
  if (!type)
    return "one number";
  std::string text = "[";
  for (auto [axis, extent] : llvm::enumerate(type.getShape()))
    text += (axis ? ", " : "") + (ShapedType::isDynamic(extent) ? "?" : std::to_string(extent));
  return text + "]";
}

StringRef kindOf(Operation *stage) {
  if (isa<core::ReduceOp>(stage))
    return "reduction";
  if (isa<core::ScanOp>(stage))
    return "scan";
  if (isa<core::LoopOp>(stage))
    return "loop";
  if (isa<core::HistogramOp>(stage))
    return "histogram";
  if (isa<core::ScatterOp>(stage))
    return "scatter";
  return isa<core::ComputeOp>(stage) ? "elements" : "table";
}

std::string rounded(double v) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, v < 10 ? "%.1f" : "%.0f", v);
  return buffer;
}

/// Why a stage's elements are kept in memory instead of being computed where they are read.
std::string reasonOf(Operation *stage) {
  if (isa<core::ReduceOp, core::HistogramOp>(stage))
    return "what reads it needs the whole of it first";
  if (isa<core::ScanOp>(stage))
    return "each of its elements needs the one before";
  if (isa<core::LoopOp>(stage))
    return "each of its passes needs the one before";
  if (isa<core::ScatterOp>(stage))
    return "several of its points may add to one element";
  auto compute = dyn_cast<core::ComputeOp>(stage);
  if (!compute && stage->getNumResults() &&
      llvm::all_of(stage->getUsers(), [](Operation *user) { return isa<func::ReturnOp>(user); }))
    return "it is a result";
  if (!compute)
    return "its elements are read at computed places";
  SmallVector<core::ReadOp> reads;
  for (Operation *user : compute->getUsers())
    if (auto read = dyn_cast<core::ReadOp>(user))
      reads.push_back(read);
    else if (isa<func::ReturnOp>(user))
      return "it is a result";
    else if (isa<core::LoopOp>(user))
      return "a loop starts with it";
    else
      return isa<core::LoopOp>(user->getParentOp()) ? "it is what a pass gives" : "it is what an arm gives";
  if (reads.empty())
    return "it is a result";
  return "each element is read " + rounded(readsPerElement(compute, reads)) + " times, and costs " +
         rounded(bodyCost(compute.getBody().front())) + " operations to make again";
}

/// The stages numbered behind `prefix`, those of a loop's pass under it.
void listStages(const std::vector<Stage> &stages, StringRef function, const std::string &prefix, std::string &out) {
  size_t number = 0;
  for (const Stage &stage : stages) {
    if (isa<core::RequireOp>(stage.op))
      continue;
    const std::string mine = prefix + std::to_string(++number) + ".";
    out += mine + " " + namesOf(stage.op, function) + "  (" + kindOf(stage.op).str() + ", " + shapeOf(stage.op) +
           (stage.guards.empty() ? "" : ", in one arm of a choice") + ")\n";
    out += std::string(mine.size() + 1, ' ') + "kept apart: " + reasonOf(stage.op) + "\n";
    listStages(stage.body, function, "  " + mine, out);
  }
}

} // namespace

LogicalResult explainStages(func::FuncOp function, std::string &out) {
  FailureOr<StagePlan> plan = planStages(function);
  if (failed(plan))
    return failure();
  const size_t count = llvm::count_if(plan->stages, [](const Stage &stage) { return !isa<core::RequireOp>(stage.op); });
  out += function.getName().str() + ": one kernel of " + std::to_string(count) +
         (count == 1 ? " stage\n" : " stages\n");
  listStages(plan->stages, function.getName(), "  ", out);
  return success();
}

} // namespace gms::compiler
