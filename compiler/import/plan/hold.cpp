#include "compiler/import/plan/hold.h"
#include <algorithm>

namespace gms::compiler {

using namespace program;

namespace {

/// A solver's passes, here or in what is called.
bool loops(const Expr &e, const Program &program) {
  if (e.kind == ExprKind::Loop)
    return true;
  if (e.kind == ExprKind::Call)
    if (const ExprPtr &body = program.function(e.function).body; body && loops(*body, program))
      return true;
  bool found = false;
  eachPart(e, [&](const Expr &part) { found = found || loops(part, program); });
  return found;
}

class Holder {
public:
  Holder(Program &program, Outliner &outliner) : program(program), outliner(outliner) {}

  void run(Experiment &experiment) {
    std::vector<Step> left;
    for (Step &step : experiment.steps) {
      if (step.definition)
        rewrite(step.definition->value);
      else
        rewriteParts(*step.clause);
      if (step.definition && isHeld(*step.definition))
        hold(std::move(step.definition));
      else
        left.push_back(std::move(step));
    }
    experiment.steps = std::move(left);
  }

private:
  Program &program;
  Outliner &outliner;
  std::vector<std::unique_ptr<Definition>> held;
  std::unordered_map<LocalId, size_t> heldBy; ///< of a held value's names and extents, which definition makes them

  bool isHeld(const Definition &definition) {
    const Expr &value = *definition.value;
    if (!value.type || Outliner::passes(*value.type, true) || outliner.needsHost(value))
      return false;
    return value.type->kind == TypeKind::Operator ||
           ((value.kind == ExprKind::Call || value.kind == ExprKind::Block) && loops(value, program));
  }

  void hold(std::unique_ptr<Definition> definition) {
    for (LocalId local : definition->locals)
      heldBy[local] = held.size();
    for (const DimBinding &binding : definition->dims)
      heldBy[binding.symbol] = held.size();
    held.push_back(std::move(definition));
  }

  void uses(const Dim &dim, std::set<size_t> &used) const {
    std::vector<LocalId> symbols;
    dim.symbols(symbols);
    for (LocalId symbol : symbols)
      if (const auto found = heldBy.find(symbol); found != heldBy.end())
        used.insert(found->second);
  }

  /// Which held definitions an expression reads.
  void uses(const Expr &e, std::set<size_t> &used) const {
    if (e.kind == ExprKind::Local)
      if (const auto found = heldBy.find(e.local); found != heldBy.end())
        used.insert(found->second);
    if (e.kind == ExprKind::DimValue)
      uses(e.dim, used);
    eachPart(e, [&](const Expr &part) { uses(part, used); });
  }

  /// Puts what the expression reads in front of it, or of its parts where it cannot be a kernel itself.
  void rewrite(ExprPtr &e) {
    std::set<size_t> used;
    uses(*e, used);
    if (used.empty())
      return;
    const bool named = e->kind == ExprKind::Local || e->kind == ExprKind::DimValue;
    if (!named && (outliner.needsHost(*e) || !e->type || !couldBeKernel(*e)))
      return rewriteParts(*e);
    auto block = std::make_unique<Expr>();
    block->kind = ExprKind::Block;
    block->type = e->type;
    block->span = e->span;
    for (size_t number : used)
      block->definitions.push_back(copyOf(*held[number]));
    block->args.push_back(std::move(e));
    e = std::move(block);
  }

  bool couldBeKernel(const Expr &e) const { return Outliner::passes(*e.type, true) || e.type->kind == TypeKind::Operator || isRun(e); }
  /// A run of another solver, which will be held as well.
  bool isRun(const Expr &e) const { return e.kind == ExprKind::Call && loops(e, program); }

  void rewriteIndices(std::vector<IndexVar> &indices) {
    for (IndexVar &index : indices)
      for (ExprPtr *part : {&index.low, &index.high, &index.list})
        if (*part)
          rewrite(*part);
  }

  void rewriteParts(Expr &e) {
    for (ExprPtr &arg : e.args)
      if (arg)
        rewrite(arg);
    rewriteIndices(e.indices);
    for (Definition &definition : e.definitions)
      if (definition.value)
        rewrite(definition.value);
  }

  void rewriteParts(Clause &clause) {
    for (ExprPtr &value : clause.values)
      rewrite(value);
    rewriteIndices(clause.against);
  }
};

} // namespace

void holdInKernels(Experiment &experiment, Program &program, Outliner &outliner) {
  Holder(program, outliner).run(experiment);
}

} // namespace gms::compiler
