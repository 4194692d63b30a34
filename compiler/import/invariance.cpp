// Whether an expression inside a scalar body depends on that body's indices.
#include "compiler/import/importer.h"
#include <set>

namespace gms::compiler {
using namespace program;

namespace {

/// Collects the locals that an expression reads, and those that it binds itself.
struct LocalCollector {
  std::set<LocalId> read, bound;

  void dim(const Dim &d) {
    std::vector<LocalId> symbols;
    d.symbols(symbols);
    read.insert(symbols.begin(), symbols.end());
  }
  void type(const Type &t) {
    for (const Dim &d : t.dims)
      dim(d);
    for (const FieldType &field : t.fields)
      type(*field.type);
  }
  void visit(const Expr &e) {
    if (e.kind == ExprKind::Local || e.kind == ExprKind::Derivative)
      read.insert(e.local);
    if (e.kind == ExprKind::OwnDerivative)
      read.insert(e.states.begin(), e.states.end());
    if (e.kind == ExprKind::Repeat)
      bound.insert(e.local);
    if (e.kind == ExprKind::DimValue)
      dim(e.dim);
    if (e.kind == ExprKind::Tabulate || e.kind == ExprKind::MakeTensor || e.kind == ExprKind::If ||
        e.kind == ExprKind::MakeOperator || e.kind == ExprKind::Lowest)
      type(*e.type);
    for (const Dim &d : e.extents)
      dim(d);
    for (const ExprPtr &arg : e.args)
      visit(*arg);
    for (const IndexVar &index : e.indices) {
      bound.insert(index.local);
      for (const ExprPtr *part : {&index.low, &index.high, &index.list})
        if (*part)
          visit(**part);
    }
    if (e.kind != ExprKind::OwnDerivative)
      bound.insert(e.states.begin(), e.states.end());
    for (const Definition &definition : e.definitions)
      visit(definition);
  }
  void visit(const Definition &definition) {
    visit(*definition.value);
    bound.insert(definition.locals.begin(), definition.locals.end());
    for (const DimBinding &binding : definition.dims) {
      read.insert(binding.of);
      if (binding.solved)
        dim(*binding.solved);
      bound.insert(binding.symbol);
    }
    for (const DimCheck &check : definition.checks) {
      read.insert(check.of);
      dim(check.expected);
    }
  }
};

} // namespace

const std::vector<LocalId> &Importer::freeLocals(const Expr &expr) {
  auto [entry, isNew] = freeLocalsOf.try_emplace(&expr);
  if (isNew) {
    LocalCollector collector;
    collector.visit(expr);
    std::vector<LocalId> free;
    for (LocalId id : collector.read)
      if (!collector.bound.count(id))
        free.push_back(id);
    freeLocalsOf[&expr] = std::move(free);
    return freeLocalsOf[&expr];
  }
  return entry->second;
}

/// The innermost region that a value lives in; nothing where it is made anew for each element.
std::optional<size_t> Importer::levelOf(const ImportValue &value) const {
  size_t level = 0;
  auto of = [&](const Scalar &s) { level = std::max(level, s.known() ? 0 : emitter.levelOf(s.value)); };
  auto inner = [&](const ImportValue &part) {
    const std::optional<size_t> its = levelOf(part);
    level = std::max(level, its.value_or(0));
    return its.has_value();
  };
  if (const Scalar *s = value.scalar()) {
    of(*s);
  } else if (const Tensor *t = value.tensor()) {
    if (t->rule)
      return {};
    llvm::for_each(t->extents, of);
    llvm::for_each(t->elements, of);
    if (t->value)
      level = std::max(level, emitter.levelOf(t->value));
  } else if (const Group *group = value.group()) {
    if (!llvm::all_of(group->items, inner))
      return {};
  } else if (const Series *series = value.series()) {
    of(series->count);
    if (!inner(series->form))
      return {};
  } else if (const LinearOperator *whole = value.linearOperator()) {
    for (const LinearOperator::Part &part : whole->parts) {
      of(part.rate);
      if (part.factor)
        of(*part.factor);
      if (part.tensor && !inner(part.tensor))
        return {};
    }
  } else if (value.linear()) {
    return {};
  }
  return level;
}

bool Importer::invariant(const ImportValue &value) const {
  const std::optional<size_t> level = levelOf(value);
  return level && *level < emitter.firstBody();
}

/// The outermost region before which an expression can be made once: a body, or a loop's pass. depth() where there is
/// none.
size_t Importer::placeFor(const Expr &expr, Frame &frame) {
  // Inside a tabulate every element draws its own.
  if (element && draws(expr))
    return emitter.depth();
  size_t level = 0;
  for (LocalId id : freeLocals(expr)) {
    const std::optional<size_t> its = levelOf(frame.locals[id]);
    if (!its)
      return emitter.depth();
    level = std::max(level, *its);
  }
  const size_t body = emitter.firstBody(), loop = emitter.loopBeyond(level);
  if (body < emitter.depth() && level >= body)
    return emitter.depth();
  return std::min(body, loop);
}

bool Importer::holdsLoop(const Expr &expr) const {
  if (expr.kind == ExprKind::Reduce || expr.kind == ExprKind::Scan || expr.kind == ExprKind::Tabulate)
    return true;
  for (const ExprPtr &arg : expr.args)
    if (holdsLoop(*arg))
      return true;
  for (const Definition &definition : expr.definitions)
    if (holdsLoop(*definition.value))
      return true;
  return false;
}

bool Importer::draws(const Expr &expr) const {
  if (expr.kind == ExprKind::Draw || expr.kind == ExprKind::Choose)
    return true;
  if (expr.kind == ExprKind::Call && program.function(expr.function).draws)
    return true;
  for (const ExprPtr &arg : expr.args)
    if (draws(*arg))
      return true;
  for (const Definition &definition : expr.definitions)
    if (draws(*definition.value))
      return true;
  return false;
}

} // namespace gms::compiler
