// Runs an experiment on the evaluator: its definitions in the order of the text, and what its clauses show
// and claim.
#pragma once
#include "lang/eval/evaluate.h"
#include <map>

namespace gms::eval {

/// What one clause gave.
struct ClauseOutcome {
  const program::Clause *clause = nullptr;
  /// The clause's values; of a plot or table one row for each combination of what stands behind `against` and
  /// `by`.
  std::vector<std::vector<Value>> rows;
  std::vector<std::vector<Value>> against; ///< what the bound names were in each row
  bool holds = true;                       ///< of a claim; its sides are rows[0]
  std::string error;                       ///< what stopped it, where something did
  Span errorSpan;
};

struct ExperimentOutcome {
  std::map<std::string, Value> definitions;
  std::vector<ClauseOutcome> clauses;
  /// Whether every clause could be evaluated and every claim holds.
  bool holds() const;
};

/// Keys of draws, as docs/language.md [EXP-5]: in `map(x in xs, v in 0..n) of f(x)` the sample is x's
/// identity, which an extern may have attached (Value::identity), else x's place in the list; ranges count
/// the epoch, row-major. Places begin with the experiment's name.
class ExperimentEvaluator {
public:
  ExperimentEvaluator(const program::Program &program, const program::Experiment &experiment, Externs externs,
                      uint64_t seed = 0)
      : program(program), experiment(experiment), evaluator(program, std::move(externs)), seed(seed) {}

  /// Gives a param a value; the others take their defaults. Throws std::out_of_range where there is no such
  /// param.
  void set(const std::string &param, Value value);

  /// Runs every step. Throws EvalError where a param has no value or a definition fails; a clause that fails
  /// is an outcome.
  ExperimentOutcome run();

private:
  const program::Program &program;
  const program::Experiment &experiment;
  Evaluator evaluator;
  uint64_t seed;
  std::map<std::string, Value> given;

  void define(const program::Definition &definition, Evaluator::Frame &frame, ExperimentOutcome &outcome);
  ClauseOutcome evaluate(const program::Clause &clause, Evaluator::Frame &frame);
};

/// Whether `left op right` holds of two scalars or strings of one type.
bool compares(program::Prim op, const Value &left, const Value &right);

} // namespace gms::eval
