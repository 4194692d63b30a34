// A solver's repeat: core.loop, whose states are the leaves of records and tuples, and the series of what its passes yield.
#include "compiler/import/importer.h"
#include "compiler/import/operations.h"

namespace gms::compiler {
using namespace program;

namespace {

/// A pass number that is known lies in the range: the checker has proven it, or the list's own check says so.
bool outside(const Scalar &index, const Scalar &count) {
  return index.known() && count.known() && (index.whole < 0 || index.whole >= count.whole);
}

} // namespace

ImportValue Importer::loop(const Expr &expr, Frame &frame) {
  if (emitter.inBody())
    failNotCompiled(expr, "a solver inside index notation that depends on its indices");
  const IndexVar &index = expr.indices[0];
  const Scalar low = scalar(*index.low, frame), high = scalar(*index.high, frame);
  LoopParts parts{expr, frame, low};
  parts.count = emitter.primitive(Prim::Max, {emitter.sub(high, low), Scalar::of(int64_t(0))});
  for (size_t k = 0; k < expr.states.size(); ++k) {
    ImportValue start = eval(*expr.args[k], frame);
    flatten(start, parts.starts);
    parts.forms.push_back(std::move(start));
  }
  const Expr &end = *expr.args[2 * expr.states.size()];
  parts.until = end.kind != ExprKind::Constant || std::get<bool>(end.constant);
  makeLoop(parts);
  return parts.until ? unlessDone(parts, loopResult(parts)) : loopResult(parts);
}

/// The condition is asked before the first pass too: the states at the end are then those at the start. What a
/// solver yields has no value then, unless the range is empty, of which the checker or the list speaks.
ImportValue Importer::unlessDone(const LoopParts &parts, const ImportValue &made) {
  const Expr &expr = parts.expr;
  const Scalar done = loopEnd(parts, parts.starts);
  const Group &items = *made.group();
  if (done.known() && !done.whole)
    return made;
  if (!parts.yields.empty()) {
    const Scalar none = emitter.primitive(Prim::Le, {parts.count, Scalar::of(int64_t(0))});
    require(emitter.primitive(Prim::Or, {none, emitter.primitive(Prim::Not, {done})}),
            "`until` holds before the first pass", true);
  }
  const size_t named = expr.states.size() + 1;
  ImportValue ends = join(
      done, 2,
      [&](size_t arm) {
        if (arm == 1)
          return ImportValue::group({items.items.begin(), items.items.begin() + named}, false);
        std::vector<ImportValue> none = parts.forms;
        none.push_back(Scalar::of(int64_t(0)));
        return ImportValue::group(std::move(none), false);
      },
      expr.span);
  std::vector<ImportValue> all = ends.group()->items;
  all.insert(all.end(), items.items.begin() + named, items.items.end());
  return ImportValue::group(std::move(all), false);
}

/// Binds the states to values given leaf by leaf.
void Importer::bindStates(const LoopParts &parts, const std::vector<ImportValue> &leaves, Frame &frame) {
  size_t next = 0;
  for (size_t k = 0; k < parts.forms.size(); ++k)
    bind(frame, parts.expr.states[k], rebuild(parts.forms[k], leaves, next));
}

/// The condition behind `until`, asked of these states.
Scalar Importer::loopEnd(const LoopParts &parts, const std::vector<ImportValue> &states) {
  bindStates(parts, states, parts.frame);
  return scalar(*parts.expr.args[2 * parts.expr.states.size()], parts.frame);
}

/// What memory holds of a leaf: a scalar, or a whole tensor; null where it is neither.
mlir::Value Importer::leafValue(const ImportValue &leaf, Span span) {
  if (const Scalar *s = leaf.scalar())
    return emitter.toMemory(*s);
  if (const Tensor *t = leaf.tensor())
    return materialise(*t, span);
  if (leaf.linear())
    fail(Kind::NotKnownWhenCompiling, span, {"this coordinate"});
  return {};
}

ImportValue Importer::leafOf(mlir::Value value, const ImportValue &like) {
  if (const Scalar *s = like.scalar())
    return emitter.fromMemory(value, s->element);
  return tensorOf(value, like.tensor()->element, like.tensor()->extents);
}

void Importer::makeLoop(LoopParts &parts) {
  const Expr &expr = parts.expr;
  const size_t states = expr.states.size();
  std::vector<mlir::Value> starts;
  for (const ImportValue &leaf : parts.starts)
    if (mlir::Value value = leafValue(leaf, expr.span))
      starts.push_back(value);
  mlir::Operation *pass = ops::openLoop(emitter, emitter.value(parts.count), starts);
  mlir::Block *block = &pass->getRegion(0).front();
  emitter.noteIndex(block->getArgument(0), true);
  emitter.enter(pass, block, Emitter::Region::Loop);
  std::vector<ImportValue> now;
  for (const ImportValue &leaf : parts.starts)
    now.push_back(leaf.scalar() || leaf.tensor() ? leafOf(block->getArgument(1 + parts.carried++), leaf) : leaf);
  bindStates(parts, now, parts.frame);
  parts.frame.locals[expr.indices[0].local] =
      emitter.add(parts.low, Scalar::of(block->getArgument(0), Element::Int));
  define(expr.definitions, parts.frame);
  std::vector<ImportValue> next;
  for (size_t k = 0; k < states; ++k)
    flatten(eval(*expr.args[states + k], parts.frame), next);
  for (size_t k = 2 * states + 1; k < expr.args.size(); ++k)
    parts.yields.push_back(eval(*expr.args[k], parts.frame));
  std::vector<mlir::Value> values = nextStates(parts, now, next);
  for (const ImportValue &yield : parts.yields)
    flatten(yield, parts.leaves);
  for (const ImportValue &leaf : parts.leaves)
    if (mlir::Value value = leafValue(leaf, expr.span))
      values.push_back(value);
  if (parts.until)
    values.push_back(emitter.value(loopEnd(parts, next)));
  emitter.leave();
  parts.op = ops::finishLoop(emitter, pass, starts, values, parts.until);
  emitter.unfinished.push_back(pass);
}

/// The leaves that the next pass begins with: of a leaf that no pass can change the next one must be the same.
std::vector<mlir::Value> Importer::nextStates(LoopParts &parts, const std::vector<ImportValue> &now,
                                              std::vector<ImportValue> &next) {
  std::vector<mlir::Value> values;
  if (next.size() != now.size())
    fail(Kind::ArmsDiffer, parts.expr.span, {std::to_string(now.size()), std::to_string(next.size())});
  for (size_t k = 0; k < now.size(); ++k) {
    if (const Scalar *s = now[k].scalar()) {
      next[k] = emitter.convert(toScalar(next[k], parts.expr), s->element);
    } else if (const Tensor *t = now[k].tensor()) {
      const Tensor *then = next[k].tensor();
      for (size_t axis = 0; axis < t->rank(); ++axis)
        require(emitter.primitive(Prim::Eq, {then->extents[axis], t->extents[axis]}),
                "a state of a solver must keep its extents");
    } else {
      if (!sameLeaf(now[k], next[k]))
        fail(Kind::NotKnownWhenCompiling, parts.expr.span, {"what this state becomes"});
      continue;
    }
    values.push_back(leafValue(next[k], parts.expr.span));
  }
  return values;
}

/// The tuple of the states at the end, the number of passes, and a series of each yielded value.
ImportValue Importer::loopResult(LoopParts &parts) {
  size_t result = 0;
  std::vector<ImportValue> finals, all;
  for (const ImportValue &leaf : parts.starts)
    finals.push_back(leaf.scalar() || leaf.tensor() ? leafOf(parts.op->getResult(result++), leaf) : leaf);
  size_t next = 0;
  for (const ImportValue &form : parts.forms)
    all.push_back(rebuild(form, finals, next));
  Scalar passes = parts.count;
  if (parts.until) {
    passes = Scalar::of(parts.op->getResult(parts.op->getNumResults() - 1), Element::Int);
    emitter.noteIndex(passes.value, true);
  }
  all.push_back(passes);
  std::vector<ImportValue> histories;
  for (const ImportValue &leaf : parts.leaves) {
    const Scalar *s = leaf.scalar();
    if (!s && !leaf.tensor()) {
      histories.push_back(leaf);
      continue;
    }
    std::vector<Scalar> extents{parts.count};
    if (const Tensor *t = leaf.tensor())
      extents.insert(extents.end(), t->extents.begin(), t->extents.end());
    mlir::Value history = parts.op->getResult(result++);
    // Extents that only the passes know are asked of the history.
    for (size_t axis = 1; axis < extents.size(); ++axis)
      if (extents[axis].value && !emitter.isOpen(extents[axis].value))
        extents[axis] = ops::extent(emitter, history, axis);
    histories.push_back(tensorOf(history, s ? s->element : leaf.tensor()->element, std::move(extents)));
  }
  next = 0;
  for (const ImportValue &yield : parts.yields) {
    ImportValue series;
    series.form = std::make_shared<const Series>(Series{parts.count, rebuild(yield, histories, next)});
    all.push_back(std::move(series));
  }
  return ImportValue::group(std::move(all), false);
}

// ---- series ----

/// What one pass yielded.
ImportValue Importer::passOf(const Series &series, const Scalar &index, Span span) {
  if (outside(index, series.count))
    fail(Kind::ListIndexOutside, span, {std::to_string(index.whole), std::to_string(series.count.whole)});
  std::vector<ImportValue> leaves;
  flatten(series.form, leaves);
  for (ImportValue &leaf : leaves) {
    auto *history = std::get_if<TensorRef>(&leaf.form);
    if (!history)
      continue;
    if ((*history)->rank() == 1) {
      leaf = readElement(**history, {index}, Border::Proven);
      continue;
    }
    const std::vector<Scalar> extents((*history)->extents.begin() + 1, (*history)->extents.end());
    leaf = compute((*history)->element, extents, [this, from = *history, index](const std::vector<Scalar> &at) {
      std::vector<Scalar> place{index};
      place.insert(place.end(), at.begin(), at.end());
      return readElement(*from, place, Border::Proven);
    });
  }
  size_t next = 0;
  return rebuild(series.form, leaves, next);
}

/// The same value with its series as lists, for what takes whole lists.
ImportValue Importer::listed(const ImportValue &value, Span span) {
  const Series *series = value.series();
  if (!series)
    return value;
  if (!series->count.known())
    fail(Kind::NotKnownWhenCompiling, span, {"the number of passes of this solver"});
  std::vector<ImportValue> items;
  for (int64_t k = 0; k < series->count.whole; ++k)
    items.push_back(passOf(*series, Scalar::of(k), span));
  return ImportValue::group(std::move(items), true);
}

} // namespace gms::compiler
