#include "compiler/driver/pipeline.h"
#include "compiler/codegen/cpu/compile.h"
#include "compiler/codegen/cpu/dispatch_code.h"
#include "compiler/codegen/cpu/lower_to_llvm.h"
#include "compiler/codegen/cuda/compile_cuda.h"
#include "compiler/dialect/core/core.h"
#include "compiler/driver/explain_fusion.h"
#include "compiler/transforms/passes.h"
#include <mlir/Pass/PassManager.h>

namespace gms::compiler {
namespace {

llvm::LogicalResult lowerToCore(mlir::ModuleOp module, const CompileRequest &request) {
  mlir::PassManager manager(module.getContext());
  buildCorePipeline(manager, request.fused, request.device != Device::Cpu);
  return manager.run(module);
}

std::string printed(mlir::ModuleOp module) {
  std::string out;
  llvm::raw_string_ostream stream(out);
  module.print(stream);
  return out;
}

cpu::Processor processorOf(const CompileRequest &request) {
  switch (request.level) {
  case CpuLevel::Avx2:
    return cpu::Processor::avx2Level();
  case CpuLevel::Avx512:
    return cpu::Processor::avx512Level();
  case CpuLevel::Native:
  case CpuLevel::Loading:
    return cpu::Processor::host();
  }
  return cpu::Processor::host();
}

mlir::func::FuncOp kernelOf(mlir::ModuleOp module) {
  for (auto function : module.getOps<mlir::func::FuncOp>())
    if (function->hasAttr("gms.kernel"))
      return function;
  return {};
}

/// The symbol of the module's kernel.
std::string symbolOf(mlir::ModuleOp module) {
  mlir::func::FuncOp kernel = kernelOf(module);
  return kernel ? kernel.getName().str() : "";
}

llvm::LogicalResult makeForCpu(mlir::ModuleOp module, const CompileRequest &request, CompiledKernel &kernel) {
  CpuOptions options;
  options.processor = processorOf(request);
  options.load = request.load;
  CpuCode code = compileForCpu(module, options);
  if (!code)
    return module.emitError(code.error);
  kernel.object = std::move(code.object);
  kernel.code = std::move(code.code);
  if (!code.kernels.empty()) {
    kernel.entry = code.kernels[0].entry;
    kernel.shape = code.kernels[0].shape;
  }
  return mlir::success();
}

/// Code for every level under a name of its own, and the kernel's symbols as one of them.
llvm::LogicalResult makeForLevels(mlir::ModuleOp module, CompiledKernel &kernel) {
  const std::string symbol = symbolOf(module), narrow = symbol + ".avx2", wide = symbol + ".avx512";
  for (const auto &[name, processor] : {std::pair(narrow, cpu::Processor::avx2Level()),
                                        std::pair(wide, cpu::Processor::avx512Level())}) {
    kernelOf(module).setName(name);
    CpuOptions options;
    options.processor = processor;
    options.load = false;
    CpuCode code = compileForCpu(module, options);
    if (!code)
      return module.emitError(code.error);
    (kernel.object.empty() ? kernel.object : kernel.more.emplace_back()) = std::move(code.object);
  }
  kernelOf(module).setName(symbol);
  for (const char *part : {"", "_shape"}) {
    std::string error;
    kernel.more.push_back(cpu::makeDispatch(symbol + part, narrow + part, wide + part, error));
    if (!error.empty())
      return module.emitError(error);
  }
  return mlir::success();
}

/// The GPU's kernels as code of this machine.
llvm::LogicalResult makeEmulated(mlir::ModuleOp module, CompiledKernel &kernel) {
  const std::string symbol = symbolOf(module);
  std::string error;
  mlir::OwningOpRef<mlir::ModuleOp> host = emulateCuda(module, error);
  if (!host)
    return module.emitError(error);
  if (mlir::failed(cpu::lowerToLlvm(*host)))
    return mlir::failure();
  kernel.object = cpu::makeCode(*host, cpu::Processor::host(), cpu::CodeForm::Object, error);
  if (!error.empty())
    return module.emitError(error);
  std::shared_ptr<cpu::LoadedCode> code = cpu::LoadedCode::load(kernel.object, error);
  if (!code)
    return module.emitError(error);
  kernel.entry = reinterpret_cast<gms_kernel>(code->symbol(symbol));
  kernel.shape = reinterpret_cast<gms_shape_function>(code->symbol(symbol + "_shape"));
  kernel.code = std::move(code);
  return kernel.entry && kernel.shape ? mlir::success()
                                      : module.emitError("the emulated kernel has no entry");
}

int architectureOf(const std::string &target) {
  const size_t digit = target.find_first_of("0123456789");
  return digit == std::string::npos ? 0 : std::atoi(target.c_str() + digit);
}

llvm::LogicalResult makeForCuda(mlir::ModuleOp module, const CompileRequest &request,
                                CompiledKernel &kernel) {
  CudaOptions options;
  options.archs = request.cudaTargets;
  options.cudaPath = request.cudaPath;
  std::string error;
  auto made = compileCuda(module, options, error);
  if (!made)
    return module.emitError(error);
  kernel.launchPlan = std::move(made->plan);
  kernel.toolkit = std::move(made->statement);
  for (auto &[target, text] : made->ptx)
    kernel.ptx[architectureOf(target)] = std::move(text);
  for (auto &[target, bytes] : made->cubin)
    kernel.cubin[architectureOf(target)] = std::move(bytes);
  for (const auto &[target, list] : made->resources)
    for (const cuda::KernelResources &r : list)
      kernel.resources.push_back(
          {architectureOf(target), r.kernel, r.registers, r.spillBytes, r.sharedBytes});
  return mlir::success();
}

llvm::LogicalResult emitPtx(mlir::ModuleOp module, const CompileRequest &request, std::string &out) {
  CudaOptions options;
  options.archs = {request.cudaTarget};
  options.cudaPath = request.cudaPath;
  options.cubins = false;
  std::string error;
  auto kernels = compileCuda(module, options, error);
  if (!kernels)
    return module.emitError(error);
  out = kernels->ptx[request.cudaTarget];
  return mlir::success();
}

llvm::LogicalResult emitLlvm(mlir::ModuleOp module, const CompileRequest &request, std::string &out) {
  const cpu::Processor processor = processorOf(request);
  mlir::OwningOpRef<mlir::ModuleOp> lowered = cpuForm(module, processor.lanes(), CpuForm::Llvm, false);
  if (!lowered)
    return mlir::failure();
  std::string error;
  out = cpu::makeCode(*lowered, processor, cpu::CodeForm::LlvmIr, error);
  return error.empty() ? llvm::LogicalResult(mlir::success()) : module.emitError(error);
}

} // namespace

llvm::LogicalResult makeKernel(mlir::ModuleOp module, const CompileRequest &request, CompiledKernel &kernel) {
  if (mlir::failed(lowerToCore(module, request)))
    return mlir::failure();
  switch (request.device) {
  case Device::Cpu:
    if (request.level == CpuLevel::Loading)
      return makeForLevels(module, kernel);
    return makeForCpu(module, request, kernel);
  case Device::Emulated:
    return makeEmulated(module, kernel);
  case Device::Cuda:
    return makeForCuda(module, request, kernel);
  }
  return mlir::failure();
}

llvm::LogicalResult emitStage(mlir::ModuleOp module, const CompileRequest &request, Stage stage,
                              std::string &out) {
  if (mlir::failed(lowerToCore(module, request)))
    return mlir::failure();
  if (stage == Stage::Ptx)
    return emitPtx(module, request, out);
  if (stage == Stage::Llvm)
    return emitLlvm(module, request, out);
  out = printed(module);
  return mlir::success();
}

const char *onHostAlone(mlir::ModuleOp module) {
  const char *what = nullptr;
  module.walk([&](mlir::Operation *op) {
    if (mlir::isa<core::LowestOp, core::LowestPlaneOp>(op))
      what = "eigenpairs";
    else if (mlir::isa<core::SolveOp>(op))
      what = what ? what : "solutions of linear systems";
    else if (mlir::isa<core::SymmetricOp>(op))
      what = what ? what : "dense operators";
  });
  return what;
}

llvm::LogicalResult explain(mlir::ModuleOp module, const CompileRequest &request, std::string &out) {
  if (mlir::failed(lowerToCore(module, request)))
    return mlir::failure();
  mlir::OwningOpRef<mlir::ModuleOp> copy = module.clone();
  for (auto function : module.getOps<mlir::func::FuncOp>())
    if (function->hasAttr("gms.kernel") && mlir::failed(explainStages(function, out)))
      return mlir::failure();
  std::string error;
  CudaOptions options;
  options.cubins = false;
  if (auto kernels = compileCuda(*copy, options, error))
    out += "  On a GPU: " + std::to_string(kernels->launches) +
           (kernels->launches == 1 ? " launch\n" : " launches\n");
  return mlir::success();
}

} // namespace gms::compiler
