// Which parts of an experiment become kernels: work on tensors is cut out into functions of its own, what is scalar or
// list-like stays on the host.
#pragma once
#include "lang/program/program.h"
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace gms::compiler {

/// A piece that was cut out: the new function's id, and what its parameters are given.
struct Outlined {
  program::FunctionId function = 0;
  std::vector<const program::Expr *> arguments; ///< expressions of the enclosing function, one a parameter; or
  std::vector<program::LocalId> locals;         ///< where the expression is null, a local of it
};

/// Cuts functions out of expressions and adds them to the program. Locals keep their numbers: a new function's locals
/// begin as a copy of the enclosing function's, so no type has to be rewritten.
class Outliner {
public:
  explicit Outliner(program::Program &program) : program(program) {}

  /// Cuts `e` out of `function` where it works on tensors and holds nothing that only the host can do. `prefix` is the
  /// new function's name, with which the draws' places begin.
  std::optional<Outlined> outline(const program::Expr &e, const program::Function &function, const std::string &prefix);

  /// Whether values of this type pass into and out of kernels: scalars, tensors, records and tuples of them.
  static bool passes(const program::Type &type, bool asResult);

  /// Whether something in an expression of an experiment can stand in no kernel, or draws.
  bool needsHost(const program::Expr &e);

private:
  struct Cut;
  program::Program &program;
  std::unordered_map<program::FunctionId, bool> kernelable;
  std::vector<program::FunctionId> outlined; ///< cut out so far

  bool bodyKernelable(program::FunctionId id);
  bool hostOnly(const program::Expr &e, program::FunctionKind within);
};

/// Calls `visit` for each part of an expression, itself not included: arguments, domains, definitions.
template <typename Visit> void eachPart(const program::Expr &e, Visit &&visit) {
  for (const program::ExprPtr &arg : e.args)
    if (arg)
      visit(*arg);
  for (const program::IndexVar &index : e.indices)
    for (const program::ExprPtr *part : {&index.low, &index.high, &index.list})
      if (*part)
        visit(**part);
  for (const program::Definition &definition : e.definitions)
    if (definition.value)
      visit(*definition.value);
}

} // namespace gms::compiler
