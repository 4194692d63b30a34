#include "runtime/physics/dense_reference.h"
#include <gtest/gtest.h>

namespace gms::physics {
namespace {

struct Plane {
  int64_t n, m;
  Vector a, b, diagonal;
  int64_t periodic = 0;
  int64_t rowsA() const { return static_cast<int64_t>(a.size()) / n; }
  int64_t rowsB() const { return static_cast<int64_t>(b.size()) / m; }
  Dense dense() const {
    const Dense x = denseOf(a, n, periodic & 1), y = denseOf(b, m, periodic & 2);
    Dense made(n * m);
    for (int64_t i = 0; i < n; ++i)
      for (int64_t j = 0; j < m; ++j) {
        made(i * m + j, i * m + j) += diagonal[i * m + j];
        for (int64_t k = 0; k < n; ++k)
          made(i * m + j, k * m + j) += x(i, k);
        for (int64_t k = 0; k < m; ++k)
          made(i * m + j, i * m + k) += y(j, k);
      }
    return made;
  }
};

struct Found {
  int32_t status;
  Vector values, vectors;
};

Found lowest(const Plane &p, int64_t k, const Vector *guess = nullptr) {
  Found made{0, Vector(k), Vector(k * p.n * p.m)};
  GuardedWorkspace workspace(planeWorkspace<int64_t>(p.rowsA(), p.rowsB(), p.n, p.m, k));
  made.status = guess ? gms_physics_lowest_plane_near(p.a.data(), p.b.data(), p.diagonal.data(), guess->data(), p.rowsA(),
                                                      p.rowsB(), p.n, p.m, p.periodic, k, made.values.data(),
                                                      made.vectors.data(), workspace.data())
                      : gms_physics_lowest_plane(p.a.data(), p.b.data(), p.diagonal.data(), p.rowsA(), p.rowsB(), p.n,
                                                 p.m, p.periodic, k, made.values.data(), made.vectors.data(),
                                                 workspace.data());
  EXPECT_TRUE(workspace.whole());
  return made;
}

void check(const Plane &p, int64_t k, const Found &found) {
  ASSERT_EQ(found.status, GMS_OK);
  const Dense dense = p.dense();
  const Spectrum spectrum = jacobi(dense);
  const int64_t size = p.n * p.m;
  const double scale = std::max(std::fabs(spectrum.values.front()), std::fabs(spectrum.values.back())) + 1e-3;
  for (int64_t s = 0; s < k; ++s) {
    const double *v = &found.vectors[s * size];
    ASSERT_NEAR(found.values[s], spectrum.values[s], 1e-12 * scale) << p.n << " " << p.m << " pair " << s;
    const Vector image = dense.times(v);
    for (int64_t i = 0; i < size; ++i)
      ASSERT_NEAR(image[i], found.values[s] * v[i], 3e-9 * scale);
    for (int64_t t = 0; t <= s; ++t)
      ASSERT_NEAR(std::inner_product(v, v + size, &found.vectors[t * size], 0.0), s == t, 1e-9);
  }
}

/// Two particles in a well that repel each other: mirror and exchange symmetric.
Plane wells(int64_t n, double apart) {
  Plane p{n, n, Vector(3 * n), {}, Vector(n * n)};
  const double h = 0.5;
  for (int64_t i = 0; i < n; ++i) {
    p.a[i] = 2.5 / (2 * h * h);
    p.a[n + i] = -4.0 / 3 / (2 * h * h);
    p.a[2 * n + i] = 1.0 / 12 / (2 * h * h);
  }
  p.b = p.a;
  const auto at = [&](int64_t i) { return (static_cast<double>(i) - 0.5 * static_cast<double>(n - 1)) * h; };
  const auto v = [&](double x) { return -std::exp(-0.42 * std::fabs(x - apart)) - std::exp(-0.42 * std::fabs(x + apart)); };
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < n; ++j)
      p.diagonal[i * n + j] = 1.07 * (v(at(i)) + v(at(j)) + std::exp(-0.42 * std::fabs(at(i) - at(j))));
  return p;
}

TEST(LowestPlane, TwoElectronsInMirroredWells) {
  for (int64_t n : {4, 9, 12})
    for (double apart : {0.7, 2.0})
      for (int64_t k : {1, 3}) {
        const Plane p = wells(n, apart);
        check(p, k, lowest(p, k));
      }
}

TEST(LowestPlane, RandomOperators) {
  Numbers numbers(11);
  for (auto [n, m] : {std::pair<int64_t, int64_t>{1, 1}, {1, 6}, {5, 1}, {2, 3}, {7, 5}, {11, 13}})
    for (int64_t periodic : {0, 1, 3})
      for (int64_t k : {1, 2, 5}) {
        if (k > n * m)
          continue;
        Plane p{n, m, numbers.some(2 * n), numbers.some(3 * m), numbers.some(n * m), periodic};
        check(p, k, lowest(p, k));
      }
}

TEST(LowestPlane, AllPairsAndGuesses) {
  const Plane p = wells(4, 1);
  check(p, 16, lowest(p, 16));
  const Plane q = wells(9, 1.1);
  const Found near = lowest(wells(9, 1), 2);
  check(q, 2, lowest(q, 2, &near.vectors));
  const Vector zeros(2 * 81);
  check(q, 2, lowest(q, 2, &zeros));
}

TEST(LowestPlane, SeparableOperatorsHaveSums) {
  // No potential: sums of 1 - cos(j pi / (n + 1)), with degenerate pairs.
  const int64_t n = 40;
  Plane p{n, n, Vector(2 * n, -0.5), Vector(2 * n, -0.5), Vector(n * n)};
  std::fill(p.a.begin(), p.a.begin() + n, 1.0);
  std::fill(p.b.begin(), p.b.begin() + n, 1.0);
  const Found found = lowest(p, 4);
  ASSERT_EQ(found.status, GMS_OK);
  const auto level = [&](int j) { return 1 - std::cos(j * M_PI / (n + 1)); };
  const double want[] = {2 * level(1), level(1) + level(2), level(1) + level(2), 2 * level(2)};
  for (int k = 0; k < 4; ++k)
    EXPECT_NEAR(found.values[k], want[k], 1e-13);
}

TEST(ResponsePlane, EqualsTheSumOverTheSpectrum) {
  Numbers numbers(12);
  for (int64_t k : {1, 3}) {
    const Plane p = wells(11, 1.3);
    const int64_t size = p.n * p.m;
    const Found found = lowest(p, k);
    const Vector right = numbers.some(k * size);
    Vector result(k * size);
    GuardedWorkspace workspace(planeWorkspace<int64_t>(p.rowsA(), p.rowsB(), p.n, p.m, k));
    ASSERT_EQ(gms_physics_response_plane(p.a.data(), p.b.data(), p.diagonal.data(), found.values.data(),
                                         found.vectors.data(), right.data(), p.rowsA(), p.rowsB(), p.n, p.m, 0, k,
                                         result.data(), workspace.data()),
              GMS_OK);
    ASSERT_TRUE(workspace.whole());
    const Spectrum spectrum = jacobi(p.dense());
    for (int64_t m = 0; m < k; ++m) {
      Vector want(size);
      for (int64_t j = 0; j < size; ++j) {
        if (j == m)
          continue;
        const double part = std::inner_product(&right[m * size], &right[m * size] + size, spectrum.vectors[j].begin(), 0.0) /
                            (spectrum.values[j] - spectrum.values[m]);
        for (int64_t i = 0; i < size; ++i)
          want[i] += part * spectrum.vectors[j][i];
      }
      for (int64_t i = 0; i < size; ++i)
        ASSERT_NEAR(result[m * size + i], want[i], 1e-6);
    }
  }
}

} // namespace
} // namespace gms::physics
