#include "lang/eval/generator.h"
#include <cmath>
#include <gtest/gtest.h>

namespace gms::eval {
namespace {

// Known answers of Random123 (Salmon et al. 2011), philox4x32 with ten rounds.
TEST(Generator, PhiloxKnownAnswers) {
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}),
            (std::array<uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}),
            (std::array<uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (std::array<uint32_t, 4>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

// The table of docs/language.md, section 13; test/scripts/generator_vectors.py computes it a second time.
TEST(Generator, PublishedVectors) {
  struct Vector {
    Key key;
    const char *place;
    uint32_t element, word;
    float unit;
    int64_t integer;
    float normal, logUniform;
  };
  const Vector vectors[] = {
      {{0, 0, 0}, "policy/turn", 0, 0x97ef21f2, 0.5934925675392151f, 5, 0.236538455f, 1.13838232f},
      {{0, 0, 0}, "policy/turn", 1, 0x25130804, 0.1448216438293457f, 1, -1.05890405f, 0.611168981f},
      {{0, 0, 1}, "policy/turn", 0, 0x25e3113e, 0.14799600839614868f, 1, -1.04506707f, 0.613864422f},
      {{0, 1, 0}, "policy/turn", 0, 0x6af1a87d, 0.41774988174438477f, 4, -0.207653046f, 0.892237544f},
      {{1, 0, 0}, "policy/turn", 0, 0xfe9d8f15, 0.9945916533470154f, 9, 2.54856586f, 1.98506093f},
      {{0, 0, 0}, "policy/gain", 0, 0xd7f7acb1, 0.8436229228973389f, 8, 1.00946021f, 1.6102066f},
      {{0x123456789abcdef, 0xfedcba9876543210, 7},
       "policy/noise/grain",
       42,
       0x412f4f2f,
       0.25462812185287476f,
       2,
       -0.659996271f,
       0.71165812f}};
  for (const Vector &v : vectors) {
    uint32_t w = word(v.key, placeHash(v.place), v.element);
    EXPECT_EQ(w, v.word) << v.place;
    EXPECT_EQ(unitOf(w), v.unit);
    EXPECT_EQ(integer(w, 0, 10), v.integer);
    EXPECT_EQ(normal(w, 0, 1), v.normal);
    EXPECT_EQ(logUniform(w, 0.5f, 2), v.logUniform);
  }
  EXPECT_EQ(permutation({0, 0, 0}, placeHash("policy/order"), 6), (std::vector<int64_t>{2, 4, 5, 0, 3, 1}));
}

TEST(Generator, CategoricalFollowsItsWeights) {
  const std::vector<float> weights = {1, 0, 5, 2};
  std::vector<int> counts(4, 0);
  for (uint64_t s = 0; s < 80000; ++s)
    ++counts[static_cast<size_t>(categorical(word({3, s, 0}, placeHash("c"), 0), weights))];
  EXPECT_EQ(counts[1], 0);
  EXPECT_NEAR(counts[0], 10000, 400);
  EXPECT_NEAR(counts[2], 50000, 600);
  EXPECT_NEAR(counts[3], 20000, 500);
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
