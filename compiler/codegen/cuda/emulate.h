// Outlined GPU kernels as host code, block by block and thread by thread, so that their logic is tested without a GPU.
#pragma once
#include "compiler/codegen/cuda/schedule.h"
#include <mlir/Dialect/GPU/IR/GPUDialect.h>

namespace gms::compiler::cuda {

/// Makes, at the end of `host`, a function of each gpu.func: the grid's extents (three index values), then the kernel's
/// parameters. A barrier ends a loop over the block's threads; what lives across it is kept in an array. Fails, with an
/// error, where a barrier stands in anything but the kernel's body and conditionals that are the same for the block.
llvm::LogicalResult emulateKernels(mlir::gpu::GPUModuleOp kernels, mlir::ModuleOp host);

/// The entry `name` (a gms_kernel) that runs the launches one after the other for each sample, and `name_shape` (a
/// gms_shape_function). Each call works on its own workspace, as on a CPU. `onHost` holds the requirements that follow
/// from the shapes and are checked before any launch.
void buildHostEntries(mlir::func::FuncOp function, const StagePlan &plan, llvm::ArrayRef<Launch> launches,
                      const llvm::DenseSet<mlir::Operation *> &onHost, mlir::ModuleOp host);

} // namespace gms::compiler::cuda
