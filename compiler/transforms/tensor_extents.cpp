#include "compiler/transforms/tensor_extents.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

namespace gms::compiler {
using namespace mlir;

namespace {

/// The value that is known to be the extent, or null.
Value knownExtent(Value tensor, int64_t axis) {
  Operation *op = tensor.getDefiningOp();
  if (auto compute = dyn_cast_or_null<core::ComputeOp>(op))
    return compute.getExtents()[axis];
  if (auto scan = dyn_cast_or_null<core::ScanOp>(op))
    return scan.getCount();
  return {};
}

} // namespace

Value extentOf(OpBuilder &builder, Location loc, Value tensor, int64_t axis) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (!type.isDynamicDim(axis))
    return arith::ConstantIndexOp::create(builder, loc, type.getDimSize(axis));
  if (Value known = knownExtent(tensor, axis))
    return known;
  return tensor::DimOp::create(builder, loc, tensor, axis);
}

void resolveExtents(Operation *root) {
  root->walk([](tensor::DimOp dim) {
    std::optional<int64_t> axis = dim.getConstantIndex();
    if (!axis)
      return;
    auto type = cast<RankedTensorType>(dim.getSource().getType());
    Value known = knownExtent(dim.getSource(), *axis);
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
