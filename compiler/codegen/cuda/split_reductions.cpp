#include "compiler/codegen/cuda/split_reductions.h"
#include "compiler/codegen/cuda/schedule.h"
#include <mlir/IR/IRMapping.h>
#include <mlir/Interfaces/SideEffectInterfaces.h>

namespace gms::compiler::cuda {
using namespace mlir;

namespace {

/// What a reduction takes along: operations of the body, in order, and the body's indices.
struct Slice {
  SmallVector<Operation *> operations;
  SmallVector<unsigned> indices;
};

Slice sliceOf(core::ReduceOp reduction, Block &body) {
  DenseSet<Operation *> needed{reduction};
  llvm::SmallSetVector<unsigned, 4> indices;
  Slice slice;
  // From the reduction backwards, so that users come before what they use.
  for (Operation *op = reduction; op; op = op->getPrevNode()) {
    if (!needed.contains(op))
      continue;
    slice.operations.push_back(op);
    op->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands()) {
        if (auto argument = dyn_cast<BlockArgument>(operand); argument && argument.getOwner() == &body)
          indices.insert(argument.getArgNumber());
        if (Operation *maker = operand.getDefiningOp(); maker && maker->getBlock() == &body)
          needed.insert(maker);
      }
    });
  }
  std::reverse(slice.operations.begin(), slice.operations.end());
  slice.indices = indices.takeVector();
  llvm::sort(slice.indices);
  return slice;
}

void copySlice(OpBuilder &b, const Slice &slice, IRMapping &map) {
  for (Operation *op : slice.operations)
    b.clone(*op, map);
}

/// The compute of the reduction over the indices it depends on.
Value computeOf(OpBuilder &b, core::ComputeOp op, core::ReduceOp reduction, const Slice &slice) {
  const Location loc = reduction.getLoc();
  SmallVector<Value> extents;
  SmallVector<int64_t> shape;
  for (unsigned axis : slice.indices) {
    extents.push_back(op.getExtents()[axis]);
    shape.push_back(op.getResult().getType().getDimSize(axis));
  }
  auto type = RankedTensorType::get(shape, reduction.getResult().getType());
  auto made = core::ComputeOp::create(b, loc, type, extents);
  Block *body = b.createBlock(&made.getBody());
  IRMapping map;
  for (unsigned axis : slice.indices)
    map.map(op.getBody().getArgument(axis), body->addArgument(b.getIndexType(), loc));
  copySlice(b, slice, map);
  core::YieldOp::create(b, loc, map.lookup(reduction.getResult()));
  return made.getResult();
}

void split(core::ComputeOp op, core::ReduceOp reduction) {
  Block &body = op.getBody().front();
  const Slice slice = sliceOf(reduction, body);
  if (slice.indices.size() >= op.getExtents().size())
    return;
  OpBuilder before(op);
  Value result;
  if (slice.indices.empty()) {
    IRMapping map;
    copySlice(before, slice, map);
    result = map.lookup(reduction.getResult());
  } else {
    Value made = computeOf(before, op, reduction, slice);
    OpBuilder here(reduction);
    SmallVector<Value> indices;
    for (unsigned axis : slice.indices)
      indices.push_back(body.getArgument(axis));
    result = core::ReadOp::create(here, reduction.getLoc(), reduction.getResult().getType(), made, indices,
                                  core::Border::Proven);
  }
  reduction.getResult().replaceAllUsesWith(result);
  for (Operation *left : llvm::reverse(slice.operations))
    if (isOpTriviallyDead(left))
      left->erase();
}

} // namespace

void splitReductions(func::FuncOp function) {
  SmallVector<core::ComputeOp> computes;
  function.walk([&](core::ComputeOp op) { computes.push_back(op); });
  for (core::ComputeOp op : computes) {
    SmallVector<core::ReduceOp> reductions;
    for (auto reduction : op.getBody().front().getOps<core::ReduceOp>())
      if (isLarge(reduction))
        reductions.push_back(reduction);
    for (core::ReduceOp reduction : reductions)
      split(op, reduction);
  }
}

} // namespace gms::compiler::cuda
