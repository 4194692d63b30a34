// The compiler as the runtime sees it: typed program in, callable kernels out. Shows no MLIR type, and
// whoever includes it links no MLIR: the library behind it is opened only where a kernel is not cached yet
// (open_compiler.h).
#pragma once
#include "compiler/import/signature.h"
#include "lang/diagnostics/diagnostics.h"
#include "lang/program/program.h"
#include "runtime/abi/kernel.h"
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gms::compiler {

enum class Device : uint8_t {
  Cpu,
  Cuda,
  Emulated, ///< the GPU's kernels, run by the host block by block: for tests
};

enum class CpuLevel : uint8_t {
  Native,
  Avx2,
  Avx512,
  Loading, ///< code for both, of which the loader takes what the processor does; only with `load` = false
};

enum class EmitStage : uint8_t {
  Aug,  ///< as imported, with draws and warps
  Core, ///< after warps were composed and lowered, fused
  Llvm,
  Ptx,
};
using Stage = EmitStage;

/// A value of a parameter that is known when compiling.
using KnownValue = std::variant<bool, int64_t, double, std::string>;

struct CompileRequest {
  const program::Program *program = nullptr;
  program::FunctionId entry = 0;
  std::string name; ///< the kernel's symbol; empty: the function's name
  Device device = Device::Cpu;
  CpuLevel level = CpuLevel::Native;
  std::string cudaTarget = "sm_80";              ///< whose PTX is shown by Stage::Ptx
  std::vector<std::string> cudaTargets{"sm_80"}; ///< GPUs that code is made for, the oldest first
  std::string cudaPath{};                          ///< NVIDIA's toolkit; empty: looked for
  bool load = true;          ///< false: the object alone, for a processor that need not be this one
  bool fused = true;         ///< false: one kernel an operator, after composition
  bool checkNumbers = false; ///< gives GMS_NOT_A_NUMBER where a result is no number
  bool literalsAreInputs =
      false; ///< tensors written in the program become inputs: a test then tests the code
  std::map<std::string, KnownValue> known{}; ///< by path ("n", "s.factor"): no argument is made for these
  std::map<std::string, std::vector<int64_t>> extents{}; ///< by path: specialised extents; -1 leaves one open
};

/// What `ptxas -v` says of one launch.
struct GpuResources {
  int architecture = 0;
  std::string kernel;
  int registers = 0, spillBytes = 0, sharedBytes = 0;
};

/// A kernel that can be called. The code lives as long as `code` does.
struct CompiledKernel {
  gms_kernel entry = nullptr;
  gms_shape_function shape = nullptr;
  Signature signature;
  std::string object; ///< the relocatable object file, for `gms build`; empty where it came from the cache
  std::vector<std::string> more; ///< further ones that belong to it, where it is for several levels
  std::map<int, std::string> ptx,
      cubin;                           ///< of a GPU, by architecture (80 for sm_80); no cubins without ptxas
  std::string launchPlan;              ///< of a GPU: how its kernels are launched, as JSON
  std::string toolkit;                 ///< of a GPU: which of NVIDIA's tools were used, or what is missing
  std::vector<GpuResources> resources; ///< of a GPU, where cubins were made
  std::shared_ptr<void> code;
};

/// What libgms_compiler.so gives.
class Compiler {
public:
  virtual ~Compiler() = default;
  /// Compiles a function for one sample. Nothing after an error, which has been reported.
  virtual std::optional<CompiledKernel> compile(const CompileRequest &request, Diagnostics &diagnostics) = 0;
  /// The kernel at one stage, as text; "" after an error.
  virtual std::string emit(const CompileRequest &request, Stage stage, Diagnostics &diagnostics) = 0;
  /// Which operators became which kernel, and why not fewer, as text.
  virtual std::string explainFusion(const CompileRequest &request, Diagnostics &diagnostics) = 0;
};

} // namespace gms::compiler

/// The library's one symbol. The compiler lives until the process ends; calls may come from several threads.
extern "C" gms::compiler::Compiler *gms_compiler_library(unsigned abiVersion);
