// Values on the tape: what is differentiated by, derivatives, and those that an op states itself.
#include "lang/eval/evaluate.h"
#include <algorithm>

namespace gms::eval {

using namespace program;

namespace {

using GroupRef = std::shared_ptr<const Group>;
using ImageRef = std::shared_ptr<const WarpedImage>;

bool imageTaped(const WarpedImage &image) {
  return !image.source->nodes.empty() || image.fill.node ||
         std::any_of(image.steps.begin(), image.steps.end(), [](const WarpStep &step) {
           return std::any_of(step.arguments.begin(), step.arguments.end(), taped);
         });
}

/// A number with a derivative of its own.
struct OwnRule : Joint {
  std::vector<Real> partials; ///< one an input
  std::vector<Real> pull(Tape &tape, bool recording, const std::vector<Real> &adjoints) override {
    std::vector<Real> out;
    for (const Real &partial : partials)
      out.push_back(tape.scaled(adjoints[0], {partial.value, recording ? partial.node : 0}));
    return out;
  }
};

} // namespace

void collect(const Value &value, std::vector<Real> &reals) {
  if (std::holds_alternative<double>(value.v))
    reals.push_back(value.real());
  else if (auto *tensor = std::get_if<TensorRef>(&value.v)) {
    if ((*tensor)->real())
      for (size_t i = 0; i < (*tensor)->data.size(); ++i)
        reals.push_back((*tensor)->at(i));
  } else if (auto *group = std::get_if<GroupRef>(&value.v))
    for (const Value &item : (*group)->items)
      collect(item, reals);
}

void collect(const Value &value, std::vector<NodeId> &nodes) {
  std::vector<Real> reals;
  collect(value, reals);
  for (const Real &real : reals)
    nodes.push_back(real.node);
}

Value reshaped(const Value &value, const std::function<Real(Real, Element)> &give) {
  Value out = value;
  if (std::holds_alternative<double>(value.v))
    out = Value(give(value.real(), Element::F64));
  else if (auto *tensor = std::get_if<TensorRef>(&value.v)) {
    if (!(*tensor)->real())
      return value;
    auto made = Tensor::make((*tensor)->element, (*tensor)->shape);
    for (size_t i = 0; i < made->data.size(); ++i)
      made->set(i, give((*tensor)->at(i), made->element));
    out = Value(TensorRef(std::move(made)));
  } else if (auto *group = std::get_if<GroupRef>(&value.v)) {
    std::vector<Value> items;
    for (const Value &item : (*group)->items)
      items.push_back(reshaped(item, give));
    out = Value::group(std::move(items));
  }
  out.identity = value.identity;
  return out;
}

bool taped(const Value &value) {
  if (auto *tensor = std::get_if<TensorRef>(&value.v))
    return !(*tensor)->nodes.empty();
  if (auto *image = std::get_if<ImageRef>(&value.v))
    return imageTaped(**image);
  if (auto *group = std::get_if<GroupRef>(&value.v))
    return std::any_of((*group)->items.begin(), (*group)->items.end(), taped);
  return value.node != 0;
}

Value plain(const Value &value, const Program &program) {
  if (!taped(value))
    return value;
  return reshaped(Evaluator::forced(value, program), [](Real real, Element) { return Real{real.value}; });
}

Value Evaluator::variable(Value value) {
  value = forced(value, program);
  if (watch && watch->bound)
    watch->bound(value);
  NodeId first = tape->size();
  value = reshaped(value, [&](Real real, Element) { return tape->variable(real); });
  if (watch && watch->made)
    watch->made(first, tape->size());
  return value;
}

Value Evaluator::derivative(const Expr &e, Frame &frame) {
  const Real of = real(*e.args[0], frame);
  const Value *by = &frame.locals[e.local];
  for (uint32_t position : e.path)
    by = &by->items().items[position];
  std::vector<NodeId> nodes;
  collect(*by, nodes);
  if (std::find(nodes.begin(), nodes.end(), NodeId(0)) != nodes.end())
    throw EvalError(e.span,
                    "internal: `" + frame.function->locals[e.local].name + "` is not marked as a variable");
  const std::vector<Real> found = tape->derivative(of, nodes);
  if (watch && watch->derived && !nodes.empty())
    watch->derived(*frame.function, e, of.value, nodes[0], found);
  size_t at = 0;
  const Element element = e.type->element;
  const bool one = e.type->kind == TypeKind::Scalar;
  return reshaped(*by, [&](Real, Element own) { return rounded(found[at++], one ? element : own); });
}

Value Evaluator::ownDerivative(const Expr &e, Frame &frame) {
  const double value = real(*e.args[0], frame).value;
  auto rule = std::make_unique<OwnRule>();
  for (size_t k = 0; k < e.states.size(); ++k) {
    const Value &input = frame.locals[e.states[k]];
    if (!taped(input))
      continue;
    std::vector<NodeId> nodes;
    std::vector<Real> partials;
    collect(forced(input, program), nodes);
    collect(forced(eval(*e.args[k + 1], frame), program), partials);
    if (partials.size() != nodes.size())
      throw EvalError(e.args[k + 1]->span, "the derivative by `" + frame.function->locals[e.states[k]].name +
                                               "` has " + std::to_string(partials.size()) + " numbers; " +
                                               std::to_string(nodes.size()) + " were expected");
    for (size_t i = 0; i < nodes.size(); ++i)
      if (nodes[i]) {
        rule->inputs.push_back(nodes[i]);
        rule->partials.push_back(partials[i]);
      }
  }
  if (rule->inputs.empty())
    return Value(value);
  rule->outputs = 1;
  return Value(tape->output(tape->join(std::move(rule)), 0, value));
}

} // namespace gms::eval
