// What is drawn, and what is chosen by drawing.
#include "lang/eval/evaluate.h"
#include <cmath>

namespace gms::eval {

using namespace program;

Value Evaluator::choose(const Expr &e, Frame &frame) {
  std::vector<float> weights;
  for (size_t i = 0; i < e.args.size(); i += 2)
    weights.push_back(static_cast<float>(real(*e.args[i], frame).value));
  const std::string place = placeOf(e, frame);
  int64_t arm = categorical(word(key, placeHash(place), element), weights);
  note(place, static_cast<double>(arm));
  return forced(eval(*e.args[static_cast<size_t>(2 * arm + 1)], frame), program);
}

/// The word stays as it is: what is drawn moves with the distribution's arguments.
Value Evaluator::drawReal(const Expr &e, Frame &frame, uint32_t bits) {
  Real a = real(*e.args[0], frame), b = real(*e.args[1], frame);
  float low = static_cast<float>(a.value), high = static_cast<float>(b.value);
  auto primitive = [&](Prim prim, Real x, double value) { return tape->primitive(prim, x, {}, value); };
  auto between = [&](Real from, Real to) {
    return tape->add(from, tape->mul({static_cast<double>(unitOf(bits))}, tape->sub(to, from)));
  };
  auto drawn = [&](Real real, float value) {
    return Value(wide ? real : tape->as(real, static_cast<double>(value)));
  };
  switch (e.distribution) {
  case Distribution::Uniform:
    return drawn(between(a, b), uniform(bits, low, high));
  case Distribution::Normal: {
    Real standard{normal(bits, 0, 1)};
    return drawn(tape->add(a, tape->mul(standard, b)), normal(bits, low, high));
  }
  default: {
    Real from = primitive(Prim::Log, a, std::log(a.value)), to = primitive(Prim::Log, b, std::log(b.value));
    return drawn(tape->exp(between(from, to)), logUniform(bits, low, high));
  }
  }
}

Value Evaluator::draw(const Expr &e, Frame &frame) {
  const std::string name = placeOf(e, frame);
  uint64_t place = placeHash(name);
  uint32_t bits = word(key, place, element);
  auto count = [&](int64_t value) {
    note(name, static_cast<double>(value));
    return value;
  };
  switch (e.distribution) {
  case Distribution::Uniform:
  case Distribution::Normal:
  case Distribution::LogUniform: {
    Value drawn = drawReal(e, frame, bits);
    note(name, drawn.real().value);
    return drawn;
  }
  case Distribution::Bernoulli:
    return Value(count(bernoulli(bits, static_cast<float>(real(*e.args[0], frame).value))) != 0);
  case Distribution::Integer: {
    int64_t low = whole(*e.args[0], frame), high = whole(*e.args[1], frame);
    if (high <= low)
      throw EvalError(e.span, "the range " + std::to_string(low) + ".." + std::to_string(high) +
                                  " is empty: nothing can be drawn");
    return Value(count(integer(bits, low, high)));
  }
  case Distribution::Categorical: {
    TensorRef weights = tensor(*e.args[0], frame);
    if (weights->data.empty())
      throw EvalError(e.span, "there are no weights to choose by");
    return Value(count(categorical(bits, std::vector<float>(weights->data.begin(), weights->data.end()))));
  }
  case Distribution::Choice: {
    Value from = eval(*e.args[0], frame);
    TensorRef numbers = from.isTensor() ? std::get<TensorRef>(forced(from, program).v) : nullptr;
    int64_t size = numbers ? numbers->size() : static_cast<int64_t>(from.items().items.size());
    if (size == 0)
      throw EvalError(e.span, "there is nothing to choose from");
    size_t at = static_cast<size_t>(count(integer(bits, 0, size)));
    return numbers ? ofScalar(numbers->element, numbers->at(at)) : from.items().items[at];
  }
  case Distribution::Permutation: {
    auto made = newTensor(e, {whole(*e.args[0], frame)});
    std::vector<int64_t> order = permutation(key, place, made->size());
    made->data.assign(order.begin(), order.end());
    return Value(TensorRef(std::move(made)));
  }
  }
  throw EvalError(e.span, "internal: a draw of unknown kind");
}

} // namespace gms::eval
