#include "compiler/import/plan/compact.h"
#include <algorithm>
#include <unordered_map>

namespace gms::compiler {

using namespace program;

namespace {

class Compactor {
public:
  explicit Compactor(Function &function) : function(function), old(std::move(function.locals)) {}

  void run() {
    for (Parameter &parameter : function.parameters)
      parameter.local = renumber(parameter.local);
    bindings(function.dims);
    checks(function.checks);
    expr(*function.body);
    function.result = type(function.result);
    function.locals = std::move(made);
  }

private:
  Function &function;
  std::vector<Local> old, made;
  std::unordered_map<LocalId, LocalId> numbers;

  LocalId renumber(LocalId id) {
    const auto [at, isNew] = numbers.emplace(id, static_cast<LocalId>(made.size()));
    if (!isNew)
      return at->second;
    const LocalId number = at->second;
    made.push_back(old[id]);
    const TypeRef changed = type(old[id].type); // may renumber more, and move `made`
    made[number].type = changed;
    return number;
  }

  Dim dim(const Dim &of) {
    return of.substitute([&](LocalId id) { return Dim::symbol(renumber(id)); });
  }
  TypeRef type(const TypeRef &of) {
    return of ? Type::substitute(of, [&](LocalId id) { return Dim::symbol(renumber(id)); }) : of;
  }

  void bindings(std::vector<DimBinding> &list) {
    for (DimBinding &binding : list) {
      binding.of = renumber(binding.of);
      binding.symbol = renumber(binding.symbol);
      if (binding.solved)
        binding.solved = dim(*binding.solved);
    }
  }
  void checks(std::vector<DimCheck> &list) {
    for (DimCheck &check : list) {
      check.of = renumber(check.of);
      check.expected = dim(check.expected);
    }
  }

  void expr(Expr &e) {
    for (Definition &definition : e.definitions) {
      if (definition.value)
        expr(*definition.value);
      for (LocalId &local : definition.locals)
        local = renumber(local);
      bindings(definition.dims);
      checks(definition.checks);
    }
    for (IndexVar &index : e.indices) {
      for (ExprPtr *part : {&index.low, &index.high, &index.list})
        if (*part)
          expr(**part);
      index.local = renumber(index.local);
    }
    for (LocalId &state : e.states)
      state = renumber(state);
    if (e.kind == ExprKind::Local || e.kind == ExprKind::Repeat || e.kind == ExprKind::Derivative || e.kind == ExprKind::Fit)
      e.local = renumber(e.local);
    for (ExprPtr &arg : e.args)
      if (arg)
        expr(*arg);
    e.dim = dim(e.dim);
    for (Dim &extent : e.extents)
      extent = dim(extent);
    e.type = type(e.type);
  }
};

bool sameType(const TypeRef &a, const TypeRef &b) { return a == b || (a && b && equal(*a, *b)); }

bool sameBindings(const std::vector<DimBinding> &a, const std::vector<DimBinding> &b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const DimBinding &x, const DimBinding &y) {
    return x.symbol == y.symbol && x.of == y.of && x.fields == y.fields && x.axis == y.axis && x.solved == y.solved;
  });
}

bool sameChecks(const std::vector<DimCheck> &a, const std::vector<DimCheck> &b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const DimCheck &x, const DimCheck &y) {
    return x.of == y.of && x.fields == y.fields && x.axis == y.axis && x.expected == y.expected;
  });
}

bool same(const Expr &a, const Expr &b);

bool samePart(const ExprPtr &a, const ExprPtr &b) { return (!a && !b) || (a && b && same(*a, *b)); }

bool same(const Expr &a, const Expr &b) {
  return a.kind == b.kind && sameType(a.type, b.type) && a.constant == b.constant && a.local == b.local &&
         a.function == b.function && a.prim == b.prim && a.op == b.op && a.path == b.path && a.reduce == b.reduce && a.distribution == b.distribution &&
         a.border == b.border && a.sampling == b.sampling && a.position == b.position && a.dim == b.dim &&
         a.extents == b.extents && a.states == b.states && a.place == b.place &&
         std::equal(a.args.begin(), a.args.end(), b.args.begin(), b.args.end(), samePart) &&
         std::equal(a.indices.begin(), a.indices.end(), b.indices.begin(), b.indices.end(),
                    [](const IndexVar &x, const IndexVar &y) {
                      return x.local == y.local && samePart(x.low, y.low) && samePart(x.high, y.high) && samePart(x.list, y.list);
                    }) &&
         std::equal(a.definitions.begin(), a.definitions.end(), b.definitions.begin(), b.definitions.end(),
                    [](const Definition &x, const Definition &y) {
                      return x.locals == y.locals && samePart(x.value, y.value) && sameBindings(x.dims, y.dims) &&
                             sameChecks(x.checks, y.checks);
                    });
}

} // namespace

void compact(Function &function) { Compactor(function).run(); }

bool sameWork(const Function &a, const Function &b) {
  const auto parameter = [&](const Parameter &x, const Parameter &y) {
    return x.local == y.local && sameType(a.local(x.local).type, b.local(y.local).type);
  };
  return (a.name == b.name || !a.draws) && a.draws == b.draws &&
         std::equal(a.parameters.begin(), a.parameters.end(), b.parameters.begin(), b.parameters.end(), parameter) &&
         sameBindings(a.dims, b.dims) && sameChecks(a.checks, b.checks) && sameType(a.result, b.result) &&
         samePart(a.body, b.body);
}

} // namespace gms::compiler
