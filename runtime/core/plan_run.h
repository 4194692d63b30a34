// Runs an experiment of a plan, step by step.
#pragma once
#include "runtime/core/plan_evaluator.h"
#include <map>

namespace gms::runtime {

/// What a clause came to. Its values belong to no report yet.
struct ClauseResult {
  const PlanClause *clause = nullptr;
  std::vector<Value> values;               ///< Show, Expect: one a value; also Plot and Table without `against`
  bool holds = true;                       ///< Expect
  std::string failure;                     ///< Expect: why no value could be had
  std::vector<std::vector<Value>> columns; ///< Plot, Table with `against`: one a value, an element a row
  std::vector<std::vector<Value>> against; ///< and the variables' values in those rows
};

/// A param's value in a run.
struct ParamValue {
  const PlanParam *param = nullptr;
  Value value;
};

struct StepTiming {
  std::string name;
  double seconds = 0;
};

struct ExperimentResult {
  std::vector<ParamValue> params;
  std::vector<ClauseResult> clauses;
  std::vector<KernelTiming> kernels;
  std::vector<StepTiming> steps; ///< definitions, with what they took
  bool claimsHold() const;
};

/// Runs all steps; `params` overrides defaults by name. A claim that fails does not stop the run: all are evaluated.
/// Throws ParamWithoutValue and what the steps throw.
ExperimentResult runExperiment(const Plan &plan, const PlanExperiment &experiment, const std::map<std::string, Value> &params,
                               PlanServices services);

} // namespace gms::runtime
