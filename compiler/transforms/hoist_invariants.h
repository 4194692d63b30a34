// Moving out of bodies what is the same for all of their points.
#pragma once
#include <mlir/IR/Operation.h>

namespace gms::compiler {

/// Moves pure operations out of core.compute, core.reduce, core.scan and core.scatter as far as their operands allow; never out
/// of an arm of a conditional. Unused ones are erased.
void hoistInvariants(mlir::Operation *root);

} // namespace gms::compiler
