// For tests: dense matrices, and their spectrum by Jacobi's rotations.
#pragma once
#include "runtime/abi/kernel.h"
#include "runtime/physics/physics.h"
#include "runtime/physics/workspace.h"
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <vector>

namespace gms::physics {

using Vector = std::vector<double>;

/// Row-major, symmetric.
struct Dense {
  int64_t n;
  Vector at;
  explicit Dense(int64_t n) : n(n), at(n * n) {}
  double &operator()(int64_t i, int64_t j) { return at[i * n + j]; }
  double operator()(int64_t i, int64_t j) const { return at[i * n + j]; }
  Vector times(const double *x) const {
    Vector y(n);
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < n; ++j)
        y[i] += at[i * n + j] * x[j];
    return y;
  }
};

/// As physics.h says what bands mean, element by element.
inline Dense denseOf(const Vector &bands, int64_t n, bool periodic) {
  Dense made(n);
  for (int64_t d = 0; d < static_cast<int64_t>(bands.size()) / n; ++d)
    for (int64_t i = 0; i < n; ++i) {
      if (i + d >= n && !periodic)
        continue;
      made(i, (i + d) % n) += bands[d * n + i];
      if (d)
        made((i + d) % n, i) += bands[d * n + i];
    }
  return made;
}

struct Spectrum {
  Vector values;
  std::vector<Vector> vectors; ///< ascending
};

inline Spectrum jacobi(Dense a) {
  const int64_t n = a.n;
  Dense v(n);
  for (int64_t i = 0; i < n; ++i)
    v(i, i) = 1;
  for (int sweep = 0; sweep < 60; ++sweep) {
    double off = 0;
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < i; ++j)
        off += a(i, j) * a(i, j);
    if (off < 1e-30)
      break;
    for (int64_t p = 0; p < n; ++p)
      for (int64_t q = p + 1; q < n; ++q) {
        if (a(p, q) == 0)
          continue;
        const double theta = (a(q, q) - a(p, p)) / (2 * a(p, q));
        const double t = (theta >= 0 ? 1 : -1) / (std::fabs(theta) + std::sqrt(theta * theta + 1));
        const double c = 1 / std::sqrt(t * t + 1), s = t * c;
        for (int64_t k = 0; k < n; ++k) {
          const double x = a(k, p), y = a(k, q);
          a(k, p) = c * x - s * y;
          a(k, q) = s * x + c * y;
        }
        for (int64_t k = 0; k < n; ++k) {
          const double x = a(p, k), y = a(q, k), xv = v(k, p), yv = v(k, q);
          a(p, k) = c * x - s * y;
          a(q, k) = s * x + c * y;
          v(k, p) = c * xv - s * yv;
          v(k, q) = s * xv + c * yv;
        }
      }
  }
  std::vector<int64_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int64_t x, int64_t y) { return a(x, x) < a(y, y); });
  Spectrum made;
  for (int64_t k : order) {
    made.values.push_back(a(k, k));
    Vector column(n);
    for (int64_t i = 0; i < n; ++i)
      column[i] = v(i, k);
    made.vectors.push_back(column);
  }
  return made;
}

/// A workspace of exactly the stated size between guards.
class GuardedWorkspace {
public:
  explicit GuardedWorkspace(int64_t doubles)
      : count(doubles), memory(static_cast<double *>(std::aligned_alloc(64, ((doubles + 8) * 8 + 63) / 64 * 64)), std::free) {
    std::fill(memory.get(), memory.get() + count + 8, 7.25);
  }
  double *data() { return memory.get(); }
  bool whole() const {
    return std::all_of(memory.get() + count, memory.get() + count + 8, [](double x) { return x == 7.25; });
  }

private:
  int64_t count;
  std::unique_ptr<double, void (*)(void *)> memory;
};

/// Pseudo-random numbers in [-1, 1).
class Numbers {
public:
  explicit Numbers(uint64_t seed) : state(seed * 2862933555777941757u + 3037000493u) {}
  double next() {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state >> 11) * 0x1p-52 - 1;
  }
  Vector some(int64_t count) {
    Vector made(count);
    for (double &x : made)
      x = next();
    return made;
  }

private:
  uint64_t state;
};

} // namespace gms::physics
