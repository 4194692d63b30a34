#include "lang/eval/slopes.h"
#include "lang/eval/evaluate.h"
#include <cmath>

namespace gms::eval {

namespace {
constexpr double relative = 1e-6, absolute = 1e-8; // of a slope, and of what is differentiated
}

double scattered(uint64_t a, uint64_t b) {
  return static_cast<double>(mixIdentity(mixIdentity(0, a + 1), b + 1) >> 11) * 0x1p-52 - 1;
}

Slope compared(double slope, double step, const std::function<double(double)> &at) {
  const double middle = at(0), far = at(step), back = at(-step), near = at(step / 2), behind = at(-step / 2);
  const double wide = (far - back) / (2 * step), narrow = (near - behind) / step;
  const double bend = (near - 2 * middle + behind) / (step / 2);
  const double best = (4 * narrow - wide) / 3; // Richardson: the error is of fourth order
  if (!std::isfinite(best) || !std::isfinite(middle))
    return {SlopeVerdict::Kink, best};
  auto agrees = [&](double difference) {
    return std::fabs(slope - difference) <=
           relative * (std::fabs(slope) + std::fabs(difference)) + absolute * (1 + std::fabs(middle));
  };
  if (agrees(best) || agrees(narrow))
    return {SlopeVerdict::Agrees, best};
  // A smooth function bends by about the step; a kink by as much as the slopes to both sides differ.
  if (std::fabs(bend) > 0.1 * std::fabs(slope - narrow))
    return {SlopeVerdict::Kink, narrow};
  return {SlopeVerdict::Differs, best};
}

} // namespace gms::eval
