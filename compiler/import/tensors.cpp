// Index notation: tensors made element by element, and reads with their border rules.
#include "compiler/import/importer.h"
#include "compiler/import/operations.h"
#include <mlir/Dialect/Tensor/IR/Tensor.h>

namespace gms::compiler {
using namespace program;

TensorRef Importer::tensorOf(mlir::Value value, Element element, std::vector<Scalar> extents) {
  auto made = std::make_shared<Tensor>();
  made->element = element;
  made->extents = std::move(extents);
  made->value = value;
  return made;
}

TensorRef Importer::ruled(Element element, const std::vector<Scalar> &extents, Tensor::Rule rule) {
  auto made = std::make_shared<Tensor>();
  made->element = element;
  made->extents = extents;
  made->rule = std::move(rule);
  return made;
}

Scalar Importer::linearIndex(const std::vector<Scalar> &indices, const std::vector<Scalar> &extents) {
  Scalar linear = Scalar::of(int64_t(0));
  for (size_t k = 0; k < indices.size(); ++k)
    linear = emitter.add(emitter.mul(linear, extents[k]), indices[k]);
  return linear;
}

ImportValue Importer::tabulate(const Expr &expr, Frame &frame) {
  const std::vector<Scalar> sizes = extents(*expr.type, frame);
  const bool drawing = draws(expr);
  // The frame is copied only where the rule outlives this call.
  auto bodyIn = [this, &expr, sizes, drawing](Frame &inner, const std::vector<Scalar> &indices) {
    const std::optional<Scalar> outer = element;
    if (drawing)
      element = linearIndex(indices, sizes);
    for (size_t k = 0; k < indices.size(); ++k)
      inner.locals[expr.indices[k].local] = indices[k];
    Scalar result = emitter.convert(scalar(*expr.args[0], inner), expr.type->element);
    element = outer;
    return result;
  };
  if (smallTable(expr, sizes))
    return tableOf(expr.type->element, sizes,
                   [&](const std::vector<Scalar> &indices) { return bodyIn(frame, indices); });
  if (!emitter.inBody())
    return compute(expr.type->element, sizes,
                   [&](const std::vector<Scalar> &indices) { return bodyIn(frame, indices); });
  return ruled(expr.type->element, sizes, [bodyIn, frame](const std::vector<Scalar> &indices) {
    Frame copy = frame;
    return bodyIn(copy, indices);
  });
}

/// Few elements without loops in them are scalars: tables of weights and matrices then fold into what reads
/// them.
bool Importer::smallTable(const Expr &expr, const std::vector<Scalar> &sizes) const {
  int64_t count = 1;
  for (const Scalar &size : sizes) {
    if (!size.known() || size.whole < 1 || size.whole > unrolledPasses)
      return false;
    count *= size.whole;
  }
  return count <= unrolledPasses && !holdsLoop(*expr.args[0]);
}

TensorRef Importer::tableOf(Element element, const std::vector<Scalar> &sizes, const Body &body) {
  auto made = std::make_shared<Tensor>();
  made->element = element;
  made->extents = sizes;
  std::vector<Scalar> indices(sizes.size(), Scalar::of(int64_t(0)));
  for (const Scalar &size : sizes)
    if (size.whole < 1)
      return made;
  while (true) {
    made->elements.push_back(body(indices));
    size_t axis = sizes.size();
    while (axis-- > 0) {
      if (++indices[axis].whole < sizes[axis].whole)
        break;
      indices[axis].whole = 0;
    }
    if (axis == SIZE_MAX)
      return made;
  }
}

TensorRef Importer::compute(Element element, const std::vector<Scalar> &extents, const Body &body) {
  if (emitter.inBody())
    return ruled(element, extents, body);
  mlir::Operation *op = ops::compute(emitter, element, extents);
  mlir::Block *block = &op->getRegion(0).front();
  std::vector<Scalar> indices;
  for (size_t k = 0; k < extents.size(); ++k) {
    mlir::Value index = block->addArgument(emitter.builder.getIndexType(), emitter.loc);
    emitter.noteIndex(index, true);
    indices.push_back(Scalar::of(index, Element::Int));
  }
  emitter.enter(op, block, Emitter::Region::Body);
  mlir::Value result = emitter.toMemory(body(indices));
  ops::yield(emitter, {result});
  emitter.leave();
  return tensorOf(op->getResult(0), element, extents);
}

ImportValue Importer::read(const Expr &expr, Frame &frame) {
  TensorRef source = tensor(*expr.args[0], frame);
  return readElement(*source, scalars(expr.args, 1, frame), expr.border);
}

Scalar Importer::readElement(const Tensor &tensor, const std::vector<Scalar> &indices, Border border) {
  bool known = true;
  for (const Scalar &index : indices)
    known &= index.known();
  if (tensor.value && !tensor.rule) {
    mlir::Value result = ops::read(emitter, tensor, indices, border);
    return emitter.fromMemory(result, tensor.element);
  }
  if (!tensor.rule && !known && tensor.elements.size() > 4 &&
      invariant(ImportValue(std::make_shared<const Tensor>(tensor)))) {
    // A small tensor of scalars that is read at a computed place becomes a tensor in memory.
    auto stored = tensorOf(materialise(tensor, {}), tensor.element, tensor.extents);
    return readElement(*stored, indices, border);
  }
  if (border == Border::Proven)
    return readInside(tensor, indices);
  std::vector<Scalar> moved;
  Scalar inside = Scalar::of(true);
  for (size_t k = 0; k < indices.size(); ++k)
    moved.push_back(borderIndex(indices[k], tensor.extents[k], border, inside));
  const Scalar zero = foldConvert(Scalar::of(int64_t(0)), tensor.element);
  if (inside.known() && !inside.whole)
    return zero;
  return emitter.select(inside, readInside(tensor, moved), zero);
}

Scalar Importer::readInside(const Tensor &tensor, const std::vector<Scalar> &indices) {
  if (tensor.rule)
    return tensor.rule(indices);
  const Scalar linear = linearIndex(indices, tensor.extents);
  if (linear.known())
    return tensor.elements[linear.whole];
  Scalar result = tensor.elements.back();
  for (size_t k = tensor.elements.size() - 1; k-- > 0;) {
    Scalar here = emitter.primitive(Prim::Eq, {linear, Scalar::of(static_cast<int64_t>(k))});
    result = emitter.select(here, tensor.elements[k], result);
  }
  return result;
}

Scalar Importer::borderIndex(const Scalar &index, const Scalar &extent, Border border, Scalar &inside) {
  const Scalar zero = Scalar::of(int64_t(0)), one = Scalar::of(int64_t(1));
  auto op = [&](Prim prim, const Scalar &a, const Scalar &b) { return emitter.primitive(prim, {a, b}); };
  const Scalar last = emitter.sub(extent, one);
  switch (border) {
  case Border::Wrap:
    return op(Prim::Mod, index, extent);
  case Border::Reflect: {
    const Scalar period = op(Prim::Max, emitter.mul(last, Scalar::of(int64_t(2))), one);
    const Scalar m = op(Prim::Mod, index, period);
    return op(Prim::Min, m, emitter.sub(period, m));
  }
  case Border::Zero:
  case Border::Fill:
    inside = op(Prim::And, inside, op(Prim::And, op(Prim::Ge, index, zero), op(Prim::Lt, index, extent)));
    [[fallthrough]];
  default:
    return op(Prim::Min, op(Prim::Max, index, zero), last);
  }
}

mlir::Value Importer::materialise(const Tensor &tensor, Span span) {
  if (tensor.value)
    return tensor.value;
  if (tensor.rule)
    fail(Kind::NotCompiledYet, span, {"a whole tensor that is made anew for each element"});
  bool known = true;
  for (const Scalar &s : tensor.elements)
    known &= s.known();
  if (known)
    return constantTensor(tensor);
  std::vector<mlir::Value> elements;
  for (const Scalar &s : tensor.elements)
    elements.push_back(emitter.toMemory(s));
  return emitter.emit("tensor.from_elements", elements, emitter.tensorType(tensor.element, tensor.extents));
}

mlir::Value Importer::constantTensor(const Tensor &tensor) {
  mlir::RankedTensorType type = emitter.tensorType(tensor.element, tensor.extents);
  std::vector<mlir::Attribute> elements;
  for (const Scalar &s : tensor.elements)
    elements.push_back(s.isReal() ? mlir::Attribute(mlir::FloatAttr::get(type.getElementType(), s.real))
                                  : mlir::Attribute(mlir::IntegerAttr::get(type.getElementType(), s.whole)));
  auto dense = mlir::DenseElementsAttr::get(type, elements);
  return emitter.emit("arith.constant", {}, type, {{"value", dense}});
}

} // namespace gms::compiler
