// Functions of vectors of f64.
#pragma once
#include <mlir/IR/Builders.h>
#include <mlir/IR/Operation.h>

namespace gms::compiler::cpu {

/// The operation of `math` on vectors of f64 as packed instructions, where there is a formula for it, else null. exp, log,
/// sin, cos, tanh, erf and powf are right to 2 ulp (measured: below 1.5), tan to 3; angles up to 2^48. Infinities, zeros,
/// subnormal numbers and NaN are as in C.
mlir::Value emitDoubleMath(mlir::OpBuilder &builder, mlir::Operation *op, mlir::ArrayRef<mlir::Value> operands);

} // namespace gms::compiler::cpu
