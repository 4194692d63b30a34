// What `gms build` makes besides stages.
#pragma once
#include "compiler/driver/compile.h"
#include <string>
#include <vector>

namespace gms::compiler {

struct BuildRequest {
  std::string path;                 ///< the program
  std::vector<std::string> imports;
  std::string out;
  CpuLevel level = CpuLevel::Loading; ///< what the CPU that runs it can do
  std::vector<std::string> gpus;    ///< "sm_80", …; empty: CPU alone
  std::string cudaPath;             ///< NVIDIA's toolkit; empty: looked for
};

/// An executable: the runner with the plan and the kernels behind it. Gives the exit status.
int buildExecutable(const BuildRequest &request);

/// A shared library and, beside it, its C header. Gives the exit status.
int buildLibrary(const BuildRequest &request);

} // namespace gms::compiler
