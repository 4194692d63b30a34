// Rules of structured operators against differences of the operations themselves.
#include "compiler/codegen/cpu/kernel_harness.h"
#include "compiler/transforms/adjoints.h"
#include <cmath>
#include <random>

namespace gms::compiler {
namespace {

using F64 = cpu::Array<double>;

/// A function of one structured operation, and the same with the adjoints of its operands as results: its arguments are
/// followed by the adjoints of its results.
class Rule {
public:
  explicit Rule(const std::string &text) : forward(text), reverse(reversed(text)) {}
  bool ready() const { return forward.ready() && reverse.ready(); }

  /// The weighted sum of results, as forward.
  double weighted(std::vector<F64> inputs, std::vector<F64> results, const std::vector<F64> &weights) {
    std::vector<gms_tensor> arguments = tensors(inputs);
    for (F64 &result : results)
      arguments.push_back(result.tensor());
    EXPECT_EQ(forward.run(arguments, inputs.size(), arguments.size()), GMS_OK);
    double sum = 0;
    for (size_t k = 0; k < results.size(); ++k)
      for (size_t i = 0; i < results[k].data.size(); ++i)
        sum += weights[k].data[i] * results[k].data[i];
    return sum;
  }

  /// Adjoints of the inputs.
  std::vector<F64> adjoints(std::vector<F64> inputs, std::vector<F64> weights) {
    std::vector<F64> made = inputs;
    std::vector<gms_tensor> arguments = tensors(inputs);
    for (F64 &weight : weights)
      arguments.push_back(weight.tensor());
    for (F64 &adjoint : made)
      arguments.push_back(adjoint.tensor());
    EXPECT_EQ(reverse.run(arguments, inputs.size() + weights.size(), arguments.size()), GMS_OK);
    return made;
  }

  cpu::Harness &forwardHarness() { return forward; }

  static std::vector<gms_tensor> tensors(std::vector<F64> &arrays) {
    std::vector<gms_tensor> made;
    for (F64 &array : arrays)
      made.push_back(array.tensor());
    return made;
  }

private:
  cpu::Harness forward, reverse;

