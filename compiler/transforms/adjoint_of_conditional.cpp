#include "compiler/transforms/body_adjoint.h"

namespace gms::compiler {
using namespace mlir;

void visitConditional(Sweep &sweep, Operation *op) {
  BodyAdjoint body;
  body.op = op;
  for (Value result : op->getResults())
    body.results.push_back(hasAdjoint(result.getType()) ? sweep.take(result) : Value());
  passThroughBody(sweep, body);
}

} // namespace gms::compiler
