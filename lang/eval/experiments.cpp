#include "lang/eval/experiments.h"
#include "lang/program/comparison.h"
#include <algorithm>

namespace gms::eval {

using namespace program;

bool compares(Prim op, const Value &left, const Value &right) {
  return std::visit(
      [&](const auto &a) -> bool {
        using T = std::decay_t<decltype(a)>;
        if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, int64_t> || std::is_same_v<T, double> ||
                      std::is_same_v<T, std::string>) {
          const T *b = std::get_if<T>(&right.v);
          return b && compared(op, a, *b).value_or(false);
        }
        return false;
      },
      left.v);
}

bool ExperimentOutcome::holds() const {
  return std::all_of(clauses.begin(), clauses.end(),
                     [](const ClauseOutcome &c) { return c.holds && c.error.empty(); });
}

void ExperimentEvaluator::set(const std::string &param, Value value) {
  for (const Param &known : experiment.params)
    if (known.name == param) {
      given[param] = std::move(value);
      return;
    }
  throw std::out_of_range("the experiment has no param `" + param + "`");
}

ExperimentOutcome ExperimentEvaluator::run() {
  const Function &function = program.function(experiment.function);
  evaluator.key = {seed, 0, 0};
  evaluator.identified = false;
  evaluator.element = 0;
  Evaluator::Frame frame{&function, std::vector<Value>(function.locals.size()), function.name};
  for (const Param &param : experiment.params) {
    auto it = given.find(param.name);
    if (it == given.end() && !param.defaultValue)
      throw EvalError(param.span, "the param `" + param.name + "` has no default and is not given");
    frame.locals[param.local] = it != given.end() ? it->second : evaluator.eval(*param.defaultValue, frame);
  }
  ExperimentOutcome outcome;
  for (const Step &step : experiment.steps) {
    if (step.definition)
      define(*step.definition, frame, outcome);
    if (step.clause)
      outcome.clauses.push_back(evaluate(*step.clause, frame));
  }
  return outcome;
}

/// What an experiment defines has left the kernel that made it, so no warp waits in it.
void ExperimentEvaluator::define(const Definition &definition, Evaluator::Frame &frame,
                                 ExperimentOutcome &outcome) {
  const Function &function = program.function(experiment.function);
  evaluator.run(definition, frame);
  for (LocalId local : definition.locals) {
    frame.locals[local] = Evaluator::forced(frame.locals[local], program);
    outcome.definitions[function.locals[local].name] = frame.locals[local];
  }
}

ClauseOutcome ExperimentEvaluator::evaluate(const Clause &clause, Evaluator::Frame &frame) {
  ClauseOutcome outcome;
  outcome.clause = &clause;
  const Key key = evaluator.key;
  try {
    evaluator.each(clause.against, 0, frame, true, [&] {
      std::vector<Value> row, bound;
      for (const ExprPtr &value : clause.values)
        row.push_back(Evaluator::forced(evaluator.eval(*value, frame), program));
      for (const IndexVar &var : clause.against)
        bound.push_back(frame.locals[var.local]);
      outcome.rows.push_back(std::move(row));
      outcome.against.push_back(std::move(bound));
    });
  } catch (const EvalError &error) {
    outcome.error = error.what();
    outcome.errorSpan = error.span;
    outcome.holds = false;
    evaluator.key = key;
    evaluator.identified = false;
    evaluator.element = 0;
    frame.place = program.function(experiment.function).name;
  }
  if (clause.kind != Clause::Kind::Expect || outcome.rows.empty())
    return outcome;
  const std::vector<Value> &sides = outcome.rows[0];
  for (size_t i = 0; i < clause.ops.size(); ++i)
    outcome.holds = outcome.holds && compares(clause.ops[i], sides[i], sides[i + 1]);
  if (clause.ops.empty())
    outcome.holds = std::get<bool>(sides[0].v);
  return outcome;
}

} // namespace gms::eval
