#include "runtime/fit/minimise.h"
#include <algorithm>
#include <cmath>
#include <exception>
#include <lbfgs.h>
#include <memory>
#include <new>
#include <vector>

namespace gms::runtime {
namespace {

/// So large a value makes a line search turn back, and still can be interpolated.
constexpr double hopeless = 1e100;

double norm(std::span<const double> v) {
  double sum = 0;
  for (double each : v)
    sum += each * each;
  return std::sqrt(sum);
}

/// The function as a minimiser sees it: finite everywhere.
struct Guarded {
  const Evaluate &evaluate;
  int evaluations = 0;

  double operator()(std::span<const double> x, std::span<double> gradient) {
    ++evaluations;
    const double value = evaluate(x, gradient);
    if (std::isfinite(value) && std::all_of(gradient.begin(), gradient.end(), [](double g) { return std::isfinite(g); }))
      return value;
    std::fill(gradient.begin(), gradient.end(), 0.0);
    return hopeless;
  }
};

/// What libLBFGS calls back; exceptions may not pass through its C code.
struct Search {
  Guarded function;
  const OnStep &onStep;
  Outcome outcome;
  std::exception_ptr thrown;
  std::vector<double> best; ///< x of the last step that was taken
  bool stopped = false;

  static lbfgsfloatval_t evaluate(void *self, const lbfgsfloatval_t *x, lbfgsfloatval_t *gradient, int n, lbfgsfloatval_t) {
    Search &search = *static_cast<Search *>(self);
    const auto size = static_cast<size_t>(n);
    if (!search.thrown)
      try {
        return search.function({x, size}, {gradient, size});
      } catch (...) {
        search.thrown = std::current_exception();
      }
    std::fill(gradient, gradient + n, 0.0); // ends the line search at once
    return hopeless;
  }

  static int progress(void *self, const lbfgsfloatval_t *x, const lbfgsfloatval_t *, lbfgsfloatval_t value, lbfgsfloatval_t,
                      lbfgsfloatval_t gradientNorm, lbfgsfloatval_t, int n, int number, int) {
    Search &search = *static_cast<Search *>(self);
    if (search.thrown)
      return 1;
    search.outcome.value = value;
    search.outcome.steps = number;
    search.best.assign(x, x + n);
    try {
      search.stopped = !search.onStep({number, {x, static_cast<size_t>(n)}, value, gradientNorm, search.function.evaluations});
    } catch (...) {
      search.thrown = std::current_exception();
    }
    return search.stopped || search.thrown ? 1 : 0;
  }
};

Ending endingOf(int status, const Search &search) {
  if (search.stopped)
    return Ending::Stopped;
  if (status == LBFGSERR_MAXIMUMITERATION)
    return Ending::Steps;
  return status == LBFGS_SUCCESS || status == LBFGS_ALREADY_MINIMIZED ? Ending::Converged : Ending::Stuck;
}

} // namespace

const char *print(Ending ending) {
  static const char *const names[] = {"steps", "converged", "stuck", "stopped"};
  return names[static_cast<size_t>(ending)];
}

Outcome lbfgs(std::span<double> x, const LbfgsOptions &options, const Evaluate &evaluate, const OnStep &onStep) {
  Search search{{evaluate}, onStep, {}, {}, {x.begin(), x.end()}};
  if (options.steps <= 0 || x.empty())
    return search.outcome;
  lbfgs_parameter_t parameters;
  lbfgs_parameter_init(&parameters);
  parameters.m = std::max(options.memory, 1);
  parameters.max_iterations = options.steps;
  parameters.epsilon = options.tolerance;
  const int n = static_cast<int>(x.size());
  const std::unique_ptr<lbfgsfloatval_t, void (*)(lbfgsfloatval_t *)> point(lbfgs_malloc(n), lbfgs_free);
  if (!point)
    throw std::bad_alloc();
  std::copy(x.begin(), x.end(), point.get());
  const int status = ::lbfgs(n, point.get(), nullptr, Search::evaluate, Search::progress, &search, &parameters);
  if (search.thrown)
    std::rethrow_exception(search.thrown);
  std::copy(search.best.begin(), search.best.end(), x.begin());
  search.outcome.evaluations = search.function.evaluations;
  search.outcome.ending = endingOf(status, search);
  if (!search.outcome.steps) {
    std::vector<double> gradient(x.size());
    search.outcome.value = evaluate(x, gradient);
  }
  return search.outcome;
}

Outcome adam(std::span<double> x, const AdamOptions &options, const Evaluate &evaluate, const OnStep &onStep) {
  Guarded function{evaluate};
  Outcome outcome;
  std::vector<double> gradient(x.size()), mean(x.size()), square(x.size());
  double decay1 = 1, decay2 = 1;
  outcome.value = function(x, gradient);
  for (int number = 1; number <= options.steps; ++number) {
    decay1 *= options.beta1;
    decay2 *= options.beta2;
    for (size_t i = 0; i < x.size(); ++i) {
      mean[i] = options.beta1 * mean[i] + (1 - options.beta1) * gradient[i];
      square[i] = options.beta2 * square[i] + (1 - options.beta2) * gradient[i] * gradient[i];
      x[i] -= options.rate * (mean[i] / (1 - decay1)) / (std::sqrt(square[i] / (1 - decay2)) + options.epsilon);
    }
    outcome.value = function(x, gradient);
    outcome.steps = number;
    if (!onStep({number, x, outcome.value, norm(gradient), function.evaluations})) {
      outcome.ending = Ending::Stopped;
      break;
    }
  }
  outcome.evaluations = function.evaluations;
  return outcome;
}

} // namespace gms::runtime
