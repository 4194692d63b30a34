// Index notation: reads with their borders, definitions by index, reductions over indices and lists, scan.
#include "lang/eval/evaluate.h"
#include <algorithm>
#include <cmath>
#include <limits>

namespace gms::eval {

using namespace program;

int64_t bordered(int64_t index, int64_t extent, Border border) {
  if (index >= 0 && index < extent)
    return index;
  if (extent <= 0)
    return -1;
  switch (border) {
  case Border::Clamp: return index < 0 ? 0 : extent - 1;
  case Border::Wrap: return ((index % extent) + extent) % extent;
  case Border::Reflect: { // d c b | a b c d | c b a
    if (extent == 1)
      return 0;
    int64_t period = 2 * (extent - 1);
    int64_t at = ((index % period) + period) % period;
    return at < extent ? at : period - at;
  }
  default: return -1;
  }
}

double Evaluator::read(const Expr &e, Frame &frame) {
  TensorRef source = tensor(*e.args[0], frame);
  int64_t offset = 0;
  bool outside = false;
  for (size_t axis = 0; axis + 1 < e.args.size(); ++axis) {
    int64_t index = whole(*e.args[axis + 1], frame), extent = source->shape[axis];
    int64_t at = bordered(index, extent, e.border);
    if (at < 0 && e.border == Border::Proven)
      throw EvalError(e.span, "internal: a read that was proven in range is at " + std::to_string(index) + " of 0.." + std::to_string(extent));
    outside |= at < 0;
    offset = offset * extent + at;
  }
  return outside ? 0 : source->data[static_cast<size_t>(offset)];
}

void Evaluator::each(const std::vector<IndexVar> &indices, size_t at, Frame &frame, const std::function<void()> &body) {
  if (at == indices.size())
    return body();
  const IndexVar &var = indices[at];
  if (!var.list) {
    int64_t low = whole(*var.low, frame), high = whole(*var.high, frame);
    for (int64_t i = low; i < high; ++i) {
      frame.locals[var.local] = Value(i);
      each(indices, at + 1, frame, body);
    }
    return;
  }
  Value list = eval(*var.list, frame);
  if (list.isTensor()) {
    TensorRef numbers = std::get<TensorRef>(forced(list, program).v);
    bool reals = numbers->element == Element::F32 || numbers->element == Element::F64;
    for (double number : numbers->data) {
      frame.locals[var.local] = reals ? Value(number) : Value(static_cast<int64_t>(number));
      each(indices, at + 1, frame, body);
    }
    return;
  }
  for (const Value &item : list.items().items) {
    frame.locals[var.local] = item;
    each(indices, at + 1, frame, body);
  }
}

Value Evaluator::tabulate(const Expr &e, Frame &frame) {
  std::vector<int64_t> shape;
  for (const IndexVar &var : e.indices)
    shape.push_back(std::max<int64_t>(0, whole(*var.high, frame)));
  auto made = Tensor::make(e.type->element, std::move(shape));
  size_t at = 0;
  uint32_t outer = element;
  each(e.indices, 0, frame, [&] {
    element = static_cast<uint32_t>(at);
    made->data[at++] = scalar(*e.args[0], frame);
  });
  element = outer;
  return Value(TensorRef(std::move(made)));
}

Value Evaluator::reduce(const Expr &e, Frame &frame) {
  bool collects = e.reduce == ReduceKind::Map || e.reduce == ReduceKind::Filter;
  if (!collects) {
    std::vector<double> numbers;
    each(e.indices, 0, frame, [&] {
      if (e.args.size() < 2 || truth(*e.args[1], frame))
        numbers.push_back(scalar(*e.args[0], frame));
    });
    return reduceNumbers(e, numbers);
  }
  std::vector<Value> items;
  each(e.indices, 0, frame, [&] {
    if (e.reduce == ReduceKind::Map)
      items.push_back(forced(eval(*e.args[0], frame), program));
    else if (truth(*e.args[0], frame))
      items.push_back(frame.locals[e.indices[0].local]);
  });
  return Value::group(std::move(items));
}

namespace {

/// Sums in pairs, in double: the error grows with the logarithm of the count.
double pairwise(const double *numbers, size_t count) {
  if (count <= 8) {
    double sum = 0;
    for (size_t i = 0; i < count; ++i)
      sum += numbers[i];
    return sum;
  }
  size_t half = count / 2;
  return pairwise(numbers, half) + pairwise(numbers + half, count - half);
}

double medianOf(std::vector<double> numbers) {
  if (numbers.empty())
    return std::numeric_limits<double>::quiet_NaN();
  std::sort(numbers.begin(), numbers.end());
  size_t n = numbers.size();
  return n % 2 ? numbers[n / 2] : (numbers[n / 2 - 1] + numbers[n / 2]) / 2;
}

} // namespace

Value Evaluator::reduceNumbers(const Expr &e, const std::vector<double> &numbers) {
  const double infinity = std::numeric_limits<double>::infinity();
  bool ints = e.type->element == Element::Int;
  auto give = [&](double value) { return ints ? Value(static_cast<int64_t>(value)) : Value(rounded(value, e.type->element)); };
  double sum = pairwise(numbers.data(), numbers.size());
  switch (e.reduce) {
  case ReduceKind::Sum: return give(sum);
  case ReduceKind::Mean: return give(sum / static_cast<double>(numbers.size()));
  case ReduceKind::Prod: {
    double product = 1;
    for (double number : numbers)
      product *= number;
    return give(product);
  }
  case ReduceKind::Min:
  case ReduceKind::Max: {
    bool least = e.reduce == ReduceKind::Min;
    if (numbers.empty())
      return ints ? Value(least ? INT64_MAX : INT64_MIN) : Value(least ? infinity : -infinity);
    return give(least ? *std::min_element(numbers.begin(), numbers.end()) : *std::max_element(numbers.begin(), numbers.end()));
  }
  case ReduceKind::Median: return give(medianOf(numbers));
  case ReduceKind::Any: return Value(std::any_of(numbers.begin(), numbers.end(), [](double n) { return n != 0; }));
  case ReduceKind::All: return Value(std::all_of(numbers.begin(), numbers.end(), [](double n) { return n != 0; }));
  case ReduceKind::Count: return Value(static_cast<int64_t>(sum));
  case ReduceKind::ArgMin:
    return Value(static_cast<int64_t>(std::min_element(numbers.begin(), numbers.end()) - numbers.begin()));
  case ReduceKind::ArgMax:
    return Value(static_cast<int64_t>(std::max_element(numbers.begin(), numbers.end()) - numbers.begin()));
  default: throw EvalError(e.span, "internal: a reduction of unknown kind");
  }
}

Value Evaluator::scan(const Expr &e, Frame &frame) {
  size_t states = e.states.size();
  std::vector<Value> current;
  for (size_t s = 0; s < states; ++s)
    current.push_back(eval(*e.args[s], frame));
  const IndexVar &var = e.indices[0];
  int64_t count = std::max<int64_t>(0, whole(*var.high, frame));
  auto made = Tensor::make(e.type->element, {count});
  for (int64_t i = 0; i < count; ++i) {
    frame.locals[var.local] = Value(i);
    for (size_t s = 0; s < states; ++s)
      frame.locals[e.states[s]] = current[s];
    Value next = eval(*e.args[states], frame);
    if (states == 1)
      current[0] = std::move(next);
    else
      current = next.items().items;
    const Value &first = current[0];
    auto *r = std::get_if<double>(&first.v);
    auto *b = std::get_if<bool>(&first.v);
    made->data[static_cast<size_t>(i)] = r ? *r : b ? *b : static_cast<double>(std::get<int64_t>(first.v));
  }
  return Value(TensorRef(std::move(made)));
}

} // namespace gms::eval
