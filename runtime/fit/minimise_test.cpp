#include "runtime/fit/minimise.h"
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <stdexcept>
#include <vector>

using namespace gms::runtime;

namespace {

/// Rosenbrock's function of n variables; its minimum is 0 at (1, ..., 1).
double rosenbrock(std::span<const double> x, std::span<double> gradient) {
  std::fill(gradient.begin(), gradient.end(), 0.0);
  double sum = 0;
  for (size_t i = 0; i + 1 < x.size(); ++i) {
    const double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
    sum += 100 * a * a + b * b;
    gradient[i] += -400 * a * x[i] - 2 * b;
    gradient[i + 1] += 200 * a;
  }
  return sum;
}

const OnStep goOn = [](const Step &) { return true; };

TEST(Minimise, LbfgsFindsRosenbrocksMinimum) {
  std::vector<double> x(10, -0.5);
  int steps = 0;
  double last = 1e300;
  const Outcome outcome = lbfgs(x, {.steps = 500}, rosenbrock, [&](const Step &step) {
    EXPECT_EQ(step.number, ++steps);
    EXPECT_LE(step.value, last); // every step of a line search that holds Wolfe's conditions descends
    last = step.value;
    return true;
  });
  EXPECT_TRUE(outcome.ending == Ending::Converged || outcome.ending == Ending::Stuck) << print(outcome.ending);
  for (double each : x)
    EXPECT_NEAR(each, 1, 1e-8);
  EXPECT_EQ(outcome.steps, steps);
}

TEST(Minimise, StopsAfterTheStepsAskedFor) {
  std::vector<double> x(10, -0.5);
  const Outcome outcome = lbfgs(x, {.steps = 7}, rosenbrock, goOn);
  EXPECT_EQ(outcome.steps, 7);
  EXPECT_EQ(outcome.ending, Ending::Steps);
  std::vector<double> gradient(10);
  EXPECT_EQ(outcome.value, rosenbrock(x, gradient));
}

TEST(Minimise, LeavesTheStepAtWhichItWasStopped) {
  std::vector<double> x(4, 3.0), seen;
  const Outcome outcome = lbfgs(x, {.steps = 50}, rosenbrock, [&](const Step &step) {
    seen.assign(step.x.begin(), step.x.end());
    return step.number < 5;
  });
  EXPECT_EQ(outcome.ending, Ending::Stopped);
  EXPECT_EQ(outcome.steps, 5);
  EXPECT_EQ(x, seen);
}

TEST(Minimise, TurnsBackWhereTheFunctionIsNotANumber) {
  // log x - of no use left of 0 - plus x^2; the minimum of x^2 - log x is at sqrt(1/2).
  const Evaluate function = [](std::span<const double> x, std::span<double> gradient) {
    gradient[0] = 2 * x[0] - 1 / x[0];
    return x[0] > 0 ? x[0] * x[0] - std::log(x[0]) : std::numeric_limits<double>::quiet_NaN();
  };
  std::vector<double> x{0.05};
  lbfgs(x, {.steps = 100}, function, goOn);
  EXPECT_NEAR(x[0], std::sqrt(0.5), 1e-7);
}

TEST(Minimise, PassesOnWhatTheFunctionThrows) {
  std::vector<double> x(3, 2.0);
  int calls = 0;
  const Evaluate function = [&](std::span<const double> at, std::span<double> gradient) {
    if (++calls == 4)
      throw std::runtime_error("four");
    return rosenbrock(at, gradient);
  };
  EXPECT_THROW(lbfgs(x, {}, function, goOn), std::runtime_error);
  EXPECT_EQ(calls, 4);
}

TEST(Minimise, TheSameStartGivesTheSameBits) {
  std::vector<double> a(20, 0.3), b(20, 0.3);
  lbfgs(a, {.steps = 40}, rosenbrock, goOn);
  lbfgs(b, {.steps = 40}, rosenbrock, goOn);
  EXPECT_EQ(a, b);
}

TEST(Minimise, AdamsFirstStepIsItsRate) {
  // The corrected means of one gradient are the gradient and its square, so that the step is rate * sign.
  std::vector<double> x{3.0, -2.0};
  adam(x, {.steps = 1, .rate = 0.25}, rosenbrock, goOn);
  EXPECT_NEAR(x[0], 2.75, 1e-6);
  EXPECT_NEAR(x[1], -1.75, 1e-6);
}

TEST(Minimise, AdamDescends) {
  std::vector<double> x(2, -1.0), gradient(2);
  const double before = rosenbrock(x, gradient);
  const Outcome outcome = adam(x, {.steps = 4000, .rate = 0.01}, rosenbrock, goOn);
  EXPECT_LT(outcome.value, 1e-3 * before);
  EXPECT_EQ(outcome.evaluations, 4001);
}

} // namespace
