// The door of this room: a kernel's function to GPU code, or to host code that does what the GPU would.
#pragma once
#include "compiler/codegen/cuda/toolkit.h"
#include <mlir/IR/BuiltinOps.h>
#include <mlir/IR/OwningOpRef.h>

namespace gms::compiler {

struct CudaOptions {
  std::vector<std::string> archs{"sm_80"}; ///< "sm_80", "sm_90", "sm_100", …
  std::string cudaPath;                    ///< where the toolkit is; "" looks for it
  bool cubins = true;                      ///< whether to assemble where ptxas is found
};

struct CudaKernels {
  std::string plan;                         ///< JSON: runtime/core/cuda_plan.h
  std::map<std::string, std::string> ptx;   ///< by architecture
  std::map<std::string, std::string> cubin; ///< by architecture; empty where ptxas is missing
  std::map<std::string, std::vector<cuda::KernelResources>> resources; ///< by architecture, with the cubins
  std::string statement;                    ///< which toolkit was used, or what is missing
  size_t launches = 0;                      ///< of one call
};

/// Compiles the one function with the attribute gms.kernel, after the core pipeline (compiler/transforms/passes.h). The
/// module is changed: copies may be added to it. Nothing after an error, which `error` tells.
std::optional<CudaKernels> compileCuda(mlir::ModuleOp module, const CudaOptions &options, std::string &error);

/// The GPU's kernels as host code: a module of func, scf, arith, math and llvm operations with the entry `name` (a
/// gms_kernel) and `name_shape` (a gms_shape_function), ready for the CPU's lowering and JIT. Null after an error.
mlir::OwningOpRef<mlir::ModuleOp> emulateCuda(mlir::ModuleOp module, std::string &error);

/// The dialects that this room writes.
void loadCudaDialects(mlir::MLIRContext &context);

} // namespace gms::compiler
