// Kernels of the tensor core on the emulated GPU, against plain numbers and against the CPU's code.
#include "compiler/codegen/cuda/emulated_kernel.h"

namespace gms::compiler {
namespace {

std::vector<float> ramp(int64_t n) {
  std::vector<float> values;
  for (int64_t k = 0; k < n; ++k)
    values.push_back(static_cast<float>((k * 37) % 101) / 101.0f);
  return values;
}

TEST(EmulatedCuda, PointwiseOverTilesAndChannels) {
  Emulated k(R"(func.func @k(%x: tensor<?x?x?xf32>) -> tensor<?x?x?xf32> attributes {gms.kernel} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %two = arith.constant 2.0 : f32
    %c = tensor.dim %x, %c0 : tensor<?x?x?xf32>
    %h = tensor.dim %x, %c1 : tensor<?x?x?xf32>
    %w = tensor.dim %x, %c2 : tensor<?x?x?xf32>
    %y = core.compute [%c, %h, %w] {
    ^bb0(%k: index, %i: index, %j: index):
      %v = core.read %x[%k, %i, %j] border(proven) : tensor<?x?x?xf32>
      %d = arith.mulf %v, %two : f32
      core.yield %d : f32
    } : tensor<?x?x?xf32>
    return %y : tensor<?x?x?xf32>
  })");
  const std::vector<float> x = ramp(7 * 45 * 50);
  ASSERT_EQ(k.image(x, {7, 45, 50}).run(1), GMS_OK);
  const std::vector<float> y = k.output<float>(0);
  ASSERT_EQ(y.size(), x.size());
  for (size_t i = 0; i < x.size(); ++i)
    ASSERT_EQ(y[i], 2 * x[i]) << i;
}

TEST(EmulatedCuda, BordersReadWhatTheyPromise) {
  for (const auto &[border, expected] : std::vector<std::pair<std::string, std::vector<float>>>{
           {"zero", {0, 0, 0, 0, 1, 2, 3, 0, 0, 0}},
           {"clamp", {1, 1, 1, 1, 1, 2, 3, 3, 3, 3}},
           {"reflect", {1, 2, 3, 2, 1, 2, 3, 2, 1, 2}},
           {"wrap", {3, 1, 2, 3, 1, 2, 3, 1, 2, 3}}}) {
    Emulated k(R"(func.func @k(%x: tensor<?xf32>) -> tensor<10xf32> attributes {gms.kernel} {
      %n = arith.constant 10 : index
      %four = arith.constant 4 : index
      %y = core.compute [%n] {
      ^bb0(%i: index):
        %at = arith.subi %i, %four : index
        %v = core.read %x[%at] border()" + border + R"() : tensor<?xf32>
        core.yield %v : f32
      } : tensor<10xf32>
      return %y : tensor<10xf32>
    })");
    ASSERT_EQ(k.image({1, 2, 3}, {3}).run(1), GMS_OK);
    EXPECT_EQ(k.output<float>(0), expected) << border;
  }
}

