// Sums with the kernels |d|^p exp(-a |d|) by recurrences. With q = exp(-a) and S_p(i) = sum over j < i of (i - j)^p q^(i - j)
// f_j, the binomial theorem gives S_p(i + 1) = q (f_i + sum over t of C(p, t) S_t(i)), and likewise from the right.
#include "runtime/physics/physics.h"
#include "runtime/physics/status.h"
#include <cmath>
#include <cstring>
#include <type_traits>

namespace gms::physics {
namespace {

constexpr int64_t mostPower = 8;
/// Rates that advance together.
constexpr int together = 4;

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

using Four = double __attribute__((vector_size(32)));

inline Four load(const double *from) {
  Four v;
  std::memcpy(&v, from, sizeof v);
  return v;
}
inline void save(double *to, Four v) { std::memcpy(to, &v, sizeof v); }

/// y_i = x_i + q y_(i - 1), four elements at a time: within four by doubling the distance, then what came before.
struct Rising {
  double q;
  Four last{}; ///< the last element, four times
  Four near, far, before;
  explicit Rising(double q = 0)
      : q(q), near{q, q, q, q}, far(near * near), before{q, q * q, q * q * q, q * q * q * q} {}
  Four operator()(Four x) {
    const Four zero{};
    x += near * __builtin_shufflevector(x, zero, 4, 0, 1, 2);
    x += far * __builtin_shufflevector(x, zero, 4, 4, 0, 1);
    x += before * last;
    last = __builtin_shufflevector(x, x, 3, 3, 3, 3);
    return x;
  }
  double operator()(double x) {
    last = Four{x, x, x, x} + q * last;
    return last[0];
  }
  /// q y_(i - 1)
  Four without(Four x) {
    const Four earlier = last;
    return near * __builtin_shufflevector((*this)(x), earlier, 4, 0, 1, 2);
  }
  double without(double x) {
    const Four earlier = q * last;
    last = x + earlier;
    return earlier[0];
  }
};

/// y_i = x_i + q y_(i + 1).
struct Falling {
  double q;
  Four last{}; ///< the last element, four times
  Four near, far, before;
  explicit Falling(double q = 0)
      : q(q), near{q, q, q, q}, far(near * near), before{q * q * q * q, q * q * q, q * q, q} {}
  Four operator()(Four x) {
    const Four zero{};
    x += near * __builtin_shufflevector(x, zero, 1, 2, 3, 4);
    x += far * __builtin_shufflevector(x, zero, 2, 3, 4, 4);
    x += before * last;
    last = __builtin_shufflevector(x, x, 0, 0, 0, 0);
    return x;
  }
  double operator()(double x) {
    last = Four{x, x, x, x} + q * last;
    return last[0];
  }
  /// q y_(i + 1)
  Four without(Four x) {
    const Four later = last;
    return near * __builtin_shufflevector((*this)(x), later, 1, 2, 3, 4);
  }
  double without(double x) {
    const Four later = q * last;
    last = x + later;
    return later[0];
  }
};

/// One side's part, with the element itself for power 0 where `Own`. For power 1, with y the sums of power 0 with the element
/// itself: S_1(i) = q M(i - 1), where M(i) = y(i) + q M(i - 1).
template <int Power, bool Own, typename Side, typename Value> Value part(Side &first, Side &second, Value x) {
  if constexpr (Power == 0)
    return Own ? first(x) : first.without(x);
  else
    return second.without(first(x));
}

/// Several rates at once, so that none waits for its own last step.
template <int Power, int Count>
void sums(const double *f, const double *rate, int64_t n, int64_t stride, double *result) {
  Rising left[2][Count];
  Falling right[2][Count];
  for (int k = 0; k < Count; ++k) {
    const double q = std::exp(-rate[k]);
    left[0][k] = left[1][k] = Rising(q);
    right[0][k] = right[1][k] = Falling(q);
  }
  const int64_t whole = n / 4 * 4;
  for (int64_t i = 0; i < whole; i += 4)
    for (int k = 0; k < Count; ++k)
      save(result + k * n + i, part<Power, true>(left[0][k], left[1][k], load(f + k * stride + i)));
  for (int64_t i = whole; i < n; ++i)
    for (int k = 0; k < Count; ++k)
      result[k * n + i] = part<Power, true>(left[0][k], left[1][k], f[k * stride + i]);
  for (int64_t i = n - 1; i >= whole; --i)
    for (int k = 0; k < Count; ++k)
      result[k * n + i] += part<Power, false>(right[0][k], right[1][k], f[k * stride + i]);
  for (int64_t i = whole - 4; i >= 0; i -= 4)
    for (int k = 0; k < Count; ++k) {
      double *here = result + k * n + i;
      save(here, load(here) + part<Power, false>(right[0][k], right[1][k], load(f + k * stride + i)));
    }
}

template <typename Real> void weighted(const Real *f, Real rate, int64_t n, int64_t power, Real *result) {
  const Real q = std::exp(-rate);
  Real left[mostPower + 1] = {}, right[mostPower + 1] = {};
  for (int64_t i = 0; i < n; ++i) {
    result[i] = left[power] + (power ? 0 : f[i]);
    advance(left, q, f[i], power);
  }
  for (int64_t i = n - 1; i >= 0; --i) {
    result[i] += right[power];
    advance(right, q, f[i], power);
  }
}

/// The rates in groups of `Count`, and what is left in one smaller group.
template <int Power, int Count>
void inGroups(const double *f, const double *rate, int64_t n, int64_t count, int64_t stride, double *result) {
  for (; count >= Count; count -= Count) {
    sums<Power, Count>(f, rate, n, stride, result);
    f += Count * stride;
    rate += Count;
    result += Count * n;
  }
  if constexpr (Count > 1)
    inGroups<Power, Count - 1>(f, rate, n, count, stride, result);
}

template <typename Real>
int32_t exponentialSum(const Real *f, const Real *rate, int64_t n, int64_t count, int64_t stride, int64_t power,
                       Real *result) {
  if (power < 0 || power > mostPower)
    return GMS_BAD_SHAPE;
  if constexpr (std::is_same_v<Real, double>)
    if (power < 2) {
      (power ? inGroups<1, together> : inGroups<0, together>)(f, rate, n, count, stride, result);
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
