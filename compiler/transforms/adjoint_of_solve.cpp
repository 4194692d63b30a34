#include "compiler/transforms/structured_adjoints.h"

namespace gms::compiler {
using namespace mlir;

Adjoints adjointOfSolve(OpBuilder &builder, core::SolveOp op, Value result) {
  const Location loc = op.getLoc();
  Value x = op.getResult();
  const bool single = cast<RankedTensorType>(x.getType()).getRank() == 1;
  Value z = core::SolveOp::create(builder, loc, x.getType(), op.getBands(), result, op.getPeriodic());
  VectorProducts products(builder, loc, op.getRight(), single);
  return {products.onBands(op.getBands(), 0, op.getPeriodic(), VectorPart{z, {}, true}, VectorPart{x}), z};
}

} // namespace gms::compiler
