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

const Function *Program::find(std::string_view name) const {
  const Function *found = nullptr;
  for (const std::unique_ptr<Function> &function : functions)
    if (function->name == name && (!found || (found->imported && !function->imported) ||
                                   (found->imported == function->imported && found->instance.size() > function->instance.size())))
      found = function.get();
  return found;
}

} // namespace gms::program
