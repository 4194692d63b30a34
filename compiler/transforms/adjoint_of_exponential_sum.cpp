#include "compiler/transforms/structured_adjoints.h"

namespace gms::compiler {
using namespace mlir;

Adjoints adjointOfExponentialSum(OpBuilder &builder, core::ExponentialSumOp op, Value result) {
  const Location loc = op.getLoc();
  auto type = op.getResult().getType();
  const uint64_t power = op.getPower();
  if (power >= 8)
    return {};
  Value source = core::ExponentialSumOp::create(builder, loc, type, result, op.getRates(), power);
  VectorProducts products(builder, loc, op.getResult());
  // One source for all rates: the sum over them.
  if (cast<RankedTensorType>(op.getSource().getType()).getRank() == 1)
    source = products.onPoints(VectorPart{source});
  Value further = core::ExponentialSumOp::create(builder, loc, type, op.getSource(), op.getRates(), power + 1);
  return {source, products.dots(VectorPart{result, {}, true}, VectorPart{further})};
}

} // namespace gms::compiler
