// First-order perturbation theory, in reverse: only the pairs that were asked for appear, the rest of the spectrum is a
// response (Griewank and Walther, 2008; for eigenpairs: Magnus, Econometric Theory 1, 179, 1985).
#include "compiler/transforms/structured_adjoints.h"

namespace gms::compiler {
using namespace mlir;

namespace {

/// u of Hbar = sym(sum of u_m v_m^T).
SmallVector<VectorPart> perturbation(Value vectors, Value valueAdjoint, Value response) {
  SmallVector<VectorPart> parts;
  if (valueAdjoint)
    parts.push_back({vectors, valueAdjoint});
  if (response)
    parts.push_back({response, {}, true});
  return parts;
}

/// The adjoint of the vectors that y = (H - e)^+ P r takes.
template <typename Op>
Value vectorAdjoint(VectorProducts &products, Op op, Value resultAdjoint, Value z) {
  const VectorPart v{op.getVectors()};
  Value overlap = products.dots(v, VectorPart{op.getRight()});
  Value projected = products.dots(v, VectorPart{resultAdjoint});
  const VectorPart parts[] = {{z, overlap, true}, {op.getResult(), projected, true}};
  return products.sum(parts);
}

} // namespace

Adjoints adjointOfLowest(OpBuilder &builder, core::LowestOp op, ValueRange results) {
  const Location loc = op.getLoc();
  Value v = op.getVectors(), z;
  if (results[1])
    z = core::ResponseOp::create(builder, loc, v.getType(), op.getBands(), op.getValues(), v, results[1], op.getPeriodic());
  VectorProducts products(builder, loc, v);
  Adjoints adjoints(op->getNumOperands());
  adjoints[0] = products.onBands(op.getBands(), 0, op.getPeriodic(), perturbation(v, results[0], z), VectorPart{v});
  return adjoints;
}

Adjoints adjointOfLowestPlane(OpBuilder &builder, core::LowestPlaneOp op, ValueRange results) {
  const Location loc = op.getLoc();
  Value v = op.getVectors(), z;
  if (results[1])
    z = core::ResponsePlaneOp::create(builder, loc, v.getType(), op.getFirst(), op.getSecond(), op.getDiagonal(),
                                      op.getValues(), v, results[1], op.getFirstPeriodic(), op.getSecondPeriodic());
  VectorProducts products(builder, loc, v);
  const SmallVector<VectorPart> u = perturbation(v, results[0], z);
  Adjoints adjoints(op->getNumOperands());
  adjoints[0] = products.onBands(op.getFirst(), 0, op.getFirstPeriodic(), u, VectorPart{v});
  adjoints[1] = products.onBands(op.getSecond(), 1, op.getSecondPeriodic(), u, VectorPart{v});
  adjoints[2] = products.onPoints(u, VectorPart{v});
  return adjoints;
}

Adjoints adjointOfResponse(OpBuilder &builder, core::ResponseOp op, Value result) {
  const Location loc = op.getLoc();
  Value y = op.getResult();
  Value z = core::ResponseOp::create(builder, loc, y.getType(), op.getBands(), op.getValues(), op.getVectors(), result,
                                     op.getPeriodic());
  VectorProducts products(builder, loc, op.getVectors());
  const VectorPart minus{z, {}, true};
  return {products.onBands(op.getBands(), 0, op.getPeriodic(), minus, VectorPart{y}),
          products.dots(VectorPart{z}, VectorPart{y}), vectorAdjoint(products, op, result, z), z};
}

Adjoints adjointOfResponsePlane(OpBuilder &builder, core::ResponsePlaneOp op, Value result) {
  const Location loc = op.getLoc();
  Value y = op.getResult();
  Value z = core::ResponsePlaneOp::create(builder, loc, y.getType(), op.getFirst(), op.getSecond(), op.getDiagonal(),
                                          op.getValues(), op.getVectors(), result, op.getFirstPeriodic(),
                                          op.getSecondPeriodic());
  VectorProducts products(builder, loc, op.getVectors());
  const VectorPart minus{z, {}, true}, right{y};
  return {products.onBands(op.getFirst(), 0, op.getFirstPeriodic(), minus, right),
          products.onBands(op.getSecond(), 1, op.getSecondPeriodic(), minus, right),
          products.onPoints(minus, right),
          products.dots(VectorPart{z}, right),
          vectorAdjoint(products, op, result, z),
          z};
}

} // namespace gms::compiler
