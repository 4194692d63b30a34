// A branch is asked again on the way back: the arm that was taken gives its adjoints, and makes what it needs for them anew.
#include "compiler/transforms/sweep.h"

namespace gms::compiler {
using namespace mlir;

FailureOr<BlockAdjoints> adjointsOfBranch(OpBuilder &builder, Operation *op, ValueRange results,
                                          ValueRange captured) {
  Location loc = op->getLoc();
  OperationState unfinished(loc, op->getName());
  unfinished.addOperands(op->getOperands());
  for (unsigned k = 0; k < op->getNumRegions(); ++k)
    unfinished.addRegion()->push_back(new Block);
  Operation *arms = builder.create(unfinished);
  SmallVector<SmallVector<Value>> given;
  for (auto [number, region] : llvm::enumerate(op->getRegions())) {
    OpBuilder inner = OpBuilder::atBlockBegin(&arms->getRegion(number).front());
    FailureOr<BlockAdjoints> made = differentiateBlock(inner, region.front(), {}, results, captured);
    if (failed(made))
      return failure();
    given.push_back(std::move(made->captured));
  }
  SmallVector<unsigned> kept;
  for (unsigned k = 0; k < captured.size(); ++k)
    if (llvm::any_of(given, [&](const auto &arm) { return bool(arm[k]); }))
      kept.push_back(k);
  OperationState state(loc, op->getName());
  state.addOperands(op->getOperands());
  for (unsigned k : kept)
    state.addTypes(captured[k].getType());
  for (auto [number, region] : llvm::enumerate(arms->getRegions())) {
    OpBuilder inner = OpBuilder::atBlockEnd(&region.front());
    SmallVector<Value> values;
    for (unsigned k : kept)
      values.push_back(given[number][k] ? given[number][k] : zeroLike(inner, loc, captured[k]));
    core::YieldOp::create(inner, loc, values);
    state.addRegion()->takeBody(region);
  }
  BlockAdjoints adjoints{SmallVector<Value>(op->getNumOperands()), SmallVector<Value>(captured.size())};
  Operation *made = builder.create(state);
  for (auto [k, result] : llvm::zip(kept, made->getResults()))
    adjoints.captured[k] = result;
  arms->erase();
  return adjoints;
}

} // namespace gms::compiler
