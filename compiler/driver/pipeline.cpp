#include "compiler/driver/pipeline.h"
#include "compiler/codegen/cuda/compile_cuda.h"
#include "compiler/driver/host_code.h"
#include "compiler/transforms/passes.h"
#include <mlir/Pass/PassManager.h>

namespace gms::compiler {
namespace {

llvm::LogicalResult lowerToCore(mlir::ModuleOp module, const CompileRequest &request) {
  mlir::PassManager manager(module.getContext());
  buildCorePipeline(manager, request.fused);
  return manager.run(module);
}

std::string printed(mlir::ModuleOp module) {
  std::string out;
  llvm::raw_string_ostream stream(out);
  module.print(stream);
  return out;
}

} // namespace

namespace {

/// The symbol of the module's kernel.
std::string symbolOf(mlir::ModuleOp module) {
  for (auto function : module.getOps<mlir::func::FuncOp>())
    if (function->hasAttr("gms.kernel"))
      return function.getName().str();
  return "";
}

llvm::LogicalResult makeEmulated(mlir::ModuleOp module, CompiledKernel &kernel) {
  const std::string symbol = symbolOf(module);
  std::string error;
  mlir::OwningOpRef<mlir::ModuleOp> host = emulateCuda(module, error);
  if (!host)
    return module.emitError(error);
  prepareHostLowering(*module.getContext());
  if (mlir::failed(lowerHostModule(*host)))
    return mlir::failure();
  return compileHostModule(*host, symbol, kernel);
}

} // namespace

llvm::LogicalResult makeKernel(mlir::ModuleOp module, const CompileRequest &request, CompiledKernel &kernel) {
  if (mlir::failed(lowerToCore(module, request)))
    return mlir::failure();
  if (request.device == Device::Emulated)
    return makeEmulated(module, kernel);
  return module.emitError("no code is made for this device yet");
}

llvm::LogicalResult emitStage(mlir::ModuleOp module, const CompileRequest &request, Stage stage, std::string &out) {
  if (mlir::failed(lowerToCore(module, request)))
    return mlir::failure();
  if (stage == Stage::Core) {
    out = printed(module);
    return mlir::success();
  }
  if (stage == Stage::Ptx) {
    std::string error;
    CudaOptions options;
    options.archs = {request.cudaTarget};
    options.cubins = false;
    auto kernels = compileCuda(module, options, error);
    if (!kernels)
      return module.emitError(error);
    out = kernels->ptx[request.cudaTarget];
    return mlir::success();
  }
  return module.emitError("this stage is not made yet");
}

llvm::LogicalResult explain(mlir::ModuleOp module, const CompileRequest &request, std::string &out) {
  if (mlir::failed(lowerToCore(module, request)))
    return mlir::failure();
  out = printed(module);
  return mlir::success();
}

} // namespace gms::compiler