constexpr const char *reductions = R"(func.func @k(%x: tensor<?x?xf32>) -> (tensor<f32>, tensor<f32>, tensor<i64>, tensor<i64>, tensor<i64>, tensor<?x?xf32>) attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %half = arith.constant 0.5 : f32
  %h = tensor.dim %x, %c0 : tensor<?x?xf32>
  %w = tensor.dim %x, %c1 : tensor<?x?xf32>
  %sum = core.reduce sum (%c0, %c0) to (%h, %w) {
  ^bb0(%i: index, %j: index):
    %v = core.read %x[%i, %j] border(proven) : tensor<?x?xf32>
    core.yield %v : f32
  } : f32
  %top = core.reduce max (%c0, %c0) to (%h, %w) {
  ^bb0(%i: index, %j: index):
    %v = core.read %x[%i, %j] border(proven) : tensor<?x?xf32>
    core.yield %v : f32
  } : f32
  %first = core.reduce argmax (%c0, %c0) to (%h, %w) {
  ^bb0(%i: index, %j: index):
    %v = core.read %x[%i, %j] border(proven) : tensor<?x?xf32>
    core.yield %v : f32
  } : index
  %least = core.reduce argmin (%c0, %c0) to (%h, %w) {
  ^bb0(%i: index, %j: index):
    %v = core.read %x[%i, %j] border(proven) : tensor<?x?xf32>
    core.yield %v : f32
  } : index
  %many = core.reduce count (%c0, %c0) to (%h, %w) {
  ^bb0(%i: index, %j: index):
    %v = core.read %x[%i, %j] border(proven) : tensor<?x?xf32>
    %b = arith.cmpf ogt, %v, %half : f32
    core.yield %b : i1
  } : index
  %y = core.compute [%h, %w] {
  ^bb0(%i: index, %j: index):
    %v = core.read %x[%i, %j] border(proven) : tensor<?x?xf32>
    %d = arith.divf %v, %sum : f32
    core.yield %d : f32
  } : tensor<?x?xf32>
  %a = core.compute [] { core.yield %sum : f32 } : tensor<f32>
  %b = core.compute [] { core.yield %top : f32 } : tensor<f32>
  %c = core.compute [] { %v = arith.index_cast %first : index to i64
    core.yield %v : i64 } : tensor<i64>
  %d = core.compute [] { %v = arith.index_cast %least : index to i64
    core.yield %v : i64 } : tensor<i64>
  %e = core.compute [] { %v = arith.index_cast %many : index to i64
    core.yield %v : i64 } : tensor<i64>
  return %a, %b, %c, %d, %e, %y : tensor<f32>, tensor<f32>, tensor<i64>, tensor<i64>, tensor<i64>, tensor<?x?xf32>
})";

TEST(EmulatedCuda, ReductionsMeetAtBarriers) {
  Emulated k(reductions);
  const std::vector<float> x = ramp(61 * 43);
  ASSERT_EQ(k.image(x, {61, 43}).run(6), GMS_OK);
  double sum = 0;
  int64_t above = 0;
  for (float v : x) {
    sum += v;
    above += v > 0.5f;
  }
  EXPECT_NEAR(k.output<float>(0)[0], sum, 1e-3);
  EXPECT_EQ(k.output<float>(1)[0], *std::max_element(x.begin(), x.end()));
  EXPECT_EQ(k.output<int64_t>(2)[0], std::max_element(x.begin(), x.end()) - x.begin());
  EXPECT_EQ(k.output<int64_t>(3)[0], std::min_element(x.begin(), x.end()) - x.begin());
  EXPECT_EQ(k.output<int64_t>(4)[0], above);
  EXPECT_NEAR(k.output<float>(5)[77], x[77] / sum, 1e-6);
}

TEST(EmulatedCuda, ReductionsOfNothing) {
  Emulated k(reductions);
  ASSERT_EQ(k.image({}, {0, 5}).run(6), GMS_OK);
  EXPECT_EQ(k.output<float>(0)[0], 0);
  EXPECT_EQ(k.output<float>(1)[0], -std::numeric_limits<float>::infinity());
  EXPECT_EQ(k.output<int64_t>(2)[0], 0);
  EXPECT_EQ(k.output<int64_t>(4)[0], 0);
}

