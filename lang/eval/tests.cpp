#include "lang/eval/tests.h"
#include <cmath>

namespace gms::eval {

namespace {

using program::Element;

bool near(double a, double b, double tolerance, Element element) {
  if (a == b || (std::isnan(a) && std::isnan(b)))
    return true;
  double unit = element == Element::F64 ? 1e-12 : 1e-5;
  double allowed = tolerance > 0 ? tolerance : unit + unit * std::fmax(std::fabs(a), std::fabs(b));
  return std::fabs(a - b) <= allowed;
}

bool tensorsAgree(const Tensor &a, const Tensor &b, double tolerance) {
  if (a.shape != b.shape)
    return false;
  bool reals = a.element == Element::F32 || a.element == Element::F64;
  for (size_t i = 0; i < a.data.size(); ++i)
    if (reals ? !near(a.data[i], b.data[i], tolerance, a.element) : a.data[i] != b.data[i])
      return false;
  return true;
}

bool groupsAgree(const Group &a, const Group &b, double tolerance, const program::Type *type) {
  if (a.items.size() != b.items.size())
    return false;
  for (size_t i = 0; i < a.items.size(); ++i) {
    bool listed = type && type->kind == program::TypeKind::List;
    const program::Type *item = !type                     ? nullptr
                                : listed                  ? type->fields[0].type.get()
                                : i < type->fields.size() ? type->fields[i].type.get()
                                                          : nullptr;
    if (!agrees(a.items[i], b.items[i], tolerance, item))
      return false;
  }
  return true;
}

} // namespace

bool agrees(const Value &left, const Value &right, double tolerance, const program::Type *type) {
  if (left.v.index() != right.v.index())
    return false;
  if (auto *r = std::get_if<double>(&left.v))
    return near(*r, std::get<double>(right.v), tolerance, type ? type->element : Element::F32);
  if (auto *t = std::get_if<TensorRef>(&left.v))
    return tensorsAgree(**t, *std::get<TensorRef>(right.v), tolerance);
  if (auto *g = std::get_if<std::shared_ptr<const Group>>(&left.v))
    return groupsAgree(**g, right.items(), tolerance, type);
  if (auto *b = std::get_if<bool>(&left.v))
    return *b == std::get<bool>(right.v);
  if (auto *i = std::get_if<int64_t>(&left.v))
    return *i == std::get<int64_t>(right.v);
  if (auto *s = std::get_if<std::string>(&left.v))
    return *s == std::get<std::string>(right.v);
  return true;
}

bool passes(const program::Test &test, const Value &value, const program::Type *type) {
  if (!test.equality)
    return !std::holds_alternative<bool>(value.v) || std::get<bool>(value.v);
  const program::Type *sides = type && !type->fields.empty() ? type->fields[0].type.get() : nullptr;
  return agrees(value.items().items[0], value.items().items[1], test.tolerance, sides);
}

std::vector<TestOutcome> runTests(const program::Program &program) {
  std::vector<TestOutcome> outcomes;
  for (const program::Test &test : program.tests) {
    TestOutcome outcome;
    outcome.test = &test;
    try {
      Evaluator evaluator(program);
      outcome.value = evaluator.call(test.function, {});
      outcome.passed = passes(test, outcome.value, program.function(test.function).result.get());
      outcome.left = print(test.equality ? outcome.value.items().items[0] : outcome.value);
      outcome.right = test.equality ? print(outcome.value.items().items[1]) : "";
    } catch (const EvalError &error) {
      outcome.error = error.coded();
      outcome.errorSpan = error.span;
    } catch (const std::exception &error) { // a fault of ours: it is reported, and the other tests still run
      outcome.error = std::string("internal: ") + error.what();
      outcome.errorSpan = test.span;
    }
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

} // namespace gms::eval
