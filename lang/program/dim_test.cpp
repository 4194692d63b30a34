#include "lang/program/dim.h"
#include <gtest/gtest.h>
#include <limits>
#include <random>

namespace gms::program {
namespace {

enum : LocalId { N, H, W, I, U, K };

std::string nameOf(LocalId id) { return std::string(1, "nhwiuk"[id]); }
Dim s(LocalId id) { return Dim::symbol(id); }
std::string print(const Dim &dim) { return dim.print(nameOf); }

/// n, h, w are extents; i runs over h, u over n; of k nothing is known.
Bounds extents(LocalId id) { return id == K ? Bounds{} : Bounds{id <= W ? 1 : 0, {}}; }

TEST(Dim, SumsHaveOneForm) {
  EXPECT_EQ(s(N) + s(H) - s(N), s(H));
  EXPECT_EQ(s(H) * 2 + 1, Dim(1) + s(H) + s(H));
  EXPECT_EQ((s(H) - s(H)).asConstant(), 0);
  EXPECT_EQ(s(H).asSymbol(), LocalId(H));
  EXPECT_FALSE((s(H) + 1).asSymbol());
  EXPECT_FALSE((s(H) * 2).asSymbol());
  EXPECT_FALSE(s(H) == s(W));
}

TEST(Dim, WholeMultiplesLeaveTheQuotient) {
  EXPECT_EQ(Dim::floorDiv(s(H) * 2 + 1, 2), s(H));
  EXPECT_EQ(Dim::floorDiv(s(H) * 3 + 7, 3), s(H) + 2 + Dim::floorDiv(Dim(1), 3));
  EXPECT_EQ(Dim::floorDiv(s(H) + 4, 2), Dim::floorDiv(s(H), 2) + 2);
  EXPECT_EQ(Dim::floorDiv(s(H), 1), s(H));
  EXPECT_EQ(Dim::floorDiv(Dim(-7), 2).asConstant(), -4);
  EXPECT_EQ(Dim::floorDiv(Dim::floorDiv(s(H), 2) * 2, 2), Dim::floorDiv(s(H), 2));
}

TEST(Dim, FloorDivisionWrapsAndRoundsDown) {
  EXPECT_EQ(floorDivide(7, 2), 3);
  EXPECT_EQ(floorDivide(-7, 2), -4);
  EXPECT_EQ(floorDivide(7, -2), -4);
  EXPECT_EQ(floorDivide(std::numeric_limits<int64_t>::min(), -1), std::numeric_limits<int64_t>::min());
}

TEST(Dim, AnExtentIsSolvedForASymbolThatStandsInItAlone) {
  auto form = (s(N) * 2 + s(H) + 1).linearIn(N);
  ASSERT_TRUE(form);
  EXPECT_EQ(form->coefficient, 2);
  EXPECT_EQ(form->rest, s(H) + 1);
  EXPECT_FALSE((s(H) + 1).linearIn(N));
  EXPECT_FALSE(Dim::floorDiv(s(N), 2).linearIn(N));
  EXPECT_FALSE((s(N) + Dim::floorDiv(s(N), 2)).linearIn(N));
  EXPECT_FALSE(Dim::product(s(N), s(H)).linearIn(N));
}

TEST(Dim, WhatIsSolvedIsNeverNegativeAndMisfitsAreFound) {
  auto odd = *(s(N) * 2 + 1).linearIn(N), rest = *(Dim(5) - s(N)).linearIn(N);
  EXPECT_EQ(odd.solved(Dim(7)).asConstant(), 3);
  EXPECT_EQ(odd.solved(Dim(0)).asConstant(), 0);
  EXPECT_EQ(odd.solved(s(H) * 2 + 5), Dim::max(s(H) + 2, 0));
  EXPECT_EQ(rest.solved(Dim(2)).asConstant(), 3);
  EXPECT_TRUE(odd.neverFits(Dim(4)));
  EXPECT_TRUE(odd.neverFits(s(H) * 4));
  EXPECT_FALSE(odd.neverFits(s(H) * 4 + 1));
  EXPECT_FALSE(odd.neverFits(s(H) * 3));
  EXPECT_TRUE(rest.neverFits(Dim(6)));
  EXPECT_FALSE(rest.neverFits(Dim(5)));
}

TEST(Dim, MinimaAndMaximaAreSortedAndReduced) {
  EXPECT_EQ(Dim::min(s(H), s(W)), Dim::min(s(W), s(H)));
  EXPECT_EQ(Dim::min(s(H), s(H)), s(H));
  EXPECT_EQ(Dim::min(s(H), s(H) + 2), s(H));
  EXPECT_EQ(Dim::max(s(H), s(H) + 2), s(H) + 2);
  EXPECT_EQ(Dim::max(Dim::max(s(H), s(W)), s(N)), Dim::max(s(H), Dim::max(s(N), s(W))));
}

TEST(Dim, ProductsAreDistributed) {
  EXPECT_EQ(Dim::product(s(H) + 1, s(W)), Dim::product(s(W), s(H)) + s(W));
  EXPECT_EQ(Dim::product(s(H), Dim(3)), s(H) * 3);
  EXPECT_EQ(Dim::product(s(H) + 2, s(H) - 2), Dim::product(s(H), s(H)) - 4);
}

TEST(Dim, Prints) {
  EXPECT_EQ(print(s(H) * 2 + 1), "2 * h + 1");
  EXPECT_EQ(print(Dim(0) - s(H) + s(N)), "n - h");
  EXPECT_EQ(print(Dim::floorDiv(s(H) + 1, 2)), "floor((h + 1) / 2)");
  EXPECT_EQ(print(Dim(7)), "7");
}

TEST(Dim, SymbolsAreListedOnce) {
  std::vector<LocalId> found;
  Dim dim = Dim::min(Dim::floorDiv(s(H) + s(W), 2), s(H)) + s(N);
  dim.symbols(found);
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found, (std::vector<LocalId>{N, H, W}));
}

int64_t floorDivide(int64_t a, int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

/// A random extent and its value, computed beside it for the values given.
struct Grown {
  Dim dim;
  int64_t value;
};
Grown grow(std::mt19937 &random, const std::vector<int64_t> &values, int depth) {
  int form = depth == 0 ? static_cast<int>(random() % 2) : static_cast<int>(random() % 8);
  if (form == 0) {
    int64_t c = static_cast<int64_t>(random() % 9) - 4;
    return {Dim(c), c};
  }
  if (form == 1) {
    LocalId id = static_cast<LocalId>(random() % values.size());
    return {s(id), values[id]};
  }
  Grown a = grow(random, values, depth - 1), b = grow(random, values, depth - 1);
  int64_t k = static_cast<int64_t>(random() % 4) + 1;
  switch (form) {
  case 2:
    return {a.dim + b.dim, a.value + b.value};
  case 3:
    return {a.dim - b.dim, a.value - b.value};
  case 4:
    return {a.dim * (k - 2), a.value * (k - 2)};
  case 5:
    return {Dim::floorDiv(a.dim, k), floorDivide(a.value, k)};
  case 6:
    return {Dim::min(a.dim, b.dim), std::min(a.value, b.value)};
  default:
    return random() % 2 ? Grown{Dim::max(a.dim, b.dim), std::max(a.value, b.value)}
                        : Grown{Dim::product(a.dim, b.dim), a.value * b.value};
  }
}

TEST(Dim, NormalFormKeepsTheValue) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 20000; ++trial) {
    std::vector<int64_t> values;
    for (int i = 0; i < 4; ++i)
      values.push_back(static_cast<int64_t>(random() % 12) - 3);
    Grown grown = grow(random, values, 3);
    ASSERT_EQ(grown.dim.evaluate([&](LocalId id) { return values[id]; }), grown.value) << print(grown.dim);
    Dim shifted =
        grown.dim.substitute([&](LocalId id) { return id == H ? s(W) + (values[H] - values[W]) : s(id); });
    ASSERT_EQ(shifted.evaluate([&](LocalId id) { return values[id]; }), grown.value) << print(shifted);
  }
}