/// Means of channels, a histogram, and a stage that reads both: a block an element.
TEST(EmulatedCuda, BlocksReduceForAnElement) {
  Emulated k(R"(func.func @k(%x: tensor<?x?x?xf32>) -> (tensor<?xf32>, tensor<16xi64>, tensor<?x?x?xf32>) attributes {gms.kernel} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %c16 = arith.constant 16 : index
    %sixteen = arith.constant 16.0 : f32
    %c = tensor.dim %x, %c0 : tensor<?x?x?xf32>
    %h = tensor.dim %x, %c1 : tensor<?x?x?xf32>
    %w = tensor.dim %x, %c2 : tensor<?x?x?xf32>
    %top = core.compute [%c] {
    ^bb0(%k: index):
      %m = core.reduce max (%c0, %c0) to (%h, %w) {
      ^bb0(%i: index, %j: index):
        %v = core.read %x[%k, %i, %j] border(proven) : tensor<?x?x?xf32>
        core.yield %v : f32
      } : f32
      %l = core.reduce min (%c0, %c0) to (%h, %w) {
      ^bb0(%i: index, %j: index):
        %v = core.read %x[%k, %i, %j] border(proven) : tensor<?x?x?xf32>
        %o = arith.addf %v, %m : f32
        core.yield %o : f32
      } : f32
      core.yield %l : f32
    } : tensor<?xf32>
    %bins = core.compute [%c16] {
    ^bb0(%b: index):
      %n = core.reduce count (%c0, %c0) to (%h, %w) {
      ^bb0(%i: index, %j: index):
        %v = core.read %x[%c0, %i, %j] border(proven) : tensor<?x?x?xf32>
        %s = arith.mulf %v, %sixteen : f32
        %q = arith.fptosi %s : f32 to i32
        %qi = arith.index_cast %q : i32 to index
        %is = arith.cmpi eq, %qi, %b : index
        core.yield %is : i1
      } : index
      %y = arith.index_cast %n : index to i64
      core.yield %y : i64
    } : tensor<16xi64>
    %out = core.compute [%c, %h, %w] {
    ^bb0(%k: index, %i: index, %j: index):
      %v = core.read %x[%k, %i, %j] border(proven) : tensor<?x?x?xf32>
      %t = core.read %top[%k] border(proven) : tensor<?xf32>
      %g = core.reduce argmax (%c0, %c0) to (%h, %w) {
      ^bb0(%a: index, %b: index):
        %p = core.read %x[%k, %a, %b] border(proven) : tensor<?x?x?xf32>
        core.yield %p : f32
      } : index
      %gi = arith.index_cast %g : index to i32
      %gf = arith.sitofp %gi : i32 to f32
      %all = core.reduce any (%c0) to (%c) {
      ^bb0(%a: index):
        %p = core.read %x[%a, %c0, %c0] border(proven) : tensor<?x?x?xf32>
        %q = arith.cmpf ogt, %p, %sixteen : f32
        core.yield %q : i1
      } : i1
      %d = arith.divf %v, %t : f32
      %e = arith.addf %d, %gf : f32
      %r = arith.select %all, %v, %e : f32
      core.yield %r : f32
    } : tensor<?x?x?xf32>
    return %top, %bins, %out : tensor<?xf32>, tensor<16xi64>, tensor<?x?x?xf32>
  })");
  const std::vector<float> x = ramp(5 * 31 * 29);
  ASSERT_EQ(k.image(x, {5, 31, 29}).run(3), GMS_OK);
  std::vector<int64_t> bins(16, 0);
  for (size_t i = 0; i < 31 * 29; ++i)
    ++bins[static_cast<size_t>(x[i] * 16.0f)];
  EXPECT_EQ(k.output<int64_t>(1), bins);
  EXPECT_NEAR(k.output<float>(0)[3], 100.0f / 101.0f, 1e-6);
}

TEST(EmulatedCuda, RefusesOtherShapesAndVersions) {
  Emulated k(R"(func.func @k(%x: tensor<?x3xf32>) -> tensor<?xf32> attributes {gms.kernel} {
    %c0 = arith.constant 0 : index
    %n = tensor.dim %x, %c0 : tensor<?x3xf32>
    %y = core.compute [%n] {
    ^bb0(%i: index):
      %v = core.read %x[%i, %c0] border(proven) : tensor<?x3xf32>
      core.yield %v : f32
    } : tensor<?xf32>
    return %y : tensor<?xf32>
  })");
  EXPECT_EQ(k.image({1, 2, 3, 4}, {1, 4}).run(1), GMS_BAD_SHAPE);
}

TEST(EmulatedCuda, ScanIsInOrder) {
  Emulated k(R"(func.func @k(%x: tensor<?xf32>) -> tensor<?xf32> attributes {gms.kernel} {
    %c0 = arith.constant 0 : index
    %zero = arith.constant 0.0 : f32
    %one = arith.constant 1.0 : f32
    %n = tensor.dim %x, %c0 : tensor<?xf32>
    %y = core.scan [%n] init(%zero, %one : f32, f32) {
    ^bb0(%i: index, %a: f32, %b: f32):
      %v = core.read %x[%i] border(proven) : tensor<?xf32>
      %t = arith.mulf %v, %b : f32
      %s = arith.addf %a, %t : f32
      %m = arith.negf %b : f32
      core.yield %s, %m : f32, f32
    } : tensor<?xf32>
    return %y : tensor<?xf32>
  })");
  ASSERT_EQ(k.image({1, 2, 3, 4}, {4}).run(1), GMS_OK);
  EXPECT_EQ(k.output<float>(0), (std::vector<float>{1, -1, 2, -2}));
}

