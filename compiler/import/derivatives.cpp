// Derivatives. What something is differentiated by gets a name of its own where it is bound (core.variable), so that it stays apart
// from what it was made of; the derivative itself is expanded by a pass, once warps and draws are lowered.
#include "compiler/import/importer.h"
#include "compiler/import/operations.h"

namespace gms::compiler {
using namespace program;

void Importer::bind(Frame &frame, LocalId local, ImportValue value) {
  frame.locals[local] = frame.function->local(local).variable ? named(value) : std::move(value);
}

/// The value with each real scalar and tensor in it named anew.
ImportValue Importer::named(const ImportValue &value) {
  if (const Scalar *s = value.scalar())
    return s->isReal() ? Scalar::of(ops::variable(emitter, emitter.value(*s)), s->element) : *s;
  if (const Group *group = value.group()) {
    std::vector<ImportValue> items;
    for (const ImportValue &item : group->items)
      items.push_back(named(item));
    return ImportValue::group(std::move(items), group->list);
  }
  const Tensor *t = value.tensor();
  if (!t || (t->element != Element::F32 && t->element != Element::F64))
    return value;
  if (t->value || !emitter.inBody())
    return tensorOf(ops::variable(emitter, materialise(*t, {})), t->element, t->extents);
  // Inside a body there is no memory for a tensor: its elements are variables one by one, which needs their number.
  auto made = std::make_shared<Tensor>(*elementwise(*t));
  for (Scalar &element : made->elements)
    element = Scalar::of(ops::variable(emitter, emitter.value(element)), element.element);
  return TensorRef(std::move(made));
}

/// The tensor as scalars; fails where there are too many of them or their number is not known.
TensorRef Importer::elementwise(const Tensor &tensor) {
  int64_t count = 1;
  for (const Scalar &extent : tensor.extents) {
    if (!extent.known())
      fail(Kind::NotCompiledYet, {}, {"a derivative by a tensor that is made anew for each element"});
    count *= extent.whole;
  }
  if (count > elementVariables)
    fail(Kind::NotCompiledYet, {}, {"a derivative by a large tensor that is made anew for each element"});
  return tableOf(tensor.element, tensor.extents, [&](const std::vector<Scalar> &indices) {
    return readElement(tensor, indices, Border::Proven);
  });
}

ImportValue Importer::derivative(const Expr &expr, Frame &frame) {
  const Scalar of = scalar(*expr.args[0], frame);
  const ImportValue *variable = &frame.locals[expr.local];
  for (uint32_t position : expr.path)
    variable = &variable->group()->items[position];
  if (const Scalar *s = variable->scalar())
    return derivativeBy(of, *s);
  const Tensor &t = *variable->tensor();
  if (t.value && of.known())
    return compute(t.element, t.extents, [&](const std::vector<Scalar> &) { return Scalar::of(0.0, t.element); });
  if (t.value)
    return tensorOf(ops::derivative(emitter, of.value, t.value), t.element, t.extents);
  auto made = std::make_shared<Tensor>(t);
  for (Scalar &element : made->elements)
    element = derivativeBy(of, element);
  return TensorRef(std::move(made));
}

Scalar Importer::derivativeBy(const Scalar &of, const Scalar &variable) {
  if (of.known() || variable.known())
    return Scalar::of(0.0, variable.element);
  return Scalar::of(ops::derivative(emitter, of.value, variable.value), variable.element);
}

ImportValue Importer::ownDerivative(const Expr &expr, Frame &frame) {
  const Scalar value = scalar(*expr.args[0], frame);
  std::vector<mlir::Value> inputs, partials;
  auto add = [&](const Scalar &input, const Scalar &partial) {
    if (input.known())
      return;
    inputs.push_back(input.value);
    partials.push_back(emitter.value(emitter.convert(partial, input.element)));
  };
  for (size_t k = 0; k < expr.states.size(); ++k) {
    const ImportValue &input = frame.locals[expr.states[k]];
    const ImportValue partial = eval(*expr.args[k + 1], frame);
    if (const Scalar *s = input.scalar()) {
      add(*s, toScalar(partial, *expr.args[k + 1]));
      continue;
    }
    const Tensor &t = *input.tensor(), &p = *partial.tensor();
    if (t.value && (p.value || !emitter.inBody())) {
      inputs.push_back(t.value);
      partials.push_back(materialise(p, expr.span));
      continue;
    }
    TensorRef elements = t.value || t.rule ? elementwise(t) : std::make_shared<const Tensor>(t);
    TensorRef slopes = elementwise(p);
    for (size_t n = 0; n < elements->elements.size(); ++n)
      add(elements->elements[n], slopes->elements[n]);
  }
  return Scalar::of(ops::ownDerivative(emitter, emitter.value(value), inputs, partials), value.element);
}

} // namespace gms::compiler
