// Kernels that call the runtime's functions.
#include "compiler/codegen/cpu/kernel_harness.h"
#include <cmath>

namespace gms::compiler::cpu {
namespace {

using F64 = Array<double>;

/// -1/2 d^2/dx^2 between walls, spacing 1: eigenvalues 1 - cos(j pi / (n + 1)).
F64 walls(int64_t n) {
  F64 bands({2, n});
  for (int64_t i = 0; i < n; ++i) {
    bands.data[i] = 1;
    bands.data[n + i] = -0.5;
  }
  return bands;
}

TEST(LibraryCode, EigenpairsOfAComputedOperator) {
  // The potential is added in the kernel, the vectors are used by it: a density.
  Harness harness(R"(
    func.func @density(%b: tensor<2x?xf64>, %v: tensor<?xf64>) -> (tensor<2xf64>, tensor<?xf64>) attributes {gms.kernel} {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c2 = arith.constant 2 : index
      %zero = arith.constant 0.0 : f64
      %n = tensor.dim %b, %c1 : tensor<2x?xf64>
      %h = core.compute [%c2, %n] {
      ^bb0(%d: index, %i: index):
        %x = core.read %b[%d, %i] border(proven) : tensor<2x?xf64>
        %y = core.read %v[%i] border(proven) : tensor<?xf64>
        %first = arith.cmpi eq, %d, %c0 : index
        %z = arith.select %first, %y, %zero : f64
        %s = arith.addf %x, %z : f64
        core.yield %s : f64
      } : tensor<2x?xf64>
      %e, %phi = core.lowest %h : tensor<2x?xf64> -> tensor<2xf64>, tensor<2x?xf64>
      %density = core.compute [%n] {
      ^bb0(%i: index):
        %s = core.reduce sum (%c0) to (%c2) {
        ^bb0(%m: index):
          %p = core.read %phi[%m, %i] border(proven) : tensor<2x?xf64>
          %q = arith.mulf %p, %p : f64
          core.yield %q : f64
        } : f64
        core.yield %s : f64
      } : tensor<?xf64>
      return %e, %density : tensor<2xf64>, tensor<?xf64>
    })");
  ASSERT_TRUE(harness.ready());
  for (int64_t n : {2, 5, 40}) {
    F64 bands = walls(n), potential({n}), values({2}), density({n});
    std::fill(potential.data.begin(), potential.data.end(), 0.25);
    ASSERT_EQ(harness.run({bands.tensor(), potential.tensor(), values.tensor(), density.tensor()}, 2, 4), GMS_OK);
    double sum = 0;
    for (int j = 0; j < 2; ++j)
      EXPECT_NEAR(values.data[j], 1.25 - std::cos((j + 1) * M_PI / (n + 1)), 1e-14);
    for (double x : density.data)
      sum += x;
    EXPECT_NEAR(sum, 2, 1e-13);
  }
}

TEST(LibraryCode, ResponseSolveAndSums) {
  Harness harness(R"(
    func.func @all(%b: tensor<2x?xf64>, %r: tensor<1x?xf64>, %a: tensor<2xf64>)
        -> (tensor<1x?xf64>, tensor<1x?xf64>, tensor<2x?xf64>) attributes {gms.kernel} {
      %e, %v = core.lowest %b : tensor<2x?xf64> -> tensor<1xf64>, tensor<1x?xf64>
      %y = core.response %b, %e, %v, %r : tensor<2x?xf64>, tensor<1xf64>, tensor<1x?xf64>
      %x = core.solve %b, %r : tensor<2x?xf64>, tensor<1x?xf64>
      %c1 = arith.constant 1 : index
      %c0 = arith.constant 0 : index
      %n = tensor.dim %r, %c1 : tensor<1x?xf64>
      %line = core.compute [%n] {
      ^bb0(%i: index):
        %q = core.read %r[%c0, %i] border(proven) : tensor<1x?xf64>
        core.yield %q : f64
      } : tensor<?xf64>
      %t = core.exponential_sum %line rates %a power 0 : tensor<?xf64>, tensor<2xf64> -> tensor<2x?xf64>
      return %y, %x, %t : tensor<1x?xf64>, tensor<1x?xf64>, tensor<2x?xf64>
    })");
  ASSERT_TRUE(harness.ready());
  const int64_t n = 7;
  F64 bands = walls(n), right({1, n}), rates({2}), response({1, n}), solution({1, n}), sums({2, n});
  right.data = {1, -2, 0.5, 3, 0, 1, 1};
  rates.data = {0.5, 2};
  ASSERT_EQ(harness.run({bands.tensor(), right.tensor(), rates.tensor(), response.tensor(), solution.tensor(), sums.tensor()},
                        3, 6),
            GMS_OK);
  const auto image = [&](const F64 &x, int64_t i) {
    return x.data[i] - 0.5 * (i ? x.data[i - 1] : 0) - 0.5 * (i + 1 < n ? x.data[i + 1] : 0);
  };
  const double value = 1 - std::cos(M_PI / (n + 1));
  double overlap = 0, norm = 0;
  for (int64_t i = 0; i < n; ++i) {
    const double v = std::sin((i + 1) * M_PI / (n + 1));
    overlap += v * right.data[i];
    norm += v * v;
  }
  for (int64_t i = 0; i < n; ++i) {
    EXPECT_NEAR(image(solution, i), right.data[i], 1e-13);
    const double v = std::sin((i + 1) * M_PI / (n + 1));
    EXPECT_NEAR(image(response, i) - value * response.data[i], right.data[i] - overlap / norm * v, 1e-12);
    for (int k = 0; k < 2; ++k) {
      double sum = 0;
      for (int64_t j = 0; j < n; ++j)
        sum += std::exp(-rates.data[k] * std::abs(i - j)) * right.data[j];
      EXPECT_NEAR(sums.data[k * n + i], sum, 1e-13);
    }
  }
}

TEST(LibraryCode, FailureIsTheKernelsStatus) {
  Harness harness(R"(
    func.func @solve(%b: tensor<1x?xf64>, %r: tensor<?xf64>) -> tensor<?xf64> attributes {gms.kernel} {
      %x = core.solve %b, %r : tensor<1x?xf64>, tensor<?xf64>
      return %x : tensor<?xf64>
    })");
  ASSERT_TRUE(harness.ready());
  F64 bands({1, 3}), right({3}), x({3});
  bands.data = {2, 4, 8};
  right.data = {1, 1, 1};
  ASSERT_EQ(harness.run({bands.tensor(), right.tensor(), x.tensor()}, 2, 3), GMS_OK);
  EXPECT_DOUBLE_EQ(x.data[2], 0.125);
  bands.data[1] = 0;
  EXPECT_EQ(GMS_STATUS_OF(harness.run({bands.tensor(), right.tensor(), x.tensor()}, 2, 3)), GMS_SINGULAR);
  EXPECT_TRUE(std::isnan(x.data[0]));
}

TEST(LibraryCode, FailuresInArmsAndPassesAreTold) {
  Harness harness(R"(
    func.func @choice(%b: tensor<1x?xf64>, %r: tensor<?xf64>, %c: tensor<i64>) -> tensor<?xf64> attributes {gms.kernel} {
      %count = core.read %c[] border(proven) : tensor<i64>
      %passes = arith.index_cast %count : i64 to index
      %zero = arith.constant 0 : i64
      %any = arith.cmpi sgt, %count, %zero : i64
      %y = core.branch %any -> (tensor<?xf64>) {
        %z = core.loop %passes init(%r : tensor<?xf64>) {
        ^bb0(%k: index, %s: tensor<?xf64>):
          %x = core.solve %b, %s : tensor<1x?xf64>, tensor<?xf64>
          core.yield %x : tensor<?xf64>
        } : tensor<?xf64>
        core.yield %z : tensor<?xf64>
      } else {
        core.yield %r : tensor<?xf64>
      }
      return %y : tensor<?xf64>
    })");
  ASSERT_TRUE(harness.ready());
  F64 bands({1, 3}), right({3}), x({3});
  Array<int64_t> count({});
  bands.data = {2, 4, 0.5};
  right.data = {1, 1, 1};
  count.data = {3};
  ASSERT_EQ(harness.run({bands.tensor(), right.tensor(), count.tensor(), x.tensor()}, 3, 4), GMS_OK);
  EXPECT_DOUBLE_EQ(x.data[0], 0.125);
  EXPECT_DOUBLE_EQ(x.data[2], 8);
  bands.data[1] = 0;
  EXPECT_EQ(GMS_STATUS_OF(harness.run({bands.tensor(), right.tensor(), count.tensor(), x.tensor()}, 3, 4)), GMS_SINGULAR);
  count.data = {0}; // not taken: nothing fails
  ASSERT_EQ(harness.run({bands.tensor(), right.tensor(), count.tensor(), x.tensor()}, 3, 4), GMS_OK);
  EXPECT_EQ(x.data, right.data);
}

} // namespace
} // namespace gms::compiler::cpu
