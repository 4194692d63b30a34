// NVIDIA's toolkit, where it is found: the assembler `ptxas` and the library of math functions. No MLIR here.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gms::compiler::cuda {

struct Toolkit {
  std::string ptxas;     ///< the executable; "" where none was found
  std::string libdevice; ///< libdevice.10.bc; "" where none was found
  /// One line for people: where the toolkit is, or where it was looked for.
  std::string statement;
};

/// Looks in `cudaPath` (an option; alone, if given), then CUDA_HOME, CUDA_ROOT, /usr/local/cuda, the wheels nvidia-cuda-nvcc
/// and nvidia-nvvm of the Python environments at hand, and last, for ptxas, in PATH.
Toolkit findToolkit(const std::string &cudaPath = "");

/// What `ptxas -v` says of one kernel.
struct KernelResources {
  std::string kernel;
  int registers = 0;
  int spillBytes = 0;  ///< stores and loads
  int sharedBytes = 0;
};

struct Assembled {
  std::string cubin;
  std::vector<KernelResources> resources;
};

/// Assembles PTX for one architecture ("sm_90"). Nothing on failure, with ptxas' own words in `error`.
std::optional<Assembled> assemble(const Toolkit &toolkit, const std::string &ptx, const std::string &arch,
                                  std::string &error);

/// Reads the report of `ptxas -v`.
std::vector<KernelResources> readResources(const std::string &report);

} // namespace gms::compiler::cuda
