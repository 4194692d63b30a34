#include "runtime/physics/physics.h"
#include "runtime/physics/status.h"
#include <algorithm>
#include <cmath>

namespace gms::physics {
namespace {

template <typename Real> int32_t symmetric(const Real *a, int64_t n, double tolerance, Real *result) {
  double largest = 0, differs = 0;
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < n; ++j) {
      const double here = a[i * n + j], there = a[j * n + i];
      result[i * n + j] = a[i * n + j];
      largest = std::max(largest, std::fabs(here));
      differs = std::max(differs, std::fabs(here - there));
    }
  return differs <= tolerance * largest ? static_cast<int32_t>(GMS_OK) : withResidual(GMS_NOT_SYMMETRIC, differs);
}

} // namespace
} // namespace gms::physics

int32_t gms_physics_symmetric_f64(const double *a, int64_t n, double *result) {
  return gms::physics::symmetric(a, n, 1e-10, result);
}

int32_t gms_physics_symmetric_f32(const float *a, int64_t n, float *result) {
  return gms::physics::symmetric(a, n, 1e-5, result);
}
