#include "compiler/transforms/body_adjoint.h"
#include "compiler/transforms/emission.h"
#include "compiler/transforms/lay_reductions.h"
#include <mlir/IR/Matchers.h>

namespace gms::compiler {
using namespace mlir;

namespace {

SmallVector<Value> mapped(ValueRange values, const IRMapping &mapping) {
  SmallVector<Value> list;
  for (Value value : values)
    list.push_back(mapping.lookupOrDefault(value));
  return list;
}

/// The reduction's body at a point.
Value bodyAt(OpBuilder &b, core::ReduceOp reduce, IRMapping mapping, ValueRange point) {
  mapping.map(reduce.getBody().getArguments(), point);
  Block &block = reduce.getBody().front();
  cloneBody(b, block, mapping);
  return mapping.lookupOrDefault(block.getTerminator()->getOperand(0));
}

/// What the adjoint of a min or max goes to: the first of the best.
ReductionSeeds bestSeeds(core::ReduceOp reduce, Value adjoint, Value position, const IRMapping &mapping) {
  SmallVector<Value> lows = mapped(reduce.getLows(), mapping), highs = mapped(reduce.getHighs(), mapping);
  return [=, loc = reduce.getLoc()](OpBuilder &b, ValueRange raw) {
    ScalarBuilder s(b, loc);
    Value place = s.index(0);
    for (size_t axis = 0; axis < raw.size(); ++axis)
      place = s.addi(s.muli(place, s.subi(highs[axis], lows[axis])), s.subi(raw[axis], lows[axis]));
    return s.select(s.cmpi(arith::CmpIPredicate::eq, place, position), adjoint, s.real(0, adjoint.getType()));
  };
}

/// The product of all other factors; no division, so that factors may be 0 and the second derivative is right there too.
ReductionSeeds othersSeeds(core::ReduceOp reduce, Value adjoint, const IRMapping &mapping) {
  SmallVector<Value> lows = mapped(reduce.getLows(), mapping), highs = mapped(reduce.getHighs(), mapping);
  return [=](OpBuilder &b, ValueRange raw) {
    core::ReduceOp op = reduce;
    Location loc = op.getLoc();
    Type type = adjoint.getType();
    Value others = makeReduce(b, loc, core::Reduction::Prod, lows, highs, type, [&](OpBuilder &inner, ValueRange point) {
      ScalarBuilder s(inner, loc);
      Value same = s.truth(true);
      for (auto [a, c] : llvm::zip(raw, point))
        same = s.andi(same, s.cmpi(arith::CmpIPredicate::eq, a, c));
      return s.select(same, s.real(1, type), bodyAt(inner, op, mapping, point));
    });
    return ScalarBuilder(b, loc, arith::FastMathFlags::contract).mulf(adjoint, others);
  };
}

/// Products of all factors up to each one, from either end.
Value partialProducts(OpBuilder &b, Location loc, Value factors, Value count, bool backwards) {
  auto type = cast<RankedTensorType>(factors.getType());
  Value one = ScalarBuilder(b, loc).real(1, type.getElementType());
  auto scan = core::ScanOp::create(b, loc, type, count, ValueRange(one));
  OpBuilder::InsertionGuard guard(b);
  Block *block = b.createBlock(&scan.getBody(), {}, {b.getIndexType(), type.getElementType()}, {loc, loc});
  ScalarBuilder s(b, loc);
  Value place = block->getArgument(0);
  if (backwards)
    place = s.subi(s.subi(count, s.index(1)), place);
  Value factor = core::ReadOp::create(b, loc, type.getElementType(), factors, place, core::Border::Proven);
  core::YieldOp::create(b, loc, s.mulf(block->getArgument(1), factor));
  return scan.getResult();
}

/// The same in linear time: the factors before times the factors behind.
ReductionSeeds scannedSeeds(OpBuilder &builder, core::ReduceOp reduce, Value adjoint) {
  Location loc = reduce.getLoc();
  ScalarBuilder s(builder, loc);
  Value low = reduce.getLows()[0], zero = s.index(0), one = s.index(1);
  Value count = s.maxi(s.subi(reduce.getHighs()[0], low), zero);
  APInt known;
  const int64_t extent = matchPattern(count, m_ConstantInt(&known)) ? known.getSExtValue() : ShapedType::kDynamic;
  auto type = RankedTensorType::get({extent}, adjoint.getType());
  Value factors = makeCompute(builder, loc, type, count, [&](OpBuilder &b, ValueRange point) {
    return bodyAt(b, reduce, {}, ScalarBuilder(b, loc).addi(point[0], low));
  });
  Value before = partialProducts(builder, loc, factors, count, false);
  Value behind = partialProducts(builder, loc, factors, count, true);
  return [=](OpBuilder &b, ValueRange raw) {
    ScalarBuilder t(b, loc, arith::FastMathFlags::contract);
    auto partial = [&](Value products, Value number) {
      Value product = readZero(b, loc, products, number);
      return t.select(t.cmpi(arith::CmpIPredicate::slt, number, zero), t.real(1, adjoint.getType()), product);
    };
    Value number = t.subi(raw[0], low);
    Value left = partial(before, t.subi(number, one));
    Value right = partial(behind, t.subi(t.subi(count, t.index(2)), number));
    return t.mulf(adjoint, t.mulf(left, right));
  };
}

} // namespace

Value placeOfBest(OpBuilder &builder, core::ReduceOp reduce, const IRMapping &mapping) {
  const bool least = reduce.getKind() == core::Reduction::Min;
  auto made = core::ReduceOp::create(builder, reduce.getLoc(), builder.getIndexType(),
                                     least ? core::Reduction::ArgMin : core::Reduction::ArgMax,
                                     mapped(reduce.getLows(), mapping), mapped(reduce.getHighs(), mapping));
  IRMapping inner = mapping;
  reduce.getBody().cloneInto(&made.getBody(), inner);
  return made.getResult();
}

ReductionSeeds reductionSeeds(OpBuilder &builder, core::ReduceOp reduce, Value adjoint, const IRMapping &mapping,
                              Value position) {
  switch (reduce.getKind()) {
  case core::Reduction::Min:
  case core::Reduction::Max:
    return bestSeeds(reduce, adjoint, position ? position : placeOfBest(builder, reduce, mapping), mapping);
  case core::Reduction::Prod:
    return othersSeeds(reduce, adjoint, mapping);
  default:
    return [adjoint](OpBuilder &, ValueRange) { return adjoint; };
  }
}

void visitReduce(Sweep &sweep, core::ReduceOp op, Value adjoint) {
  BodyAdjoint body;
  body.op = op;
  for (auto [argument, low, high] : llvm::zip(op.getBody().getArguments(), op.getLows(), op.getHighs()))
    body.indices.push_back({argument, low, high});
  if (sweep.tensorsFit())
    layReductions(sweep, op, body.indices);
  const bool scanned = op.getKind() == core::Reduction::Prod && sweep.tensorsFit() && body.indices.size() == 1;
  ReductionSeeds seeds =
      scanned ? scannedSeeds(sweep.builder, op, adjoint) : reductionSeeds(sweep.builder, op, adjoint, {});
  body.seeds = [seeds](OpBuilder &b, ValueRange raw, const IRMapping &) {
    return SmallVector<Value>{seeds(b, raw)};
  };
  passThroughBody(sweep, body);
}

} // namespace gms::compiler
