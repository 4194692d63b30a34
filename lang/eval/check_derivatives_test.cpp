#include "lang/eval/check_derivatives.h"
#include "lang/eval/slopes.h"
#include "lang/eval/test_programs.h"
#include <cmath>
#include <gtest/gtest.h>

namespace gms::eval {
namespace {

using namespace test;

/// f(x) = x^3, whose stated derivative is `factor` x^2, and a test that calls it with `at`.
Program cube(double factor, double at = 2) {
  Program program;
  Maker m(program, FunctionKind::Op, "cube");
  LocalId x = m.parameter(precise());
  auto square = [&] { return mul(m.local(x), m.local(x)); };
  E own = make(ExprKind::OwnDerivative, precise(),
               list(mul(square(), m.local(x)), mul(num(factor, precise()), square())));
  own->states = {x};
  FunctionId id = m.finish(std::move(own));
  Maker t(program, FunctionKind::Test, "test 1");
  FunctionId test = t.finish(t.call(id, list(num(at, precise()))));
  program.tests.push_back({test, false, 0, {1, 1, 2}});
  return program;
}

TEST(CheckDerivatives, AStatedDerivativeThatIsWrongIsFound) {
  Program right = cube(3), wrong = cube(2.9);
  std::vector<SlopeCheck> good = checkDerivatives(right), bad = checkDerivatives(wrong);
  ASSERT_EQ(good.size(), 1u);
  EXPECT_EQ(good[0].compared, 2u); // at the test's value, and at one that is made
  EXPECT_EQ(good[0].kinks, 0u);
  EXPECT_TRUE(good[0].faults.empty());
  ASSERT_EQ(bad.size(), 1u);
  ASSERT_EQ(bad[0].faults.size(), 2u);
  EXPECT_EQ(bad[0].faults[0].substr(0, 8), "by `x0`:");
}

/// d(e) / d(x) of e = cube(x) with a wrong rule, which no function shows but the derivative itself.
TEST(CheckDerivatives, ADerivativeInATestIsCompared) {
  for (double factor : {3.0, 2.5}) {
    Program program = cube(factor);
    Maker t(program, FunctionKind::Test, "test 2");
    LocalId x = t.name(precise());
    t.f->locals[x].variable = true;
    E derivative = make(ExprKind::Derivative, precise(), list(t.call(0, list(t.local(x)))));
    derivative->local = x;
    FunctionId test = t.finish(t.with(x, num(0.5, precise()), std::move(derivative)));
    program.tests.push_back({test, false, 0, {1, 1, 2}});
    std::vector<SlopeCheck> checks = checkDerivatives(program);
    ASSERT_EQ(checks.size(), 2u);
    ASSERT_NE(checks[1].derivative, nullptr);
    EXPECT_EQ(checks[1].compared, 1u);
    EXPECT_EQ(checks[1].faults.size(), factor == 3 ? 0u : 1u);
  }
}

TEST(Slopes, KinksAreNoFaults) {
  auto verdict = [](double slope, const std::function<double(double)> &f) {
    return compared(slope, 2e-5, f).verdict;
  };
  EXPECT_EQ(verdict(std::exp(1.0), [](double t) { return std::exp(1 + t); }), SlopeVerdict::Agrees);
  EXPECT_EQ(verdict(2.71, [](double t) { return std::exp(1 + t); }), SlopeVerdict::Differs);
  EXPECT_EQ(verdict(1, [](double t) { return std::fabs(t); }), SlopeVerdict::Kink);
  EXPECT_EQ(verdict(1, [](double t) { return std::fabs(t + 1.5e-5); }),
            SlopeVerdict::Agrees); // the kink lies farther
  EXPECT_EQ(verdict(0, [](double t) { return std::floor(1 + t); }), SlopeVerdict::Kink);
  EXPECT_EQ(verdict(0, [](double t) { return std::sqrt(t); }), SlopeVerdict::Kink);
  EXPECT_EQ(verdict(NAN, [](double t) { return t; }), SlopeVerdict::Differs);
}

} // namespace
} // namespace gms::eval
