// Loops whose states are scalars and tensors, against the same loop in C++.
#include "compiler/codegen/cpu/kernel_harness.h"
#include "compiler/codegen/cpu/loop_examples.h"
#include <cmath>

namespace gms::compiler::cpu {
namespace {

void relaxes(const std::string &yielded, bool before, int64_t n) {
  Harness harness(with(relaxingLoop, "YIELDED", yielded));
  ASSERT_TRUE(harness.ready());
  Array<double> x({n}), last({n}), energies({7}), all({7, n});
  for (int64_t i = 0; i < n; ++i)
    x.data[i] = std::sin(0.3 * static_cast<double>(i * i));
  ASSERT_EQ(harness.run({x.tensor(), last.tensor(), energies.tensor(), all.tensor()}, 1, 4), 0);
  std::vector<double> s = x.data;
  for (int64_t k = 0; k < 7; ++k) {
    std::vector<double> next(n);
    double energy = 0;
    for (int64_t i = 0; i < n; ++i) {
      next[i] = (s[std::max<int64_t>(i - 1, 0)] + s[std::min(i + 1, n - 1)]) * 0.5;
      energy += next[i] * next[i];
    }
    for (int64_t i = 0; i < n; ++i)
      ASSERT_EQ(all.data[k * n + i], before ? s[i] : next[i]) << k << " " << i;
    ASSERT_NEAR(energies.data[k], energy, 1e-13 * static_cast<double>(n)) << k;
    s = next;
  }
  EXPECT_EQ(last.data, s);
}

TEST(CpuLoops, TheNextStateIsWrittenIntoItsHistory) {
  for (int64_t n : {1, 5, 64, 513})
    relaxes("%next", false, n);
}

TEST(CpuLoops, TheHistoryOfWhatThePassBeganWith) {
  for (int64_t n : {3, 100})
    relaxes("%s", true, n);
}

TEST(CpuLoops, StatesAreExchangedAndScalarsCarried) {
  Harness harness(exchangingLoop);
  ASSERT_TRUE(harness.ready());
  for (int64_t passes : {0, 1, 2, 5}) {
    Array<float> x({4}), y({4}), a({4}), b({4}), same({4});
    Array<int64_t> n({}), m({});
    Array<double> t({});
    n.data[0] = passes;
    for (int i = 0; i < 4; ++i)
      x.data[i] = i, y.data[i] = 10 + i;
    ASSERT_EQ(harness.run({x.tensor(), y.tensor(), n.tensor(), a.tensor(), b.tensor(), same.tensor(), t.tensor(), m.tensor()}, 3, 8), 0);
    EXPECT_EQ(a.data, passes % 2 ? y.data : x.data) << passes;
    EXPECT_EQ(b.data, passes % 2 ? x.data : y.data) << passes;
    EXPECT_EQ(same.data, x.data);
    EXPECT_EQ(t.data[0], 0.25 * static_cast<double>(passes));
    EXPECT_EQ(m.data[0], 3 * passes);
  }
}

TEST(CpuLoops, UntilEndsTheLoopAndTheHistoriesRepeatTheLast) {
  for (bool fused : {true, false}) {
    Harness harness(newtonLoop, fused);
    ASSERT_TRUE(harness.ready());
    Array<double> a({}), roots({20}), weights({20, 3}), last({3});
    Array<int64_t> steps({});
    a.data[0] = 7;
    ASSERT_EQ(harness.run({a.tensor(), roots.tensor(), weights.tensor(), last.tensor(), steps.tensor()}, 1, 5), 0);
    double x = 7, w = 1;
    int64_t k = 0;
    for (bool done = false; k < 20 && !done; ++k) {
      const double next = (x + 7 / x) * 0.5;
      done = std::abs(next - x) < 1e-9;
      x = next;
      w = w * 0.25 + (k % 2 ? 0 : next);
      EXPECT_EQ(roots.data[k], x);
      EXPECT_EQ(weights.data[3 * k + 1], w);
    }
    EXPECT_EQ(steps.data[0], k);
    ASSERT_LT(k, 20);
    for (; k < 20; ++k) {
      EXPECT_EQ(roots.data[k], x);
      EXPECT_EQ(weights.data[3 * k + 2], w);
    }
    EXPECT_EQ(last.data[0], w);
  }
}

} // namespace
} // namespace gms::compiler::cpu
