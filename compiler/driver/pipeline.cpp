#include "compiler/driver/pipeline.h"
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

llvm::LogicalResult makeKernel(mlir::ModuleOp module, const CompileRequest &request, CompiledKernel &kernel) {
  (void)kernel;
  if (mlir::failed(lowerToCore(module, request)))
    return mlir::failure();
  return module.emitError("no code is made for this device yet");
}

llvm::LogicalResult emitStage(mlir::ModuleOp module, const CompileRequest &request, Stage stage, std::string &out) {
  if (mlir::failed(lowerToCore(module, request)))
    return mlir::failure();
  if (stage == Stage::Core) {
    out = printed(module);
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
