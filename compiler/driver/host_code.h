// A module of func, scf, arith, math and llvm operations to code of this machine.
#pragma once
#include "compiler/driver/compile.h"
#include <mlir/IR/BuiltinOps.h>
#include <mlir/Support/LLVM.h>

namespace gms::compiler {

/// Lowers the module to the LLVM dialect in place.
llvm::LogicalResult lowerHostModule(mlir::ModuleOp module);
/// Translates a lowered module and makes its object and callable code; `symbol` and `symbol`_shape become the entries.
llvm::LogicalResult compileHostModule(mlir::ModuleOp module, const std::string &symbol, CompiledKernel &kernel);
/// The dialect interfaces that the lowering needs; call before the first pass.
void prepareHostLowering(mlir::MLIRContext &context);

} // namespace gms::compiler
