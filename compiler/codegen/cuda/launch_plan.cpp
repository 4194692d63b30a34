#include "compiler/codegen/cuda/launch_plan.h"
#include "compiler/codegen/cuda/build_kernels.h"
#include "compiler/codegen/cuda/shape_formulas.h"
#include <mlir/IR/OpDefinition.h>

namespace gms::compiler::cuda {
using namespace mlir;

DenseSet<Operation *> hostRequirements(const StagePlan &plan) {
  ShapeFormulas formulas;
  DenseSet<Operation *> found;
  for (const Stage &stage : plan.stages)
    if (auto requirement = dyn_cast<core::RequireOp>(stage.op))
      if (stage.guards.empty() && !requirement.getFirstPass() && formulas.scalar(requirement.getCondition()))
        found.insert(stage.op);
  return found;
}

namespace {

class Describer {
public:
  Describer(func::FuncOp function, const StagePlan &plan, ArrayRef<Launch> launches, const DenseSet<Operation *> &onHost)
      : function(function), plan(plan), launches(launches), onHost(onHost) {}

  FailureOr<std::string> run() {
    llvm::json::Object text{{"version", 1},
                            {"name", function.getName()},
                            {"inputs", inputs()},
                            {"block", kBlockThreads},
                            {"outputs", outputs()},
                            {"requirements", requirements()},
                            {"slots", slots()},
                            {"launches", describeAll()},
                            {"checks", checks()}};
    text["values"] = formulas.take();
    if (fails)
      return failure();
    std::string result;
    llvm::raw_string_ostream(result) << llvm::json::Value(std::move(text));
    return result;
  }

private:
  func::FuncOp function;
  const StagePlan &plan;
  ArrayRef<Launch> launches;
  const DenseSet<Operation *> &onHost;
  ShapeFormulas formulas;
  bool fails = false;

  int64_t need(std::optional<int64_t> node, Value of) {
    if (node)
      return *node;
    if (!fails)
      emitError(of.getLoc(), "a size that depends on elements of tensors or on draws is not known before the launch");
    fails = true;
    return 0;
  }

  static SmallVector<unsigned> axesOf(Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    return llvm::to_vector(llvm::seq<unsigned>(0, type ? type.getRank() : 0));
  }

  llvm::json::Array inputs() {
    llvm::json::Array all;
    for (BlockArgument argument : function.getArguments()) {
      const InputForm form = formOf(argument);
      all.push_back(llvm::json::Object{{"type", form.type}, {"extents", llvm::json::Array(form.extents)}});
    }
    return all;
  }

  llvm::json::Array outputs() {
    llvm::json::Array all;
    for (Value result : function.front().getTerminator()->getOperands()) {
      llvm::json::Array extents;
      for (unsigned axis : axesOf(result))
        extents.push_back(need(formulas.extent(result, axis), result));
      const Type element = cast<RankedTensorType>(result.getType()).getElementType();
      all.push_back(llvm::json::Object{{"type", abiType(element)}, {"extents", std::move(extents)}});
    }
    return all;
  }

  llvm::json::Array requirements() {
    llvm::json::Array all;
    for (const Stage &stage : plan.stages)
      if (onHost.contains(stage.op)) {
        auto requirement = cast<core::RequireOp>(stage.op);
        all.push_back(llvm::json::Object{{"value", need(formulas.scalar(requirement.getCondition()), requirement.getCondition())},
                                         {"text", requirement.getText()}});
      }
    return all;
  }

  /// Each slot's bytes, not yet rounded up.
  llvm::json::Array slots() {
    llvm::json::Array all;
    for (const Slot &slot : plan.slots)
      all.push_back(need(formulas.product(slot.value, axesOf(slot.value), bytesOf(slot.value)), slot.value));
    return all;
  }

  bool checks() const {
    return llvm::any_of(plan.stages, [&](const Stage &s) { return isa<core::RequireOp>(s.op) && !onHost.contains(s.op); });
  }

  llvm::json::Array describeAll() {
    llvm::json::Array all;
    for (auto [number, launch] : llvm::enumerate(launches))
      all.push_back(describe(launch, number));
    return all;
  }

  llvm::json::Object describe(const Launch &launch, size_t number) {
    llvm::json::Array pixels, outer;
    for (const Stage &step : launch.steps) {
      auto compute = dyn_cast<core::ComputeOp>(step.op);
      if (launch.kind == LaunchKind::Block || !compute)
        continue;
      const Domain domain = domainOf(compute);
      const bool rows = launch.kind == LaunchKind::Rows;
      const SmallVector<unsigned> spread = rows ? axesOf(compute.getResult()) : domain.pixels;
      pixels.push_back(need(formulas.product(compute.getResult(), spread), compute.getResult()));
      if (!rows && spreadsOuter(compute))
        outer.push_back(need(formulas.product(compute.getResult(), domain.outer), compute.getResult()));
    }
    const StringRef kinds[] = {"tiles", "rows", "block"};
    const int64_t tile = launch.kind == LaunchKind::Tiles ? kTilePixels : 1;
    return llvm::json::Object{
            {"kernel", kernelName(function.getName(), number)},
            {"kind", kinds[static_cast<unsigned>(launch.kind)]},
            {"tile", tile},
            {"pixels", std::move(pixels)},
            {"outer", std::move(outer)},
            {"most_outer", kMostOuterBlocks}};
  }
};

} // namespace

FailureOr<std::string> describeLaunches(func::FuncOp function, const StagePlan &plan, ArrayRef<Launch> launches,
                                        const DenseSet<Operation *> &onHost) {
  return Describer(function, plan, launches, onHost).run();
}

} // namespace gms::compiler::cuda
