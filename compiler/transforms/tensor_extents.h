// The extents of a tensor as index values.
#pragma once
#include "compiler/dialect/core/core.h"

namespace gms::compiler {

/// The tensor itself: looks through core.variable.
mlir::Value unnamedTensor(mlir::Value tensor);

/// The extent of one axis: a constant where it is static, the operand of the compute or scan that makes the
/// tensor, else tensor.dim at the builder's place.
mlir::Value extentOf(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value tensor, int64_t axis);

/// The extent's value where it is an operand of what makes the tensor, else null.
mlir::Value knownExtentOf(mlir::Value tensor, int64_t axis);

/// Whether a value is known to be the extent of an axis.
bool isExtentOf(mlir::Value extent, mlir::Value tensor, int64_t axis);

/// Whether two index values are known to be equal.
bool sameIndex(mlir::Value a, mlir::Value b);

/// Replaces tensor.dim of what core operations make by their extents.
void resolveExtents(mlir::Operation *root);

} // namespace gms::compiler
