#include "lang/eval/tests.h"
#include <cmath>

namespace gms::eval {

namespace {

constexpr double absoluteTolerance = 1e-5, relativeTolerance = 1e-5;

bool near(double a, double b, double tolerance) {
  if (a == b || (std::isnan(a) && std::isnan(b)))
    return true;
  double allowed = tolerance > 0 ? tolerance : absoluteTolerance + relativeTolerance * std::fabs(b);
  return std::fabs(a - b) <= allowed;
}

} // namespace

bool agrees(const Value &left, const Value &right, double tolerance) {
  if (left.v.index() != right.v.index())
    return false;
  if (auto *r = std::get_if<double>(&left.v))
    return near(*r, std::get<double>(right.v), tolerance);
  if (auto *t = std::get_if<TensorRef>(&left.v)) {
    const Tensor &a = **t, &b = *std::get<TensorRef>(right.v);
    if (a.shape != b.shape)
      return false;
    bool reals = a.element == program::Element::F32 || a.element == program::Element::F64;
    for (size_t i = 0; i < a.data.size(); ++i)
      if (reals ? !near(a.data[i], b.data[i], tolerance) : a.data[i] != b.data[i])
        return false;
    return true;
  }
  if (auto *g = std::get_if<std::shared_ptr<const Group>>(&left.v)) {
    const std::vector<Value> &a = (*g)->items, &b = right.items().items;
    if (a.size() != b.size())
      return false;
    for (size_t i = 0; i < a.size(); ++i)
      if (!agrees(a[i], b[i], tolerance))
        return false;
    return true;
  }
  if (auto *b = std::get_if<bool>(&left.v)) return *b == std::get<bool>(right.v);
  if (auto *i = std::get_if<int64_t>(&left.v)) return *i == std::get<int64_t>(right.v);
  if (auto *s = std::get_if<std::string>(&left.v)) return *s == std::get<std::string>(right.v);
  return true;
}

bool passes(const program::Test &test, const Value &value) {
  if (!test.equality)
    return !std::holds_alternative<bool>(value.v) || std::get<bool>(value.v);
  return agrees(value.items().items[0], value.items().items[1], test.tolerance);
}

std::vector<TestOutcome> runTests(const program::Program &program) {
  std::vector<TestOutcome> outcomes;
  for (const program::Test &test : program.tests) {
    TestOutcome outcome;
    outcome.test = &test;
    try {
      Evaluator evaluator(program);
      outcome.value = evaluator.call(test.function, {});
      outcome.passed = passes(test, outcome.value);
      outcome.left = print(test.equality ? outcome.value.items().items[0] : outcome.value);
      outcome.right = test.equality ? print(outcome.value.items().items[1]) : "";
    } catch (const EvalError &error) {
      outcome.error = error.what();
      outcome.errorSpan = error.span;
    }
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

} // namespace gms::eval
