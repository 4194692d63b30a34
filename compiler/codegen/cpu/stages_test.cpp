// Lanes that differ, stages that share memory, and what a kernel refuses.
#include "compiler/codegen/cpu/kernel_harness.h"
#include <cmath>

namespace gms::compiler::cpu {
namespace {

TEST(CpuCode, RangesThatDifferBetweenLanes) {
  Harness harness(R"(
func.func @below(%x: tensor<?xf32>) -> tensor<?xf32> attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %r = core.compute [%n] {
  ^bb0(%i: index):
    %s = core.reduce sum (%c0) to (%i) {
    ^bb0(%u: index):
      %v = core.read %x[%u] border(proven) : tensor<?xf32>
      core.yield %v : f32
    } : f32
    core.yield %s : f32
  } : tensor<?xf32>
  return %r : tensor<?xf32>
})");
  ASSERT_TRUE(harness.ready());
  for (int64_t n : {1, 7, 16, 40}) {
    Array<float> x({n}), y({n});
    for (int64_t k = 0; k < n; ++k)
      x.data[k] = static_cast<float>(k + 1);
    ASSERT_EQ(harness.run({x.tensor(), y.tensor()}, 1, 2), 0);
    for (int64_t k = 0; k < n; ++k)
      ASSERT_EQ(y.data[k], k * (k + 1) / 2) << n << " " << k;
  }
}

TEST(CpuCode, ConditionsThatDifferBetweenLanesReadNothingOutside) {
  Harness harness(R"(
func.func @previous(%x: tensor<?xf32>, %k: tensor<i64>) -> tensor<?xf32> attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %zero = arith.constant 0.0 : f32
  %k64 = core.read %k[] border(proven) : tensor<i64>
  %far = arith.index_cast %k64 : i64 to index
  %r = core.compute [%n] {
  ^bb0(%i: index):
    %j = arith.subi %i, %far : index
    %some = arith.cmpi sge, %j, %c0 : index
    %s = scf.if %some -> f32 {
      %v = core.read %x[%j] border(proven) : tensor<?xf32>
      %e = math.exp %v : f32
      scf.yield %e : f32
    } else {
      scf.yield %zero : f32
    }
    core.yield %s : f32
  } : tensor<?xf32>
  return %r : tensor<?xf32>
})");
  ASSERT_TRUE(harness.ready());
  for (int64_t n : {1, 16, 37}) {
    Array<float> x({n}), y({n});
    Array<int64_t> far({});
    far.data[0] = 5;
    for (int64_t k = 0; k < n; ++k)
      x.data[k] = static_cast<float>(k) / 10;
    ASSERT_EQ(harness.run({x.tensor(), far.tensor(), y.tensor()}, 2, 3), 0);
    for (int64_t k = 0; k < n; ++k)
      ASSERT_NEAR(y.data[k], k < 5 ? 0 : std::exp((k - 5) / 10.0), 1e-5) << n << " " << k;
  }
}

/// An extent that is known though the type leaves it open, and shorter than a vector.
TEST(CpuCode, ShortRowsOfOpenTypes) {
  Harness harness(R"(
func.func @short(%x: tensor<f32>) -> tensor<?x?xf32> attributes {gms.kernel} {
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %v = core.read %x[] border(proven) : tensor<f32>
  %r = core.compute [%c2, %c3] {
  ^bb0(%i: index, %j: index):
    core.yield %v : f32
  } : tensor<?x?xf32>
  return %r : tensor<?x?xf32>
})");
  ASSERT_TRUE(harness.ready());
  Array<float> x({}), y({2, 3});
  x.data[0] = 4;
  y.data.resize(64, 7);
  ASSERT_EQ(harness.run({x.tensor(), y.tensor()}, 1, 2), 0);
  for (size_t k = 0; k < y.data.size(); ++k)
    EXPECT_EQ(y.data[k], k < 6 ? 4 : 7);
}

