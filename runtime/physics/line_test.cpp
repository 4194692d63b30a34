#include "runtime/physics/dense_reference.h"
#include <gtest/gtest.h>

namespace gms::physics {
namespace {

struct Found {
  int32_t status;
  Vector values, vectors;
};

Found lowest(const Vector &bands, int64_t n, bool periodic, int64_t k, const Vector *guess = nullptr) {
  const int64_t rows = static_cast<int64_t>(bands.size()) / n;
  Found made{0, Vector(k), Vector(k * n)};
  GuardedWorkspace workspace(lineWorkspace<int64_t>(rows, n, periodic, k));
  made.status = guess ? gms_physics_lowest_near(bands.data(), guess->data(), rows, n, periodic, k, made.values.data(),
                                                made.vectors.data(), workspace.data())
                      : gms_physics_lowest(bands.data(), rows, n, periodic, k, made.values.data(), made.vectors.data(),
                                           workspace.data());
  EXPECT_TRUE(workspace.whole());
  return made;
}

/// Eigenvalues by Jacobi; vectors by being orthonormal eigenvectors.
void check(const Vector &bands, int64_t n, bool periodic, int64_t k, const Found &found) {
  ASSERT_EQ(found.status, GMS_OK);
  const Dense dense = denseOf(bands, n, periodic);
  const Spectrum spectrum = jacobi(dense);
  const double scale = std::max(std::fabs(spectrum.values.front()), std::fabs(spectrum.values.back())) + 1e-3;
  for (int64_t m = 0; m < k; ++m) {
    const double *v = &found.vectors[m * n];
    ASSERT_NEAR(found.values[m], spectrum.values[m], 2e-13 * scale * std::sqrt(n)) << "n " << n << " pair " << m;
    const Vector image = dense.times(v);
    for (int64_t i = 0; i < n; ++i)
      ASSERT_NEAR(image[i], found.values[m] * v[i], 2e-11 * scale);
    for (int64_t j = 0; j <= m; ++j)
      ASSERT_NEAR(std::inner_product(v, v + n, &found.vectors[j * n], 0.0), j == m, 1e-12);
    double largest = 0;
    for (int64_t i = 0; i < n; ++i)
      largest = std::max(largest, std::fabs(v[i]));
    const double *first = std::find_if(v, v + n, [&](double x) { return std::fabs(x) >= largest / 2; });
    ASSERT_GT(*first, 0);
  }
}

Vector kinetic(int64_t n, const Vector &potential) {
  Vector bands(3 * n);
  for (int64_t i = 0; i < n; ++i) {
    bands[i] = 2.5 / (2 * 0.0064) + potential[i];
    bands[n + i] = -4.0 / 3 / (2 * 0.0064);
    bands[2 * n + i] = 1.0 / 12 / (2 * 0.0064);
  }
  return bands;
}

TEST(Lowest, RandomBandsAgreeWithJacobi) {
  Numbers numbers(3);
  for (int64_t n : {1, 2, 3, 5, 8, 17, 40})
    for (int64_t rows : {1, 2, 3, 4, 5, 7, 40})
      for (bool periodic : {false, true}) {
        const Vector bands = numbers.some(rows * n);
        for (int64_t k : {int64_t(1), std::min<int64_t>(n, 3), n})
          check(bands, n, periodic, k, lowest(bands, n, periodic, k));
      }
}

TEST(Lowest, FullMatricesBecomeTridiagonal) {
  Numbers numbers(4);
  for (int64_t n : {27, 60, 101}) {
    const Vector bands = numbers.some(n * n);
    check(bands, n, false, 6, lowest(bands, n, false, 6));
    check(bands, n, true, 2, lowest(bands, n, true, 2));
  }
}

TEST(Lowest, KnownSpectra) {
  // Second differences between walls: 2 - 2 cos(j pi / (n + 1)).
  const int64_t n = 513;
  Vector bands(2 * n, -1.0);
  std::fill(bands.begin(), bands.begin() + n, 2.0);
  const Found walls = lowest(bands, n, false, 9);
  ASSERT_EQ(walls.status, GMS_OK);
  for (int j = 1; j <= 9; ++j)
    EXPECT_NEAR(walls.values[j - 1], 2 - 2 * std::cos(j * M_PI / (n + 1)), 1e-14);
  // On a ring they come in pairs: 2 - 2 cos(2 pi j / n).
  const Found ring = lowest(bands, n, true, 9);
  ASSERT_EQ(ring.status, GMS_OK);
  for (int j = 0; j < 9; ++j)
    EXPECT_NEAR(ring.values[j], 2 - 2 * std::cos(2 * M_PI * ((j + 1) / 2) / n), 1e-14);
}

TEST(Lowest, DegenerateAndNearlyDegenerate) {
  const int64_t n = 40;
  // All eigenvalues equal, and blocks that do not touch.
  Vector same(n, 0.75);
  check(same, n, false, 5, lowest(same, n, false, 5));
  Vector blocks(2 * n, 0.0);
  for (int64_t i = 0; i < n; ++i) {
    blocks[i] = i % 4;
    blocks[n + i] = i % 4 == 3 ? 0 : 0.5;
  }
  check(blocks, n, false, 12, lowest(blocks, n, false, 12));
  // Two wells far apart: the splitting is below rounding.
  const int64_t wide = 300;
  Vector wells(wide);
  for (int64_t i = 0; i < wide; ++i)
    wells[i] = -3 * std::exp(-std::pow((i - 60.5) * 0.08, 2)) - 3 * std::exp(-std::pow((i - 240.5) * 0.08, 2));
  const Vector bands = kinetic(wide, wells);
  check(bands, wide, false, 4, lowest(bands, wide, false, 4));
  check(bands, wide, false, 1, lowest(bands, wide, false, 1));
}

TEST(Lowest, RingsOfEqualPointsHavePairs) {
  for (int64_t n : {4, 7, 24, 48})
    for (int64_t rows : {2, 3, 5}) {
      Vector bands(rows * n);
      for (int64_t d = 0; d < rows; ++d)
        std::fill(bands.begin() + d * n, bands.begin() + (d + 1) * n, d == 0 ? 1.5 : -1.0 / (d * d));
      for (int64_t k = 1; k <= std::min<int64_t>(n, 9); ++k)
        check(bands, n, true, k, lowest(bands, n, true, k));
    }
}

TEST(Lowest, AnyGuessGivesTheSame) {
  const int64_t n = 120, k = 3;
  Numbers numbers(5);
  Vector potential(n);
  for (int64_t i = 0; i < n; ++i)
    potential[i] = 0.5 * std::pow((i - n / 2) * 0.08, 2);
  const Vector bands = kinetic(n, potential);
  const Found cold = lowest(bands, n, false, k);
  check(bands, n, false, k, cold);
  Vector shifted = bands;
  for (int64_t i = 0; i < n; ++i)
    shifted[i] += 0.01 * std::sin(0.3 * i);
  check(shifted, n, false, k, lowest(shifted, n, false, k, &cold.vectors));
  const Vector noise = numbers.some(n * k), zeros(n * k), nan(n * k, NAN);
  const Spectrum spectrum = jacobi(denseOf(bands, n, false));
  Vector higher;
  for (int m : {7, 5, 2})
    higher.insert(higher.end(), spectrum.vectors[m].begin(), spectrum.vectors[m].end());
  for (const Vector *guess : {&noise, &zeros, &nan, static_cast<const Vector *>(&higher)})
    check(bands, n, false, k, lowest(bands, n, false, k, guess));
}

TEST(Lowest, RefusesWhatHasNoAnswer) {
  const Vector two(2, 1.0);
  EXPECT_EQ(lowest(two, 2, false, 3).status, GMS_BAD_SHAPE);
  const Found bad = lowest(Vector{1, NAN}, 2, false, 1);
  EXPECT_EQ(GMS_STATUS_OF(bad.status), GMS_NOT_CONVERGED);
  EXPECT_TRUE(std::isnan(bad.values[0]) && std::isnan(bad.vectors[1]));
}

TEST(Response, EqualsTheSumOverTheSpectrum) {
  Numbers numbers(6);
  for (int64_t n : {1, 2, 9, 33, 64})
    for (int64_t rows : {1, 2, 3, 5, 64})
      for (bool periodic : {false, true}) {
        const int64_t k = std::min<int64_t>(n, 4);
        const Vector bands = numbers.some(rows * n), right = numbers.some(k * n);
        const Found found = lowest(bands, n, periodic, k);
        ASSERT_EQ(found.status, GMS_OK);
        Vector result(k * n);
        GuardedWorkspace workspace(lineWorkspace<int64_t>(rows, n, periodic, k));
        ASSERT_EQ(gms_physics_response(bands.data(), found.values.data(), found.vectors.data(), right.data(), rows, n,
                                       periodic, k, result.data(), workspace.data()),
                  GMS_OK);
        ASSERT_TRUE(workspace.whole());
        const Spectrum spectrum = jacobi(denseOf(bands, n, periodic));
        for (int64_t m = 0; m < k; ++m) {
          Vector want(n);
          double closest = 1;
          for (int64_t j = 0; j < n; ++j) {
            if (j == m)
              continue;
            const double gap = spectrum.values[j] - spectrum.values[m];
            closest = std::min(closest, std::fabs(gap));
            const double part =
                std::inner_product(&right[m * n], &right[m * n] + n, spectrum.vectors[j].begin(), 0.0) / gap;
            for (int64_t i = 0; i < n; ++i)
              want[i] += part * spectrum.vectors[j][i];
          }
          for (int64_t i = 0; i < n; ++i)
            ASSERT_NEAR(result[m * n + i], want[i], 1e-11 / (closest * closest)) << n << " " << rows << " " << m;
        }
      }
}

TEST(Response, DegeneratePairsStayFinite) {
  const int64_t n = 24, k = 4;
  Vector bands(2 * n, -1.0);
  std::fill(bands.begin(), bands.begin() + n, 2.0);
  const Found found = lowest(bands, n, true, k + 1); // 0, and two pairs
  ASSERT_EQ(found.status, GMS_OK);
  Numbers numbers(7);
  const Vector right = numbers.some((k + 1) * n);
  Vector result((k + 1) * n);
  GuardedWorkspace workspace(lineWorkspace<int64_t>(2, n, true, k + 1));
  ASSERT_EQ(gms_physics_response(bands.data(), found.values.data(), found.vectors.data(), right.data(), 2, n, true, k + 1,
                                 result.data(), workspace.data()),
            GMS_OK);
  const Dense dense = denseOf(bands, n, true);
  const Spectrum spectrum = jacobi(dense);
  for (int64_t m = 0; m <= k; ++m)
    for (int64_t i = 0; i < n; ++i) {
      double want = 0;
      for (int64_t j = 0; j < n; ++j)
        if (std::fabs(spectrum.values[j] - spectrum.values[m]) > 1e-9)
          want += std::inner_product(&right[m * n], &right[m * n] + n, spectrum.vectors[j].begin(), 0.0) *
                  spectrum.vectors[j][i] / (spectrum.values[j] - spectrum.values[m]);
      ASSERT_NEAR(result[m * n + i], want, 1e-11);
    }
}

TEST(Solve, IsTheInverse) {
  Numbers numbers(8);
  for (int64_t n : {1, 2, 10, 37})
    for (int64_t rows : {1, 2, 3, 6, 37})
      for (bool periodic : {false, true}) {
        const Vector bands = numbers.some(rows * n), right = numbers.some(2 * n);
        Vector x(2 * n);
        GuardedWorkspace workspace(lineWorkspace<int64_t>(rows, n, periodic, 2));
        ASSERT_EQ(gms_physics_solve(bands.data(), right.data(), rows, n, periodic, 2, x.data(), workspace.data()), GMS_OK);
        ASSERT_TRUE(workspace.whole());
        const Dense dense = denseOf(bands, n, periodic);
        for (int s = 0; s < 2; ++s) {
          const Vector image = dense.times(&x[s * n]);
          const double size = 1 + *std::max_element(x.begin(), x.end());
          for (int64_t i = 0; i < n; ++i)
            ASSERT_NEAR(image[i], right[s * n + i], 1e-12 * size * size);
        }
      }
  const Vector zeros(3), ones(3, 1.0);
  Vector x(3);
  GuardedWorkspace workspace(lineWorkspace<int64_t>(1, 3, false, 1));
  const int32_t status = gms_physics_solve(zeros.data(), ones.data(), 1, 3, 0, 1, x.data(), workspace.data());
  EXPECT_EQ(GMS_STATUS_OF(status), GMS_SINGULAR);
  EXPECT_TRUE(std::isnan(x[0]));
}

} // namespace
} // namespace gms::physics
