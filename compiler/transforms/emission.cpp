#include "compiler/transforms/emission.h"
#include "compiler/transforms/adjoints.h"
#include "compiler/transforms/read_ranges.h"
#include "compiler/transforms/tensor_extents.h"

namespace gms::compiler {
using namespace mlir;

namespace {
/// Fills an operation's body; false where there is nothing to yield.
bool fillBody(OpBuilder &builder, Location loc, Region &region, size_t indices, BodyMaker body) {
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Type> types(indices, builder.getIndexType());
  Block *block = builder.createBlock(&region, {}, types, SmallVector<Location>(indices, loc));
  Value value = body(builder, block->getArguments());
  builder.setInsertionPointToEnd(block);
  if (value)
    core::YieldOp::create(builder, loc, value);
  return bool(value);
}
} // namespace

Value makeCompute(OpBuilder &builder, Location loc, RankedTensorType type, ValueRange extents, BodyMaker body) {
  auto op = core::ComputeOp::create(builder, loc, type, extents);
  fillBody(builder, loc, op.getBody(), extents.size(), body);
  return op.getResult();
}

Value makeReduce(OpBuilder &builder, Location loc, core::Reduction kind, ValueRange lows, ValueRange highs, Type type,
                 BodyMaker body) {
  if (lows.empty())
    return body(builder, {});
  auto op = core::ReduceOp::create(builder, loc, type, kind, lows, highs);
  if (fillBody(builder, loc, op.getBody(), lows.size(), body))
    return op.getResult();
  op.erase();
  return {};
}

Value readZero(OpBuilder &builder, Location loc, Value tensor, ValueRange place) {
  return core::ReadOp::create(builder, loc, cast<RankedTensorType>(tensor.getType()).getElementType(), tensor, place,
                              place.empty() ? core::Border::Proven : core::Border::Zero);
}

void askInside(ScalarBuilder &s, Value index, Value low, Value high, Value &inside) {
  using P = arith::CmpIPredicate;
  if (staysWithin(index, low, high))
    return;
  Value here = s.andi(s.cmpi(P::sge, index, low), s.cmpi(P::slt, index, high));
  inside = inside ? s.andi(inside, here) : here;
}

Value convertReal(ScalarBuilder &s, Value value, Type type) {
  const unsigned have = value.getType().getIntOrFloatBitWidth(), want = type.getIntOrFloatBitWidth();
  return have == want  ? value
         : have < want ? s.make<arith::ExtFOp>(type, value)
                       : s.make<arith::TruncFOp>(type, value);
}

SmallVector<Operation *> cloneBody(OpBuilder &builder, Block &block, IRMapping &mapping) {
  SmallVector<Operation *> made;
  for (Operation &op : block.without_terminator())
    if (!isa<core::RequireOp>(op))
      made.push_back(builder.clone(op, mapping));
  return made;
}

void cloneNeeded(OpBuilder &builder, Operation *op, Operation *root, IRMapping &mapping) {
  for (Value operand : op->getOperands())
    cloneValue(builder, operand, root, mapping);
  op->walk([&](Operation *nested) {
    for (Value operand : nested->getOperands())
      if (!op->isAncestor(operand.getParentBlock()->getParentOp()))
        cloneValue(builder, operand, root, mapping);
  });
}

Value cloneValue(OpBuilder &builder, Value value, Operation *root, IRMapping &mapping) {
  if (Value made = mapping.lookupOrNull(value))
    return made;
  Operation *op = value.getDefiningOp();
  if (!op || !root->isProperAncestor(op))
    return value;
  cloneNeeded(builder, op, root, mapping);
  builder.clone(*op, mapping);
  return mapping.lookup(value);
}

void readSafely(ArrayRef<Operation *> made) {
  for (Operation *op : made)
    op->walk([](core::ReadOp read) {
      if (!read.getIndices().empty() && read.getBorder() == core::Border::Proven)
        read.setBorder(core::Border::Zero);
    });
}

Value makeVariable(OpBuilder &builder, Value value) {
  return core::VariableOp::create(builder, value.getLoc(), value.getType(), value);
}

void dropVariables(ValueRange variables, MutableArrayRef<Value> kept) {
  for (Value variable : variables) {
    auto op = variable.getDefiningOp<core::VariableOp>();
    std::replace(kept.begin(), kept.end(), variable, op.getValue());
    variable.replaceAllUsesWith(op.getValue());
    op.erase();
  }
}

Value zeroLike(OpBuilder &builder, Location loc, Value like) {
  auto type = dyn_cast<RankedTensorType>(like.getType());
  if (!type)
    return ScalarBuilder(builder, loc).real(0, like.getType());
  SmallVector<Value> extents;
  for (int64_t axis = 0; axis < type.getRank(); ++axis)
    extents.push_back(extentOf(builder, loc, like, axis));
  return makeCompute(builder, loc, type, extents, [&](OpBuilder &b, ValueRange) {
    return ScalarBuilder(b, loc).real(0, type.getElementType());
  });
}

Value addAdjoints(OpBuilder &builder, Location loc, Value a, Value b) {
  if (!a || !b)
    return a ? a : b;
  ScalarBuilder s(builder, loc, arith::FastMathFlags::contract);
  auto type = dyn_cast<RankedTensorType>(a.getType());
  if (!type)
    return s.addf(a, b);
  SmallVector<Value> extents;
  for (int64_t axis = 0; axis < type.getRank(); ++axis)
    extents.push_back(extentOf(builder, loc, a, axis));
  return makeCompute(builder, loc, type, extents, [&](OpBuilder &inner, ValueRange place) {
    ScalarBuilder t(inner, loc, arith::FastMathFlags::contract);
    auto read = [&](Value tensor) -> Value {
      return core::ReadOp::create(inner, loc, type.getElementType(), tensor, place, core::Border::Proven);
    };
    return t.addf(read(a), read(b));
  });
}

} // namespace gms::compiler
