// Structured operators: lists of parts while the program is walked; bands where eigenpairs or solutions are asked for, index
// notation where they are applied.
#include "compiler/import/importer.h"
#include "compiler/import/operations.h"

namespace gms::compiler {
using namespace program;

namespace {

/// Sums over at most so many bands are written out.
constexpr int64_t fewBands = 17;

bool filled(OperatorKind kind) { return kind != OperatorKind::Banded; }

} // namespace

OperatorRef Importer::linearOperator(const Expr &expr, Frame &frame) {
  ImportValue value = eval(expr, frame);
  if (auto *made = std::get_if<OperatorRef>(&value.form))
    return *made;
  failNotCompiled(expr, "this value, which is no operator,");
}

ImportValue Importer::makeOperator(const Expr &expr, Frame &frame) {
  auto made = std::make_shared<LinearOperator>();
  made->element = expr.type->element;
  made->points = extents(*expr.type, frame);
  LinearOperator::Part part;
  part.kind = expr.op;
  part.rate = Scalar::of(0.0, made->element);
  part.axis = made->plane() ? -1 : 0;
  const auto adopt = [&](const Expr &from, std::optional<int> axis, const std::optional<Scalar> &factor) {
    OperatorRef inner = linearOperator(from, frame);
    for (LinearOperator::Part copy : inner->parts) {
      copy.axis = axis.value_or(copy.axis);
      if (factor)
        copy.factor = copy.factor ? emitter.mul(*factor, *copy.factor) : *factor;
      made->parts.push_back(std::move(copy));
    }
  };
  switch (expr.op) {
  case OperatorKind::Sum:
    for (const ExprPtr &arg : expr.args)
      adopt(*arg, std::nullopt, std::nullopt);
    return OperatorRef(std::move(made));
  case OperatorKind::Scale:
    adopt(*expr.args[1], std::nullopt, emitter.convert(scalar(*expr.args[0], frame), made->element));
    return OperatorRef(std::move(made));
  case OperatorKind::KroneckerSum:
    adopt(*expr.args[0], 0, std::nullopt);
    adopt(*expr.args[1], 1, std::nullopt);
    return OperatorRef(std::move(made));
  case OperatorKind::Exponential:
    part.rate = emitter.convert(scalar(*expr.args[0], frame), made->element);
    break;
  default:
    part.periodic = expr.border == Border::Wrap;
    part.tensor = tensor(*expr.args[0], frame);
    if (expr.op == OperatorKind::Dense) {
      requireOutside(expr);
      mlir::Value checked = ops::symmetric(emitter, materialise(*part.tensor, expr.span));
      part.tensor = tensorOf(checked, part.tensor->element, part.tensor->extents);
    }
  }
  made->parts.push_back(std::move(part));
  return OperatorRef(std::move(made));
}

/// yes where the condition holds, no elsewhere, as a weighted sum: forms need not agree.
ImportValue Importer::eitherOperator(const Scalar &condition, const LinearOperator &yes, const LinearOperator &no) {
  auto made = std::make_shared<LinearOperator>(yes);
  const size_t first = made->parts.size();
  made->parts.insert(made->parts.end(), no.parts.begin(), no.parts.end());
  const Scalar zero = Scalar::of(0.0, made->element), one = Scalar::of(1.0, made->element);
  for (size_t k = 0; k < made->parts.size(); ++k) {
    std::optional<Scalar> &factor = made->parts[k].factor;
    const Scalar full = factor.value_or(one);
    factor = k < first ? emitter.select(condition, full, zero) : emitter.select(condition, zero, full);
  }
  return OperatorRef(std::move(made));
}

void Importer::requireOutside(const Expr &expr) {
  if (emitter.inBody())
    failNotCompiled(expr, "an operator inside index notation that depends on its indices");
}

// ---- bands -------------------------------------------------------------------------------------------------------------

/// exp(-rate distance)
Scalar Importer::falling(const Scalar &rate, const Scalar &distance, Element element) {
  const Scalar far = emitter.mul(rate, emitter.convert(distance, element));
  return emitter.primitive(Prim::Exp, {emitter.primitive(Prim::Neg, {far})});
}

/// Element (point, point + band) of a part, 0 where the part has no such band.
Scalar Importer::bandElement(const LinearOperator &whole, const LinearOperator::Part &part, bool periodic,
                             const Scalar &extent, const Scalar &band, const Scalar &point) {
  const Element element = whole.element;
  Scalar value;
  switch (part.kind) {
  case OperatorKind::Banded:
    value = readElement(*part.tensor, {band, point}, Border::Zero);
    break;
  case OperatorKind::Toeplitz:
    value = readElement(*part.tensor, {band}, Border::Proven);
    break;
  case OperatorKind::Dense:
    value = readElement(*part.tensor, {emitter.add(point, band), point}, Border::Zero);
    break;
  default:
    value = falling(part.rate, band, element);
  }
  if (part.factor)
    value = emitter.mul(*part.factor, value);
  if (!periodic || (part.kind == OperatorKind::Banded && part.periodic))
    return value;
  // On a ring what does not go round ends at the last point.
  const Scalar inside = emitter.primitive(Prim::Lt, {emitter.add(point, band), extent});
  return emitter.select(inside, value, Scalar::of(0.0, element));
}

/// The bands [rows, points] in f64 of all that acts along an axis.
mlir::Value Importer::bandsAlong(const LinearOperator &whole, int axis, bool &periodic) {
  const Scalar points = whole.points[axis];
  std::vector<const LinearOperator::Part *> parts;
  Scalar rows = Scalar::of(int64_t(1));
  for (const LinearOperator::Part &part : whole.parts)
    if (part.axis == axis) {
      parts.push_back(&part);
      periodic |= part.periodic;
      const Scalar size = filled(part.kind) ? points : part.tensor->extents[0];
      rows = parts.size() == 1 ? size : emitter.primitive(Prim::Max, {rows, size});
    }
  if (parts.size() == 1 && parts[0]->kind == OperatorKind::Banded && !parts[0]->factor && whole.element == Element::F64)
    return materialise(*parts[0]->tensor, {});
  return compute(Element::F64, {rows, points},
                 [&](const std::vector<Scalar> &place) {
                   Scalar sum = Scalar::of(0.0, whole.element);
                   for (size_t k = 0; k < parts.size(); ++k) {
                     Scalar here = bandElement(whole, *parts[k], periodic, points, place[0], place[1]);
                     sum = k ? emitter.add(sum, here) : here;
                   }
                   return emitter.convert(sum, Element::F64);
                 })
      ->value;
}

mlir::Value Importer::planeDiagonal(const LinearOperator &whole) {
  return compute(Element::F64, whole.points,
                 [&](const std::vector<Scalar> &place) {
                   Scalar sum = Scalar::of(0.0, whole.element);
                   for (const LinearOperator::Part &part : whole.parts) {
                     if (part.axis >= 0)
                       continue;
                     Scalar here = readElement(*part.tensor, {Scalar::of(int64_t(0)), place[0], place[1]}, Border::Proven);
                     sum = emitter.add(sum, part.factor ? emitter.mul(*part.factor, here) : here);
                   }
                   return emitter.convert(sum, Element::F64);
                 })
      ->value;
}

mlir::Value Importer::asDoubles(const Tensor &tensor) {
  if (tensor.element == Element::F64)
    return materialise(tensor, {});
  return compute(Element::F64, tensor.extents,
                 [&](const std::vector<Scalar> &place) {
                   return emitter.convert(readElement(tensor, place, Border::Proven), Element::F64);
                 })
      ->value;
}

ImportValue Importer::fromDoubles(mlir::Value value, Element element, const std::vector<Scalar> &extents) {
  TensorRef made = tensorOf(value, Element::F64, extents);
  if (element == Element::F64)
    return made;
  return compute(element, extents, [&](const std::vector<Scalar> &place) {
    return emitter.convert(readElement(*made, place, Border::Proven), element);
  });
}

// ---- eigenpairs and solutions ------------------------------------------------------------------------------------------

ImportValue Importer::lowest(const Expr &expr, Frame &frame) {
  requireOutside(expr);
  const int64_t k = knownInt(*expr.args[0], frame, "the number of eigenpairs");
  OperatorRef whole = linearOperator(*expr.args[1], frame);
  Scalar size = Scalar::of(int64_t(1));
  for (const Scalar &points : whole->points)
    size = emitter.mul(size, points);
  require(emitter.primitive(Prim::Ge, {size, Scalar::of(k)}),
          "an operator on fewer than " + std::to_string(k) + " points has fewer than " + std::to_string(k) + " eigenpairs");
  ops::BandedParts parts;
  parts.bands = bandsAlong(*whole, 0, parts.periodic);
  if (whole->plane()) {
    parts.second = bandsAlong(*whole, 1, parts.secondPeriodic);
    parts.diagonal = planeDiagonal(*whole);
  }
  std::vector<Scalar> shape = whole->points;
  shape.insert(shape.begin(), Scalar::of(k));
  auto [values, vectors] = ops::lowest(emitter, parts, emitter.tensorType(Element::F64, {Scalar::of(k)}),
                                       emitter.tensorType(Element::F64, shape));
  return ImportValue::group({fromDoubles(values, whole->element, {Scalar::of(k)}),
                             fromDoubles(vectors, whole->element, shape)},
                            false);
}

ImportValue Importer::solve(const Expr &expr, Frame &frame) {
  requireOutside(expr);
  OperatorRef whole = linearOperator(*expr.args[0], frame);
  TensorRef right = tensor(*expr.args[1], frame);
  if (whole->plane())
    failNotCompiled(expr, "a system of equations on a plane");
  ops::BandedParts parts;
  parts.bands = bandsAlong(*whole, 0, parts.periodic);
  return fromDoubles(ops::solve(emitter, parts, asDoubles(*right)), whole->element, whole->points);
}

// ---- products ----------------------------------------------------------------------------------------------------------

Scalar Importer::sumOver(const Scalar &low, const Scalar &high, Element element,
                         const std::function<Scalar(const Scalar &)> &body) {
  if (low.known() && high.known() && high.whole - low.whole <= fewBands) {
    Scalar sum = Scalar::of(0.0, element);
    for (int64_t k = low.whole; k < high.whole; ++k)
      sum = k == low.whole ? body(Scalar::of(k)) : emitter.add(sum, body(Scalar::of(k)));
    return sum;
  }
  mlir::Operation *op = ops::reduce(emitter, "sum", {low}, {high}, emitter.scalarType(element));
  mlir::Block *block = &op->getRegion(0).front();
  mlir::Value index = block->addArgument(emitter.builder.getIndexType(), emitter.loc);
  emitter.noteIndex(index, low.known() && low.whole >= 0);
  emitter.enter(op, block, Emitter::Region::Body);
  ops::yield(emitter, {emitter.value(emitter.convert(body(Scalar::of(index, Element::Int)), element))});
  emitter.leave();
  return Scalar::of(op->getResult(0), element);
}

/// What a part gives at a place, without its factor. On a line, exponential parts are sums of their own (exponentialParts).
Scalar Importer::applyPart(const LinearOperator::Part &part, const LinearOperator &whole, const Tensor &x,
                           const std::vector<Scalar> &place) {
  const Scalar zero = Scalar::of(int64_t(0)), one = Scalar::of(int64_t(1));
  if (part.axis < 0)
    return emitter.mul(readElement(*part.tensor, {zero, place[0], place[1]}, Border::Proven),
                       readElement(x, place, Border::Proven));
  const Scalar here = place[part.axis];
  const auto element = [&](const Scalar &at, Border border) {
    std::vector<Scalar> moved = place;
    moved[part.axis] = at;
    return readElement(x, moved, border);
  };
  if (part.kind == OperatorKind::Banded) {
    const Border border = part.periodic ? Border::Wrap : Border::Zero;
    const Scalar middle = emitter.mul(readElement(*part.tensor, {zero, here}, Border::Proven), element(here, Border::Proven));
    const Scalar others = sumOver(one, part.tensor->extents[0], whole.element, [&](const Scalar &d) {
      const Scalar before = emitter.sub(here, d), after = emitter.add(here, d);
      return emitter.add(emitter.mul(readElement(*part.tensor, {d, here}, Border::Proven), element(after, border)),
                         emitter.mul(readElement(*part.tensor, {d, before}, border), element(before, border)));
    });
    return emitter.add(middle, others);
  }
  return sumOver(zero, whole.points[part.axis], whole.element, [&](const Scalar &j) {
    const Scalar low = emitter.primitive(Prim::Min, {here, j}), high = emitter.primitive(Prim::Max, {here, j});
    const Scalar apart = emitter.sub(high, low);
    const Scalar entry = part.kind == OperatorKind::Toeplitz ? readElement(*part.tensor, {apart}, Border::Proven)
                         : part.kind == OperatorKind::Dense  ? readElement(*part.tensor, {high, low}, Border::Proven)
                                                             : falling(part.rate, apart, whole.element);
    return emitter.mul(entry, element(j, Border::Proven));
  });
}

/// On a line, a recurrence each; [1, points].
std::map<const LinearOperator::Part *, TensorRef> Importer::exponentialParts(const LinearOperator &whole, const Tensor &x) {
  std::map<const LinearOperator::Part *, TensorRef> made;
  const Scalar one = Scalar::of(int64_t(1));
  for (const LinearOperator::Part &part : whole.parts) {
    if (part.kind != OperatorKind::Exponential || whole.plane())
      continue;
    TensorRef rates = compute(whole.element, {one}, [&](const std::vector<Scalar> &) { return part.rate; });
    const std::vector<Scalar> shape{one, whole.points[0]};
    mlir::Value sums =
        ops::exponentialSum(emitter, materialise(x, {}), rates->value, emitter.tensorType(whole.element, shape));
    made[&part] = tensorOf(sums, whole.element, shape);
  }
  return made;
}

ImportValue Importer::applyOperator(const Expr &expr, Frame &frame) {
  requireOutside(expr);
  OperatorRef whole = linearOperator(*expr.args[0], frame);
  TensorRef given = tensor(*expr.args[1], frame);
  TensorRef x = given->element == whole->element
                    ? given
                    : compute(whole->element, given->extents, [&](const std::vector<Scalar> &place) {
                        return emitter.convert(readElement(*given, place, Border::Proven), whole->element);
                      });
  const auto recurrences = exponentialParts(*whole, *x);
  return compute(whole->element, whole->points, [&](const std::vector<Scalar> &place) {
    Scalar sum = Scalar::of(0.0, whole->element);
    for (size_t k = 0; k < whole->parts.size(); ++k) {
      const LinearOperator::Part &part = whole->parts[k];
      const auto recurrence = recurrences.find(&part);
      Scalar here = recurrence != recurrences.end()
                        ? readElement(*recurrence->second, {Scalar::of(int64_t(0)), place[0]}, Border::Proven)
                        : applyPart(part, *whole, *x, place);
      if (part.factor)
        here = emitter.mul(*part.factor, here);
      sum = k ? emitter.add(sum, here) : here;
    }
    return sum;
  });
}

} // namespace gms::compiler