/// An arm that reduces, one that stencils, one that gives the input.
constexpr const char *arms = R"(func.func @k(%x: tensor<?x?xf32>, %which: tensor<i64>) -> (tensor<?x?xf32>, tensor<f32>) attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %h = tensor.dim %x, %c0 : tensor<?x?xf32>
  %w = tensor.dim %x, %c1 : tensor<?x?xf32>
  %s = core.read %which[] border(proven) : tensor<i64>
  %sel = arith.index_cast %s : i64 to index
  %y, %f = core.switch %sel -> (tensor<?x?xf32>, f32) {
    %top = core.reduce max (%c0, %c0) to (%h, %w) {
    ^bb0(%i: index, %j: index):
      %v = core.read %x[%i, %j] border(proven) : tensor<?x?xf32>
      core.yield %v : f32
    } : f32
    %n = core.compute [%h, %w] {
    ^bb0(%i: index, %j: index):
      %v = core.read %x[%i, %j] border(proven) : tensor<?x?xf32>
      %d = arith.divf %v, %top : f32
      core.yield %d : f32
    } : tensor<?x?xf32>
    core.yield %n, %top : tensor<?x?xf32>, f32
  }, {
    %one = arith.constant 1.0 : f32
    %n = core.compute [%h, %w] {
    ^bb0(%i: index, %j: index):
      %l = arith.subi %j, %c1 : index
      %v = core.read %x[%i, %l] border(zero) : tensor<?x?xf32>
      core.yield %v : f32
    } : tensor<?x?xf32>
    core.yield %n, %one : tensor<?x?xf32>, f32
  }, {
    %two = arith.constant 2.0 : f32
    core.yield %x, %two : tensor<?x?xf32>, f32
  }
  %g = core.compute [] { core.yield %f : f32 } : tensor<f32>
  return %y, %g : tensor<?x?xf32>, tensor<f32>
})";

TEST(EmulatedCuda, OneArmOfASwitchRuns) {
  const std::vector<float> x{1, 2, 3, 4, 5, 8};
  const std::vector<std::vector<float>> expected{{0.125f, 0.25f, 0.375f, 0.5f, 0.625f, 1}, {0, 1, 2, 0, 4, 5}, x, x};
  const std::vector<float> flags{8, 1, 2, 2};
  for (int64_t arm = 0; arm < 4; ++arm) {
    Emulated k(arms);
    ASSERT_EQ(k.image(x, {2, 3}).input<int64_t>({arm}, {}, GMS_I64).run(2), GMS_OK);
    EXPECT_EQ(k.output<float>(0), expected[static_cast<size_t>(arm)]) << arm;
    EXPECT_EQ(k.output<float>(1)[0], flags[static_cast<size_t>(arm)]) << arm;
  }
}

TEST(EmulatedCuda, RequirementsOnShapesAndOnData) {
  const std::string text = R"(func.func @k(%x: tensor<?xf32>, %least: tensor<f32>) -> tensor<?xf32> attributes {gms.kernel} {
    %c0 = arith.constant 0 : index
    %two = arith.constant 2 : index
    %n = tensor.dim %x, %c0 : tensor<?xf32>
    %long = arith.cmpi sge, %n, %two : index
    core.require %long, "at least two elements"
    %sum = core.reduce sum (%c0) to (%n) {
    ^bb0(%i: index):
      %v = core.read %x[%i] border(proven) : tensor<?xf32>
      core.yield %v : f32
    } : f32
    %l = core.read %least[] border(proven) : tensor<f32>
    %enough = arith.cmpf oge, %sum, %l : f32
    core.require %enough, "a sum that is large enough"
    %y = core.compute [%n] {
    ^bb0(%i: index):
      %v = core.read %x[%i] border(proven) : tensor<?xf32>
      %d = arith.divf %v, %sum : f32
      core.yield %d : f32
    } : tensor<?xf32>
    return %y : tensor<?xf32>
  })";
  EXPECT_EQ(Emulated(text).image({1}, {1}).image({0}, {}).run(1), GMS_BAD_SHAPE);
  EXPECT_EQ(Emulated(text).image({1, 2}, {2}).image({4}, {}).run(1), GMS_BAD_SHAPE);
  Emulated fine(text);
  ASSERT_EQ(fine.image({1, 3}, {2}).image({4}, {}).run(1), GMS_OK);
  EXPECT_EQ(fine.output<float>(0), (std::vector<float>{0.25f, 0.75f}));
}