TEST(Proof, IntervalsOfSums) {
  EXPECT_TRUE(provablyNonNegative(s(N) - 1, extents));
  EXPECT_FALSE(provablyNonNegative(s(N) - 2, extents));
  EXPECT_TRUE(provablyNonNegative(s(I) + s(U), extents));
  EXPECT_FALSE(provablyNonNegative(s(N) - s(H), extents));
  EXPECT_FALSE(provablyNonNegative(s(K), extents));
  EXPECT_TRUE(provablyNonNegative(s(K) - s(K) + s(N), extents));
}

TEST(Proof, AStencilNeedsItsBorder) {
  // i + u - floor(n / 2) with 0 <= u < n may be -1; u - floor(n / 2) + n is not negative.
  Dim half = Dim::floorDiv(s(N), 2);
  EXPECT_FALSE(provablyNonNegative(s(I) + s(U) - half, extents));
  EXPECT_TRUE(provablyNonNegative(s(I) + s(U) - half + s(N), extents));
  // The last index of the padded image, h + n - 1 - (i + u), where i <= h - 1 and u <= n - 1 stand in for i
  // and u.
  EXPECT_TRUE(provablyNonNegative(s(H) + s(N) - 1 - (s(H) - 1) - (s(N) - 1), extents));
}

TEST(Proof, QuotientsCancelWithWhatTheyDivide) {
  Dim half = Dim::floorDiv(s(H), 2);
  EXPECT_TRUE(provablyNonNegative(half, extents));
  EXPECT_TRUE(provablyNonNegative(s(H) - half * 2, extents));     // 2 floor(h / 2) <= h
  EXPECT_TRUE(provablyNonNegative(half * 2 + 1 - s(H), extents)); // >= h - 1
  EXPECT_FALSE(provablyNonNegative(half * 2 - s(H), extents));
  EXPECT_TRUE(provablyNonNegative(s(H) - 1 - Dim::floorDiv(s(H) * 2 - 1, 2), extents));
  Dim quarter = Dim::floorDiv(s(H) + s(W), 4);
  EXPECT_TRUE(provablyNonNegative(s(H) + s(W) - quarter - half, extents));
}

