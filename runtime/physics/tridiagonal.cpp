#include "runtime/physics/tridiagonal.h"
#include <algorithm>
#include <cmath>

namespace gms::physics {
namespace {

void fillDense(const Bands &bands, double *matrix) {
  const int64_t n = bands.n;
  std::fill(matrix, matrix + n * n, 0.0);
  for (int64_t d = 0; d < bands.rows; ++d)
    for (int64_t i = 0; i < n; ++i) {
      if (!bands.periodic && i + d >= n)
        break;
      const int64_t j = (i + d) % n;
      matrix[i * n + j] += bands.at[d * n + i];
      if (d > 0)
        matrix[j * n + i] += bands.at[d * n + i];
    }
}

} // namespace

/// Rows from the last up: a reflection of the first i elements makes row i zero left of its neighbour (Golub and Van Loan,
/// section 8.3).
Tridiagonal::Tridiagonal(const Bands &bands, Arena &arena)
    : n(bands.n), matrix(arena.take(n * n)), factors(arena.take(n)), reduced{arena.take(2 * (n + 1)), n, 1, 0, 0} {
  fillDense(bands, matrix);
  double *p = arena.take(n);
  std::fill(reduced.at, reduced.at + 2 * (n + 1), 0.0);
  for (int64_t i = n - 1; i > 0; --i) {
    double *v = matrix + i * n;
    reduced.at[2 * i] = v[i];
    const double norm = std::sqrt(dot(v, v, i)), last = v[i - 1];
    factors[i] = 0;
    reduced.at[2 * i + 1] = last;
    if (i == 1 || !(norm > std::fabs(last)))
      continue;
    const double alpha = last > 0 ? -norm : norm;
    reduced.at[2 * i + 1] = alpha;
    v[i - 1] = last - alpha;
    factors[i] = 2 / dot(v, v, i);
    for (int64_t r = 0; r < i; ++r)
      p[r] = factors[i] * dot(matrix + r * n, v, i);
    addTo(p, -factors[i] / 2 * dot(p, v, i), v, i);
    for (int64_t r = 0; r < i; ++r) {
      double *row = matrix + r * n;
      const double a = v[r], b = p[r];
      for (int64_t c = 0; c < i; ++c)
        row[c] -= a * p[c] + b * v[c];
    }
  }
  reduced.at[0] = matrix[0];
  reduced.low = INFINITY;
  reduced.high = -INFINITY;
  for (int64_t i = 0; i < n; ++i) {
    const double radius = std::fabs(reduced.at[2 * i + 1]) + std::fabs(reduced.at[2 * i + 3]);
    reduced.low = std::min(reduced.low, reduced.at[2 * i] - radius);
    reduced.high = std::max(reduced.high, reduced.at[2 * i] + radius);
  }
}

void Tridiagonal::reflect(double *x, int64_t i) const {
  if (factors[i] != 0)
    addTo(x, -factors[i] * dot(matrix + i * n, x, i), matrix + i * n, i);
}

void Tridiagonal::toReduced(double *x) const {
  for (int64_t i = n - 1; i > 0; --i)
    reflect(x, i);
}

void Tridiagonal::fromReduced(double *x) const {
  for (int64_t i = 1; i < n; ++i)
    reflect(x, i);
}

} // namespace gms::physics
