// Kernels as relocatable objects, compiled anew: the cache holds linked ones.
#pragma once
#include "compiler/driver/commands/stages.h"
#include "compiler/driver/compile.h"
#include <optional>

namespace gms::compiler {

struct CompiledObjects {
  std::vector<std::string> objects;
  std::vector<Signature> signatures;
};

/// All kernels, in order; nothing after errors, which are shown. Throws runtime::Error CompilerMissing.
std::optional<CompiledObjects> compileObjects(LoadedProgram &loaded, const std::vector<PlannedKernel> &kernels);

/// A file that is installed beside gmsc or in ../lib; "" where it is missing.
std::string besideExecutable(const std::string &name);

} // namespace gms::compiler
