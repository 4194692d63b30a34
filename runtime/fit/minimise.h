// Minimisers of a smooth function of many reals. L-BFGS is libLBFGS's.
#pragma once
#include <functional>
#include <span>

namespace gms::runtime {

/// The value at x, and its gradient, of x's length. What is not finite counts as too large to be of use.
using Evaluate = std::function<double(std::span<const double> x, std::span<double> gradient)>;

/// A step that was taken: x is where it led.
struct Step {
  int number = 0; ///< from 1
  std::span<const double> x;
  double value = 0;
  double gradientNorm = 0; ///< Euclidean
  int evaluations = 0;     ///< so far
};
/// Called after each step; false ends the search there.
using OnStep = std::function<bool(const Step &)>;

enum class Ending {
  Steps,     ///< as many steps as were asked for
  Converged, ///< the gradient vanished
  Stuck,     ///< no step along the search direction makes the value smaller, as rounding allows no better
  Stopped,   ///< by OnStep
};
const char *print(Ending ending);

struct Outcome {
  double value = 0; ///< at the last step's x
  int steps = 0;
  int evaluations = 0;
  Ending ending = Ending::Steps;
};

struct LbfgsOptions {
  int steps = 200;
  int memory = 20;          ///< pairs kept of the inverse Hessian's approximation
  double tolerance = 1e-12; ///< converged where |gradient| <= tolerance * max(1, |x|)
};

/// Limited-memory BFGS (Liu and Nocedal 1989) with More and Thuente's line search. Starts at x and leaves the
/// result there.
Outcome lbfgs(std::span<double> x, const LbfgsOptions &options, const Evaluate &evaluate, const OnStep &onStep);

struct AdamOptions {
  int steps = 1000;
  double rate = 1e-3;
  double beta1 = 0.9, beta2 = 0.999; ///< decay of the gradient's mean and of its square's
  double epsilon = 1e-8;
};

/// Adam (Kingma and Ba 2015, algorithm 1).
Outcome adam(std::span<double> x, const AdamOptions &options, const Evaluate &evaluate, const OnStep &onStep);

} // namespace gms::runtime
