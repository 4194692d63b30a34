#include "compiler/codegen/cpu/loop_code.h"
#include <mlir/Dialect/Tensor/IR/Tensor.h>

namespace gms::compiler::cpu {
using namespace mlir;

LoopCode::LoopCode(SampleEmitter &emitter, core::LoopOp op) : e(emitter), op(op) {}

LogicalResult LoopCode::run() {
  count = e.scalarCode(op.getCount());
  if (e.failed)
    return failure();
  chooseSources();
  startStates();
  e.enterRegion(op.getBody());
  for (auto [state, argument] : llvm::zip(states, op.getStates()))
    if (state.source != Source::Number) {
      e.buffers[argument] = state.start;
      e.buffers[argument].pointer = {};
    }
  if (failed(makeHistories()))
    return failure();
  e.pools.push_back({&op.getBody(), {}, {}});
  const LogicalResult made = e.dry ? dry() : body();
  e.pools.pop_back();
  for (const State &state : states)
    if (state.source == Source::History) // whose memory lives as long as the state
      e.pools.back().taken.erase(op.getHistories()[state.history]);
  return made;
}

LogicalResult LoopCode::body() {
  ValueRange carried = open();
  bindBody(carried);
  aimYields(carried);
  if (failed(e.stages(op.getBody().front())))
    return failure();
  SmallVector<Value> next = endPass(carried);
  const Code end = op.getUntil() ? e.code(op.getEnd()) : Code();
  e.leaveRegion();
  if (e.failed)
    return failure();
  close(std::move(next), end.value);
  setResults();
  return success(!e.failed);
}

/// Without control flow: memory is planned by the body once.
LogicalResult LoopCode::dry() {
  if (failed(e.stages(op.getBody().front())))
    return failure();
  e.leaveRegion();
  for (auto [state, result] : llvm::zip(states, op.getFinals()))
    if (state.source != Source::Number) {
      e.buffers[result] = state.start;
      e.buffers[result].pointer = {};
    }
  return success(!e.failed);
}

// ---- before the loop ----

/// Whether a stage of the body writes the value wherever it is told to.
bool LoopCode::canAim(Value value) {
  Operation *source = value.getDefiningOp();
  return source && source->getParentRegion() == &op.getBody() &&
         isa<core::ComputeOp, core::ScanOp, core::ScatterOp, core::HistogramOp, core::BranchOp, core::SwitchOp, core::LoopOp,
             core::LibraryOp, tensor::FromElementsOp>(source);
}

void LoopCode::chooseSources() {
  for (auto [value, argument] : llvm::zip(op.getNexts(), op.getStates())) {
    State state;
    auto yields = op.getYields();
    const auto history = llvm::find(yields, value);
    if (!isa<RankedTensorType>(value.getType()))
      state.source = Source::Number;
    else if (value == argument)
      state.source = Source::Same;
    else if (!op->isAncestor(value.getParentBlock()->getParentOp()))
      state.source = Source::Outside;
    else if (history != yields.end() && canAim(value)) {
      state.source = Source::History;
      state.history = history - yields.begin();
    } else
      state.source = Source::Buffers;
    states.push_back(std::move(state));
  }
}

void LoopCode::startStates() {
  for (auto [state, init, argument] : llvm::zip(states, op.getInits(), op.getStates())) {
    state.carried = starts.size();
    if (state.source == Source::Number) {
      if (!e.dry)
        starts.push_back(e.scalarCode(init));
      continue;
    }
    state.start = e.buffer(init);
    if (state.source == Source::Same)
      continue;
    starts.push_back(state.start.pointer);
    if (state.source == Source::Buffers)
      for (int k = 0; k < 2; ++k)
        starts.push_back(e.allocate(argument, state.start.extents).pointer);
  }
}

/// The extents of what a pass yields, which are the same in all passes.
bool LoopCode::extentsOf(Value yielded, SmallVectorImpl<Value> &extents) {
  auto type = dyn_cast<RankedTensorType>(yielded.getType());
  for (int64_t axis = 0; type && axis < type.getRank(); ++axis) {
    Value extent = extentOf(yielded, axis);
    if (!extent)
      return false;
    extents.push_back(extent);
  }
  return true;
}

/// The extent of a tensor that is not made yet; null where only a pass knows it.
Value LoopCode::extentOf(Value tensor, int64_t axis) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (!type.isDynamicDim(axis))
    return e.indexConstant(type.getDimSize(axis));
  if (auto known = e.buffers.find(tensor); known != e.buffers.end())
    return known->second.extents[axis];
  Operation *maker = tensor.getDefiningOp();
  Value extent;
  if (auto cast = dyn_cast_or_null<tensor::CastOp>(maker))
    return extentOf(cast.getSource(), axis);
  if (isa_and_nonnull<core::BranchOp, core::SwitchOp>(maker))
    return extentOf(maker->getRegion(0).front().getTerminator()->getOperand(cast<OpResult>(tensor).getResultNumber()), axis);
  if (auto inner = dyn_cast_or_null<core::LoopOp>(maker)) {
    const unsigned number = cast<OpResult>(tensor).getResultNumber(), carried = inner.getInits().size();
    if (number < carried)
      return extentOf(inner.getInits()[number], axis);
    if (axis)
      return extentOf(inner.getYields()[number - carried], axis - 1);
    extent = inner.getCount();
  }
  if (auto compute = dyn_cast_or_null<core::ComputeOp>(maker))
    extent = compute.getExtents()[axis];
  if (auto scan = dyn_cast_or_null<core::ScanOp>(maker))
    extent = scan.getCount();
  if (auto scatter = dyn_cast_or_null<core::ScatterOp>(maker))
    extent = scatter.getExtents()[axis];
  if (auto histogram = dyn_cast_or_null<core::HistogramOp>(maker))
    extent = histogram.getExtents()[axis];
  if (auto call = dyn_cast_or_null<core::LibraryOp>(maker))
    extent = call.extentsOf(cast<OpResult>(tensor).getResultNumber())[axis];
  const bool within = extent && llvm::any_of(e.open, [&](const SampleEmitter::OpenRegion &region) {
                        return region.region == extent.getParentRegion();
                      });
  return within ? e.scalarCode(extent) : Value();
}

