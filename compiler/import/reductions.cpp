// Reductions in index notation and over lists, and scans.
#include "compiler/import/importer.h"
#include "compiler/import/operations.h"
#include <limits>

namespace gms::compiler {
using namespace program;

ImportValue Importer::reduce(const Expr &expr, Frame &frame) {
  bool lists = expr.reduce == ReduceKind::Map || expr.reduce == ReduceKind::Filter;
  int64_t passes = draws(expr) ? unrolledPasses + 1 : 1;
  auto times = [&](const Scalar &size) {
    const bool few = size.known() && size.whole <= unrolledPasses && passes <= unrolledPasses;
    passes = few ? passes * std::max<int64_t>(size.whole, 0) : unrolledPasses + 1;
  };
  for (const IndexVar &index : expr.indices) {
    if (!index.list) {
      times(emitter.sub(scalar(*index.high, frame), scalar(*index.low, frame)));
      continue;
    }
    ImportValue list = eval(*index.list, frame);
    lists |= list.group() != nullptr || list.series() != nullptr;
    if (const Tensor *t = list.tensor())
      for (const Scalar &size : t->extents)
        times(size);
  }
  // Of doubles, which solvers compute with, little is known before they run, and many terms are many times the code.
  const int64_t most = expr.type->kind == TypeKind::Scalar && expr.type->element == Element::F64 ? unrolledDoubles : unrolledPasses;
  return lists || passes <= most ? reduceUnrolled(expr, frame) : reduceIndices(expr, frame);
}

Scalar Importer::neutral(ReduceKind kind, Element element) {
  const double infinity = std::numeric_limits<double>::infinity();
  const bool real = element == Element::F32 || element == Element::F64;
  switch (kind) {
  case ReduceKind::Prod:
    return foldConvert(Scalar::of(int64_t(1)), element);
  case ReduceKind::All:
    return Scalar::of(true);
  case ReduceKind::Any:
    return Scalar::of(false);
  case ReduceKind::Min:
  case ReduceKind::ArgMin:
    return real ? Scalar::of(infinity, element) : Scalar{element, {}, std::numeric_limits<int64_t>::max(), 0};
  case ReduceKind::Max:
  case ReduceKind::ArgMax:
    return real ? Scalar::of(-infinity, element)
                : Scalar{element, {}, std::numeric_limits<int64_t>::min(), 0};
  default:
    return foldConvert(Scalar::of(int64_t(0)), element);
  }
}

Importer::Range Importer::rangeOf(const IndexVar &index, Frame &frame) {
  if (!index.list)
    return {{scalar(*index.low, frame)}, {scalar(*index.high, frame)}, nullptr};
  TensorRef elements = tensor(*index.list, frame);
  return {std::vector<Scalar>(elements->rank(), Scalar::of(int64_t(0))), elements->extents, elements};
}

Scalar Importer::reduceOp(const char *kind, const Expr &expr, Frame &frame, Element element,
                          const std::function<Scalar()> &body) {
  std::vector<Scalar> lows, highs;
  std::vector<Range> ranges;
  for (const IndexVar &index : expr.indices) {
    ranges.push_back(rangeOf(index, frame));
    lows.insert(lows.end(), ranges.back().lows.begin(), ranges.back().lows.end());
    highs.insert(highs.end(), ranges.back().highs.begin(), ranges.back().highs.end());
  }
  mlir::Operation *op = ops::reduce(emitter, kind, lows, highs, emitter.scalarType(element));
  mlir::Block *block = &op->getRegion(0).front();
  emitter.enter(op, block, Emitter::Region::Body);
  for (size_t k = 0; k < ranges.size(); ++k) {
    std::vector<Scalar> indices;
    for (const Scalar &low : ranges[k].lows) {
      mlir::Value index = block->addArgument(emitter.builder.getIndexType(), emitter.loc);
      emitter.noteIndex(index, emitter.nonNegative(low));
      indices.push_back(Scalar::of(index, Element::Int));
    }
    const TensorRef &elements = ranges[k].elements;
    frame.locals[expr.indices[k].local] =
        elements ? readElement(*elements, indices, Border::Proven) : indices[0];
  }
  mlir::Value result = emitter.value(body());
  ops::yield(emitter, {result});
  emitter.leave();
  return Scalar::of(op->getResult(0), element);
}

ImportValue Importer::reduceIndices(const Expr &expr, Frame &frame) {
  const Expr *condition = expr.args.size() > 1 ? expr.args[1].get() : nullptr;
  const ReduceKind kind = expr.reduce;
  if (condition && (kind == ReduceKind::ArgMin || kind == ReduceKind::ArgMax))
    failNotCompiled(expr, "the place of an extreme under a condition");
  const Element element = expr.type->kind == TypeKind::Scalar ? expr.type->element : Element::F32;
  // The body where the condition holds, else what changes nothing.
  auto guarded = [&](ReduceKind as, Element to) {
    return [&, as, to] {
      Scalar value = scalar(*expr.args[0], frame);
      if (value.element != to)
        value = emitter.convert(value, to);
      return condition ? emitter.select(scalar(*condition, frame), value, neutral(as, to)) : value;
    };
  };
  const Element bodyElement = expr.args[0]->type->element;
  switch (kind) {
  case ReduceKind::Sum:
    return reduceOp("sum", expr, frame, element, guarded(kind, element));
  case ReduceKind::Prod:
    return reduceOp("prod", expr, frame, element, guarded(kind, element));
  case ReduceKind::Min:
    return reduceOp("min", expr, frame, element, guarded(kind, element));
  case ReduceKind::Max:
    return reduceOp("max", expr, frame, element, guarded(kind, element));
  case ReduceKind::Any:
    return reduceOp("any", expr, frame, Element::Bool, guarded(kind, Element::Bool));
  case ReduceKind::All:
    return reduceOp("all", expr, frame, Element::Bool, guarded(kind, Element::Bool));
  case ReduceKind::Count:
    return reduceOp("count", expr, frame, Element::Int, guarded(ReduceKind::Any, Element::Bool));
  case ReduceKind::ArgMin:
    return reduceOp("argmin", expr, frame, Element::Int, guarded(kind, bodyElement));
  case ReduceKind::ArgMax:
    return reduceOp("argmax", expr, frame, Element::Int, guarded(kind, bodyElement));
  case ReduceKind::Mean: {
    Scalar sum = reduceOp("sum", expr, frame, element, guarded(ReduceKind::Sum, element));
    return emitter.primitive(Prim::Div, {sum, emitter.convert(countOf(expr, frame), element)});
  }
  case ReduceKind::Median:
    return median(expr, frame);
  default:
    failNotCompiled(expr, print(kind));
  }
}

Scalar Importer::countOf(const Expr &expr, Frame &frame) {
  if (expr.args.size() > 1)
    return reduceOp("count", expr, frame, Element::Int, [&] { return scalar(*expr.args[1], frame); });
  Scalar count = Scalar::of(int64_t(1));
  for (const IndexVar &index : expr.indices) {
    const Range range = rangeOf(index, frame);
    for (size_t axis = 0; axis < range.lows.size(); ++axis) {
      Scalar size = emitter.sub(range.highs[axis], range.lows[axis]);
      count = emitter.mul(count, emitter.primitive(Prim::Max, {size, Scalar::of(int64_t(0))}));
    }
  }
  return count;
}

/// The k-th smallest is the least value that at least k values do not exceed: no storage, n^2 comparisons.
Scalar Importer::median(const Expr &expr, Frame &frame) {
  if (expr.args.size() > 1)
    failNotCompiled(expr, "a median with a condition");
  const Element element = expr.type->element;
  const Scalar count = countOf(expr, frame);
  const Scalar two = Scalar::of(int64_t(2)), one = Scalar::of(int64_t(1));
  auto ranked = [&](const Scalar &rank) {
    return reduceOp("min", expr, frame, element, [&] {
      Scalar candidate = emitter.convert(scalar(*expr.args[0], frame), element);
      Frame inner = frame;
      Scalar notAbove = reduceOp("count", expr, inner, Element::Int, [&] {
        return emitter.primitive(Prim::Le,
                                 {emitter.convert(scalar(*expr.args[0], inner), element), candidate});
      });
      return emitter.select(emitter.primitive(Prim::Ge, {notAbove, rank}), candidate,
                            neutral(ReduceKind::Min, element));
    });
  };
  const Scalar lower = emitter.primitive(Prim::FloorDiv, {emitter.add(count, one), two});
  const Scalar upper = emitter.add(emitter.primitive(Prim::FloorDiv, {count, two}), one);
  if (same(lower, upper))
    return ranked(lower);
  Scalar sum = emitter.add(ranked(lower), ranked(upper));
  return emitter.mul(sum, Scalar::of(0.5, element));
}

/// A list's items, or a small tensor's elements.
std::vector<ImportValue> Importer::itemsOf(const ImportValue &list, Span span) {
  if (list.series())
    return listed(list, span).group()->items;
  if (list.group())
    return list.group()->items;
  const Tensor *t = list.tensor();
  std::vector<ImportValue> items;
  bool known = t != nullptr;
  for (size_t axis = 0; known && axis < t->rank(); ++axis)
    known = t->extents[axis].known();
  if (!known)
    fail(Kind::NotKnownWhenCompiling, span, {"the length of this list"});
  TensorRef elements = tableOf(t->element, t->extents, [&](const std::vector<Scalar> &indices) {
    return readElement(*t, indices, Border::Proven);
  });
  items.assign(elements->elements.begin(), elements->elements.end());
  return items;
}

void Importer::unroll(const Expr &expr, Frame &frame, size_t position,
                      const std::function<void(Frame &)> &pass) {
  if (position == expr.indices.size())
    return pass(frame);
  const IndexVar &index = expr.indices[position];
  if (index.list) {
    for (const ImportValue &item : itemsOf(eval(*index.list, frame), index.list->span)) {
      frame.locals[index.local] = item;
      unroll(expr, frame, position + 1, pass);
    }
    return;
  }
  const int64_t low = knownInt(*index.low, frame, "the start of this range");
  const int64_t high = knownInt(*index.high, frame, "the end of this range");
  for (int64_t k = low; k < high; ++k) {
    frame.locals[index.local] = Scalar::of(k);
    unroll(expr, frame, position + 1, pass);
  }
}

ImportValue Importer::reduceUnrolled(const Expr &expr, Frame &frame) {
  const Expr *condition = expr.args.size() > 1 ? expr.args[1].get() : nullptr;
  const ReduceKind kind = expr.reduce;
  if (kind == ReduceKind::Map || kind == ReduceKind::Filter) {
    std::vector<ImportValue> items;
    unroll(expr, frame, 0, [&](Frame &inner) {
      const Expr *test = kind == ReduceKind::Filter ? expr.args[0].get() : condition;
      if (test) {
        Scalar keep = scalar(*test, inner);
        if (!keep.known())
          fail(Kind::NotKnownWhenCompiling, test->span, {"which elements this list keeps"});
        if (!keep.whole)
          return;
      }
      items.push_back(kind == ReduceKind::Filter ? inner.locals[expr.indices[0].local]
                                                 : forced(eval(*expr.args[0], inner)));
    });
    return ImportValue::group(std::move(items), true);
  }
  std::vector<Scalar> values, kept;
  unroll(expr, frame, 0, [&](Frame &inner) {
    values.push_back(scalar(*expr.args[0], inner));
    kept.push_back(condition ? scalar(*condition, inner) : Scalar::of(true));
  });
  return combine(expr, values, kept);
}

Scalar Importer::combine(const Expr &expr, std::vector<Scalar> values, const std::vector<Scalar> &kept) {
  const ReduceKind kind = expr.reduce;
  Element element = expr.type->element;
  if (kind == ReduceKind::ArgMin || kind == ReduceKind::ArgMax)
    element = expr.args[0]->type->element;
  if (kind == ReduceKind::Count)
    element = Element::Int;
  if (kind == ReduceKind::Median)
    return medianOf(expr, std::move(values), kept);
  for (size_t k = 0; k < values.size(); ++k)
    values[k] = emitter.select(kept[k], emitter.convert(values[k], element), neutral(kind, element));
  if (kind == ReduceKind::ArgMin || kind == ReduceKind::ArgMax) {
    Scalar best = neutral(kind, element), position = Scalar::of(int64_t(0));
    for (size_t k = 0; k < values.size(); ++k) {
      Scalar better = emitter.primitive(kind == ReduceKind::ArgMin ? Prim::Lt : Prim::Gt, {values[k], best});
      position = emitter.select(better, Scalar::of(static_cast<int64_t>(k)), position);
      best = emitter.select(better, values[k], best);
    }
    return position;
  }
  const Prim prim = kind == ReduceKind::Prod  ? Prim::Mul
                    : kind == ReduceKind::Min ? Prim::Min
                    : kind == ReduceKind::Max ? Prim::Max
                    : kind == ReduceKind::Any ? Prim::Or
                    : kind == ReduceKind::All ? Prim::And
                                              : Prim::Add;
  Scalar result = values.empty() ? neutral(kind, element) : values[0];
  for (size_t k = 1; k < values.size(); ++k)
    result = emitter.primitive(prim, {result, values[k]});
  if (kind != ReduceKind::Mean)
    return result;
  Scalar count = Scalar::of(int64_t(0));
  for (const Scalar &keep : kept)
    count = emitter.add(count, emitter.convert(keep, Element::Int));
  return emitter.primitive(Prim::Div, {result, emitter.convert(count, element)});
}

/// Sorts by an odd-even network of minima and maxima: one comparison a pair, no branches.
Scalar Importer::medianOf(const Expr &expr, std::vector<Scalar> values, const std::vector<Scalar> &kept) {
  const Element element = expr.type->element;
  for (const Scalar &keep : kept)
    if (!keep.known() || !keep.whole)
      failNotCompiled(expr, "a median with a condition");
  if (values.empty())
    return Scalar::of(std::numeric_limits<double>::quiet_NaN(), element);
  for (Scalar &value : values)
    value = emitter.convert(value, element);
  const size_t n = values.size();
  for (size_t round = 0; round < n; ++round)
    for (size_t k = round % 2; k + 1 < n; k += 2) {
      Scalar low = emitter.primitive(Prim::Min, {values[k], values[k + 1]});
      values[k + 1] = emitter.primitive(Prim::Max, {values[k], values[k + 1]});
      values[k] = low;
    }
  if (n % 2)
    return values[n / 2];
  return emitter.mul(emitter.add(values[n / 2 - 1], values[n / 2]), Scalar::of(0.5, element));
}

ImportValue Importer::scan(const Expr &expr, Frame &frame) {
  if (emitter.inBody())
    failNotCompiled(expr, "a scan inside index notation that depends on its indices");
  const IndexVar &index = expr.indices[0];
  const Scalar low = scalar(*index.low, frame), high = scalar(*index.high, frame);
  const size_t states = expr.states.size();
  const Element element = expr.type->element;
  std::vector<mlir::Value> starts;
  std::vector<Element> elements;
  for (size_t k = 0; k < states; ++k) {
    elements.push_back(frame.function->local(expr.states[k]).type->element);
    starts.push_back(emitter.toMemory(emitter.convert(scalar(*expr.args[k], frame), elements[k])));
  }
  const Scalar count = emitter.primitive(Prim::Max, {emitter.sub(high, low), Scalar::of(int64_t(0))});
  mlir::Operation *op = ops::scan(emitter, count, starts, emitter.tensorType(element, {count}));
  mlir::Block *block = &op->getRegion(0).front();
  mlir::Value position = block->addArgument(emitter.builder.getIndexType(), emitter.loc);
  emitter.noteIndex(position, true);
  for (size_t k = 0; k < states; ++k)
    block->addArgument(emitter.memoryType(elements[k]), emitter.loc);
  emitter.enter(op, block, Emitter::Region::Body);
  for (size_t k = 0; k < states; ++k)
    frame.locals[expr.states[k]] = emitter.fromMemory(block->getArgument(1 + k), elements[k]);
  frame.locals[index.local] = emitter.add(low, Scalar::of(position, Element::Int));
  ImportValue next = eval(*expr.args[states], frame);
  std::vector<mlir::Value> yielded;
  for (size_t k = 0; k < states; ++k) {
    const ImportValue &item = states == 1 ? next : next.group()->items[k];
    yielded.push_back(emitter.toMemory(emitter.convert(toScalar(item, expr), elements[k])));
  }
  ops::yield(emitter, yielded);
  emitter.leave();
  return tensorOf(op->getResult(0), element, {count});
}

} // namespace gms::compiler
