// The door to CPU code: a module of kernels in the core form to functions that can be called, or to an object
// file.
#pragma once
#include "compiler/codegen/cpu/object_code.h"
#include "runtime/abi/kernel.h"
#include <memory>
#include <mlir/IR/BuiltinOps.h>
#include <string>
#include <vector>

namespace gms::compiler {

struct CpuOptions {
  cpu::Processor processor = cpu::Processor::host();
  bool load = true;    ///< also brings the code into memory; needs a processor that this machine is
  bool verify = false; ///< checks the IR after every step: for tests
};

/// One kernel's functions. They live as long as `code`.
struct CpuKernel {
  std::string name;
  gms_kernel entry = nullptr;
  gms_shape_function shape = nullptr;
};

struct CpuCode {
  std::vector<CpuKernel> kernels; ///< of each function with the attribute gms.kernel, in their order
  std::string object; ///< an object file for `gms build`, with the symbols `name` and `name_shape`
  std::shared_ptr<cpu::LoadedCode> code; ///< null where options.load is false
  std::string error; ///< why there is no code; what MLIR had to say went to its diagnostics
  explicit operator bool() const { return error.empty(); }
};

/// Makes code of every kernel of a module that buildCorePipeline has run on. The module stays as it is.
CpuCode compileForCpu(mlir::ModuleOp module, const CpuOptions &options);

/// The vector form (arith, vector, scf and LLVM's memory operations), before and after the conversion to
/// LLVM's dialect; null after an error.
enum class CpuForm { Vectors, Llvm };
mlir::OwningOpRef<mlir::ModuleOp> cpuForm(mlir::ModuleOp module, unsigned lanes, CpuForm form, bool verify);

} // namespace gms::compiler
