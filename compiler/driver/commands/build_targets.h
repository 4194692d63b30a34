// What `gms build` makes besides stages.
#pragma once
#include <string>
#include <vector>

namespace gms::compiler {

struct BuildRequest {
  std::string path;                 ///< the program
  std::vector<std::string> imports;
  std::string out;
  std::vector<std::string> gpus;    ///< "sm_80", …; empty: CPU alone
};

/// An executable: the runner with the plan and the kernels behind it. Gives the exit status.
int buildExecutable(const BuildRequest &request);

/// A shared library and, beside it, its C header. Gives the exit status.
int buildLibrary(const BuildRequest &request);

} // namespace gms::compiler
