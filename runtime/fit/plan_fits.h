// The fits of a plan: seeds side by side, each resumable, their weights written as safetensors.
#pragma once
#include "runtime/core/plan_evaluator.h"

namespace gms::runtime {

class PlanFits : public FitService {
public:
  /// Records of evaluations go to <folder>/fits, weights to <folder>/weights. `key` states what is run (plan, params,
  /// seed, data): a record of another key is refused.
  PlanFits(std::string folder, uint64_t key) : folder(std::move(folder)), key(key) {}

  Value fit(const Plan &plan, const PlanServices &services, const HostExpr &e, const Rows &rows,
            const std::string &name) override;
  /// Whether a fit has begun, so that an interrupted run can be resumed.
  bool begun() const { return started; }
  /// Removes the records: the run is complete, and there is nothing to resume.
  void forgetRecords() const;

private:
  std::string folder;
  uint64_t key;
  bool started = false;
};

} // namespace gms::runtime
