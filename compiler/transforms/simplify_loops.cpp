// Loops carry and keep only what something needs: histories that nothing reads go, states that reach nothing too, and a
// state that no pass changes is its start.
#include "compiler/dialect/core/core.h"
#include "compiler/transforms/passes.h"
#include <mlir/IR/Dominance.h>
#include <mlir/Interfaces/SideEffectInterfaces.h>
#include <mlir/Transforms/CSE.h>

namespace gms::compiler {
#define GEN_PASS_DEF_SIMPLIFYLOOPS
#include "compiler/transforms/passes.h.inc"

namespace {
using namespace mlir;

/// What of a loop matters: states and histories, in the order of the results.
class Needed {
public:
  explicit Needed(core::LoopOp op) : op(op), needed(op.getInits().size() + op.getYields().size()) {
    for (unsigned k = 0; k < needed.size(); ++k)
      if (!op.getResult(k).use_empty())
        need(k);
    if (op.getUntil())
      follow(op.getEnd());
    for (Operation &inner : op.getBody().front().without_terminator())
      if (!isMemoryEffectFree(&inner))
        followOperands(&inner);
  }
  const llvm::BitVector &results() const { return needed; }
  bool all() const { return needed.all(); }

private:
  core::LoopOp op;
  llvm::BitVector needed;
  SmallPtrSet<Operation *, 32> seen;

  void need(unsigned result) {
    if (needed.test(result))
      return;
    needed.set(result);
    follow(op.getBody().front().getTerminator()->getOperand(result));
  }
  void follow(Value value) {
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      if (argument.getOwner() == &op.getBody().front() && argument.getArgNumber())
        need(argument.getArgNumber() - 1);
      return;
    }
    // The operation of the body that the value is made in.
    if (Operation *maker = op.getBody().front().findAncestorOpInBlock(*value.getDefiningOp()))
      followOperands(maker);
  }
  void followOperands(Operation *inner) {
    if (!seen.insert(inner).second)
      return;
    inner->walk([&](Operation *nested) {
      for (Value operand : nested->getOperands())
        if (!inner->isProperAncestor(operand.getParentBlock()->getParentOp()))
          follow(operand);
    });
  }
};

/// What nothing uses any more, from the last operation to the first.
void eraseUnused(Block &body) {
  for (Operation &inner : llvm::make_early_inc_range(llvm::reverse(body)))
    if (!inner.hasTrait<OpTrait::IsTerminator>() && inner.use_empty() && isMemoryEffectFree(&inner))
      inner.erase();
}

/// The loop with the states and histories that are kept.
void rebuild(core::LoopOp op, const llvm::BitVector &kept) {
  const unsigned states = op.getInits().size();
  Operation *yield = op.getBody().front().getTerminator();
  SmallVector<Type> types;
  SmallVector<Value> inits, values;
  for (unsigned k : kept.set_bits()) {
    types.push_back(op.getResult(k).getType());
    values.push_back(yield->getOperand(k));
    if (k < states)
      inits.push_back(op.getInits()[k]);
  }
  if (op.getUntil()) {
    types.push_back(op.getPasses().getType());
    values.push_back(op.getEnd());
  }
  OpBuilder builder(op);
  auto made = core::LoopOp::create(builder, op.getLoc(), types, op.getCount(), inits, op.getUntilAttr());
  yield->setOperands(values);
  made.getBody().takeBody(op.getBody());
  eraseUnused(made.getBody().front());
  for (unsigned k = states; k-- > 0;)
    if (!kept.test(k))
      made.getBody().eraseArgument(k + 1);
  unsigned next = 0;
  for (unsigned k : kept.set_bits())
    op.getResult(k).replaceAllUsesWith(made.getResult(next++));
  if (op.getUntil())
    op.getPasses().replaceAllUsesWith(made.getPasses());
  op.erase();
}

void simplify(core::LoopOp op) {
  for (auto [state, next, init, final] : llvm::zip(op.getStates(), op.getNexts(), op.getInits(), op.getFinals()))
    if (next == state) {
      final.replaceAllUsesWith(init);
      state.replaceAllUsesExcept(init, op.getBody().front().getTerminator());
    }
  const Needed needed(op);
  if (!needed.all())
    rebuild(op, needed.results());
}

struct SimplifyLoops : impl::SimplifyLoopsBase<SimplifyLoops> {
  void runOnOperation() override {
    getOperation().walk<WalkOrder::PreOrder>([&](Block *block) { simplifyAll(*block); });
    IRRewriter rewriter(&getContext());
    DominanceInfo dominance(getOperation());
    eliminateCommonSubExpressions(rewriter, dominance, getOperation());
  }

  /// From the last loop to the first, so that what one does not need is seen by those before it.
  static void simplifyAll(Block &block) {
    eraseUnused(block);
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
      if (auto loop = dyn_cast<core::LoopOp>(op)) {
        eraseUnused(loop.getBody().front());
        simplify(loop);
      }
  }
};

} // namespace
} // namespace gms::compiler
