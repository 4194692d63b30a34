// Runs a program's `test` declarations on the evaluator, and compares values within the tolerance of the
// reference.
#pragma once
#include "lang/eval/evaluate.h"

namespace gms::eval {

struct TestOutcome {
  const program::Test *test = nullptr;
  bool passed = false;
  std::string left, right; ///< both sides as text; right is empty where the test is no equality
  std::string error;       ///< what stopped it, where something did
  Span errorSpan;
  Value value; ///< what the test's function gave
};

/// docs/language.md, [TST-2]: extents, bools, ints and strings equal; reals within `tolerance`, or where it
/// is 0 within t + t times the larger magnitude, t = 1e-5 for f32 and 1e-12 for f64. `type` is that of the
/// values; without it scalars count as f32.
bool agrees(const Value &left, const Value &right, double tolerance, const program::Type *type = nullptr);

/// Whether a test's value, the tuple of its sides or a bool, says that it passed. `type` is the value's.
bool passes(const program::Test &test, const Value &value, const program::Type *type = nullptr);

std::vector<TestOutcome> runTests(const program::Program &program);

} // namespace gms::eval
