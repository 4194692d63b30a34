// The bodies of stages: operations are copied, with reads and inner reductions replaced by what runs on one thread.
#include "compiler/codegen/cuda/sample_code.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

namespace gms::compiler::cuda {
using namespace mlir;

Value SampleCode::lookup(Value value, IRMapping &map) {
  if (Value here = map.lookupOrNull(value))
    return here;
  Value here = scalar(value);
  map.map(value, here);
  return here;
}

SmallVector<Value> SampleCode::body(OpBuilder &b, Block &block, ValueRange arguments) {
  IRMapping map;
  return body(b, block, arguments, map);
}

SmallVector<Value> SampleCode::body(OpBuilder &b, Block &block, ValueRange arguments, IRMapping &map, Reducer reducer) {
  map.map(block.getArguments(), arguments);
  for (Operation &op : block.without_terminator()) {
    auto reduction = dyn_cast<core::ReduceOp>(op);
    if (reducer && reduction)
      map.map(reduction.getResult(), reducer(b, reduction, map));
    else
      emitOp(b, op, map);
  }
  SmallVector<Value> yielded;
  for (Value value : block.getTerminator()->getOperands())
    yielded.push_back(lookup(value, map));
  return yielded;
}

void SampleCode::emit(OpBuilder &b, Block &block, IRMapping &map) {
  for (Operation &op : block.without_terminator())
    emitOp(b, op, map);
}

void SampleCode::emitOp(OpBuilder &b, Operation &op, IRMapping &map) {
  if (auto reading = dyn_cast<core::ReadOp>(op)) {
    SmallVector<Value> indices;
    for (Value index : reading.getIndices())
      indices.push_back(lookup(index, map));
    return map.map(reading.getResult(), read(b, reading, indices));
  }
  if (auto reduction = dyn_cast<core::ReduceOp>(op))
    return map.map(reduction.getResult(), reduce(b, reduction, map));
  if (auto dim = dyn_cast<tensor::DimOp>(op))
    return map.map(dim.getResult(), extent(dim.getSource(), *dim.getConstantIndex()));
  if (llvm::any_of(op.getResultTypes(), llvm::IsaPred<TensorType>))
    return;
  for (Value operand : op.getOperands())
    lookup(operand, map);
  Operation *copy = b.insert(op.cloneWithoutRegions(map));
  for (auto [from, to] : llvm::zip(op.getResults(), copy->getResults()))
    map.map(from, to);
  if (!op.getNumRegions())
    return;
  // What the regions take from the function is made before the operation, not after it.
  const bool atFunctionLevel = &b == &builder;
  if (atFunctionLevel)
    builder.setInsertionPoint(copy);
  for (auto [from, to] : llvm::zip(op.getRegions(), copy->getRegions()))
    emitRegion(from, to, map);
  if (atFunctionLevel)
    builder.setInsertionPointAfter(copy);
}

void SampleCode::emitRegion(Region &from, Region &to, IRMapping &map) {
  if (from.empty())
    return;
  Block &source = from.front(), &target = to.emplaceBlock();
  for (BlockArgument argument : source.getArguments())
    map.map(argument, target.addArgument(argument.getType(), argument.getLoc()));
  OpBuilder inner = OpBuilder::atBlockEnd(&target);
  emit(inner, source, map);
  for (Value operand : source.getTerminator()->getOperands())
    lookup(operand, map);
  inner.clone(*source.getTerminator(), map);
}

Value SampleCode::reduce(OpBuilder &b, core::ReduceOp op, IRMapping &map) {
  SmallVector<Value> lows, highs;
  for (auto [low, high] : llvm::zip(op.getLows(), op.getHighs())) {
    lows.push_back(lookup(low, map));
    highs.push_back(lookup(high, map));
  }
  const Location loc = op.getLoc();
  Value one = arith::ConstantIndexOp::create(b, loc, 1);
  SmallVector<Value> indices;
  std::function<SmallVector<Value>(OpBuilder &, ValueRange)> nest = [&](OpBuilder &at, ValueRange state) {
    const size_t axis = indices.size();
    if (axis == lows.size()) {
      IRMapping inner = map;
      inner.map(op.getBody().front().getArguments(), indices);
      emit(at, op.getBody().front(), inner);
      Value value = lookup(op.getBody().front().getTerminator()->getOperand(0), inner);
      return step(at, op, state, value, positionIn(at, loc, indices, lows, highs));
    }
    auto loop = scf::ForOp::create(at, loc, lows[axis], highs[axis], one, state);
    indices.push_back(loop.getInductionVar());
    OpBuilder in = OpBuilder::atBlockEnd(loop.getBody());
    SmallVector<Value> next = nest(in, loop.getRegionIterArgs());
    scf::YieldOp::create(in, loc, next);
    indices.pop_back();
    return SmallVector<Value>(loop.getResults());
  };
  return resultOf(op, nest(b, emptyState(b, op)));
}

Value positionIn(OpBuilder &b, Location loc, ValueRange indices, ValueRange lows, ValueRange highs) {
  Value position;
  for (auto [index, low, high] : llvm::zip(indices, lows, highs)) {
    Value from = arith::SubIOp::create(b, loc, index, low);
    if (!position) {
      position = from;
      continue;
    }
    Value size = arith::SubIOp::create(b, loc, high, low);
    position = arith::AddIOp::create(b, loc, arith::MulIOp::create(b, loc, position, size), from);
  }
  return position ? position : arith::ConstantIndexOp::create(b, loc, 0).getResult();
}

// ---- reductions ----

namespace {

using core::Reduction;

bool isArg(core::ReduceOp op) { return op.getKind() == Reduction::ArgMin || op.getKind() == Reduction::ArgMax; }
bool takesLeast(core::ReduceOp op) { return op.getKind() == Reduction::Min || op.getKind() == Reduction::ArgMin; }

Value constant(OpBuilder &b, Location loc, Type type, double real, int64_t whole) {
  if (isa<FloatType>(type))
    return arith::ConstantOp::create(b, loc, b.getFloatAttr(type, real));
  return arith::ConstantOp::create(b, loc, b.getIntegerAttr(type, whole));
}

Value unbounded(OpBuilder &b, Location loc, Type type, bool up) {
  const double infinity = std::numeric_limits<double>::infinity();
  const unsigned width = type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
  const llvm::APInt whole = up ? llvm::APInt::getSignedMaxValue(width) : llvm::APInt::getSignedMinValue(width);
  return constant(b, loc, type, up ? infinity : -infinity, whole.getSExtValue());
}

Value better(OpBuilder &b, core::ReduceOp op, Value candidate, Value best) {
  const Location loc = op.getLoc();
  const bool least = takesLeast(op);
  if (isa<FloatType>(best.getType()))
    return arith::CmpFOp::create(b, loc, least ? arith::CmpFPredicate::OLT : arith::CmpFPredicate::OGT, candidate, best);
  return arith::CmpIOp::create(b, loc, least ? arith::CmpIPredicate::slt : arith::CmpIPredicate::sgt, candidate, best);
}

Value accumulate(OpBuilder &b, core::ReduceOp op, Value a, Value c) {
  const Location loc = op.getLoc();
  const bool real = isa<FloatType>(a.getType());
  const auto contract = arith::FastMathFlags::contract;
  switch (op.getKind()) {
  case Reduction::Sum: case Reduction::Count:
    return real ? arith::AddFOp::create(b, loc, a, c, contract).getResult() : arith::AddIOp::create(b, loc, a, c).getResult();
  case Reduction::Prod:
    return real ? arith::MulFOp::create(b, loc, a, c, contract).getResult() : arith::MulIOp::create(b, loc, a, c).getResult();
  case Reduction::Min:
    return real ? arith::MinimumFOp::create(b, loc, a, c).getResult() : arith::MinSIOp::create(b, loc, a, c).getResult();
  case Reduction::Max:
    return real ? arith::MaximumFOp::create(b, loc, a, c).getResult() : arith::MaxSIOp::create(b, loc, a, c).getResult();
  case Reduction::Any: return arith::OrIOp::create(b, loc, a, c);
  case Reduction::All: return arith::AndIOp::create(b, loc, a, c);
  default: llvm_unreachable("argmin and argmax have two states");
  }
}

} // namespace

SmallVector<Value> emptyState(OpBuilder &b, core::ReduceOp op) {
  const Location loc = op.getLoc();
  const Type type = op.getResult().getType();
  switch (op.getKind()) {
  case Reduction::Prod: case Reduction::All: return {constant(b, loc, type, 1, 1)};
  case Reduction::Min: case Reduction::Max: return {unbounded(b, loc, type, takesLeast(op))};
  case Reduction::ArgMin: case Reduction::ArgMax: {
    const Type value = op.getBody().front().getTerminator()->getOperand(0).getType();
    return {unbounded(b, loc, value, takesLeast(op)), constant(b, loc, type, 0, 0)};
  }
  default: return {constant(b, loc, type, 0, 0)};
  }
}

SmallVector<Value> step(OpBuilder &b, core::ReduceOp op, ValueRange state, Value value, Value position) {
  const Location loc = op.getLoc();
  if (isArg(op)) {
    Value take = better(b, op, value, state[0]);
    return {arith::SelectOp::create(b, loc, take, value, state[0]),
            arith::SelectOp::create(b, loc, take, position, state[1])};
  }
  if (op.getKind() == Reduction::Count)
    value = arith::IndexCastUIOp::create(b, loc, b.getIndexType(), value);
  return {accumulate(b, op, state[0], value)};
}

SmallVector<Value> combine(OpBuilder &b, core::ReduceOp op, ValueRange a, ValueRange c) {
  const Location loc = op.getLoc();
  if (!isArg(op))
    return {accumulate(b, op, a[0], c[0])};
  // Of equal bests the first one, whoever found it.
  Value worse = better(b, op, a[0], c[0]);
  Value earlier = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, c[1], a[1]);
  Value tied = arith::AndIOp::create(b, loc, earlier,
                                     arith::XOrIOp::create(b, loc, worse, arith::ConstantIntOp::create(b, loc, 1, 1)));
  Value take = arith::OrIOp::create(b, loc, better(b, op, c[0], a[0]), tied);
  return {arith::SelectOp::create(b, loc, take, c[0], a[0]), arith::SelectOp::create(b, loc, take, c[1], a[1])};
}

Value resultOf(core::ReduceOp op, ValueRange state) { return state[isArg(op) ? 1 : 0]; }

} // namespace gms::compiler::cuda
