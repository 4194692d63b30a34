// The order that a comparison asks for, once for every room that evaluates primitives.
#pragma once
#include "lang/program/program.h"
#include <optional>

namespace gms::program {

/// Whether `a op b` holds; nothing where `op` is no comparison.
template <typename T> std::optional<bool> compared(Prim op, const T &a, const T &b) {
  switch (op) {
  case Prim::Eq:
    return a == b;
  case Prim::Ne:
    return a != b;
  case Prim::Lt:
    return a < b;
  case Prim::Le:
    return a <= b;
  case Prim::Gt:
    return a > b;
  case Prim::Ge:
    return a >= b;
  default:
    return std::nullopt;
  }
}

} // namespace gms::program
