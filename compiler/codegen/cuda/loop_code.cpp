// Loops of one sample, run by one block: its threads share the stages of a pass, and wait for each other between them.
#include "compiler/codegen/cuda/stage_code.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/GPU/IR/GPUDialect.h>
#include <mlir/Dialect/SCF/IR/SCF.h>

namespace gms::compiler::cuda {
using namespace mlir;

namespace {

Value indexOf(OpBuilder &b, Location loc, int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }
Value threadOf(OpBuilder &b, Location loc) { return gpu::ThreadIdOp::create(b, loc, gpu::Dimension::x); }

OpBuilder when(OpBuilder &b, Location loc, Value condition) {
  auto guard = scf::IfOp::create(b, loc, condition, false);
  return OpBuilder(guard.getThenRegion().front().getTerminator());
}

OpBuilder firstThread(OpBuilder &b, Location loc) {
  Value first = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, threadOf(b, loc), indexOf(b, loc, 0));
  return when(b, loc, first);
}

} // namespace

/// Copies a tensor: every thread takes each 256th element.
void StageCode::copyElements(OpBuilder &b, Value from, Value to) {
  const Location loc = to.getLoc();
  Value mark = indexOf(b, loc, 0);
  SampleCode code(plan, constants, frame, OpBuilder(mark.getDefiningOp()));
  Value size = indexOf(b, loc, 1);
  for (int64_t axis = 0; axis < cast<RankedTensorType>(to.getType()).getRank(); ++axis)
    size = arith::MulIOp::create(b, loc, size, code.extent(to, axis));
  auto each = scf::ForOp::create(b, loc, threadOf(b, loc), size, indexOf(b, loc, kBlockThreads));
  OpBuilder in(each.getBody()->getTerminator());
  Value position = each.getInductionVar();
  code.storeAt(in, to, position, code.stored(in, from, position));
}

void StageCode::loop(OpBuilder &b, const Stage &stage) {
  auto op = cast<core::LoopOp>(stage.op);
  const Location loc = op.getLoc();
  for (auto [init, state] : llvm::zip(op.getInits(), op.getStates()))
    copyElements(b, init, state);
  Value zero = indexOf(b, loc, 0);
  SampleCode code(plan, constants, frame, OpBuilder(zero.getDefiningOp()));
  if (op.getUntil()) {
    OpBuilder first = firstThread(b, loc);
    code.storeAt(first, op.getIndex(), {}, indexOf(first, loc, 0));
    code.storeAt(first, op.getPasses(), {}, indexOf(first, loc, 0));
  }
  gpu::BarrierOp::create(b, loc);
  auto passes = scf::ForOp::create(b, loc, zero, code.scalar(op.getCount()), indexOf(b, loc, 1));
  OpBuilder in(passes.getBody()->getTerminator());
  frame.passes[op.getIndex()] = passes.getInductionVar();
  if (!op.getUntil())
    return pass(in, stage);
  Value mark = indexOf(in, loc, 0);
  Value ended = SampleCode(plan, constants, frame, OpBuilder(mark.getDefiningOp())).stored(in, op.getIndex(), {});
  Value none = arith::ConstantIntOp::create(in, loc, in.getI64Type(), 0);
  Value runs = arith::CmpIOp::create(in, loc, arith::CmpIPredicate::eq, ended, none);
  auto choice = scf::IfOp::create(in, loc, TypeRange(), runs, true);
  OpBuilder taken(choice.thenBlock()->getTerminator()), left(choice.elseBlock()->getTerminator());
  pass(taken, stage);
  repeatLast(left, op, passes.getInductionVar());
  gpu::BarrierOp::create(in, loc);
}

void StageCode::pass(OpBuilder &b, const Stage &stage) {
  auto op = cast<core::LoopOp>(stage.op);
  const Location loc = op.getLoc();
  for (const Stage &inner : stage.body) {
    StageCode(plan, constants, frame, status).emit(b, LaunchKind::Block, inner);
    gpu::BarrierOp::create(b, loc);
  }
  if (op.getUntil()) {
    // Asked of memory that the states have not reached yet: whoever copies waits.
    OpBuilder first = firstThread(b, loc);
    Value mark = indexOf(first, loc, 0);
    SampleCode code(plan, constants, frame, OpBuilder(mark.getDefiningOp()));
    Value end = arith::IndexCastUIOp::create(first, loc, first.getIndexType(), code.scalar(op.getEnd()));
    code.storeAt(first, op.getIndex(), {}, end);
    Value made = arith::AddIOp::create(first, loc, code.scalar(op.getIndex()), indexOf(first, loc, 1));
    code.storeAt(first, op.getPasses(), {}, made);
    gpu::BarrierOp::create(b, loc);
  }
  for (auto [next, state] : llvm::zip(op.getNexts(), op.getStates()))
    if (next != state)
      copyElements(b, next, state);
  gpu::BarrierOp::create(b, loc);
}

/// The histories' entry of a pass that is not made any more.
void StageCode::repeatLast(OpBuilder &b, core::LoopOp op, Value number) {
  const Location loc = op.getLoc();
  Value before = arith::SubIOp::create(b, loc, number, indexOf(b, loc, 1));
  for (Value value : op.getYields()) {
    Value mark = indexOf(b, loc, 0);
    SampleFrame last = frame;
    last.passes[op.getIndex()] = before;
    SampleCode here(plan, constants, frame, OpBuilder(mark.getDefiningOp()));
    SampleCode there(plan, constants, last, OpBuilder(mark.getDefiningOp()));
    Value size = indexOf(b, loc, 1);
    for (int64_t axis = 0; axis < cast<RankedTensorType>(value.getType()).getRank(); ++axis)
      size = arith::MulIOp::create(b, loc, size, here.extent(value, axis));
    auto each = scf::ForOp::create(b, loc, threadOf(b, loc), size, indexOf(b, loc, kBlockThreads));
    OpBuilder in(each.getBody()->getTerminator());
    here.storeAt(in, value, each.getInductionVar(), there.stored(in, value, each.getInductionVar()));
  }
}

} // namespace gms::compiler::cuda
