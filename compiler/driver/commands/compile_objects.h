// Kernels as relocatable objects, compiled anew: the cache holds linked ones.
#pragma once
#include "compiler/bundle/bundle.h"
#include "compiler/driver/commands/stages.h"
#include "compiler/driver/compile.h"
#include "runtime/core/value.h"
#include <optional>

namespace gms::compiler {

struct CompiledObjects {
  std::vector<std::string> objects;
  std::map<std::string, Signature> signatures; ///< by the kernels' names
  std::set<std::string> fixed;                 ///< params that kernels had to be specialised for
};

/// All kernels for the CPU, in order; nothing after errors, which are shown. A kernel that cannot be compiled without the
/// value of a param is compiled for that in `params`. Throws runtime::Error CompilerMissing.
std::optional<CompiledObjects> compileObjects(LoadedProgram &loaded, const std::vector<PlannedKernel> &kernels,
                                              const std::map<std::string, runtime::Value> &params, CpuLevel level);

/// All kernels for GPUs; nothing after errors, which are shown. Says which of NVIDIA's tools were used.
std::optional<std::vector<GpuCode>> compileForGpus(LoadedProgram &loaded, const std::vector<PlannedKernel> &kernels,
                                                   const std::map<std::string, runtime::Value> &params,
                                                   const std::vector<std::string> &gpus, const std::string &cudaPath);

/// A file that is installed beside gmsc or in ../lib; "" where it is missing.
std::string besideExecutable(const std::string &name);

} // namespace gms::compiler
