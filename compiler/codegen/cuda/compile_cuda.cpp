#include "compiler/codegen/cuda/compile_cuda.h"
#include "compiler/codegen/cuda/build_kernels.h"
#include "compiler/codegen/cuda/emit_ptx.h"
#include "compiler/codegen/cuda/emulate.h"
#include "compiler/codegen/cuda/launch_plan.h"
#include "compiler/codegen/cuda/split_reductions.h"
#include <mlir/Conversion/ArithToLLVM/ArithToLLVM.h>
#include <mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h>
#include <mlir/Conversion/MathToLLVM/MathToLLVM.h>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/ControlFlow/IR/ControlFlow.h>
#include <mlir/Dialect/LLVMIR/NVVMDialect.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/IR/Diagnostics.h>
#include <mlir/IR/Verifier.h>

namespace gms::compiler {
using namespace mlir;

void loadCudaDialects(MLIRContext &context) {
  // The lowering to NVVM asks each dialect for its patterns.
  DialectRegistry registry;
  arith::registerConvertArithToLLVMInterface(registry);
  cf::registerConvertControlFlowToLLVMInterface(registry);
  registerConvertMathToLLVMInterface(registry);
  context.appendDialectRegistry(registry);
  context.loadDialect<arith::ArithDialect, cf::ControlFlowDialect, func::FuncDialect, gpu::GPUDialect, LLVM::LLVMDialect,
                      NVVM::NVVMDialect, math::MathDialect, scf::SCFDialect, tensor::TensorDialect>();
}

namespace {

/// Everything that both outcomes need: the outlined kernels and how they are launched.
struct Outlined {
  func::FuncOp function;
  StagePlan plan;
  SmallVector<cuda::Launch> launches;
  DenseSet<Operation *> onHost;
  std::string text;
  OwningOpRef<ModuleOp> holder; ///< keeps the gpu.module
  gpu::GPUModuleOp kernels;
};

func::FuncOp kernelOf(ModuleOp module) {
  for (auto function : module.getOps<func::FuncOp>())
    if (function->hasAttr("gms.kernel"))
      return function;
  return {};
}

std::optional<Outlined> outline(ModuleOp module, std::string &error) {
  Outlined result;
  result.function = kernelOf(module);
  if (!result.function) {
    error = "there is no kernel in the module";
    return {};
  }
  cuda::splitReductions(result.function);
  storeLoopScalars(result.function);
  giveDestinations(result.function);
  FailureOr<StagePlan> plan = planStages(result.function);
  if (failed(plan))
    return {};
  result.plan = std::move(*plan);
  result.onHost = cuda::hostRequirements(result.plan);
  result.launches = cuda::schedule(result.plan, result.onHost);
  FailureOr<std::string> text =
      cuda::describeLaunches(result.function, result.plan, result.launches, result.onHost);
  if (failed(text))
    return {};
  result.text = std::move(*text);
  result.holder = ModuleOp::create(module.getLoc());
  result.kernels = cuda::buildKernels(result.function, result.plan, result.launches);
  result.kernels->moveBefore(result.holder->getBody(), result.holder->getBody()->end());
  if (failed(verify(*result.holder)))
    return {};
  return result;
}

/// Collects MLIR's errors as text.
class ErrorText {
public:
  ErrorText(MLIRContext *context, std::string &text)
      : handler(context, [&text](Diagnostic &diagnostic) {
          if (diagnostic.getSeverity() == DiagnosticSeverity::Error && text.empty())
            text = diagnostic.str();
          return success();
        }) {}

private:
  ScopedDiagnosticHandler handler;
};

} // namespace

std::optional<CudaKernels> compileCuda(ModuleOp module, const CudaOptions &options, std::string &error) {
  loadCudaDialects(*module.getContext());
  ErrorText collect(module.getContext(), error);
  std::optional<Outlined> outlined = outline(module, error);
  if (!outlined)
    return {};
  if (outlined->function.walk([](core::LibraryOp) { return WalkResult::interrupt(); }).wasInterrupted()) {
    error = "it calls functions that run on the host alone";
    return {};
  }
  const cuda::Toolkit toolkit = cuda::findToolkit(options.cudaPath);
  CudaKernels result;
  result.plan = outlined->text;
  result.launches = outlined->launches.size();
  result.statement = toolkit.statement;
  llvm::LLVMContext context;
  if (failed(cuda::lowerToNvvm(outlined->kernels, !toolkit.libdevice.empty())))
    return {};
  std::unique_ptr<llvm::Module> kernels = cuda::translateKernels(outlined->kernels, context, toolkit.libdevice, error);
  if (!kernels)
    return {};
  for (const std::string &arch : options.archs) {
    std::string &ptx = result.ptx[arch] = cuda::emitPtx(*kernels, arch, error);
    if (ptx.empty())
      return {};
    if (!options.cubins || toolkit.ptxas.empty())
      continue;
    std::optional<cuda::Assembled> assembled = cuda::assemble(toolkit, ptx, arch, error);
    if (!assembled)
      return {};
    result.cubin[arch] = std::move(assembled->cubin);
    result.resources[arch] = std::move(assembled->resources);
  }
  return result;
}

OwningOpRef<ModuleOp> emulateCuda(ModuleOp module, std::string &error) {
  loadCudaDialects(*module.getContext());
  ErrorText collect(module.getContext(), error);
  std::optional<Outlined> outlined = outline(module, error);
  if (!outlined)
    return {};
  OwningOpRef<ModuleOp> host = ModuleOp::create(module.getLoc());
  if (failed(cuda::emulateKernels(outlined->kernels, *host)))
    return {};
  cuda::buildHostEntries(outlined->function, outlined->plan, outlined->launches, outlined->onHost, *host);
  if (failed(verify(*host)))
    return {};
  return host;
}

} // namespace gms::compiler
