// What became which stage of a kernel, and why the others are not part of it.
#pragma once
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <string>

namespace gms::compiler {

/// Appends the stages of a kernel after the core pipeline, as text. Fails, with an error on the operation,
/// where one is left that no stage can run.
llvm::LogicalResult explainStages(mlir::func::FuncOp function, std::string &out);

} // namespace gms::compiler