/// The published test vectors of the generator (docs/language.md).
TEST(EmulatedCuda, DrawsAreThePublishedBits) {
  Emulated k(R"(func.func @k() -> (tensor<43xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<i64>) attributes {gms.kernel} {
    %n = arith.constant 43 : index
    %zero = arith.constant 0.0 : f32
    %one = arith.constant 1.0 : f32
    %half = arith.constant 0.5 : f32
    %two = arith.constant 2.0 : f32
    %ten = arith.constant 10 : index
    %c0 = arith.constant 0 : index
    %u = aug.draw uniform(%zero, %one : f32, f32) place "policy/turn" : f32
    %z = aug.draw normal(%zero, %one : f32, f32) place "policy/turn" : f32
    %l = aug.draw log_uniform(%half, %two : f32, f32) place "policy/turn" : f32
    %i = aug.draw integer(%c0, %ten : index, index) place "policy/turn" : index
    %y = core.compute [%n] {
    ^bb0(%e: index):
      %v = aug.draw uniform(%zero, %one : f32, f32) place "policy/noise/grain" element %e : f32
      core.yield %v : f32
    } : tensor<43xf32>
    %a = core.compute [] { core.yield %u : f32 } : tensor<f32>
    %b = core.compute [] { core.yield %z : f32 } : tensor<f32>
    %c = core.compute [] { core.yield %l : f32 } : tensor<f32>
    %d = core.compute [] { %w = arith.index_cast %i : index to i64
      core.yield %w : i64 } : tensor<i64>
    return %y, %a, %b, %c, %d : tensor<43xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<i64>
  })");
  ASSERT_EQ(k.run(5, {0, 0, 0, 0}), GMS_OK);
  EXPECT_EQ(k.output<float>(1)[0], 0.5934925675392151f);
  EXPECT_FLOAT_EQ(k.output<float>(2)[0], 0.236538455f);
  EXPECT_FLOAT_EQ(k.output<float>(3)[0], 1.13838232f);
  EXPECT_EQ(k.output<int64_t>(4)[0], 5);
  ASSERT_EQ(k.run(5, {0x123456789abcdef, 0xfedcba9876543210, 7, 0}), GMS_OK);
  EXPECT_EQ(k.output<float>(0)[42], 0.25462812185287476f);
}

TEST(CompileCuda, SizesFromDataAreRefused) {
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  context.loadDialect<core::CoreDialect, aug::AugDialect>();
  loadCudaDialects(context);
  auto module = mlir::parseSourceString<mlir::ModuleOp>(R"(func.func @k(%x: tensor<4xi64>) -> tensor<?xf32> attributes {gms.kernel} {
    %c0 = arith.constant 0 : index
    %one = arith.constant 1.0 : f32
    %v = core.read %x[%c0] border(proven) : tensor<4xi64>
    %n = arith.index_cast %v : i64 to index
    %y = core.compute [%n] {
    ^bb0(%i: index):
      core.yield %one : f32
    } : tensor<?xf32>
    return %y : tensor<?xf32>
  })", &context);
  ASSERT_TRUE(module);
  std::string error;
  EXPECT_FALSE(compileCuda(*module, {}, error));
  EXPECT_NE(error.find("not known before the launch"), std::string::npos) << error;
}

} // namespace
} // namespace gms::compiler
