// Reductions that are the same for many elements of a compute are made once, for a block's threads to share.
#pragma once
#include <mlir/Dialect/Func/IR/FuncOps.h>

namespace gms::compiler::cuda {

/// Moves each large reduction of a compute's body that depends on fewer indices than the compute has (the mean of a
/// channel, read by its pixels) into a compute over these indices alone, or before the compute where it depends on none.
void splitReductions(mlir::func::FuncOp function);

} // namespace gms::compiler::cuda
