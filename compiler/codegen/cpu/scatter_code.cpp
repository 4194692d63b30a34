// core.scatter: zeros, then one addition after the other, as places may repeat.
#include "compiler/codegen/cpu/sample_emitter.h"

namespace gms::compiler::cpu {
using namespace mlir;

void SampleEmitter::scatter(core::ScatterOp op) {
  SmallVector<Value> extents;
  for (Value extent : op.getExtents())
    extents.push_back(scalarCode(extent));
  if (failed)
    return;
  const Buffer out = target(op.getResult(), extents);
  buffers[op.getResult()] = out;
  if (dry)
    return;
  Value bytes = bytesOf(out), zero = intConstant(0, b.getI8Type()), one = indexConstant(1);
  SmallVector<std::pair<Value, Value>> box;
  for (auto [low, high] : llvm::zip(op.getLows(), op.getHighs()))
    box.push_back({scalarCode(low), scalarCode(high)});
  at(depth());
  LLVM::MemsetOp::create(b, loc, out.pointer, zero, bytes, false);
  const size_t outside = levels.size();
  SmallVector<Code> point;
  for (auto [low, high] : box) {
    at(depth());
    auto loop = scf::ForOp::create(b, loc, low, high, one);
    enter(loop, loop.getBody());
    point.push_back({loop.getInductionVar(), {}, depth()});
  }
  Instance &instance = *enterRegion(op.getBody()).channels[0];
  for (auto [argument, index] : llvm::zip(op.getBody().getArguments(), point))
    instance.values[argument] = index;
  const std::vector<Code> yielded = yields(op.getBody());
  leaveRegion();
  addAt(out, ArrayRef(yielded).drop_front(), yielded[0]);
  while (levels.size() > outside)
    leave();
}

/// Adds to one element; places outside are left out.
void SampleEmitter::addAt(const Buffer &out, ArrayRef<Code> place, const Code &value) {
  Code inside = known(1);
  inside.value = constant(b.getBoolAttr(true));
  for (auto [axis, index] : llvm::enumerate(place)) // as unsigned numbers, negative indices are too large
    inside = both(inside, compare(arith::CmpIPredicate::ult, index, extentOf(out, axis)));
  at(depth());
  auto when = scf::IfOp::create(b, loc, inside.value, false);
  enter(when, when.thenBlock());
  Value pointer = address(out, offsetsOf(out, place).fixed, depth());
  at(depth());
  const unsigned bytes = out.element.getIntOrFloatBitWidth() / 8;
  Value before = LLVM::LoadOp::create(b, loc, out.element, pointer, bytes);
  Value after = arith::AddFOp::create(b, loc, before, value.value);
  LLVM::StoreOp::create(b, loc, after, pointer, bytes);
  leave();
}

} // namespace gms::compiler::cpu
