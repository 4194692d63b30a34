#include "compiler/transforms/body_adjoint.h"
#include "compiler/transforms/emission.h"
#include "compiler/transforms/lay_reductions.h"

namespace gms::compiler {
using namespace mlir;

namespace {

/// Finding the best of a min or max costs a pass over all candidates: once an element, not once for each of them.
void layPositions(Sweep &sweep, core::ComputeOp op, BodyAdjoint &body) {
  auto best = op.getBody().front().getTerminator()->getOperand(0).getDefiningOp<core::ReduceOp>();
  if (!sweep.tensorsFit() || !best || best->getParentOp() != op ||
      (best.getKind() != core::Reduction::Min && best.getKind() != core::Reduction::Max))
    return;
  auto type = RankedTensorType::get(op.getResult().getType().getShape(), sweep.builder.getI64Type());
  body.positions[best] = makeCompute(
      sweep.builder, op.getLoc(), type, op.getExtents(), [&](OpBuilder &b, ValueRange point) {
        IRMapping mapping;
        mapping.map(op.getBody().getArguments(), point);
        cloneNeeded(b, best, op, mapping);
        return ScalarBuilder(b, op.getLoc()).cast(placeOfBest(b, best, mapping), b.getI64Type());
      });
}

} // namespace

void visitCompute(Sweep &sweep, core::ComputeOp op) {
  ElementRule adjoint = sweep.elements(op.getResult());
  BodyAdjoint body;
  body.op = op;
  OpBuilder before(op);
  Value zero = ScalarBuilder(before, op.getLoc()).index(0);
  for (auto [argument, extent] : llvm::zip(op.getBody().getArguments(), op.getExtents()))
    body.indices.push_back({argument, zero, extent});
  if (sweep.tensorsFit())
    layReductions(sweep, op, body.indices);
  layPositions(sweep, op, body);
  body.vanishesOutside = true;
  body.seeds = [adjoint](OpBuilder &inner, ValueRange raw, const IRMapping &) {
    return SmallVector<Value>{adjoint(inner, raw)};
  };
  body.stored = [tensor = op.getResult(), loc = op.getLoc()](OpBuilder &inner, ValueRange point) {
    return readZero(inner, loc, tensor, point);
  };
  passThroughBody(sweep, body);
}

} // namespace gms::compiler
