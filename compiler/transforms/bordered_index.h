// Border rules as arithmetic.
#pragma once
#include "compiler/dialect/core/core.h"
#include "compiler/transforms/scalar_builder.h"

namespace gms::compiler {

/// An index that follows a border rule, brought inside; `inside` becomes the condition under which it was so (it may be null,
/// and stays null for the borders that give an element everywhere).
mlir::Value bordered(ScalarBuilder &s, mlir::Value index, mlir::Value extent, core::Border border, mlir::Value &inside);

} // namespace gms::compiler
