// One plan in the making.
#pragma once
#include "compiler/import/plan/host_types.h"
#include "compiler/import/plan/outline.h"
#include "compiler/import/plan/plan_experiment.h"

namespace gms::compiler {

class PlanBuilder {
public:
  PlanBuilder(program::Program &program, const Sources &sources, uint32_t file, Diagnostics &diagnostics)
      : program(program), sources(sources), file(file), diagnostics(diagnostics), outliner(program) {}
  PlannedProgram build();

private:
  program::Program &program;
  const Sources &sources;
  uint32_t file;
  Diagnostics &diagnostics;
  Outliner outliner;
  HostTypes types;
  PlannedProgram planned;
  Json kernels = Json::array(), functions = Json::array();
  std::map<std::string, size_t> functionOf; ///< by number and, where it draws, the place of the call

  /// Where an expression stands: its function, and the place that its draws begin with.
  struct Context {
    const program::Function &function;
    std::string prefix;
    uint32_t slots; ///< locals so far; those of inlined calls follow
  };

  Json experiment(const program::Experiment &experiment);
  Json clause(const program::Clause &clause, Context &context);
  Json definition(const program::Definition &definition, Context &context);
  Json extents(const std::vector<program::DimBinding> &dims);
  Json checks(const std::vector<program::DimCheck> &checks, Context &context);
  Json indexVar(const program::IndexVar &index, Context &context);
  /// A host expression; outlines what works on tensors.
  Json expr(const program::Expr &e, Context &context);
  Json hostExpr(const program::Expr &e, Context &context);
  size_t kernelOf(program::FunctionId id);
  /// The units of quantities that are drawn, by place; repeated ones without their number.
  void drawUnits(const program::Expr &e, const std::string &place, Json &units);
  Json kernelCall(const Outlined &outlined, const program::Expr &e, Context &context);
  Json call(const program::Expr &e, Context &context);
  Json dim(const program::Dim &dim);
  Json atom(const program::Dim::Atom &atom);
  Json constant(const program::Expr &e);
  Json typed(const char *op, const program::TypeRef &type) { return {{"op", op}, {"type", types.add(type)}}; }
  void addArgs(Json &json, const program::Expr &e, Context &context);
  std::string placeOf(Span span) const;
  std::string kernelName(const std::string &shown);
};

} // namespace gms::compiler
