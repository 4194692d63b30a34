// Whether a read stays inside its tensor, by linear arithmetic on its indices.
#pragma once
#include "compiler/dialect/core/core.h"
#include <optional>

namespace gms::compiler {

/// True where every index is, for all values of the loop indices it is made of, at least 0 and below the
/// tensor's extent.
bool readsInside(core::ReadOp read);
/// The same of one index.
bool readsInside(core::ReadOp read, unsigned axis);

/// How much an index grows with a loop index: index = factor * along + what does not depend on it. Nothing where it is no
/// such sum.
std::optional<int64_t> factorOf(mlir::Value index, mlir::Value along);

/// The least and the greatest distance of an index from a loop index, over all values of the other ones; nothing where
/// they are not constant.
std::optional<std::pair<int64_t, int64_t>> distancesFrom(mlir::Value index, mlir::Value along);

/// True where low <= index < high for all values of the loop indices that they are made of.
bool staysWithin(mlir::Value index, mlir::Value low, mlir::Value high);

} // namespace gms::compiler
