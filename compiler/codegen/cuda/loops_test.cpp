// Loops on the emulated GPU, against the CPU's code.
#include "compiler/codegen/cpu/loop_examples.h"
#include "compiler/codegen/cuda/emulated_kernel.h"

namespace gms::compiler {
namespace {

std::vector<double> wave(int64_t n) {
  std::vector<double> values;
  for (int64_t k = 0; k < n; ++k)
    values.push_back(std::sin(0.3 * static_cast<double>(k * k)));
  return values;
}

TEST(CudaLoops, StatesAndHistories) {
  for (const char *yielded : {"%next", "%s"})
    for (int64_t n : {1, 7, 513}) {
      Emulated k(with(relaxingLoop, "YIELDED", yielded), "relaxing");
      k.input(wave(n), {n}, GMS_F64);
      ASSERT_EQ(k.run(3), GMS_OK);
    }
}

TEST(CudaLoops, StatesAreExchangedAndScalarsCarried) {
  for (int64_t passes : {0, 1, 2, 5}) {
    Emulated k(exchangingLoop, "exchange");
    k.input<float>({0, 1, 2, 3}, {4}, GMS_F32).input<float>({10, 11, 12, 13}, {4}, GMS_F32);
    k.input<int64_t>({passes}, {}, GMS_I64);
    ASSERT_EQ(k.run(5), GMS_OK);
    EXPECT_EQ(k.output<float>(0)[0], passes % 2 ? 10 : 0);
  }
}

TEST(CudaLoops, UntilEndsTheLoopAndTheHistoriesRepeatTheLast) {
  Emulated k(newtonLoop, "newton");
  k.input<double>({7}, {}, GMS_F64);
  ASSERT_EQ(k.run(4), GMS_OK);
  EXPECT_NEAR(k.output<double>(0)[19], std::sqrt(7.0), 1e-12);
  EXPECT_LT(k.output<int64_t>(3)[0], 20);
}

} // namespace
} // namespace gms::compiler
