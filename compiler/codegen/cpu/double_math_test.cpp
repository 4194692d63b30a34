// Functions on vectors of f64, against long double.
#include "compiler/codegen/cpu/kernel_harness.h"
#include <cmath>
#include <limits>

namespace gms::compiler::cpu {
namespace {

std::string applying(const std::string &name, const std::string &operands) {
  std::string text = R"(
func.func @apply(%x: tensor<?xf64>, %y: tensor<?xf64>) -> tensor<?xf64> attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf64>
  %r = core.compute [%n] {
  ^bb0(%i: index):
    %v = core.read %x[%i] border(proven) : tensor<?xf64>
    %u = core.read %y[%i] border(clamp) : tensor<?xf64>
    %w = math.NAME OPERANDS : f64
    core.yield %w : f64
  } : tensor<?xf64>
  return %r : tensor<?xf64>
})";
  text.replace(text.find("NAME"), 4, name);
  text.replace(text.find("OPERANDS"), 8, operands);
  return text;
}

struct Function {
  const char *name;
  long double (*exact)(long double);
  double low, high;
  double ulps;
};

/// The distance in units of the last place of the exact value.
double distance(double have, long double want) {
  if (std::isnan(have) || std::isnan(want))
    return std::isnan(have) && std::isnan(want) ? 0 : 1e300;
  const double near = static_cast<double>(want);
  if (have == near)
    return std::isinf(near) ? 0 : static_cast<double>(std::abs(want - have) / (std::nextafter(std::abs(near), INFINITY) - std::abs(near)));
  if (std::isinf(have) || std::isinf(near))
    return 1e300;
  const long double last = std::nextafter(std::abs(near), INFINITY) - std::abs(near);
  return static_cast<double>(std::abs(want - have) / last);
}

/// For two vector lengths, since formulas must not depend on them.
std::vector<double> applied(const std::string &text, const std::vector<double> &x, const std::vector<double> &y, const Processor &processor) {
  Harness harness(text, true, processor);
  const auto n = static_cast<int64_t>(x.size());
  Array<double> in({n}), other({static_cast<int64_t>(y.size())}), out({n});
  if (!harness.ready())
    return out.data;
  in.data = x, other.data = y;
  EXPECT_EQ(harness.run({in.tensor(), other.tensor(), out.tensor()}, 2, 3), 0);
  return out.data;
}

class DoubleFunctions : public testing::TestWithParam<Function> {};

TEST_P(DoubleFunctions, AreAccurate) {
  const Function f = GetParam();
  const int64_t n = 200003;
  std::vector<double> x(n);
  for (int64_t k = 0; k < n; ++k)
    x[k] = f.low + (f.high - f.low) * static_cast<double>(k) / static_cast<double>(n - 1);
  for (const Processor &processor : {Processor::avx2Level(), Processor::host()}) {
    const std::vector<double> y = applied(applying(f.name, "%v"), x, {0}, processor);
    double worst = 0, at = 0;
    for (int64_t k = 0; k < n; ++k)
      if (const double d = distance(y[k], f.exact(x[k])); d > worst)
        worst = d, at = x[k];
    EXPECT_LT(worst, f.ulps) << "at " << at;
    RecordProperty("worst_ulps", std::to_string(worst));
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, DoubleFunctions,
    testing::Values(Function{"exp", std::exp, -700, 700, 1}, Function{"exp", std::exp, -1, 1, 1},
                    Function{"exp", std::exp, -745, -708, 1}, Function{"log", std::log, 1e-3, 4, 1},
                    Function{"log", std::log, 1, 1e12, 1}, Function{"log", std::log, 1e-310, 1e-300, 1},
                    Function{"sin", std::sin, -10, 10, 1}, Function{"cos", std::cos, -10, 10, 1},
                    Function{"sin", std::sin, -1e9, 1e9, 1}, Function{"cos", std::cos, 3e13, 3.1e13, 1},
                    Function{"tan", std::tan, -20, 20, 3}, Function{"tanh", std::tanh, -20, 20, 2},
                    Function{"tanh", std::tanh, -1e-3, 1e-3, 1}, Function{"erf", std::erf, -7, 7, 1.5},
                    Function{"erf", std::erf, -1e-4, 1e-4, 1.5}),
    [](const auto &info) { return std::string(info.param.name) + std::to_string(info.index); });

TEST(DoubleMath, PowersAreAccurate) {
  const int64_t n = 100003;
  std::vector<double> x(n), y(n);
  uint64_t state = 1;
  auto random = [&] { return static_cast<double>((state = state * 6364136223846793005u + 1442695040888963407u) >> 11) * 0x1p-53; };
  for (int64_t k = 0; k < n; ++k) {
    x[k] = k % 3 ? std::exp(-20 + 40 * random()) : 0.5 + random();
    y[k] = k % 3 ? -30 + 60 * random() : -900 + 1800 * random();
  }
  for (const Processor &processor : {Processor::avx2Level(), Processor::host()}) {
    const std::vector<double> z = applied(applying("powf", "%v, %u"), x, y, processor);
    double worst = 0;
    for (int64_t k = 0; k < n; ++k)
      if (double want = std::pow(x[k], y[k]); std::isnormal(want))
        worst = std::max(worst, distance(z[k], std::pow(static_cast<long double>(x[k]), static_cast<long double>(y[k]))));
    EXPECT_LT(worst, 1);
    RecordProperty("worst_ulps", std::to_string(worst));
  }
}

const double inf = std::numeric_limits<double>::infinity(), nan = std::nan("");

TEST(DoubleMath, PowersOfSpecialNumbersAreThoseOfC) {
  const std::vector<double> values{0.0, -0.0, 1, -1, 2, -2, 0.5, -0.5, 3, -3, 1.5, -1.5, inf, -inf, nan, 5e-324, -5e-324, 1e308, 7, -7};
  std::vector<double> x, y;
  for (double a : values)
    for (double b : values)
      x.push_back(a), y.push_back(b);
  const std::vector<double> z = applied(applying("powf", "%v, %u"), x, y, Processor::host());
  for (size_t k = 0; k < x.size(); ++k) {
    const double want = std::pow(x[k], y[k]);
    const bool sameSign = std::isnan(want) || std::signbit(z[k]) == std::signbit(want);
    EXPECT_TRUE(sameSign && distance(z[k], want) <= 1) << x[k] << "^" << y[k] << " is " << z[k] << ", not " << want;
  }
}

TEST(DoubleMath, SpecialNumbers) {
  const std::vector<double> x{0.0, -0.0, inf, -inf, nan, 5e-324, 1e308, -1e308, 709.9, -745.2, 1, 710, 0x1p-1022, 1e-200, -1, 8, -8};
  for (auto [name, exact] : std::initializer_list<std::pair<const char *, double (*)(double)>>{
           {"exp", std::exp}, {"log", std::log}, {"tanh", std::tanh}, {"erf", std::erf}}) {
    const std::vector<double> y = applied(applying(name, "%v"), x, {0}, Processor::host());
    for (size_t k = 0; k < x.size(); ++k)
      EXPECT_LE(distance(y[k], exact(x[k])), 1.5) << name << " of " << x[k] << " is " << y[k];
  }
  for (const char *name : {"sin", "cos", "tan"}) {
    const std::vector<double> y = applied(applying(name, "%v"), {inf, -inf, nan, inf, inf, inf, inf, inf, inf}, {0}, Processor::host());
    EXPECT_TRUE(std::isnan(y[0]) && std::isnan(y[1]) && std::isnan(y[2])) << name;
  }
}

} // namespace
} // namespace gms::compiler::cpu
