// Compares derivatives by the tape with differences, at what a program's tests call. Everything is evaluated
// without rounding to f32, so that differences of small steps show slopes.
#pragma once
#include "lang/eval/evaluate.h"

namespace gms::eval {

/// How one function's slopes, or one `d(e) / d(x)`, came out.
struct SlopeCheck {
  const program::Function *function = nullptr;
  const program::Expr *derivative = nullptr; ///< null where the function itself is checked
  size_t compared = 0;                       ///< slopes that were compared
  size_t kinks = 0;                ///< left out: the slopes to both sides differ, or nothing is defined there
  std::vector<std::string> faults; ///< one a slope that differs, with both numbers
};

/// A program's own functions that take and give reals: those that its tests apply, by a fixed combination of
/// what they give and by every real that they are given (of many a few, and all of them in one direction).
/// Arguments are moved a little first, since tests like to stand where an operator has a kink. Then every
/// `d(e) / d(x)` that a test comes through, by the values that it has there. A function that no test applies
/// is listed with nothing compared.
std::vector<SlopeCheck> checkDerivatives(const program::Program &program);

/// The second part of it: adds one check for each `d(e) / d(x)`.
void checkExpressions(const program::Program &program, std::vector<SlopeCheck> &checks);

} // namespace gms::eval
