#include "lang/eval/generator.h"
#include <cmath>
#include <gtest/gtest.h>

namespace gms::eval {
namespace {

// Known answers of Random123 (Salmon et al. 2011), philox4x32 with ten rounds.
TEST(Generator, PhiloxKnownAnswers) {
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (std::array<uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}), (std::array<uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (std::array<uint32_t, 4>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Generator, PolynomialsAreNearTheirFunctions) {
  for (float x = 1e-6f; x < 1e6f; x *= 1.37f) {
    double wanted = std::log(double(x));
    EXPECT_NEAR(polynomialLog(x), wanted, 2e-7 * std::max(1.0, std::abs(wanted))) << x;
  }
  for (float x = -20; x < 20; x += 0.37f)
    EXPECT_NEAR(polynomialExp(x) / std::exp(double(x)), 1, 3e-7) << x;
}

TEST(Generator, MomentsOfDraws) {
  Key key{7, 0, 0};
  const int n = 200000;
  double uniformSum = 0, sum = 0, squares = 0, heads = 0;
  for (int i = 0; i < n; ++i) {
    key.sample = uint64_t(i);
    uint32_t w = word(key, placeHash("moments/x"), 0);
    uniformSum += uniform(w, -1, 3);
    double z = normal(w, 0, 1);
    sum += z;
    squares += z * z;
    heads += bernoulli(w, 0.3f);
    float l = logUniform(w, 0.5f, 2);
    ASSERT_TRUE(l > 0.4999f && l < 2.0001f);
    ASSERT_TRUE(integer(w, -3, 4) >= -3 && integer(w, -3, 4) < 4);
  }
  EXPECT_NEAR(uniformSum / n, 1, 0.01);
  EXPECT_NEAR(sum / n, 0, 0.01);
  EXPECT_NEAR(squares / n, 1, 0.015);
  EXPECT_NEAR(heads / n, 0.3, 0.005);
}

TEST(Generator, ExtremeWordsAreFinite) {
  for (uint32_t w : {0u, 511u, 512u, 0x7FFFFFFFu, 0x80000000u, 0xFFFFFE00u, 0xFFFFFFFFu}) {
    EXPECT_TRUE(std::isfinite(normal(w, 0, 1))) << w;
    EXPECT_LT(unitOf(w), 1.0f);
    EXPECT_EQ(categorical(w, {1.0f}), 0);
  }
}

TEST(Generator, PermutationsHoldEveryItem) {
  std::vector<int64_t> counts(24, 0);
  for (uint64_t s = 0; s < 24000; ++s) {
    std::vector<int64_t> order = permutation({1, s, 0}, placeHash("p"), 4);
    int64_t code = order[0] * 6 + (order[1] - (order[1] > order[0])) * 2 + (order[2] > order[3]);
    ++counts[size_t(code)];
  }
  for (int64_t count : counts)
    EXPECT_NEAR(double(count), 1000, 150);
}

} // namespace
} // namespace gms::eval