/// %s1 … %s4, each the running sums of the one before.
std::string runningSums() {
  std::string text;
  for (int k = 0; k < 4; ++k)
    text += "  %s" + std::to_string(k + 1) +
            " = core.scan [%n] init(%zero : f32) {\n  ^bb0(%i: index, %a: f32):\n" + "    %v = core.read %s" +
            std::to_string(k) + "[%i] border(proven) : tensor<?xf32>\n" +
            "    %b = arith.addf %a, %v : f32\n    core.yield %b : f32\n  } : tensor<?xf32>\n";
  return text;
}

/// Of five tensors of the workspace two live at a time; the branch that is not taken requires nothing.
TEST(CpuCode, StagesShareMemoryAndBranchesAreTaken) {
  Harness harness(R"(
func.func @stages(%s0: tensor<?xf32>, %which: tensor<i64>) -> tensor<?xf32> attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %c9 = arith.constant 9 : index
  %n = tensor.dim %s0, %c0 : tensor<?xf32>
  %w64 = core.read %which[] border(proven) : tensor<i64>
  %k = arith.index_cast %w64 : i64 to index
  %zero = arith.constant 0.0 : f32
)" + runningSums() +
                  R"(
  %r = core.switch %k -> (tensor<?xf32>) {
    %ok = arith.cmpi ult, %n, %c9 : index
    core.require %ok, "a short list"
    core.yield %s4 : tensor<?xf32>
  }, {
    %t = core.scan [%n] init(%zero : f32) {
    ^bb0(%i: index, %a: f32):
      %v = core.read %s4[%i] border(proven) : tensor<?xf32>
      core.yield %v : f32
    } : tensor<?xf32>
    core.yield %t : tensor<?xf32>
  }
  return %r : tensor<?xf32>
})");
  ASSERT_TRUE(harness.ready());
  Array<float> x({8}), y({8});
  Array<int64_t> which({});
  std::vector<float> want(8);
  for (int64_t k = 0; k < 8; ++k)
    x.data[k] = want[k] = static_cast<float>(k % 3);
  for (int pass = 0; pass < 4; ++pass)
    for (int64_t k = 1; k < 8; ++k)
      want[k] += want[k - 1];
  for (int64_t arm : {0, 1}) {
    which.data[0] = arm;
    ASSERT_EQ(harness.run({x.tensor(), which.tensor(), y.tensor()}, 2, 3), 0);
    EXPECT_EQ(y.data, want);
  }
  gms_tensor shapes[] = {x.tensor(), which.tensor(), y.tensor()};
  int64_t bytes = 0;
  ASSERT_EQ(harness.kernel().shape(shapes, &bytes), 0);
  EXPECT_LE(bytes, 3 * 128);
  Array<float> longer({12}), out({12});
  which.data[0] = 0;
  EXPECT_EQ(harness.run({longer.tensor(), which.tensor(), out.tensor()}, 2, 3), GMS_BAD_SHAPE);
  which.data[0] = 1;
  EXPECT_EQ(harness.run({longer.tensor(), which.tensor(), out.tensor()}, 2, 3), 0);
}

TEST(CpuCode, RefusesOutputsAndWorkspacesOfAnotherSize) {
  Harness harness(R"(
func.func @twice(%s0: tensor<?xf32>) -> tensor<?xf32> attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %s0, %c0 : tensor<?xf32>
  %zero = arith.constant 0.0 : f32
)" + runningSums() +
                  R"(
  return %s4 : tensor<?xf32>
})");
  ASSERT_TRUE(harness.ready());
  Array<float> x({5}), y({5});
  gms_tensor arguments[] = {x.tensor(), y.tensor()};
  arguments[1].shape[0] = 4;
  alignas(64) char memory[512];
  gms_call call{GMS_ABI_VERSION, 2, 1, arguments, nullptr, memory, 512, nullptr};
  EXPECT_EQ(harness.kernel().entry(&call, 0, 1), GMS_BAD_SHAPE);
  arguments[1].shape[0] = 5;
  EXPECT_EQ(harness.kernel().entry(&call, 0, 1), GMS_OK);
  call.workspace_bytes = 8;
  EXPECT_EQ(harness.kernel().entry(&call, 0, 1), GMS_BAD_WORKSPACE);
}

} // namespace
} // namespace gms::compiler::cpu
