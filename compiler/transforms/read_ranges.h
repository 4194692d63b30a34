// Whether a read stays inside its tensor, by linear arithmetic on its indices.
#pragma once
#include "compiler/dialect/core/core.h"

namespace gms::compiler {

/// True where every index is, for all values of the loop indices it is made of, at least 0 and below the
/// tensor's extent.
bool readsInside(core::ReadOp read);

/// True where low <= index < high for all values of the loop indices that they are made of.
bool staysWithin(mlir::Value index, mlir::Value low, mlir::Value high);

} // namespace gms::compiler
