// Sums over the same range that are added are one sum: its loop reads what they share once, and can be tiled.
#include "compiler/dialect/core/core.h"
#include "compiler/transforms/passes.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/IR/Dominance.h>
#include <mlir/IR/IRMapping.h>
#include <mlir/Transforms/CSE.h>

namespace gms::compiler {
#define GEN_PASS_DEF_MERGESUMS
#include "compiler/transforms/passes.h.inc"

namespace {
using namespace mlir;

/// The indices around a reduction that its elements depend on.
DenseSet<Value> indicesAround(core::ReduceOp reduce) {
  DenseSet<Value> indices, seen;
  SmallVector<Value> open;
  reduce.walk([&](Operation *inner) { open.append(inner->operand_begin(), inner->operand_end()); });
  while (!open.empty()) {
    Value value = open.pop_back_val();
    if (!seen.insert(value).second || reduce->isAncestor(value.getParentBlock()->getParentOp()))
      continue;
    if (isa<BlockArgument>(value) && value.getType().isIndex())
      indices.insert(value);
    else if (!isa<BlockArgument>(value) && value.getParentBlock() == reduce->getBlock())
      value.getDefiningOp()->walk([&](Operation *inner) { open.append(inner->operand_begin(), inner->operand_end()); });
  }
  return indices;
}

/// A sum that nothing but one addition uses.
core::ReduceOp sumIn(Value value) {
  auto reduce = value.getDefiningOp<core::ReduceOp>();
  const bool alone = reduce && reduce.getKind() == core::Reduction::Sum && value.hasOneUse();
  return alone ? reduce : core::ReduceOp();
}

/// In one loop nothing is made more often than before: both depend on the same indices.
bool canMerge(core::ReduceOp a, core::ReduceOp b) {
  return a && b && a != b && a->getBlock() == b->getBlock() && a.getLows() == b.getLows() && a.getHighs() == b.getHighs() &&
         a.getResult().getType() == b.getResult().getType() && indicesAround(a) == indicesAround(b);
}

void merge(Operation *sum, core::ReduceOp a, core::ReduceOp b) {
  a->moveBefore(sum);
  Block &into = a.getBody().front(), &from = b.getBody().front();
  Operation *yield = into.getTerminator();
  OpBuilder builder(yield);
  IRMapping mapping;
  for (auto [argument, index] : llvm::zip(from.getArguments(), into.getArguments()))
    mapping.map(argument, index);
  for (Operation &op : from.without_terminator())
    builder.clone(op, mapping);
  IRMapping terms;
  terms.map(sum->getOperand(0), yield->getOperand(0));
  terms.map(sum->getOperand(1), mapping.lookupOrDefault(from.getTerminator()->getOperand(0)));
  yield->setOperand(0, builder.clone(*sum, terms)->getResult(0));
  sum->getResult(0).replaceAllUsesWith(a.getResult());
  sum->erase();
  b.erase();
}

struct MergeSums : impl::MergeSumsBase<MergeSums> {
  void runOnOperation() override {
    bool any = false;
    getOperation().walk([&](Operation *op) {
      if (!isa<arith::AddFOp, arith::SubFOp>(op))
        return;
      core::ReduceOp a = sumIn(op->getOperand(0)), b = sumIn(op->getOperand(1));
      if (!canMerge(a, b))
        return;
      merge(op, a, b);
      any = true;
    });
    if (!any)
      return;
    IRRewriter rewriter(&getContext());
    DominanceInfo dominance(getOperation());
    eliminateCommonSubExpressions(rewriter, dominance, getOperation());
  }
};

} // namespace
} // namespace gms::compiler
