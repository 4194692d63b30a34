// Functions that processors have no vector instruction for.
#pragma once
#include <mlir/IR/Builders.h>

namespace gms::compiler::cpu {

/// Whether an operation of `math` needs more than an instruction a vector.
bool isVectorMath(mlir::Operation *op);

/// The operation on vectors: a formula, or a call for each lane where there is none.
mlir::Value emitVectorMath(mlir::OpBuilder &builder, mlir::Operation *op,
                           mlir::ArrayRef<mlir::Value> operands);

/// Replaces the functions that emitVectorMath left, all on vectors of f32, by polynomials (at most 4.2 ulp).
void expandVectorMath(mlir::Operation *root);

} // namespace gms::compiler::cpu
