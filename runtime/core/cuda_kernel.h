// A compiled kernel on a GPU: uploads what its samples read, makes the launches of its plan, downloads what they wrote.
#pragma once
#include "runtime/core/cuda_driver.h"
#include "runtime/core/cuda_plan.h"
#include "runtime/core/kernel.h"
#include <map>
#include <mutex>

namespace gms::runtime {

/// What the compiler made of one kernel for GPUs: architectures (80, 90, 100) with their code.
struct CudaCode {
  std::string launchPlan; ///< JSON
  std::map<int, std::string> ptx, cubin;
};

/// The code for a GPU: a cubin of its family that is not newer, else the newest PTX that it can run. Throws NoCodeForGpu.
const std::string &codeFor(const CudaCode &code, int architecture);

class CudaKernel : public Kernel {
public:
  /// Loads the code. Throws NoCodeForGpu, PlanUnreadable or GpuFailed.
  CudaKernel(const Gpu &gpu, const CudaCode &code);
  ~CudaKernel() override;
  /// The workspace is the GPU's own: none is asked for.
  int32_t shape(gms_tensor *arguments, int64_t *workspaceBytes) const override;
  int32_t run(const gms_call &call, int64_t first, int64_t last) const override;
  bool concurrent() const override { return false; }

private:
  const Gpu &gpu;
  LaunchPlan plan;
  CudaHandle module = nullptr;
  std::vector<CudaHandle> functions; ///< one a launch
  mutable std::mutex mutex;
  mutable GpuMemory memory;

  friend class CudaBatch;
};

} // namespace gms::runtime
