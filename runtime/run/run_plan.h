// A whole run: options, host functions, execution, the run's folder, the summary. `gms run` and the executables that
// `gms build` makes share it.
#pragma once
#include "runtime/core/kernel.h"
#include "runtime/core/options.h"
#include "runtime/core/plan.h"
#include <functional>

namespace gms::runtime {

/// The options of every run.
std::vector<OptionSpec> runOptions();

/// Text of `--help`: usage, the experiment's docs and params, the options of every run.
std::string runHelp(const std::string &usage, const Plan &plan, const PlanExperiment &experiment,
                    const std::vector<OptionSpec> &shared);

struct RunRequest {
  const Plan &plan;
  const PlanExperiment &experiment;
  const Options &options;
  KernelProvider &kernels;
  std::string command;       ///< as it was typed
  std::string programFolder; ///< where relative data paths begin
  std::string planText;      ///< written to plan.json
};

/// Runs and writes runs/<experiment>/<n>/ below `--out`. Gives 0, or 1 where a claim fails. Throws Error; what was
/// written by then is whole or gone.
int runPlan(const RunRequest &request);

/// `--threads`, or as many as the process may use.
int threadsOf(const Options &options);

} // namespace gms::runtime