LogicalResult LoopCode::makeHistories() {
  for (auto [result, value] : llvm::zip(op.getHistories(), op.getYields())) {
    SmallVector<Value> extents{count};
    if (!extentsOf(value, extents))
      return op.emitError("a history of tensors whose extents are not known before the loop");
    if (e.failed)
      return failure();
    histories.push_back(e.target(result, extents));
    e.buffers[result] = histories.back();
  }
  return success();
}

// ---- the loop ----

/// Gives what the loop carries, inside of it.
ValueRange LoopCode::open() {
  OpBuilder &b = e.b;
  const bool until = op.getUntil();
  starts.push_back(e.top);
  Value zero = e.indexConstant(0), one = e.indexConstant(1), yes = e.constant(b.getBoolAttr(true));
  e.at(e.depth());
  if (!until) {
    auto made = scf::ForOp::create(b, e.loc, zero, count, one, starts);
    loop = made;
    e.enter(loop, made.getBody());
    index = made.getInductionVar();
    return made.getRegionIterArgs();
  }
  SmallVector<Value> carried{zero, yes};
  carried.append(starts);
  SmallVector<Type> types = llvm::to_vector(ValueRange(carried).getTypes());
  auto made = scf::WhileOp::create(b, e.loc, types, carried);
  SmallVector<Location> locations(types.size(), e.loc);
  Block *asked = b.createBlock(&made.getBefore(), {}, types, locations);
  Value below = arith::CmpIOp::create(b, e.loc, arith::CmpIPredicate::slt, asked->getArgument(0), count);
  Value more = arith::AndIOp::create(b, e.loc, below, asked->getArgument(1));
  scf::ConditionOp::create(b, e.loc, more, asked->getArguments());
  Block *pass = b.createBlock(&made.getAfter(), {}, types, locations);
  loop = made;
  e.enter(loop, pass);
  index = pass->getArgument(0);
  return pass->getArguments().drop_front(2);
}

void LoopCode::bindBody(ValueRange carried) {
  SampleEmitter::Instance &instance = e.instanceOf(&op.getBody());
  instance.least = e.depth(); // a loop may make no pass
  instance.values[op.getIndex()] = {index, {}, e.depth()};
  for (auto [state, argument] : llvm::zip(states, op.getStates())) {
    if (state.source == Source::Number) {
      instance.values[argument] = {carried[state.carried], {}, e.depth()};
      continue;
    }
    Buffer now = state.start;
    if (state.source != Source::Same)
      now.pointer = carried[state.carried];
    now.level = e.depth();
    e.buffers[argument] = now;
  }
  for (const Buffer &history : histories)
    slices.push_back(sliceOf(history, index));
}

/// The element or tensor of one pass.
Buffer LoopCode::sliceOf(const Buffer &history, Value place) {
  Buffer slice;
  slice.extents.assign(history.extents.begin() + 1, history.extents.end());
  slice.shape.assign(history.shape.begin() + 1, history.shape.end());
  slice.element = history.element;
  slice.level = e.depth();
  Code offset = e.multiply({place, {}, e.depth()}, e.strideOf(history, 0));
  slice.pointer = e.address(history, offset, e.depth());
  return slice;
}

