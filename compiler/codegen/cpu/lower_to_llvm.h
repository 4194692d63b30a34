// From the dialects that kernels are written in to LLVM's.
#pragma once
#include <mlir/IR/BuiltinOps.h>

namespace gms::compiler::cpu {

/// Converts scf, cf, arith, math, vector and func to the LLVM dialect, in one step.
mlir::LogicalResult lowerToLlvm(mlir::ModuleOp module);

} // namespace gms::compiler::cpu
