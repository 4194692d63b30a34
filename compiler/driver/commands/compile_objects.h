// Kernels as relocatable objects, compiled anew: the cache holds linked ones.
#pragma once
#include "compiler/bundle/bundle.h"
#include "compiler/driver/commands/stages.h"
#include "compiler/driver/compile.h"
#include <optional>

namespace gms::compiler {

struct CompiledObjects {
  std::vector<std::string> objects;
  std::vector<Signature> signatures;
};

/// All kernels for the CPU, in order; nothing after errors, which are shown. Throws runtime::Error CompilerMissing.
std::optional<CompiledObjects> compileObjects(LoadedProgram &loaded, const std::vector<PlannedKernel> &kernels,
                                              CpuLevel level);

/// All kernels for GPUs; nothing after errors, which are shown. Says which of NVIDIA's tools were used.
std::optional<std::vector<GpuCode>> compileForGpus(LoadedProgram &loaded, const std::vector<PlannedKernel> &kernels,
                                                   const std::vector<std::string> &gpus, const std::string &cudaPath);

/// A file that is installed beside gmsc or in ../lib; "" where it is missing.
std::string besideExecutable(const std::string &name);
/// The archive of the functions that kernels call. Throws runtime::Error FileUnreadable.
std::string calledByKernels();

} // namespace gms::compiler
