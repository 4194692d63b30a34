// Moving scalars out of regions that may not run.
#pragma once
#include <mlir/IR/Operation.h>

namespace gms::compiler {

/// Whether a scalar can be computed in front of `op`, in one of whose regions it may be: all it needs is
/// pure, and reads nothing but scalar arguments.
bool canLeave(mlir::Value value, mlir::Operation *op);

/// Moves a value's operation, and those it needs, in front of `op`.
void leaveRegion(mlir::Value value, mlir::Operation *op);

/// The values from outside that an operation's regions use, tensors among them.
llvm::SmallVector<mlir::Value> capturesOf(mlir::Operation *op);

} // namespace gms::compiler
