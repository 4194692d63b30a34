#include "compiler/transforms/scalar_motion.h"
#include "compiler/dialect/core/core.h"
#include <mlir/Interfaces/SideEffectInterfaces.h>

namespace gms::compiler {
using namespace mlir;

namespace {
constexpr int deepest = 64;

bool canLeave(Value value, Operation *op, int depth) {
  if (!op->isAncestor(value.getParentBlock()->getParentOp()))
    return true;
  Operation *source = value.getDefiningOp();
  if (!source || depth > deepest || source->getNumRegions() || !isPure(source) ||
      isa<TensorType>(value.getType()))
    return false;
  // Other reads may be in range only where their region runs.
  if (auto read = dyn_cast<core::ReadOp>(source); read && !read.getIndices().empty())
    return false;
  return llvm::all_of(source->getOperands(), [&](Value v) { return canLeave(v, op, depth + 1); });
}
} // namespace

bool canLeave(Value value, Operation *op) { return canLeave(value, op, 0); }

void leaveRegion(Value value, Operation *op) {
  Operation *source = value.getDefiningOp();
  if (!source || !op->isProperAncestor(source))
    return;
  for (Value operand : source->getOperands())
    leaveRegion(operand, op);
  source->moveBefore(op);
}

SmallVector<Value> capturesOf(Operation *op) {
  SetVector<Value> found;
  op->walk([&](Operation *nested) {
    for (Value operand : nested->getOperands())
      if (!op->isAncestor(operand.getParentBlock()->getParentOp()))
        found.insert(operand);
  });
  return found.takeVector();
}

} // namespace gms::compiler
