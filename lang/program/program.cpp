#include "lang/program/program.h"

namespace gms::program {

const char *print(Prim prim) {
  static const char *const names[] = {
#define GMS_PRIM(name, arity, text) text,
#include "lang/program/prims.def"
#undef GMS_PRIM
  };
  return names[static_cast<size_t>(prim)];
}

const char *print(ReduceKind kind) {
  static const char *const names[] = {"sum", "prod",  "min",    "max",    "mean", "median", "any",
                                      "all", "count", "argmin", "argmax", "map",  "filter"};
  return names[static_cast<size_t>(kind)];
}

const char *print(OperatorKind kind) {
  static const char *const names[] = {"banded", "toeplitz", "dense", "exponential", "sum", "scale", "kronecker_sum"};
  return names[static_cast<size_t>(kind)];
}

ExprPtr withoutParts(const Expr &e) {
  auto copy = std::make_unique<Expr>();
  copy->kind = e.kind, copy->type = e.type, copy->span = e.span, copy->constant = e.constant, copy->local = e.local;
  copy->function = e.function, copy->prim = e.prim, copy->reduce = e.reduce, copy->distribution = e.distribution;
  copy->op = e.op, copy->border = e.border, copy->sampling = e.sampling, copy->position = e.position;
  copy->path = e.path, copy->dim = e.dim, copy->extents = e.extents, copy->states = e.states, copy->place = e.place;
  return copy;
}

static ExprPtr copyOf(const ExprPtr &e) { return e ? copyOf(*e) : nullptr; }

ExprPtr copyOf(const Expr &e) {
  ExprPtr copy = withoutParts(e);
  for (const ExprPtr &arg : e.args)
    copy->args.push_back(copyOf(arg));
  for (const IndexVar &index : e.indices)
    copy->indices.push_back({index.local, copyOf(index.low), copyOf(index.high), copyOf(index.list)});
  for (const Definition &d : e.definitions)
    copy->definitions.push_back(copyOf(d));
  return copy;
}

Definition copyOf(const Definition &d) { return {d.locals, copyOf(d.value), d.dims, d.checks, d.span}; }

const Function *Program::find(std::string_view name) const {
  const Function *found = nullptr;
  for (const std::unique_ptr<Function> &function : functions)
    if (function->name == name && (!found || (found->imported && !function->imported) ||
                                   (found->imported == function->imported && found->instance.size() > function->instance.size())))
      found = function.get();
  return found;
}

} // namespace gms::program
