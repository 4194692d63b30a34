#include "runtime/physics/small_eigen.h"
#include <algorithm>
#include <cmath>

namespace gms::physics {

void smallEigen(double *a, int64_t n, double *values, double *vectors) {
  std::fill(vectors, vectors + n * n, 0.0);
  for (int64_t i = 0; i < n; ++i)
    vectors[i * n + i] = 1;
  for (int sweep = 0; sweep < 50; ++sweep) {
    double off = 0, all = 0;
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j <= i; ++j)
        (i == j ? all : off) += a[i * n + j] * a[i * n + j];
    if (!(off > 1e-34 * all))
      break;
    for (int64_t p = 0; p < n; ++p)
      for (int64_t q = p + 1; q < n; ++q) {
        if (a[p * n + q] == 0)
          continue;
        const double theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
        const double t = (theta >= 0 ? 1 : -1) / (std::fabs(theta) + std::sqrt(theta * theta + 1));
        const double c = 1 / std::sqrt(t * t + 1), s = t * c;
        for (int64_t k = 0; k < n; ++k) {
          const double x = a[k * n + p], y = a[k * n + q];
          a[k * n + p] = c * x - s * y;
          a[k * n + q] = s * x + c * y;
        }
        for (int64_t k = 0; k < n; ++k) {
          const double x = a[p * n + k], y = a[q * n + k], u = vectors[p * n + k], v = vectors[q * n + k];
          a[p * n + k] = c * x - s * y;
          a[q * n + k] = s * x + c * y;
          vectors[p * n + k] = c * u - s * v;
          vectors[q * n + k] = s * u + c * v;
        }
      }
  }
  for (int64_t i = 0; i < n; ++i)
    values[i] = a[i * n + i];
  for (int64_t i = 0; i < n; ++i) {
    const int64_t best = std::min_element(values + i, values + n) - values;
    std::swap(values[i], values[best]);
    if (best != i)
      std::swap_ranges(vectors + i * n, vectors + i * n + n, vectors + best * n);
  }
}

} // namespace gms::physics
