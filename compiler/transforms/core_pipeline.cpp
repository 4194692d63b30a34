#include "compiler/dialect/core/core.h"
#include "compiler/transforms/passes.h"
#include <mlir/Pass/PassManager.h>

namespace gms::compiler {

void buildCorePipeline(mlir::OpPassManager &manager, bool fused, bool manyThreads) {
  mlir::OpPassManager &function = manager.nest<mlir::func::FuncOp>();
  function.addPass(createComposeWarps());
  if (fused)
    function.addPass(createMergeWarps());
  function.addPass(createLowerWarps());
  function.addPass(createLowerDraws());
  function.addPass(createHoistRequirements());
  // Without fusion sums stay as they were written: what both give is compared. Found before derivatives are taken, a sum has
  // derivatives of its own form; what a derivative writes anew is looked at once more.
  if (fused)
    function.addPass(createFindExponentialSums());
  // Derivatives go through warps and draws as through any other computation.
  function.addPass(createDifferentiate());
  function.addPass(createSimplifyLoops());
  if (fused) {
    function.addPass(createFindExponentialSums());
    function.addPass(createWarmStarts());
  }
  function.addPass(createFindHistograms());
  FuseComputesOptions options;
  options.onlyTrivial = !fused;
  function.addPass(createFuseComputes(options));
  LowerLibraryOptions library;
  library.denseSums = manyThreads;
  if (!fused) {
    function.addPass(createLowerLibrary(library));
    return;
  }
  // What the arms of a branch make is one compute each now; those that are sunk can be fused with what reads
  // them.
  function.addPass(createSinkBranches());
  function.addPass(createFuseComputes(options));
  function.addPass(createMergeSums());
  function.addPass(createMarkReciprocals());
  function.addPass(createLowerLibrary(library));
}

} // namespace gms::compiler
