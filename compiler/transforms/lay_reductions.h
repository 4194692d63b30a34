// Reductions inside of bodies, laid in memory.
#pragma once
#include "compiler/transforms/body_adjoint.h"

namespace gms::compiler {

/// Makes a tensor, in front of the operation, of each active reduction inside of its body whose value is not simply yielded, and
/// reads it in its place. The adjoint of what comes behind the reduction is then one tensor and that of the reduction another, so
/// that neither computes the other again for each of its points. `indices` is the box of the operation's body.
void layReductions(Sweep &sweep, mlir::Operation *op, llvm::ArrayRef<NestIndex> indices);

} // namespace gms::compiler
