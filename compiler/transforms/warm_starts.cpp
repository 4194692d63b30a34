// What a pass of a loop finds is where the next pass begins to look: eigenvectors of consecutive passes lie close together.
#include "compiler/dialect/core/core.h"
#include "compiler/transforms/passes.h"
#include <mlir/Dialect/Arith/IR/Arith.h>

namespace gms::compiler {
#define GEN_PASS_DEF_WARMSTARTS
#include "compiler/transforms/passes.h.inc"

namespace {
using namespace mlir;

/// Zeros, which are no guess: the first pass finds its vectors without one.
Value noGuess(core::LoopOp loop, RankedTensorType type) {
  OpBuilder builder(loop);
  return arith::ConstantOp::create(builder, loop.getLoc(), DenseElementsAttr::get(type, builder.getF64FloatAttr(0)));
}

/// The loop with states more, which begin as `inits` and become `nexts`.
core::LoopOp withStates(core::LoopOp op, ArrayRef<Value> inits, ArrayRef<Value> nexts) {
  const unsigned states = op.getInits().size();
  SmallVector<Value> starts(op.getInits());
  starts.append(inits.begin(), inits.end());
  SmallVector<Type> types(op->getResultTypes());
  const TypeRange more = ValueRange(inits).getTypes();
  types.insert(types.begin() + states, more.begin(), more.end());
  OpBuilder builder(op);
  auto made = core::LoopOp::create(builder, op.getLoc(), types, op.getCount(), starts, op.getUntilAttr());
  made.getBody().takeBody(op.getBody());
  Operation *yield = made.getBody().front().getTerminator();
  SmallVector<Value> values(yield->getOperands());
  values.insert(values.begin() + states, nexts.begin(), nexts.end());
  yield->setOperands(values);
  for (unsigned k = 0; k < inits.size(); ++k)
    made.getBody().insertArgument(1 + states + k, inits[k].getType(), op.getLoc());
  for (auto [k, result] : llvm::enumerate(op->getResults()))
    result.replaceAllUsesWith(made->getResult(k < states ? k : k + inits.size()));
  op.erase();
  return made;
}

struct WarmStarts : impl::WarmStartsBase<WarmStarts> {
  void runOnOperation() override {
    SmallVector<core::LoopOp> loops;
    getOperation().walk([&](core::LoopOp loop) { loops.push_back(loop); });
    for (core::LoopOp loop : loops)
      warm(loop);
  }

  static void warm(core::LoopOp loop) {
    SmallVector<core::LowestOp> searches;
    SmallVector<Value> inits, nexts;
    for (auto lowest : loop.getBody().front().getOps<core::LowestOp>()) {
      auto type = cast<RankedTensorType>(lowest.getVectors().getType());
      if (lowest.getGuess() || !type.hasStaticShape() || !type.getElementType().isF64())
        continue;
      searches.push_back(lowest);
      inits.push_back(noGuess(loop, type));
      nexts.push_back(lowest.getVectors());
    }
    if (searches.empty())
      return;
    const unsigned before = loop.getInits().size();
    core::LoopOp made = withStates(loop, inits, nexts);
    for (auto [k, lowest] : llvm::enumerate(searches))
      lowest.getGuessMutable().assign(made.getStates()[before + k]);
  }
};

} // namespace
} // namespace gms::compiler
