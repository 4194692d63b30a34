#include "runtime/physics/rows.h"
#include <algorithm>
#include <cmath>
#include <limits>

namespace gms::physics {

Rows Bands::toRows(Arena &arena) const {
  const int64_t w = width(), each = w + 1;
  Rows made{arena.take((n + w) * each), n, w, 0, 0};
  std::fill(made.at, made.at + (n + w) * each, 0.0);
  for (int64_t d = 0; d < rows; ++d)
    for (int64_t i = 0; i < n; ++i) {
      if (!periodic && i + d >= n)
        break;
      const int64_t p = place(i), q = place((i + d) % n), later = std::max(p, q);
      const double twice = d > 0 && p == q ? 2 : 1; // once round the ring: both of the pair's elements
      made.at[later * each + std::abs(p - q)] += twice * at[d * n + i];
    }
  made.low = std::numeric_limits<double>::infinity();
  made.high = -made.low;
  for (int64_t i = 0; i < n; ++i) {
    double radius = 0;
    for (int64_t p = 1; p <= w; ++p)
      radius += std::fabs(made.at[i * each + p]) + std::fabs(made.at[(i + p) * each + p]);
    made.low = std::min(made.low, made.at[i * each] - radius);
    made.high = std::max(made.high, made.at[i * each] + radius);
  }
  return made;
}

namespace {

template <int Fixed> void multiplyFixed(const Rows &rows, const double *x, double *y) {
  const int64_t w = Fixed ? Fixed : rows.width, each = w + 1, n = rows.n;
  for (int64_t i = 0; i < n; ++i) {
    double sum = rows.at[i * each] * x[i];
    const int64_t before = std::min(i, w), after = std::min(n - 1 - i, w);
    for (int64_t p = 1; p <= before; ++p)
      sum += rows.at[i * each + p] * x[i - p];
    for (int64_t p = 1; p <= after; ++p)
      sum += rows.at[(i + p) * each + p] * x[i + p];
    y[i] = sum;
  }
}

} // namespace

void multiply(const Rows &rows, const double *x, double *y) {
  switch (rows.width) {
  case 1:
    return multiplyFixed<1>(rows, x, y);
  case 2:
    return multiplyFixed<2>(rows, x, y);
  default:
    return multiplyFixed<0>(rows, x, y);
  }
}

double dot(const double *x, const double *y, int64_t n) {
  double sums[8] = {};
  int64_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (int k = 0; k < 8; ++k)
      sums[k] += x[i + k] * y[i + k];
  for (; i < n; ++i)
    sums[0] += x[i] * y[i];
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

void addTo(double *x, double factor, const double *y, int64_t n) {
  for (int64_t i = 0; i < n; ++i)
    x[i] += factor * y[i];
}

void scaleBy(double *x, double factor, int64_t n) {
  for (int64_t i = 0; i < n; ++i)
    x[i] *= factor;
}

double normalise(double *x, int64_t n) {
  double largest = 0;
  for (int64_t i = 0; i < n; ++i)
    largest = std::max(largest, std::fabs(x[i]));
  if (!(largest > 0) || !std::isfinite(largest))
    return largest;
  // Solutions of nearly singular systems are large: no square may overflow.
  scaleBy(x, 1 / largest, n);
  const double norm = std::sqrt(dot(x, x, n));
  scaleBy(x, 1 / norm, n);
  return norm * largest;
}

void fixSign(double *x, int64_t n) {
  double largest = 0;
  for (int64_t i = 0; i < n; ++i)
    largest = std::max(largest, std::fabs(x[i]));
  for (int64_t i = 0; i < n; ++i)
    if (std::fabs(x[i]) >= largest / 2) {
      if (x[i] < 0)
        scaleBy(x, -1, n);
      return;
    }
}

void fillNotANumber(double *x, int64_t n) { std::fill(x, x + n, std::numeric_limits<double>::quiet_NaN()); }

} // namespace gms::physics
