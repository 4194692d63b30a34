// Sizes of workspaces, in doubles. The number may be int64_t, or whatever the compiler computes sizes with: it needs +, *
// and a function least(a, b).
#pragma once
#include <cstdint>

namespace gms::physics {

inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/// Of every function on a line; `pairs` is the number of vectors.
template <typename Number> Number lineWorkspace(Number rows, Number n, bool periodic, Number pairs) {
  Number side = least(rows * Number(periodic ? 2 : 1), n + Number(1));
  return Number(6) * n * side + Number(11) * side * side + (pairs + Number(24)) * n + Number(16) * pairs + Number(512);
}

/// Of every function on a plane.
template <typename Number>
Number planeWorkspace(Number rowsA, Number rowsB, Number n, Number m, Number pairs) {
  Number vectors = Number(4) * pairs + Number(24), space = Number(2) * pairs + Number(7);
  Number lines = lineWorkspace(rowsA, n, true, pairs + Number(4)) + lineWorkspace(rowsB, m, true, pairs + Number(4));
  return vectors * (n * m + n + m + Number(32)) + Number(3) * space * space + Number(6) * lines;
}

} // namespace gms::physics
