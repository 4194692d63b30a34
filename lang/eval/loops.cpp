// Repetition: `repeat` of an augment's value, and a solver's loop.
#include "lang/eval/evaluate.h"

namespace gms::eval {

using namespace program;

Value Evaluator::repeat(const Expr &e, Frame &frame) {
  Value carried = eval(*e.args[0], frame);
  int64_t low = whole(*e.indices[0].low, frame), high = whole(*e.indices[0].high, frame);
  std::string outside = frame.place;
  for (int64_t k = low; k < high; ++k) {
    frame.place = (e.place.empty() ? outside : outside + "/" + e.place) + "[" + std::to_string(k) + "]";
    frame.locals[e.indices[0].local] = Value(k);
    bind(frame, e.local, carried);
    carried = eval(*e.args[1], frame);
  }
  frame.place = outside;
  return carried;
}

/// One pass: the definitions, what it yields, then the new states together.
void Evaluator::pass(const Expr &e, Frame &frame, std::vector<Value> &states,
                     std::vector<std::vector<Value>> &yields) {
  const size_t n = e.states.size();
  for (const Definition &definition : e.definitions)
    run(definition, frame);
  std::vector<Value> next;
  for (size_t s = 0; s < n; ++s)
    next.push_back(forced(eval(*e.args[n + s], frame), program));
  for (size_t y = 0; y < yields.size(); ++y)
    yields[y].push_back(forced(eval(*e.args[2 * n + 1 + y], frame), program));
  states = std::move(next);
}

Value Evaluator::loop(const Expr &e, Frame &frame) {
  const size_t n = e.states.size();
  std::vector<Value> states;
  for (size_t s = 0; s < n; ++s)
    states.push_back(forced(eval(*e.args[s], frame), program));
  std::vector<std::vector<Value>> yields(e.args.size() - 2 * n - 1);
  const int64_t low = whole(*e.indices[0].low, frame), high = whole(*e.indices[0].high, frame);
  int64_t steps = 0;
  for (int64_t k = low; k < high; ++k, ++steps) {
    frame.locals[e.indices[0].local] = Value(k);
    for (size_t s = 0; s < n; ++s)
      bind(frame, e.states[s], states[s]);
    if (truth(*e.args[2 * n], frame))
      break;
    pass(e, frame, states, yields);
  }
  if (steps == 0 && high > low && !yields.empty())
    throw EvalError(e.span, 748,
                    "`until` holds before the first pass, so that there is nothing which the loop yields");
  std::vector<Value> result = std::move(states);
  result.push_back(Value(steps));
  for (std::vector<Value> &yield : yields) {
    while (static_cast<int64_t>(yield.size()) < high - low)
      yield.push_back(yield.back());
    result.push_back(Value::group(std::move(yield)));
  }
  return Value::group(std::move(result));
}

} // namespace gms::eval
