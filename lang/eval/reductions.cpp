// Reductions over indices and lists.
#include "lang/eval/evaluate.h"
#include <algorithm>
#include <cmath>
#include <limits>

namespace gms::eval {

using namespace program;

namespace {

constexpr size_t expectedTerms = 16; // most reductions are small and many

/// Sums in pairs, in double: the error grows with the logarithm of the count.
double pairwise(const Real *numbers, size_t count) {
  if (count <= 8) {
    double sum = 0;
    for (size_t i = 0; i < count; ++i)
      sum += numbers[i].value;
    return sum;
  }
  size_t half = count / 2;
  return pairwise(numbers, half) + pairwise(numbers + half, count - half);
}

std::vector<Real> realsOf(const std::vector<int64_t> &numbers) {
  std::vector<Real> out;
  for (int64_t number : numbers)
    out.push_back({static_cast<double>(number)});
  return out;
}

std::vector<double> valuesOf(const std::vector<Real> &numbers) {
  std::vector<double> out;
  for (const Real &number : numbers)
    out.push_back(number.value);
  return out;
}

/// The place of the first number that no other precedes; what is not a number never precedes. 0 of nothing.
template <typename Number> int64_t foremost(const std::vector<Number> &numbers, bool least, Number start) {
  size_t found = 0;
  for (size_t i = 0; i < numbers.size(); ++i)
    if (least ? numbers[i] < start : numbers[i] > start) {
      start = numbers[i];
      found = i;
    }
  return static_cast<int64_t>(found);
}

/// The least or the greatest, of equal ones the first; not a number where one is not.
Real extremeOf(const std::vector<Real> &numbers, bool least) {
  const double infinity = std::numeric_limits<double>::infinity();
  Real out{least ? infinity : -infinity};
  for (const Real &number : numbers)
    if (std::isnan(number.value) || (least ? number.value < out.value : number.value > out.value)) {
      out = number;
      if (std::isnan(out.value))
        break;
    }
  return out;
}

} // namespace

Value Evaluator::reduce(const Expr &e, Frame &frame) {
  bool collects = e.reduce == ReduceKind::Map || e.reduce == ReduceKind::Filter;
  bool host =
      frame.function->kind == FunctionKind::Experiment || frame.function->kind == FunctionKind::Recipe;
  bool lists = collects || std::any_of(e.indices.begin(), e.indices.end(),
                                       [](const IndexVar &var) { return var.list != nullptr; });
  auto taken = [&] { return e.args.size() < 2 || truth(*e.args[1], frame); };
  if (collects) {
    std::vector<Value> items;
    each(e.indices, 0, frame, host, [&] {
      if (!taken())
        return;
      if (e.reduce == ReduceKind::Map)
        items.push_back(forced(eval(*e.args[0], frame), program));
      else if (truth(*e.args[0], frame))
        items.push_back(frame.locals[e.indices[0].local]);
    });
    return Value::group(std::move(items));
  }
  const Type &body = *e.args[0]->type;
  if (body.isReal()) {
    std::vector<Real> numbers;
    numbers.reserve(expectedTerms);
    each(e.indices, 0, frame, host && lists, [&] {
      if (taken())
        numbers.push_back(real(*e.args[0], frame));
    });
    return reduceReals(e, numbers);
  }
  std::vector<int64_t> numbers;
  numbers.reserve(expectedTerms);
  each(e.indices, 0, frame, host && lists, [&] {
    if (taken())
      numbers.push_back(whole(*e.args[0], frame));
  });
  if (e.reduce == ReduceKind::Mean || e.reduce == ReduceKind::Median ||
      (e.type->isReal() && e.reduce != ReduceKind::Count))
    return reduceReals(e, realsOf(numbers));
  return reduceInts(e, numbers);
}

Real Evaluator::product(const std::vector<Real> &numbers) {
  Real product{1};
  for (const Real &number : numbers)
    product = tape->mul(product, number);
  return product;
}

Real Evaluator::median(std::vector<Real> numbers) {
  if (numbers.empty())
    return {std::numeric_limits<double>::quiet_NaN()};
  std::sort(numbers.begin(), numbers.end(), [](const Real &a, const Real &b) { return a.value < b.value; });
  size_t n = numbers.size();
  return n % 2 ? numbers[n / 2] : tape->div(tape->add(numbers[n / 2 - 1], numbers[n / 2]), {2});
}

/// Sums and means of reals accumulate in double and in pairs, and are rounded once: the nearest that a judge
/// can have.
Value Evaluator::reduceReals(const Expr &e, const std::vector<Real> &numbers) {
  const double infinity = std::numeric_limits<double>::infinity();
  auto give = [&](Real value) { return Value(rounded(value, e.type->element)); };
  auto sum = [&] { return tape->sum(numbers, pairwise(numbers.data(), numbers.size())); };
  switch (e.reduce) {
  case ReduceKind::Sum:
    return give(sum());
  case ReduceKind::Mean:
    return give(tape->div(sum(), {static_cast<double>(numbers.size())}));
  case ReduceKind::Prod:
    return give(product(numbers));
  case ReduceKind::Min:
  case ReduceKind::Max:
    return give(extremeOf(numbers, e.reduce == ReduceKind::Min));
  case ReduceKind::Median:
    return give(median(numbers));
  case ReduceKind::ArgMin:
    return Value(foremost(valuesOf(numbers), true, infinity));
  case ReduceKind::ArgMax:
    return Value(foremost(valuesOf(numbers), false, -infinity));
  default:
    throw EvalError(e.span, std::string("internal: ") + program::print(e.reduce) + " of reals");
  }
}

Value Evaluator::reduceInts(const Expr &e, const std::vector<int64_t> &numbers) {
  auto holds = [](int64_t n) { return n != 0; };
  switch (e.reduce) {
  case ReduceKind::Sum:
  case ReduceKind::Prod: {
    uint64_t out = e.reduce == ReduceKind::Prod;
    for (int64_t number : numbers)
      out = e.reduce == ReduceKind::Prod ? out * static_cast<uint64_t>(number)
                                         : out + static_cast<uint64_t>(number);
    return Value(static_cast<int64_t>(out));
  }
  case ReduceKind::Min:
    return Value(numbers.empty() ? INT64_MAX : *std::min_element(numbers.begin(), numbers.end()));
  case ReduceKind::Max:
    return Value(numbers.empty() ? INT64_MIN : *std::max_element(numbers.begin(), numbers.end()));
  case ReduceKind::Any:
    return Value(std::any_of(numbers.begin(), numbers.end(), holds));
  case ReduceKind::All:
    return Value(std::all_of(numbers.begin(), numbers.end(), holds));
  case ReduceKind::Count:
    return Value(static_cast<int64_t>(std::count_if(numbers.begin(), numbers.end(), holds)));
  case ReduceKind::ArgMin:
    return Value(foremost<int64_t>(numbers, true, INT64_MAX));
  case ReduceKind::ArgMax:
    return Value(foremost<int64_t>(numbers, false, INT64_MIN));
  default:
    throw EvalError(e.span, std::string("internal: ") + program::print(e.reduce) + " of ints");
  }
}

} // namespace gms::eval
