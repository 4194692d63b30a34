// Loops whose scalars are tensors of rank 0, so that a GPU's threads find them in memory.
#include "compiler/transforms/plan_stages.h"

namespace gms::compiler {
using namespace mlir;

namespace {

Value stored(OpBuilder &builder, Location loc, Value scalar) {
  auto type = RankedTensorType::get({}, scalar.getType());
  auto made = core::ComputeOp::create(builder, loc, type, ValueRange());
  OpBuilder body = OpBuilder::atBlockEnd(builder.createBlock(&made.getBody()));
  core::YieldOp::create(body, loc, scalar);
  builder.setInsertionPointAfter(made);
  return made.getResult();
}

Value loaded(OpBuilder &builder, Location loc, Value tensor) {
  return core::ReadOp::create(builder, loc, cast<RankedTensorType>(tensor.getType()).getElementType(), tensor,
                              ValueRange(), core::Border::Proven);
}

bool isScalar(Value value) { return !isa<RankedTensorType>(value.getType()); }

void storeScalars(core::LoopOp op) {
  const Location loc = op.getLoc();
  OpBuilder builder(op);
  SmallVector<Type> types(op.getResultTypes());
  for (auto [k, init] : llvm::enumerate(op.getInits())) {
    if (!isScalar(init))
      continue;
    builder.setInsertionPoint(op);
    Value start = stored(builder, loc, init);
    op.getInitsMutable()[k].set(start);
    types[k] = start.getType();
    BlockArgument state = op.getStates()[k];
    state.setType(start.getType());
    builder.setInsertionPointToStart(&op.getBody().front());
    Value number = loaded(builder, loc, state);
    state.replaceAllUsesExcept(number, number.getDefiningOp());
  }
  auto yield = cast<core::YieldOp>(op.getBody().front().getTerminator());
  builder.setInsertionPoint(yield);
  for (OpOperand &value : yield->getOpOperands().drop_back(op.getUntil() ? 1 : 0))
    if (isScalar(value.get()))
      value.set(stored(builder, loc, value.get()));
  builder.setInsertionPointAfter(op);
  for (auto [k, result] : llvm::enumerate(op.getFinals())) {
    if (result.getType() == types[k])
      continue;
    result.setType(types[k]);
    Value number = loaded(builder, loc, result);
    result.replaceAllUsesExcept(number, number.getDefiningOp());
  }
}

} // namespace

void storeLoopScalars(func::FuncOp function) { function.walk(storeScalars); }

} // namespace gms::compiler
