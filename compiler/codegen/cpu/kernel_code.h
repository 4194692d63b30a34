// A kernel's function as code with the C interface of runtime/abi/kernel.h.
#pragma once
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/IR/BuiltinOps.h>

namespace gms::compiler::cpu {

/// Adds to `out`, for a function of the form that buildCorePipeline gives: `name` (a gms_kernel),
/// `name_shape` (a gms_shape_function) and `name.sample`, the code for one sample. `lanes` is the vectors'
/// length in f32. Fails with an error on what no code can be made of.
mlir::LogicalResult buildKernel(mlir::func::FuncOp function, unsigned lanes, mlir::ModuleOp out);

} // namespace gms::compiler::cpu
