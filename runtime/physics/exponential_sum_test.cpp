#include "runtime/physics/dense_reference.h"
#include <gtest/gtest.h>

namespace gms::physics {
namespace {

double direct(const Vector &f, int64_t from, double rate, int64_t n, int64_t i, int power) {
  double sum = 0;
  for (int64_t j = 0; j < n; ++j)
    sum += (power ? std::pow(std::abs(i - j), power) : 1.0) * std::exp(-rate * std::abs(i - j)) * f[from + j];
  return sum;
}

TEST(ExponentialSum, EqualsTheDenseSum) {
  Numbers numbers(1);
  for (int64_t n : {1, 2, 7, 64, 129})
    for (int64_t count : {1, 3, 8, 19})
      for (int64_t stride : {int64_t(0), n})
        for (int power : {0, 1, 2, 3}) {
          const Vector f = numbers.some(stride ? n * count : n);
          Vector rate = numbers.some(count), result(n * count);
          for (double &a : rate)
            a = 0.02 + a * a;
          rate[0] = 0;
          ASSERT_EQ(gms_physics_exponential_sum_f64(f.data(), rate.data(), n, count, stride, power, result.data()), GMS_OK);
          for (int64_t k = 0; k < count; ++k)
            for (int64_t i = 0; i < n; ++i) {
              const double want = direct(f, k * stride, rate[k], n, i, power);
              ASSERT_NEAR(result[k * n + i], want, 1e-10 * std::max(1.0, std::pow(n, power))) << n << " " << count << " " << power;
            }
        }
}

TEST(ExponentialSum, SinglePrecisionAndAPowerTooHigh) {
  std::vector<float> f{1, -2, 3, 0.5f}, rate{0.3f}, result(4);
  ASSERT_EQ(gms_physics_exponential_sum_f32(f.data(), rate.data(), 4, 1, 4, 1, result.data()), GMS_OK);
  const Vector wide(f.begin(), f.end());
  for (int64_t i = 0; i < 4; ++i)
    EXPECT_NEAR(result[i], direct(wide, 0, 0.3f, 4, i, 1), 1e-5);
  EXPECT_EQ(gms_physics_exponential_sum_f32(f.data(), rate.data(), 4, 1, 4, 9, result.data()), GMS_BAD_SHAPE);
}

} // namespace
} // namespace gms::physics
