// Calls of kernels for many samples: descriptors, outputs, workspaces, threads, timing.
#pragma once
#include "runtime/core/plan_evaluator.h"
#include <chrono>
#include <map>

namespace gms::runtime {

/// Keeps, from call to call, all that a kernel needs besides its outputs, so that nothing is allocated for a sample but
/// what it gives.
class KernelCalls {
public:
  KernelCalls(const Plan &plan, PlanServices &services) : plan(plan), services(services) {}

  /// One call of a kernel in all rows; `arguments` has a column a parameter. One row, for all, where no argument and no
  /// draw differs from row to row. Throws KernelMissing, KernelFailed, KernelVersion, NotANumberFound or Interrupted.
  Column call(uint32_t kernel, const std::vector<Column> &arguments, const Rows &rows);

  std::vector<KernelTiming> timings() const;

private:
  struct State {
    const Kernel *kernel = nullptr;
    std::shared_ptr<const DrawnNames> drawn;
    KernelTiming timing;
  };
  struct Aligned {
    void operator()(void *memory) const;
  };

  const Plan &plan;
  PlanServices &services;
  std::map<uint32_t, State> states;
  // Scratch of the call in hand.
  std::vector<gms_tensor> descriptors;
  std::vector<uint64_t> scalars; ///< memory of scalar arguments and results
  std::vector<gms_key> keys;
  std::vector<Tensor> outputs;
  std::unique_ptr<void, Aligned> workspace;
  int64_t workspaceBytes = 0; ///< of the memory held

  State &stateOf(uint32_t kernel);
  void describeInputs(const PlanKernel &form, const std::vector<Column> &arguments, int64_t samples);
  int64_t makeOutputs(const PlanKernel &form, const Kernel &kernel, int64_t samples);
  void run(const PlanKernel &form, State &state, int64_t samples, int64_t workspaceEach);
  void growWorkspace(int64_t bytes);
  Value resultOf(const PlanKernel &form, const State &state, const std::vector<Column> &arguments, int64_t sample);
  void fail(const PlanKernel &form, int32_t status) const;
};

} // namespace gms::runtime
