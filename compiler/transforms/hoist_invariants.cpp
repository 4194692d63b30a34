#include "compiler/transforms/hoist_invariants.h"
#include "compiler/dialect/core/core.h"
#include <mlir/Interfaces/SideEffectInterfaces.h>

namespace gms::compiler {
using namespace mlir;

namespace {

bool isLoop(Operation *op) { return isa<core::ComputeOp, core::ReduceOp, core::ScanOp, core::ScatterOp, core::HistogramOp>(op); }

bool usesOnlyOutside(Operation *op, Operation *loop) {
  WalkResult inside = op->walk([&](Operation *nested) {
    for (Value operand : nested->getOperands()) {
      Operation *owner = operand.getParentBlock()->getParentOp();
      if (loop->isAncestor(owner) && !op->isAncestor(owner))
        return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return !inside.wasInterrupted();
}

void hoist(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block))) {
    if (isOpTriviallyDead(&op)) {
      op.erase();
      continue;
    }
    for (Region &region : op.getRegions())
      for (Block &inner : region)
        hoist(inner);
  }
  Operation *loop = block.getParentOp();
  if (!isLoop(loop))
    return;
  for (Operation &op : llvm::make_early_inc_range(block.without_terminator()))
    if (isMemoryEffectFree(&op) && usesOnlyOutside(&op, loop))
      op.moveBefore(loop);
}

} // namespace

void hoistInvariants(Operation *root) {
  for (Region &region : root->getRegions())
    for (Block &block : region)
      hoist(block);
}

} // namespace gms::compiler
