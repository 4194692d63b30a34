// Indices of the pixels around a place, as sampling makes them.
#pragma once
#include <mlir/IR/Value.h>
#include <optional>

namespace gms::compiler::cpu {

/// An index `at` + `step`, cut to 0 .. last.
struct Tap {
  mlir::Value at;
  int64_t step = 0; ///< 0 or 1
  mlir::Value last;
};

/// What the index of a read is, where it has this form.
std::optional<Tap> tapOf(mlir::Value index);

/// Whether a value is an extent less one.
bool isLastOf(mlir::Value last, mlir::Value extent);

} // namespace gms::compiler::cpu
