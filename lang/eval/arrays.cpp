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
  case Border::Clamp:
    return index < 0 ? 0 : extent - 1;
  case Border::Wrap:
    return ((index % extent) + extent) % extent;
  case Border::Reflect: { // d c b | a b c d | c b a
    if (extent == 1)
      return 0;
    int64_t period = 2 * (extent - 1);
    int64_t at = ((index % period) + period) % period;
    return at < extent ? at : period - at;
  }
  default:
    return -1;
  }
}

uint64_t mixIdentity(uint64_t around, uint64_t inner) {
  uint64_t x = around ^ (inner + 0x9E3779B97F4A7C15u);
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

double Evaluator::read(const Expr &e, Frame &frame) {
  TensorRef source = tensor(*e.args[0], frame);
  int64_t offset = 0;
  bool outside = false;
  for (size_t axis = 0; axis + 1 < e.args.size(); ++axis) {
    int64_t index = whole(*e.args[axis + 1], frame), extent = source->shape[axis];
    int64_t at = bordered(index, extent, e.border);
    if (at < 0 && e.border == Border::Proven)
      throw EvalError(e.span, "internal: a read that was proven in range is at " + std::to_string(index) +
                                  " of 0.." + std::to_string(extent));
    outside |= at < 0;
    offset = offset * extent + at;
  }
  return outside ? 0 : source->data[static_cast<size_t>(offset)];
}

void Evaluator::each(const std::vector<IndexVar> &indices, size_t at, Frame &frame, bool keyed,
                     const std::function<void()> &body) {
  if (at == indices.size())
    return body();
  const IndexVar &var = indices[at];
  if (var.list)
    return eachItem(indices, at, frame, keyed, body);
  int64_t low = whole(*var.low, frame), high = whole(*var.high, frame);
  Key around = key;
  for (int64_t i = low; i < high; ++i) {
    if (keyed)
      key.epoch = around.epoch * static_cast<uint32_t>(high - low) + static_cast<uint32_t>(i - low);
    frame.locals[var.local] = Value(i);
    each(indices, at + 1, frame, keyed, body);
  }
  key = around;
}

void Evaluator::eachItem(const std::vector<IndexVar> &indices, size_t at, Frame &frame, bool keyed,
                         const std::function<void()> &body) {
  const IndexVar &var = indices[at];
  Value list = eval(*var.list, frame);
  TensorRef numbers = list.isTensor() ? std::get<TensorRef>(forced(list, program).v) : nullptr;
  bool reals = numbers && (numbers->element == Element::F32 || numbers->element == Element::F64);
  size_t count = numbers ? numbers->data.size() : list.items().items.size();
  Key around = key;
  bool identifiedAround = identified;
  for (size_t i = 0; i < count; ++i) {
    Value item = !numbers                            ? list.items().items[i]
                 : reals                             ? Value(numbers->data[i])
                 : numbers->element == Element::Bool ? Value(numbers->data[i] != 0)
                                                     : Value(static_cast<int64_t>(numbers->data[i]));
    if (keyed) {
      if (!item.identity)
        item.identity = list.identity;
      uint64_t identity = item.identity.value_or(i);
      key.sample = identifiedAround ? mixIdentity(around.sample, identity) : identity;
      identified = true;
    }
    frame.locals[var.local] = std::move(item);
    each(indices, at + 1, frame, keyed, body);
  }
  key = around;
  identified = identifiedAround;
}

Value Evaluator::tabulate(const Expr &e, Frame &frame) {
  std::vector<int64_t> shape;
  for (const IndexVar &var : e.indices)
    shape.push_back(std::max<int64_t>(0, whole(*var.high, frame)));
  auto made = newTensor(e, std::move(shape));
  size_t at = 0;
  uint32_t outer = element;
  each(e.indices, 0, frame, false, [&] {
    element = static_cast<uint32_t>(at);
    made->data[at++] = scalar(*e.args[0], frame);
  });
  element = outer;
  return Value(TensorRef(std::move(made)));
}

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
    std::vector<double> numbers;
    each(e.indices, 0, frame, host && lists, [&] {
      if (taken())
        numbers.push_back(real(*e.args[0], frame));
    });
    return reduceReals(e, numbers);
  }
  std::vector<int64_t> numbers;
  each(e.indices, 0, frame, host && lists, [&] {
    if (taken())
      numbers.push_back(whole(*e.args[0], frame));
  });
  if (e.reduce == ReduceKind::Mean || e.reduce == ReduceKind::Median ||
      (e.type->isReal() && e.reduce != ReduceKind::Count))
    return reduceReals(e, std::vector<double>(numbers.begin(), numbers.end()));
  return reduceInts(e, numbers);
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

namespace {

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

/// The least or the greatest; not a number where one is not.
double extremeOf(const std::vector<double> &numbers, bool least) {
  double out = least ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity();
  for (double number : numbers)
    if (std::isnan(number) || (least ? number < out : number > out)) {
      out = number;
      if (std::isnan(out))
        break;
    }
  return out;
}

} // namespace

/// Sums and means of reals accumulate in double and in pairs, and are rounded once: the nearest that a judge
/// can have.
Value Evaluator::reduceReals(const Expr &e, const std::vector<double> &numbers) {
  const double infinity = std::numeric_limits<double>::infinity();
  auto give = [&](double value) { return Value(rounded(value, e.type->element)); };
  switch (e.reduce) {
  case ReduceKind::Sum:
    return give(pairwise(numbers.data(), numbers.size()));
  case ReduceKind::Mean:
    return give(pairwise(numbers.data(), numbers.size()) / static_cast<double>(numbers.size()));
  case ReduceKind::Prod: {
    double product = 1;
    for (double number : numbers)
      product *= number;
    return give(product);
  }
  case ReduceKind::Min:
  case ReduceKind::Max:
    return give(extremeOf(numbers, e.reduce == ReduceKind::Min));
  case ReduceKind::Median:
    return give(medianOf(numbers));
  case ReduceKind::ArgMin:
    return Value(foremost(numbers, true, infinity));
  case ReduceKind::ArgMax:
    return Value(foremost(numbers, false, -infinity));
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

Value Evaluator::scan(const Expr &e, Frame &frame) {
  size_t states = e.states.size();
  std::vector<Value> current;
  for (size_t s = 0; s < states; ++s)
    current.push_back(eval(*e.args[s], frame));
  const IndexVar &var = e.indices[0];
  int64_t low = whole(*var.low, frame), count = std::max<int64_t>(0, whole(*var.high, frame) - low);
  auto made = newTensor(e, {count});
  for (int64_t i = 0; i < count; ++i) {
    frame.locals[var.local] = Value(low + i);
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
