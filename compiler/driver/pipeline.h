// From an imported module to code: which passes run for which device.
#pragma once
#include "compiler/driver/compile.h"
#include <mlir/IR/BuiltinOps.h>
#include <mlir/Support/LLVM.h>

namespace gms::compiler {

/// Makes an imported module wrong in one way: "border", "warp", "select" or "draw". Only for tests, by
/// GMS_PLANT.
void plantFault(mlir::ModuleOp module, llvm::StringRef name);

/// Compiles the module's kernel and fills in its entries, object and code.
llvm::LogicalResult makeKernel(mlir::ModuleOp module, const CompileRequest &request, CompiledKernel &kernel);
/// The module as text at a stage after import.
llvm::LogicalResult emitStage(mlir::ModuleOp module, const CompileRequest &request, Stage stage,
                              std::string &out);
/// What an imported module computes that runs on the host alone, in the plural; null where there is nothing.
const char *onHostAlone(mlir::ModuleOp module);
/// Which operators became which kernel, on the CPU and on a GPU.
llvm::LogicalResult explain(mlir::ModuleOp module, const CompileRequest &request, std::string &out);

} // namespace gms::compiler
