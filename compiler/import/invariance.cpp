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
    if (e.kind == ExprKind::Local)
      read.insert(e.local);
    if (e.kind == ExprKind::Repeat)
      bound.insert(e.local);
    if (e.kind == ExprKind::DimValue)
      dim(e.dim);
    if (e.kind == ExprKind::Tabulate || e.kind == ExprKind::MakeTensor || e.kind == ExprKind::If)
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

bool Importer::invariant(const ImportValue &value) const {
  const size_t first = emitter.firstBody();
  auto outside = [&](const Scalar &s) { return s.known() || emitter.levelOf(s.value) < first; };
  if (const Scalar *s = value.scalar())
    return outside(*s);
  if (const Tensor *t = value.tensor()) {
    if (t->rule)
      return false;
    for (const Scalar &s : t->extents)
      if (!outside(s))
        return false;
    for (const Scalar &s : t->elements)
      if (!outside(s))
        return false;
    return !t->value || emitter.levelOf(t->value) < first;
  }
  if (const Group *group = value.group()) {
    for (const ImportValue &item : group->items)
      if (!invariant(item))
        return false;
    return true;
  }
  return !value.linear();
}

bool Importer::invariant(const Expr &expr, Frame &frame) {
  // Inside a tabulate every element draws its own.
  if (element && draws(expr))
    return false;
  for (LocalId id : freeLocals(expr))
    if (!invariant(frame.locals[id]))
      return false;
  return true;
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
