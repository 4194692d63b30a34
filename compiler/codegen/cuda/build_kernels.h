// From a kernel's function and its plan to a gpu.module: one gpu.func a launch.
#pragma once
#include "compiler/codegen/cuda/sample_code.h"
#include "compiler/codegen/cuda/schedule.h"
#include <mlir/Dialect/GPU/IR/GPUDialect.h>

namespace gms::compiler::cuda {

/// The parameters of every gpu.func, in this order.
enum class Parameter : unsigned {
  Arguments,     ///< gms_tensor[samples][arguments]
  Keys,          ///< gms_key[samples]
  Workspace,     ///< bytes, WorkspaceEach for a sample
  Slots,         ///< i64[slots]
  Status,        ///< i32[samples], 0 at first: what a requirement that fails sets
  WorkspaceEach, ///< i64
  First,         ///< i64: the sample of block (0, 0)
  Count
};

/// The name of a function's nth launch.
std::string kernelName(llvm::StringRef function, size_t launch);

/// Makes the module beside the function; constants become globals in it. Block y works on sample First + y.
mlir::gpu::GPUModuleOp buildKernels(mlir::func::FuncOp function, const StagePlan &plan,
                                    llvm::ArrayRef<Launch> launches);

} // namespace gms::compiler::cuda
