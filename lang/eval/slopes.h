// Slopes by differences, and whether a slope is one of them.
#pragma once
#include "lang/eval/value.h"
#include <functional>
#include <string>
#include <vector>

namespace gms::eval {

/// A number in (-1, 1) that always is the same for the same two.
double scattered(uint64_t a, uint64_t b);

enum class SlopeVerdict : uint8_t { Agrees, Kink, Differs };

struct Slope {
  SlopeVerdict verdict;
  double difference = 0; ///< the slope by differences
};

/// Compares a slope with central differences of `at`, a function of a step that is to be about `step`. Where
/// they differ and the slopes to both sides differ as much, or `at` is not finite, it is a kink.
Slope compared(double slope, double step, const std::function<double(double)> &at);

} // namespace gms::eval
