#include "compiler/transforms/read_ranges.h"
#include "compiler/transforms/linear_form.h"
#include "compiler/transforms/tensor_extents.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/IR/Matchers.h>
#include <optional>

namespace gms::compiler {
using namespace mlir;

namespace {

/// The range of a loop index: [low, high).
bool rangeOf(Value value, Linear &low, Linear &high) {
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument)
    return false;
  Operation *op = argument.getOwner()->getParentOp();
  const unsigned k = argument.getArgNumber();
  if (auto compute = dyn_cast<core::ComputeOp>(op)) {
    high = linearOf(compute.getExtents()[k]);
    return true;
  }
  if (auto reduce = dyn_cast<core::ReduceOp>(op)) {
    low = linearOf(reduce.getLows()[k]);
    high = linearOf(reduce.getHighs()[k]);
    return true;
  }
  if (auto scatter = dyn_cast<core::ScatterOp>(op)) {
    low = linearOf(scatter.getLows()[k]);
    high = linearOf(scatter.getHighs()[k]);
    return true;
  }
  if (auto histogram = dyn_cast<core::HistogramOp>(op)) {
    const unsigned outer = histogram.outerCount();
    if (k >= outer)
      low = linearOf(histogram.getLows()[k - outer]);
    high = linearOf(k < outer ? histogram.getExtents()[k] : histogram.getHighs()[k - outer]);
    return true;
  }
  if (!isa<core::ScanOp, core::LoopOp>(op) || k)
    return false;
  high = linearOf(op->getOperand(0));
  return true;
}

/// The least value of a sum over all values of the loop indices in it, where it is a constant.
std::optional<int64_t> least(Linear form) {
  for (int pass = 0; pass < 4; ++pass) {
    if (form.isConstant())
      return form.constant;
    Linear next;
    next.constant = form.constant;
    bool changed = false;
    for (auto [value, factor] : form.terms) {
      Linear low, high;
      if (factor != 0 && rangeOf(value, low, high)) {
        changed = true;
        if (factor < 0)
          high.constant -= 1;
        next.add(factor > 0 ? low : high, factor);
      } else {
        next.terms[value] += factor;
      }
    }
    if (!changed)
      break;
    form = std::move(next);
  }
  return form.isConstant() ? std::optional(form.constant) : std::nullopt;
}

/// The extent as a sum; a dynamic one of an argument is the tensor.dim that was made for it.
std::optional<Linear> extentOf(Value tensor, unsigned axis) {
  tensor = unnamedTensor(tensor);
  auto type = cast<RankedTensorType>(tensor.getType());
  Linear form;
  if (!type.isDynamicDim(axis)) {
    form.constant = type.getDimSize(axis);
    return form;
  }
  if (Value known = knownExtentOf(tensor, axis))
    return linearOf(known);
  for (Operation *user : tensor.getUsers())
    if (auto dim = dyn_cast<tensor::DimOp>(user);
        dim && dim.getConstantIndex() == std::optional<int64_t>(axis))
      return linearOf(dim.getResult());
  return {};
}

} // namespace

bool staysWithin(Value index, Value low, Value high) {
  Linear above = linearOf(index), below = linearOf(high);
  above.add(linearOf(low), -1);
  below.add(linearOf(index), -1);
  below.constant -= 1;
  std::optional<int64_t> first = least(std::move(above)), last = least(std::move(below));
  return first && last && *first >= 0 && *last >= 0;
}

bool readsInside(core::ReadOp read, unsigned axis) {
  Linear form = linearOf(read.getIndices()[axis]);
  std::optional<int64_t> low = least(form);
  if (!low || *low < 0)
    return false;
  std::optional<Linear> room = extentOf(read.getTensor(), axis);
  if (!room)
    return false;
  room->constant -= 1;
  room->add(form, -1);
  std::optional<int64_t> left = least(std::move(*room));
  return left && *left >= 0;
}

bool readsInside(core::ReadOp read) {
  return llvm::all_of(llvm::seq<unsigned>(0, read.getIndices().size()),
                      [&](unsigned axis) { return readsInside(read, axis); });
}

namespace {

/// Whether a value is made from another one; of what holds regions, that is assumed.
bool dependsOn(Value value, Value on, int depth = 0) {
  if (value == on)
    return true;
  Operation *op = value.getDefiningOp();
  if (!op)
    return false;
  if (depth > 32 || op->getNumRegions())
    return true;
  return llvm::any_of(op->getOperands(), [&](Value operand) { return dependsOn(operand, on, depth + 1); });
}

} // namespace

std::optional<int64_t> factorOf(Value index, Value along) {
  Linear form = linearOf(index);
  for (auto [value, factor] : form.terms)
    if (factor != 0 && value != along && dependsOn(value, along))
      return {};
  return form.terms.lookup(along);
}

std::optional<std::pair<int64_t, int64_t>> distancesFrom(Value index, Value along) {
  Linear distance = linearOf(index), back;
  distance.terms[along] -= 1;
  back.add(distance, -1);
  std::optional<int64_t> low = least(std::move(distance)), high = least(std::move(back));
  if (!low || !high)
    return {};
  return std::pair(*low, -*high);
}

} // namespace gms::compiler
