// The bundle behind an executable that `gms build` made: read, checked, its kernels opened.
#pragma once
#include "runtime/core/kernel.h"
#include <memory>
#include <string>

namespace gms::runtime {

struct Bundle {
  std::string plan;    ///< JSON
  std::string kernels; ///< a shared object
};

/// This process' own file: /proc/self/exe or, where there is no /proc, the name it was started by.
std::string ownFile();

/// The bundle at a file's end. Throws PlanUnreadable where there is none or it is damaged, KernelVersion.
Bundle readBundle(const std::string &file);

/// Opens the kernels of a bundle from memory or, where the system has no /proc, from a file that is removed at once.
/// Throws KernelMissing where the object cannot be opened.
std::unique_ptr<KernelProvider> openKernels(const Bundle &bundle);

} // namespace gms::runtime
