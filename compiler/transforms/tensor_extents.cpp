#include "compiler/transforms/tensor_extents.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/IR/Matchers.h>

namespace gms::compiler {
using namespace mlir;

namespace {

/// A loop's states keep their extents; a history has one more axis in front.
Value extentInLoop(core::LoopOp loop, Value tensor, int64_t axis) {
  auto result = dyn_cast<OpResult>(tensor);
  const size_t states = loop.getInits().size();
  const size_t k = result ? result.getResultNumber() : cast<BlockArgument>(tensor).getArgNumber() - 1;
  if (k >= states && axis == 0)
    return loop.getCount();
  Value known = k < states ? loop.getInits()[k] : loop.getYields()[k - states];
  if (k >= states)
    --axis;
  auto type = cast<RankedTensorType>(known.getType());
  if (!type.isDynamicDim(axis))
    return {};
  Value extent = knownExtentOf(known, axis);
  return extent && !loop->isAncestor(extent.getParentBlock()->getParentOp()) ? extent : Value();
}

} // namespace

/// The operand of a structured operation, and its axis, that has the extent of a result's axis; null where no operand has.
static std::pair<Value, int64_t> extentSource(Value tensor, int64_t axis) {
  Operation *op = tensor.getDefiningOp();
  if (auto made = dyn_cast_or_null<core::LowestOp>(op))
    return axis == 1 ? std::pair<Value, int64_t>(made.getBands(), 1) : std::pair<Value, int64_t>();
  if (auto made = dyn_cast_or_null<core::LowestPlaneOp>(op))
    return axis ? std::pair<Value, int64_t>(made.getDiagonal(), axis - 1) : std::pair<Value, int64_t>();
  if (auto made = dyn_cast_or_null<core::ResponseOp>(op))
    return {made.getRight(), axis};
  if (auto made = dyn_cast_or_null<core::ResponsePlaneOp>(op))
    return {made.getRight(), axis};
  if (auto made = dyn_cast_or_null<core::SymmetricOp>(op))
    return {made.getTensor(), axis};
  if (auto made = dyn_cast_or_null<core::SolveOp>(op))
    return {made.getRight(), axis};
  if (auto made = dyn_cast_or_null<core::ExponentialSumOp>(op))
    return axis ? std::pair<Value, int64_t>(made.getSource(), cast<RankedTensorType>(made.getSource().getType()).getRank() - 1)
                : std::pair<Value, int64_t>(made.getRates(), 0);
  return {};
}

Value unnamedTensor(Value tensor) {
  while (auto variable = tensor.getDefiningOp<core::VariableOp>())
    tensor = variable.getValue();
  return tensor;
}

Value knownExtentOf(Value tensor, int64_t axis) {
  tensor = unnamedTensor(tensor);
  Operation *op = tensor.getDefiningOp();
  if (auto argument = dyn_cast<BlockArgument>(tensor))
    op = argument.getOwner()->getParentOp();
  if (auto loop = dyn_cast_or_null<core::LoopOp>(op))
    return extentInLoop(loop, tensor, axis);
  if (auto compute = dyn_cast_or_null<core::ComputeOp>(op))
    return compute.getExtents()[axis];
  if (auto scatter = dyn_cast_or_null<core::ScatterOp>(op))
    return scatter.getExtents()[axis];
  if (auto scan = dyn_cast_or_null<core::ScanOp>(op))
    return scan.getCount();
  if (auto histogram = dyn_cast_or_null<core::HistogramOp>(op))
    return histogram.getExtents()[axis];
  if (auto call = dyn_cast_or_null<core::LibraryOp>(op))
    return call.extentsOf(cast<OpResult>(tensor).getResultNumber())[axis];
  if (auto [source, at] = extentSource(tensor, axis); source)
    return knownExtentOf(source, at);
  return {};
}

bool sameIndex(Value a, Value b) {
  APInt x, y;
  return a == b || (matchPattern(a, m_ConstantInt(&x)) && matchPattern(b, m_ConstantInt(&y)) &&
                    x.getSExtValue() == y.getSExtValue());
}

bool isExtentOf(Value extent, Value tensor, int64_t axis) {
  tensor = unnamedTensor(tensor);
  auto type = cast<RankedTensorType>(tensor.getType());
  APInt number;
  if (!type.isDynamicDim(axis))
    return matchPattern(extent, m_ConstantInt(&number)) && number.getSExtValue() == type.getDimSize(axis);
  if (Value known = knownExtentOf(tensor, axis))
    return sameIndex(known, extent);
  auto dim = extent.getDefiningOp<tensor::DimOp>();
  return dim && dim.getSource() == tensor && dim.getConstantIndex() == std::optional<int64_t>(axis);
}

Value extentOf(OpBuilder &builder, Location loc, Value tensor, int64_t axis) {
  tensor = unnamedTensor(tensor);
  auto type = cast<RankedTensorType>(tensor.getType());
  if (!type.isDynamicDim(axis))
    return arith::ConstantIndexOp::create(builder, loc, type.getDimSize(axis));
  if (Value known = knownExtentOf(tensor, axis))
    return known;
  return tensor::DimOp::create(builder, loc, tensor, axis);
}

void resolveExtents(Operation *root) {
  root->walk([](tensor::DimOp dim) {
    std::optional<int64_t> axis = dim.getConstantIndex();
    if (!axis)
      return;
    auto type = cast<RankedTensorType>(dim.getSource().getType());
    Value known = knownExtentOf(dim.getSource(), *axis);
    if (!type.isDynamicDim(*axis)) {
      OpBuilder builder(dim);
      known = arith::ConstantIndexOp::create(builder, dim.getLoc(), type.getDimSize(*axis));
    }
    if (!known)
      return;
    dim.replaceAllUsesWith(known);
    dim.erase();
  });
}

} // namespace gms::compiler
