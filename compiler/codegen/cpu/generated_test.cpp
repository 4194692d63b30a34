// Values that have a second source: draws against lang/eval's generator, functions of vectors against libm in
// f64.
#include "compiler/codegen/cpu/kernel_harness.h"
#include "lang/eval/generator.h"
#include <cmath>

namespace gms::compiler::cpu {
namespace {

const char *draws = R"(
func.func @draws(%n: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xi64>, tensor<4xi64>)
    attributes {gms.kernel, gms.draws = [{place = "p/u"}, {place = "p/l"}, {place = "p/z"}, {place = "p/i"}, {place = "p/b"},
                                         {place = "p/k"}, {place = "p/nowhere"}]} {
  %c0 = arith.constant 0 : index
  %c7 = arith.constant 7 : index
  %c1000 = arith.constant 1000 : index
  %lo = arith.constant 0.125 : f32
  %hi = arith.constant 7.5 : f32
  %p = arith.constant 0.3 : f32
  %count = tensor.dim %n, %c0 : tensor<?xf32>
  %u = aug.draw uniform(%lo, %hi : f32, f32) place "p/u" : f32
  %l = aug.draw log_uniform(%lo, %hi : f32, f32) place "p/l" : f32
  %z = aug.draw normal(%lo, %hi : f32, f32) place "p/z" : f32
  %i = aug.draw integer(%c7, %c1000 : index, index) place "p/i" : index
  %b = aug.draw bernoulli(%p : f32) place "p/b" : i1
  %k = aug.categorical(%lo, %hi, %p) place "p/k"
  %o:4 = aug.permutation place "p/o" : index, index, index, index
  %us = core.compute [%count] {
  ^bb0(%e: index):
    %d = aug.draw uniform(%lo, %hi : f32, f32) place "p/us" element %e : f32
    core.yield %d : f32
  } : tensor<?xf32>
  %ls = core.compute [%count] {
  ^bb0(%e: index):
    %d = aug.draw log_uniform(%lo, %hi : f32, f32) place "p/ls" element %e : f32
    core.yield %d : f32
  } : tensor<?xf32>
  %zs = core.compute [%count] {
  ^bb0(%e: index):
    %d = aug.draw normal(%lo, %hi : f32, f32) place "p/zs" element %e : f32
    core.yield %d : f32
  } : tensor<?xf32>
  %is = core.compute [%count] {
  ^bb0(%e: index):
    %d = aug.draw integer(%c7, %c1000 : index, index) place "p/is" element %e : index
    %w = arith.index_cast %d : index to i64
    core.yield %w : i64
  } : tensor<?xi64>
  %oi0 = arith.index_cast %o#0 : index to i64
  %oi1 = arith.index_cast %o#1 : index to i64
  %oi2 = arith.index_cast %o#2 : index to i64
  %oi3 = arith.index_cast %o#3 : index to i64
  %os = tensor.from_elements %oi0, %oi1, %oi2, %oi3 : tensor<4xi64>
  return %us, %ls, %zs, %is, %os : tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xi64>, tensor<4xi64>
}
)";

TEST(CpuCode, DrawsAreTheEvaluatorsBits) {
  for (bool wide : {true, false}) {
    Harness harness(draws, true, wide ? Processor::host() : Processor::avx2Level());
    ASSERT_TRUE(harness.ready());
    for (uint64_t sample : {uint64_t(0), uint64_t(41), uint64_t(0xfedcba9876543210)}) {
      const int64_t n = 1003;
      Array<float> size({n}), us({n}), ls({n}), zs({n});
      Array<int64_t> is({n}), os({4});
      Array<double> drawn({7});
      gms_key key{0x123456789abcdef, sample, 7, 0};
      ASSERT_EQ(harness.run({size.tensor(), us.tensor(), ls.tensor(), zs.tensor(), is.tensor(), os.tensor(),
                             drawn.tensor()},
                            1, 7, {key}),
                0);
      const eval::Key mine{key.seed, key.sample, key.epoch};
      auto word = [&](const char *place, uint32_t element) {
        return eval::word(mine, eval::placeHash(place), element);
      };
      EXPECT_EQ(drawn.data[0], eval::uniform(word("p/u", 0), 0.125f, 7.5f));
      EXPECT_EQ(drawn.data[1], eval::logUniform(word("p/l", 0), 0.125f, 7.5f));
      EXPECT_EQ(drawn.data[2], eval::normal(word("p/z", 0), 0.125f, 7.5f));
      EXPECT_EQ(drawn.data[3], eval::integer(word("p/i", 0), 7, 1000));
      EXPECT_EQ(drawn.data[4], eval::bernoulli(word("p/b", 0), 0.3f));
      EXPECT_EQ(drawn.data[5], eval::categorical(word("p/k", 0), {0.125f, 7.5f, 0.3f}));
      EXPECT_TRUE(std::isnan(drawn.data[6]));
      EXPECT_EQ(os.data, eval::permutation(mine, eval::placeHash("p/o"), 4));
      for (uint32_t e = 0; e < n; ++e) {
        ASSERT_EQ(us.data[e], eval::uniform(word("p/us", e), 0.125f, 7.5f)) << e;
        ASSERT_EQ(ls.data[e], eval::logUniform(word("p/ls", e), 0.125f, 7.5f)) << e;
        ASSERT_EQ(zs.data[e], eval::normal(word("p/zs", e), 0.125f, 7.5f)) << e;
        ASSERT_EQ(is.data[e], eval::integer(word("p/is", e), 7, 1000)) << e;
      }
    }
  }
}

struct Function {
  const char *name;
  double (*exact)(double);
  float low, high;
};

class Functions : public testing::TestWithParam<Function> {};

TEST_P(Functions, AreAccurate) {
  const Function f = GetParam();
  std::string text = R"(
func.func @apply(%x: tensor<?xf32>) -> tensor<?xf32> attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %r = core.compute [%n] {
  ^bb0(%i: index):
    %v = core.read %x[%i] border(proven) : tensor<?xf32>
    %w = math.NAME %v : f32
    core.yield %w : f32
  } : tensor<?xf32>
  return %r : tensor<?xf32>
})";
  text.replace(text.find("NAME"), 4, f.name);
  Harness harness(text);
  ASSERT_TRUE(harness.ready());
  const int64_t n = 20003;
  Array<float> x({n}), y({n});
  for (int64_t k = 0; k < n; ++k)
    x.data[k] = f.low + (f.high - f.low) * k / (n - 1);
  ASSERT_EQ(harness.run({x.tensor(), y.tensor()}, 1, 2), 0);
  double worst = 0;
  for (int64_t k = 0; k < n; ++k) {
    const double want = f.exact(x.data[k]);
    worst = std::max(worst, std::abs(y.data[k] - want) / (1e-6 + std::abs(want)));
  }
  EXPECT_LT(worst, 1e-6);
}
INSTANTIATE_TEST_SUITE_P(
    All, Functions,
    testing::Values(Function{"exp", std::exp, -20, 20}, Function{"log", std::log, 0.01f, 1000},
                    Function{"sin", std::sin, -10, 10}, Function{"cos", std::cos, -10, 10},
                    Function{"sin", std::sin, -1e5f, 1e5f}, Function{"tan", std::tan, -1.5f, 1.5f},
                    Function{"tanh", std::tanh, -5, 5}, Function{"erf", std::erf, -3, 3}),
    [](const auto &info) { return std::string(info.param.name) + std::to_string(info.index); });

} // namespace
} // namespace gms::compiler::cpu
