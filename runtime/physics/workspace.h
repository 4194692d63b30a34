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

/// Wave functions that a search on a plane keeps, with their products, besides those asked for.
constexpr int64_t planeSpace = 16;

/// Of every function on a plane.
template <typename Number>
Number planeWorkspace(Number rowsA, Number rowsB, Number n, Number m, Number pairs) {
  Number plane = n * m;
  Number side = n + m;
  Number vectors = Number(2 * planeSpace + 8) + Number(5) * pairs;
  Number space = Number(planeSpace) + Number(2) * pairs;
  return vectors * (plane + Number(8)) + Number(6) * side * side + Number(3) * space * space + Number(64) * side +
         Number(2) * (rowsA * n + rowsB * m) + Number(2048);
}

} // namespace gms::physics