  static std::string reversed(const std::string &text) {
    mlir::MLIRContext context;
    context.loadDialect<core::CoreDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect, mlir::math::MathDialect,
                        mlir::tensor::TensorDialect>();
    mlir::OwningOpRef<mlir::ModuleOp> module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    if (!module)
      return "";
    auto function = *module->getOps<mlir::func::FuncOp>().begin();
    mlir::Block &block = function.front();
    mlir::Operation &op = block.front(), *end = block.getTerminator();
    llvm::SmallVector<mlir::Value> weights;
    for (mlir::Value result : op.getResults())
      weights.push_back(block.addArgument(result.getType(), result.getLoc()));
    mlir::OpBuilder builder(end);
    auto adjoints = adjointsOfOperands(builder, &op, weights);
    EXPECT_TRUE(mlir::succeeded(adjoints));
    end->setOperands(*adjoints);
    function.setFunctionType(builder.getFunctionType(block.getArgumentTypes(), end->getOperandTypes()));
    std::string out;
    llvm::raw_string_ostream stream(out);
    module->print(stream);
    return out;
  }
};

class Numbers {
public:
  F64 array(std::vector<int64_t> shape) {
    F64 made(std::move(shape));
    for (double &x : made.data)
      x = spread(engine);
    return made;
  }

private:
  std::mt19937 engine{7};
  std::uniform_real_distribution<double> spread{-1, 1};
};

void check(Rule &rule, Numbers &numbers, const std::vector<F64> &inputs, const std::vector<F64> &results, double tolerance) {
  ASSERT_TRUE(rule.ready());
  std::vector<F64> weights;
  for (const F64 &result : results)
    weights.push_back(numbers.array(result.shape));
  const std::vector<F64> adjoints = rule.adjoints(inputs, weights);
  for (size_t k = 0; k < inputs.size(); ++k) {
    const F64 direction = numbers.array(inputs[k].shape);
    // Five points: the error is of the fourth order.
    const double h = 1e-3;
    double slope = 0, expected = 0, size = 1;
    for (auto [step, weight] : {std::pair{-2, 1.0}, {-1, -8.0}, {1, 8.0}, {2, -1.0}}) {
      std::vector<F64> moved = inputs;
      for (size_t i = 0; i < moved[k].data.size(); ++i)
        moved[k].data[i] += step * h * direction.data[i];
      slope += weight * rule.weighted(moved, results, weights) / (12 * h);
    }
    for (size_t i = 0; i < direction.data.size(); ++i)
      expected += adjoints[k].data[i] * direction.data[i], size = std::max(size, std::fabs(adjoints[k].data[i]));
    EXPECT_NEAR(slope, expected, tolerance * size) << "operand " << k;
  }
}

/// Bands whose lowest eigenvalues are well apart.
F64 wellApart(Numbers &numbers, int64_t rows, int64_t n) {
  F64 bands = numbers.array({rows, n});
  for (int64_t i = 0; i < n; ++i)
    bands.data[i] += 1.5 * i;
  return bands;
}

TEST(StructuredAdjoints, Lowest) {
  Numbers numbers;
  for (const char *periodic : {"", "periodic "}) {
    Rule rule(std::string("func.func @f(%b: tensor<3x?xf64>) -> (tensor<2xf64>, tensor<2x?xf64>) attributes {gms.kernel} {\n"
                          "  %e, %v = core.lowest %b ") +
              periodic + ": tensor<3x?xf64> -> tensor<2xf64>, tensor<2x?xf64>\n"
                         "  return %e, %v : tensor<2xf64>, tensor<2x?xf64>\n}");
    for (int64_t n : {2, 4, 9})
      check(rule, numbers, {wellApart(numbers, 3, n)}, {F64({2}), F64({2, n})}, 1e-8);
  }
}

TEST(StructuredAdjoints, Response) {
  Numbers numbers;
  Rule pairs("func.func @f(%b: tensor<3x?xf64>) -> (tensor<2xf64>, tensor<2x?xf64>) attributes {gms.kernel} {\n"
             "  %e, %v = core.lowest %b : tensor<3x?xf64> -> tensor<2xf64>, tensor<2x?xf64>\n"
             "  return %e, %v : tensor<2xf64>, tensor<2x?xf64>\n}");
  // As a function of the operator and the right side, pairs and all: what reaches the pairs goes through core.lowest's rule.
  Rule response("func.func @f(%b: tensor<3x?xf64>, %e: tensor<2xf64>, %v: tensor<2x?xf64>, %r: tensor<2x?xf64>) -> "
                "tensor<2x?xf64> attributes {gms.kernel} {\n"
                "  %y = core.response %b, %e, %v, %r : tensor<3x?xf64>, tensor<2xf64>, tensor<2x?xf64>\n"
                "  return %y : tensor<2x?xf64>\n}");
  ASSERT_TRUE(pairs.ready() && response.ready());
  const int64_t n = 8;
  const F64 bands = wellApart(numbers, 3, n), right = numbers.array({2, n}), weight = numbers.array({2, n});
  const F64 alongBands = numbers.array({3, n}), alongRight = numbers.array({2, n});
  F64 values({2}), vectors({2, n});
  const auto at = [&](double t) {
    F64 b = bands, r = right;
    for (size_t i = 0; i < b.data.size(); ++i)
      b.data[i] += t * alongBands.data[i];
    for (size_t i = 0; i < r.data.size(); ++i)
      r.data[i] += t * alongRight.data[i];
    std::vector<F64> all{b, values, vectors};
    std::vector<gms_tensor> arguments = Rule::tensors(all);
    EXPECT_EQ(pairs.forwardHarness().run(arguments, 1, 3), GMS_OK);
    return response.weighted({all[0], all[1], all[2], r}, {F64({2, n})}, {weight});
  };
  const double h = 1e-3;
  const double slope = (at(-2 * h) - 8 * at(-h) + 8 * at(h) - at(2 * h)) / (12 * h);
  std::vector<F64> all{bands, values, vectors};
  std::vector<gms_tensor> arguments = Rule::tensors(all);
  ASSERT_EQ(pairs.forwardHarness().run(arguments, 1, 3), GMS_OK);
  const std::vector<F64> outer = response.adjoints({bands, all[1], all[2], right}, {weight});
  const std::vector<F64> inner = pairs.adjoints({bands}, {outer[1], outer[2]});
  double expected = 0;
  for (size_t i = 0; i < bands.data.size(); ++i)
    expected += (outer[0].data[i] + inner[0].data[i]) * alongBands.data[i];
  for (size_t i = 0; i < right.data.size(); ++i)
    expected += outer[3].data[i] * alongRight.data[i];
  EXPECT_NEAR(slope, expected, 1e-8 * std::max(1.0, std::fabs(expected)));
}

TEST(StructuredAdjoints, Solve) {
  Numbers numbers;
  for (bool several : {false, true}) {
    const std::string right = several ? "tensor<2x?xf64>" : "tensor<?xf64>";
    Rule rule("func.func @f(%b: tensor<2x?xf64>, %r: " + right + ") -> " + right + " attributes {gms.kernel} {\n" +
              "  %x = core.solve %b, %r periodic : tensor<2x?xf64>, " + right + "\n  return %x : " + right + "\n}");
    F64 bands = numbers.array({2, 7});
    for (int64_t i = 0; i < 7; ++i)
      bands.data[i] += 4;
    const std::vector<int64_t> shape = several ? std::vector<int64_t>{2, 7} : std::vector<int64_t>{7};
    check(rule, numbers, {bands, numbers.array(shape)}, {F64(shape)}, 1e-9);
  }
}

TEST(StructuredAdjoints, ExponentialSum) {
  Numbers numbers;
  for (int power : {0, 2})
    for (bool shared : {false, true}) {
      const std::string source = shared ? "tensor<?xf64>" : "tensor<3x?xf64>";
      Rule rule("func.func @f(%f: " + source + ", %a: tensor<3xf64>) -> tensor<3x?xf64> attributes {gms.kernel} {\n" +
                "  %s = core.exponential_sum %f rates %a power " + std::to_string(power) + " : " + source +
                ", tensor<3xf64> -> tensor<3x?xf64>\n  return %s : tensor<3x?xf64>\n}");
      F64 rates({3});
      rates.data = {0.3, 0.9, 2};
      const std::vector<int64_t> shape = shared ? std::vector<int64_t>{6} : std::vector<int64_t>{3, 6};
      check(rule, numbers, {numbers.array(shape), rates}, {F64({3, 6})}, 1e-9);
    }
}

} // namespace
} // namespace gms::compiler