void LoopCode::aimYields(ValueRange carried) {
  for (auto [slice, value] : llvm::zip(slices, op.getYields()))
    if (isa<RankedTensorType>(value.getType()) && canAim(value) && !e.destinations.count(value)) {
      e.destinations[value] = slice;
      aimed.insert(&slice);
    }
  for (auto [state, value] : llvm::zip(states, op.getNexts()))
    if (state.source == Source::Buffers && canAim(value) && !e.destinations.count(value)) {
      Buffer next = state.start;
      next.pointer = carried[state.carried + 1];
      next.level = e.depth();
      e.destinations[value] = next;
      aimed.insert(&state);
    }
}

/// What the next pass carries. Nothing that this pass read is written any more.
SmallVector<Value> LoopCode::endPass(ValueRange carried) {
  SmallVector<Value> next(carried.drop_back());
  for (auto [state, value] : llvm::zip(states, op.getNexts()))
    if (state.source == Source::Number)
      next[state.carried] = e.scalarCode(value);
  for (auto [k, value] : llvm::enumerate(op.getYields())) {
    if (!isa<RankedTensorType>(value.getType()))
      e.store(histories[k], Code{index, {}, e.depth()}, e.toMemory(e.code(value), histories[k].element));
    else if (!aimed.contains(&slices[k]))
      e.copy(e.buffer(value), slices[k]);
  }
  for (auto [state, value] : llvm::zip(states, op.getNexts())) {
    if (state.source == Source::Outside)
      next[state.carried] = e.buffer(value).pointer;
    if (state.source == Source::History)
      next[state.carried] = slices[state.history].pointer;
    if (state.source != Source::Buffers)
      continue;
    Value target = carried[state.carried + 1], spare = carried[state.carried + 2];
    if (!aimed.contains(&state)) {
      Buffer to = state.start;
      to.pointer = target;
      e.copy(e.buffer(value), to);
    }
    next[state.carried] = target;
    next[state.carried + 1] = spare;
    next[state.carried + 2] = target;
  }
  return next;
}

void LoopCode::close(SmallVector<Value> next, Value end) {
  OpBuilder &b = e.b;
  Value top = e.top, one = e.indexConstant(1), yes = e.constant(b.getBoolAttr(true));
  next.push_back(top);
  b.setInsertionPointToEnd(e.levels.back().block);
  if (op.getUntil()) {
    Value following = arith::AddIOp::create(b, e.loc, index, one);
    Value more = arith::XOrIOp::create(b, e.loc, end, yes);
    next.insert(next.begin(), {following, more});
  }
  scf::YieldOp::create(b, e.loc, next);
  e.leave();
  // Each pass begins with the memory that was in use before. Where all sizes are known what it ends with is a number,
  // which holds after the loop as well.
  e.top = loop->isAncestor(top.getParentBlock()->getParentOp()) ? loop->getResults().back() : top;
}

// ---- after it ----

void LoopCode::setResults() {
  ValueRange carried = loop->getResults();
  const Value passes = op.getUntil() ? carried[0] : Value();
  if (op.getUntil())
    carried = carried.drop_front(2);
  SampleEmitter::Instance &instance = e.instanceOf(op->getParentRegion());
  for (auto [state, result] : llvm::zip(states, op.getFinals())) {
    if (state.source == Source::Number) {
      instance.values[result] = {carried[state.carried], {}, e.depth()};
      continue;
    }
    Buffer now = state.start;
    now.level = e.depth();
    if (state.source != Source::Same)
      now.pointer = carried[state.carried];
    if (auto wanted = e.destinations.find(result); wanted != e.destinations.end()) {
      Buffer to = now;
      to.pointer = wanted->second.pointer;
      e.copy(now, to);
      now = to;
    }
    e.buffers[result] = now;
  }
  if (!passes)
    return;
  instance.values[op.getPasses()] = {passes, {}, e.depth()};
  repeatLast(passes);
}

void LoopCode::repeatLast(Value passes) {
  if (histories.empty())
    return;
  Value one = e.indexConstant(1);
  e.at(e.depth());
  Value last = arith::SubIOp::create(e.b, e.loc, passes, one);
  auto rest = scf::ForOp::create(e.b, e.loc, passes, count, one);
  e.enter(rest, rest.getBody());
  for (const Buffer &history : histories)
    e.copy(sliceOf(history, last), sliceOf(history, rest.getInductionVar()));
  e.leave();
}

} // namespace gms::compiler::cpu
