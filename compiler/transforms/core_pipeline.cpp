#include "compiler/dialect/core/core.h"
#include "compiler/transforms/passes.h"
#include <mlir/Pass/PassManager.h>

namespace gms::compiler {

void buildCorePipeline(mlir::OpPassManager &manager, bool fused) {
  mlir::OpPassManager &function = manager.nest<mlir::func::FuncOp>();
  function.addPass(createComposeWarps());
  function.addPass(createLowerWarps());
  function.addPass(createLowerDraws());
  if (fused)
    function.addPass(createSinkBranches());
  FuseComputesOptions options;
  options.onlyTrivial = !fused;
  function.addPass(createFuseComputes(options));
}

} // namespace gms::compiler
