// What was added somewhere has that place's adjoint.
#include "compiler/transforms/body_adjoint.h"
#include "compiler/transforms/lay_reductions.h"

namespace gms::compiler {
using namespace mlir;

void visitScatter(Sweep &sweep, core::ScatterOp op) {
  ElementRule adjoint = sweep.elements(op.getResult());
  BodyAdjoint body;
  body.op = op;
  for (auto [argument, low, high] : llvm::zip(op.getBody().getArguments(), op.getLows(), op.getHighs()))
    body.indices.push_back({argument, low, high});
  if (sweep.tensorsFit())
    layReductions(sweep, op, body.indices);
  body.seeds = [op, adjoint](OpBuilder &b, ValueRange, const IRMapping &mapping) {
    core::ScatterOp scatter = op;
    SmallVector<Value> place;
    for (Value index : scatter.getBody().front().getTerminator()->getOperands().drop_front())
      place.push_back(mapping.lookupOrDefault(index));
    return SmallVector<Value>{adjoint(b, place)};
  };
  passThroughBody(sweep, body);
}

} // namespace gms::compiler
