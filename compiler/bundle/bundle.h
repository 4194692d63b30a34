// What `gms build` writes: executables, from a prebuilt runner and a bundle behind it, and shared libraries.
#pragma once
#include <map>
#include <string>
#include <vector>

namespace gms::compiler {

/// Links relocatable objects into a shared object with ld.lld (or ld) and gives its bytes. `archives` are prebuilt
/// objects that belong into it. "" where that fails, with the reason.
std::string linkShared(const std::vector<std::string> &objects, const std::vector<std::string> &archives,
                       const std::string &soname, std::string &reason);

/// One kernel's code for GPUs.
struct GpuCode {
  std::string name;
  std::string launchPlan;                ///< JSON
  std::map<int, std::string> ptx, cubin; ///< by architecture, 80 for sm_80
};

/// The bytes of a bundle (runtime/abi/bundle.h). `gpu` is empty for the CPU alone.
std::string makeBundle(const std::string &planJson, const std::string &sharedObject, const std::vector<GpuCode> &gpu);

/// Writes an executable file: the runner's bytes, the bundle, the trailer. False with the reason where a file cannot be
/// read or written; nothing is left behind then.
bool writeExecutable(const std::string &runner, const std::string &bundle, const std::string &path, std::string &reason);

/// Writes bytes under a temporary name beside `path` and renames. False with the reason.
bool writeReplacing(const std::string &path, const std::string &bytes, unsigned mode, std::string &reason);

} // namespace gms::compiler