TEST(Proof, MinimaMaximaAndProducts) {
  EXPECT_TRUE(provablyNonNegative(Dim::max(s(K), Dim(0)), extents));
  EXPECT_FALSE(provablyNonNegative(Dim::min(s(K), s(N)), extents));
  EXPECT_TRUE(provablyNonNegative(s(N) - Dim::min(s(K), s(N)), extents));
  EXPECT_TRUE(provablyNonNegative(s(N) - 1 - Dim::min(Dim::max(s(K), Dim(0)), s(N) - 1),
                                  extents)); // clamp(k, 0, n - 1)
  EXPECT_FALSE(provablyNonNegative(s(N) - Dim::max(s(K), Dim(0)), extents));
  EXPECT_TRUE(provablyNonNegative(Dim::product(s(H), s(W)) - 1, extents));
  EXPECT_FALSE(provablyNonNegative(Dim::product(s(H), s(K)), extents));
}

TEST(Proof, BoundsFromAbove) {
  auto bounds = [](LocalId id) { return id == I ? Bounds{0, 9} : extents(id); };
  EXPECT_TRUE(provablyNonNegative(Dim(9) - s(I), bounds));
  EXPECT_FALSE(provablyNonNegative(Dim(8) - s(I), bounds));
  EXPECT_TRUE(provablyNonNegative(Dim(4) - Dim::floorDiv(s(I), 2), bounds));
}

TEST(Proof, IsSound) {
  std::mt19937 random(2);
  int proven = 0;
  for (int trial = 0; trial < 4000; ++trial) {
    std::vector<Bounds> known;
    std::vector<int64_t> none(3, 0);
    for (int i = 0; i < 3; ++i) {
      int64_t low = static_cast<int64_t>(random() % 6) - 2;
      known.push_back({low, random() % 2 ? std::optional<int64_t>(low + static_cast<int64_t>(random() % 4))
                                         : std::nullopt});
    }
    Dim dim = grow(random, none, 3).dim;
    if (!provablyNonNegative(dim, [&](LocalId id) { return known[id]; }))
      continue;
    ++proven;
    for (int sample = 0; sample < 40; ++sample) {
      std::vector<int64_t> values;
      for (const Bounds &b : known)
        values.push_back(*b.low + static_cast<int64_t>(
                                      random() % static_cast<unsigned>(b.high ? *b.high - *b.low + 1 : 25)));
      ASSERT_GE(dim.evaluate([&](LocalId id) { return values[id]; }), 0) << print(dim);
    }
  }
  EXPECT_GT(proven, 500);
}

TEST(Proof, LargeDivisorsDoNotOverflow) {
  const int64_t large = int64_t(1) << 40;
  Dim a = Dim::floorDiv(s(H), large) - Dim::floorDiv(s(W), large - 1) + Dim::floorDiv(s(N), large - 3) -
          Dim::floorDiv(s(H) + s(W), large - 5);
  EXPECT_FALSE(provablyNonNegative(a, extents));
  EXPECT_FALSE(provablyNonNegative(a + 1, extents));
}

} // namespace
} // namespace gms::program
