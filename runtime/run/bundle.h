// The bundle behind an executable that `gms build` made: read, checked, its kernels opened.
#pragma once
#include "runtime/core/cuda_kernel.h"
#include <map>
#include <memory>
#include <string>

namespace gms::runtime {

struct Bundle {
  std::string plan;    ///< JSON
  std::string kernels; ///< a shared object
  std::map<std::string, CudaCode> gpu; ///< by kernel; empty where it was built for the CPU alone
};

/// This process' own file: /proc/self/exe or, where there is no /proc, the name it was started by.
std::string ownFile();

/// The bundle at a file's end. Throws PlanUnreadable where there is none or it is damaged, KernelVersion.
Bundle readBundle(const std::string &file);

/// The kernels of a bundle on a device: "cpu" or "cuda". On the CPU, opened from memory or, where the system has no /proc, from a file that is removed at once.
/// Throws KernelMissing where the object cannot be opened; BadDevice where there is no GPU, or no code for one.
std::unique_ptr<KernelProvider> openKernels(const Bundle &bundle, const std::string &device);

} // namespace gms::runtime
