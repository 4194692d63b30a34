// Histograms: numbers are made by vectors, and counted lane by lane.
#include "compiler/codegen/cpu/sample_emitter.h"

namespace gms::compiler::cpu {
using namespace mlir;

void SampleEmitter::histogram(core::HistogramOp op) {
  SmallVector<Value> extents;
  for (Value extent : op.getExtents())
    extents.push_back(scalarCode(extent));
  if (failed)
    return;
  const Buffer out = target(op.getResult(), extents);
  buffers[op.getResult()] = out;
  if (dry)
    return;
  SmallVector<Code> lows, highs;
  for (auto [low, high] : llvm::zip(op.getLows(), op.getHighs())) {
    lows.push_back({scalarCode(low), {}, depth()});
    highs.push_back({scalarCode(high), {}, depth()});
  }
  Value none = intConstant(0, b.getI8Type()), bytes = bytesOf(out);
  at(depth());
  LLVM::MemsetOp::create(b, loc, out.pointer, none, bytes, false);
  Code length = binary<arith::SubIOp>(highs.back(), lows.back());
  if (auto known = constantOf(length))
    return histogramNest(op, out, lows, highs, *known >= static_cast<int64_t>(lanes));
  Code enough = compare(arith::CmpIPredicate::sge, length, known(lanes));
  at(depth());
  auto choice = scf::IfOp::create(b, loc, TypeRange(), enough.value, true);
  for (auto [block, wide] : {std::pair{choice.thenBlock(), true}, std::pair{choice.elseBlock(), false}}) {
    enter(choice, block);
    histogramNest(op, out, lows, highs, wide);
    leave();
  }
}

/// The last axis of the box runs by vectors, where it is at least as long as one.
void SampleEmitter::histogramNest(core::HistogramOp op, const Buffer &out, ArrayRef<Code> lows, ArrayRef<Code> highs,
                                  bool wide) {
  const size_t open = levels.size(), outer = op.outerCount(), count = outer + lows.size();
  std::vector<Code> indices;
  Value active;
  for (size_t k = 0; k < count; ++k) {
    const bool along = wide && k + 1 == count;
    Code low = k < outer ? known(0) : lows[k - outer], high = k < outer ? extentOf(out, k) : highs[k - outer];
    Value step = indexConstant(along ? lanes : 1);
    at(depth());
    auto loop = scf::ForOp::create(b, loc, low.value, high.value, step);
    enter(loop, loop.getBody());
    Code index{loop.getInductionVar(), {}, depth()};
    if (along) {
      // The last vector is moved back to end with the row; lanes that were counted before are left out.
      Code first = binary<arith::MinSIOp>(index, binary<arith::SubIOp>(high, known(lanes)));
      Code moved{{}, first.value, first.level};
      active = vector(compare(arith::CmpIPredicate::sge, moved, index));
      index = moved;
    }
    indices.push_back(index);
  }
  Instance &instance = *enterRegion(op.getBody(), 1).channels[0];
  for (auto [argument, index] : llvm::zip(op.getBody().getArguments(), indices))
    instance.values[argument] = index;
  const Code bins = yields(op.getBody())[0];
  leaveRegion();
  indices.resize(outer);
  countLanes(out, indices, bins, active);
  while (levels.size() > open)
    leave();
}

void SampleEmitter::countLanes(const Buffer &out, std::vector<Code> place, const Code &bins, Value active) {
  const size_t count = active ? lanes : 1;
  Type i64 = b.getI64Type();
  Value all = active ? vector(bins) : toI64(bins.value, bins.level);
  if (active) {
    Value none = intConstant(-1, all.getType());
    all = emit<arith::SelectOp>(depth(), all.getType(), {active, all, none});
  }
  place.push_back(known(0));
  Buffer row = out;
  row.pointer = address(out, offsetsOf(out, place).fixed, depth());
  Value size = toI64(out.extents.back(), out.level), one = intConstant(1, i64);
  for (size_t lane = 0; lane < count; ++lane) {
    at(depth());
    Value bin = all;
    if (active) {
      bin = vector::ExtractOp::create(b, loc, all, ArrayRef<int64_t>{static_cast<int64_t>(lane)});
      bin = arith::ExtSIOp::create(b, loc, i64, bin);
    }
    Value counts = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, bin, size);
    auto choice = scf::IfOp::create(b, loc, TypeRange(), counts, false);
    b.setInsertionPointToStart(choice.thenBlock());
    Value at = LLVM::GEPOp::create(b, loc, row.pointer.getType(), i64, row.pointer, ArrayRef<LLVM::GEPArg>{bin});
    Value before = LLVM::LoadOp::create(b, loc, i64, at, 8);
    LLVM::StoreOp::create(b, loc, arith::AddIOp::create(b, loc, before, one), at, 8);
  }
}

} // namespace gms::compiler::cpu
