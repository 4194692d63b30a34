#include "runtime/core/plan_run.h"
#include "runtime/core/error.h"
#include <algorithm>
#include <chrono>

namespace gms::runtime {
namespace {

HostPrim primOf(const std::string &relation) {
  if (relation == "==")
    return HostPrim::Eq;
  if (relation == "!=")
    return HostPrim::Ne;
  if (relation == "<")
    return HostPrim::Lt;
  if (relation == "<=")
    return HostPrim::Le;
  return relation == ">" ? HostPrim::Gt : HostPrim::Ge;
}

class Run {
public:
  Run(const Plan &plan, const PlanExperiment &experiment, PlanServices services)
      : experiment(experiment), evaluator(plan, services), scope(1, {}) {}

  ExperimentResult run(const std::map<std::string, Value> &params) {
    bindParams(params);
    for (const PlanStep &step : experiment.steps) {
      if (step.definition)
        define(*step.definition);
      else
        result.clauses.push_back(clause(*step.clause));
    }
    result.kernels = evaluator.timings();
    return std::move(result);
  }

private:
  const PlanExperiment &experiment;
  PlanEvaluator evaluator;
  Rows scope;
  ExperimentResult result;

  void bindParams(const std::map<std::string, Value> &params) {
    for (const PlanParam &param : experiment.params) {
      const auto given = params.find(param.name);
      if (given == params.end() && !param.defaultValue) {
        std::string docs;
        for (const std::string &line : param.docs)
          docs += (docs.empty() ? "" : " ") + line;
        throw Error(ErrorKind::ParamWithoutValue, {experiment.name, param.name, docs.empty() ? "a param without a default" : docs});
      }
      Value value = given != params.end() ? given->second : evaluator.evaluateOne(*param.defaultValue, scope);
      scope.set(param.slot, Column::same(value));
      result.params.push_back({&param, std::move(value)});
    }
  }

  void define(const HostDefinition &definition) {
    evaluator.nameWork(definition.name);
    const auto start = std::chrono::steady_clock::now();
    evaluator.define(definition, scope);
    result.steps.push_back(
        {definition.name, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()});
  }

  ClauseResult clause(const PlanClause &clause) {
    ClauseResult made;
    made.clause = &clause;
    evaluator.nameWork(clause.kind == PlanClause::Kind::Expect ? "expect" : "report");
    if (clause.kind == PlanClause::Kind::Expect) {
      claim(clause, made);
    } else if (clause.against.empty()) {
      for (const HostExprRef &value : clause.values)
        made.values.push_back(evaluator.evaluateOne(*value, scope));
    } else {
      rows(clause, made);
    }
    return made;
  }

  /// Both sides are kept, whether or not the claim holds; a side that has no value makes it fail.
  void claim(const PlanClause &clause, ClauseResult &made) {
    try {
      for (const HostExprRef &value : clause.values)
        made.values.push_back(evaluator.evaluateOne(*value, scope));
    } catch (const Error &error) {
      if (error.kind() == ErrorKind::Interrupted)
        throw;
      made.holds = false;
      made.failure = error.rendered();
      return;
    }
    if (clause.relations.empty())
      made.holds = made.values[0].boolean();
    HostType type;
    for (size_t i = 0; i < clause.relations.size(); ++i)
      made.holds &= applyPrim(primOf(clause.relations[i]), type, made.values[i], &made.values[i + 1]).boolean();
  }

  void rows(const PlanClause &clause, ClauseResult &made) {
    made.columns.resize(clause.values.size());
    made.against.resize(clause.against.size());
    evaluator.expand(clause.against, true, scope, [&](const Rows &rows, const PlanEvaluator::Expansion &) {
      const auto fill = [&](const Column &column, std::vector<Value> &out) {
        for (int64_t row = 0; row < rows.size(); ++row)
          out.push_back(column.at(row));
      };
      for (size_t i = 0; i < clause.against.size(); ++i)
        fill(rows.find(clause.against[i].slot), made.against[i]);
      for (size_t i = 0; i < clause.values.size(); ++i)
        fill(evaluator.evaluate(*clause.values[i], rows), made.columns[i]);
    });
  }
};

} // namespace

bool ExperimentResult::claimsHold() const {
  return std::all_of(clauses.begin(), clauses.end(), [](const ClauseResult &clause) { return clause.holds; });
}

ExperimentResult runExperiment(const Plan &plan, const PlanExperiment &experiment, const std::map<std::string, Value> &params,
                               PlanServices services) {
  return Run(plan, experiment, services).run(params);
}

} // namespace gms::runtime
