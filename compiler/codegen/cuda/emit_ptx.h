// From a gpu.module to PTX.
#pragma once
#include <llvm/IR/Module.h>
#include <mlir/Dialect/GPU/IR/GPUDialect.h>
#include <string>

namespace gms::compiler::cuda {

/// Lowers the module to the NVVM dialect in place. Math functions that a GPU has no instruction for become calls of
/// libdevice, or polynomials (f32 only) where `libdevice` is false.
llvm::LogicalResult lowerToNvvm(mlir::gpu::GPUModuleOp module, bool libdevice);

/// The module in LLVM IR with what it needs of libdevice linked in ("" where there is none). Null after an error, which
/// `error` tells.
std::unique_ptr<llvm::Module> translateKernels(mlir::gpu::GPUModuleOp module, llvm::LLVMContext &context,
                                               const std::string &libdevice, std::string &error);

/// Optimises a copy of the module for one architecture ("sm_90") and gives its PTX; "" after an error.
std::string emitPtx(const llvm::Module &module, const std::string &arch, std::string &error);

} // namespace gms::compiler::cuda
