// What a run came to, as a report.
#pragma once
#include "runtime/core/plan_run.h"
#include "runtime/report/report.h"
#include <string>

namespace gms::runtime {

/// What a report says of a run besides its results.
struct RunFacts {
  std::string command, device;
  uint64_t seed = 0;
  int threads = 1;
  double seconds = 0;
  std::vector<ExternContext::Remark> remarks;
};

Report reportOf(const Plan &plan, const PlanExperiment &experiment, const ExperimentResult &result, const RunFacts &facts);

/// A claim with both sides' values.
Claim claimOf(const Plan &plan, const ClauseResult &result);

/// All pictures of a report in one grid; no rows where it has none.
PictureGrid allPictures(const Report &report);

/// "1.9 samples/s"-style rate of a kernel.
std::string rateText(const KernelTiming &timing);

} // namespace gms::runtime
