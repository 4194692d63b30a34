// Sums with the kernels |d|^p exp(-a |d|) by recurrences. With q = exp(-a) and S_p(i) = sum over j < i of (i - j)^p q^(i - j)
// f_j, the binomial theorem gives S_p(i + 1) = q (f_i + sum over t of C(p, t) S_t(i)), and likewise from the right.
#include "runtime/physics/physics.h"
#include "runtime/physics/status.h"
#include <cmath>

namespace gms::physics {
namespace {

constexpr int64_t mostPower = 8;
/// Rates that advance together, so that none waits for its own last step.
constexpr int together = 8;

struct Binomials {
  double row[mostPower + 1][mostPower + 1] = {};
  constexpr Binomials() {
    for (int p = 0; p <= mostPower; ++p) {
      row[p][0] = 1;
      for (int t = 1; t <= p; ++t)
        row[p][t] = row[p - 1][t - 1] + (t < p ? row[p - 1][t] : 0);
    }
  }
};
constexpr Binomials binomials;

/// The sums' next step: `state` are S_0 to S_p.
template <typename Real> void advance(Real *state, Real q, Real f, int64_t power) {
  for (int64_t p = power; p >= 0; --p) {
    Real sum = p == 0 ? f + state[0] : f;
    for (int64_t t = 0; t <= p && p > 0; ++t)
      sum += static_cast<Real>(binomials.row[p][t]) * state[t];
    state[p] = q * sum;
  }
}

/// Power 0 for several rates at once: the sums with the element itself in it from the left, without it from the right.
template <typename Real, int Count>
void plain(const Real *f, const Real *rate, int64_t n, int64_t stride, Real *result) {
  Real q[Count], left[Count] = {}, right[Count] = {};
  for (int k = 0; k < Count; ++k)
    q[k] = std::exp(-rate[k]);
  for (int64_t i = 0; i < n; ++i)
    for (int k = 0; k < Count; ++k) {
      left[k] = left[k] * q[k] + f[k * stride + i];
      result[k * n + i] = left[k];
    }
  for (int64_t i = n - 1; i >= 0; --i)
    for (int k = 0; k < Count; ++k) {
      result[k * n + i] += right[k];
      right[k] = q[k] * (right[k] + f[k * stride + i]);
    }
}

/// Power 1 for several rates at once: S_1(i + 1) = q (S_0(i) + f_i + S_1(i)).
template <typename Real, int Count>
void linear(const Real *f, const Real *rate, int64_t n, int64_t stride, Real *result) {
  Real q[Count], zeroth[Count] = {}, first[Count] = {};
  for (int k = 0; k < Count; ++k)
    q[k] = std::exp(-rate[k]);
  auto step = [&](int k, int64_t i) {
    zeroth[k] = q[k] * (zeroth[k] + f[k * stride + i]);
    first[k] = q[k] * first[k] + zeroth[k];
  };
  for (int64_t i = 0; i < n; ++i)
    for (int k = 0; k < Count; ++k) {
      result[k * n + i] = first[k];
      step(k, i);
    }
  for (int k = 0; k < Count; ++k)
    zeroth[k] = first[k] = 0;
  for (int64_t i = n - 1; i >= 0; --i)
    for (int k = 0; k < Count; ++k) {
      result[k * n + i] += first[k];
      step(k, i);
    }
}

template <typename Real> void weighted(const Real *f, Real rate, int64_t n, int64_t power, Real *result) {
  const Real q = std::exp(-rate);
  Real left[mostPower + 1] = {}, right[mostPower + 1] = {};
  for (int64_t i = 0; i < n; ++i) {
    result[i] = left[power];
    advance(left, q, f[i], power);
  }
  for (int64_t i = n - 1; i >= 0; --i) {
    result[i] += right[power];
    advance(right, q, f[i], power);
  }
}

/// The rates in groups of `Count`, and what is left in one smaller group.
template <typename Real, int Count>
void inGroups(const Real *f, const Real *rate, int64_t n, int64_t count, int64_t stride, int64_t power, Real *result) {
  for (; count >= Count; count -= Count) {
    (power ? linear<Real, Count> : plain<Real, Count>)(f, rate, n, stride, result);
    f += Count * stride;
    rate += Count;
    result += Count * n;
  }
  if constexpr (Count > 1)
    inGroups<Real, Count - 1>(f, rate, n, count, stride, power, result);
}

template <typename Real>
int32_t exponentialSum(const Real *f, const Real *rate, int64_t n, int64_t count, int64_t stride, int64_t power,
                       Real *result) {
  if (power < 0 || power > mostPower)
    return GMS_BAD_SHAPE;
  if (power < 2) {
    inGroups<Real, together>(f, rate, n, count, stride, power, result);
    return GMS_OK;
  }
  for (int64_t k = 0; k < count; ++k)
    weighted(f + k * stride, rate[k], n, power, result + k * n);
  return GMS_OK;
}

} // namespace
} // namespace gms::physics

int32_t gms_physics_exponential_sum_f64(const double *f, const double *rate, int64_t n, int64_t count, int64_t stride,
                                        int64_t power, double *result) {
  return gms::physics::exponentialSum(f, rate, n, count, stride, power, result);
}

int32_t gms_physics_exponential_sum_f32(const float *f, const float *rate, int64_t n, int64_t count, int64_t stride,
                                        int64_t power, float *result) {
  return gms::physics::exponentialSum(f, rate, n, count, stride, power, result);
}
