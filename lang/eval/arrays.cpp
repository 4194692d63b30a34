// Index notation: reads with their borders, definitions by index, scan.
#include "lang/eval/evaluate.h"
#include <algorithm>

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

Real Evaluator::read(const Expr &e, Frame &frame) {
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
  return outside ? Real{} : source->at(static_cast<size_t>(offset));
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
    Value &index = frame.locals[var.local];
    if (auto *known = std::get_if<int64_t>(&index.v))
      *known = i;
    else
      index = Value(i);
    each(indices, at + 1, frame, keyed, body);
  }
  key = around;
}

void Evaluator::eachItem(const std::vector<IndexVar> &indices, size_t at, Frame &frame, bool keyed,
                         const std::function<void()> &body) {
  const IndexVar &var = indices[at];
  Value list = eval(*var.list, frame);
  TensorRef numbers = list.isTensor() ? std::get<TensorRef>(forced(list, program).v) : nullptr;
  size_t count = numbers ? numbers->data.size() : list.items().items.size();
  Key around = key;
  bool identifiedAround = identified;
  for (size_t i = 0; i < count; ++i) {
    Value item = numbers ? ofScalar(numbers->element, numbers->at(i)) : list.items().items[i];
    if (keyed) {
      if (!item.identity)
        item.identity = list.identity;
      uint64_t identity = item.identity.value_or(i);
      key.sample = identifiedAround ? mixIdentity(around.sample, identity) : identity;
      identified = true;
    }
    bind(frame, var.local, std::move(item));
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
    made->set(at++, scalar(*e.args[0], frame));
  });
  element = outer;
  return Value(TensorRef(std::move(made)));
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
      bind(frame, e.states[s], current[s]);
    Value next = eval(*e.args[states], frame);
    if (states == 1)
      current[0] = std::move(next);
    else
      current = next.items().items;
    const Value &first = current[0];
    auto *r = std::get_if<double>(&first.v);
    auto *b = std::get_if<bool>(&first.v);
    made->set(static_cast<size_t>(i), r   ? first.real()
                                      : b ? Real{*b ? 1.0 : 0.0}
                                          : Real{static_cast<double>(std::get<int64_t>(first.v))});
  }
  return Value(TensorRef(std::move(made)));
}

} // namespace gms::eval
