// Stages: the loops of computes and scans, whose results go to memory.
#include "compiler/codegen/cpu/stage_code.h"
#include "compiler/codegen/cpu/aside.h"
#include <mlir/Dialect/Tensor/IR/Tensor.h>

namespace gms::compiler::cpu {
using namespace mlir;

namespace {
/// An axis of at most so many elements is written out where that shares work, or where it is stored between the lanes.
constexpr int64_t channelExtent = 4;
/// A body may not become longer than this by being written out.
constexpr size_t longestBody = 6000;
} // namespace

LogicalResult SampleEmitter::stages(Block &block) {
  const bool entered = open.empty() || open.back().region != block.getParent();
  if (entered)
    enterRegion(*block.getParent());
  for (Operation &op : block.without_terminator())
    if (failed || mlir::failed(stage(op)))
      return failure();
  if (entered && open.size() > 1)
    leaveRegion();
  return success(!failed);
}

LogicalResult SampleEmitter::stage(Operation &op) {
  if (op.getLoc() != b.getUnknownLoc() && isa<core::ComputeOp, core::ScanOp>(op))
    loc = op.getLoc();
  if (auto made = dyn_cast<core::ComputeOp>(op))
    compute(made);
  else if (auto made = dyn_cast<core::ScanOp>(op))
    scan(made);
  else if (auto made = dyn_cast<core::RequireOp>(op))
    require(made);
  else if (isa<core::BranchOp, core::SwitchOp>(op))
    return tensorArms(&op);
  else if (isa<tensor::FromElementsOp>(op))
    fromElements(&op);
  else if (auto made = dyn_cast<tensor::CastOp>(op))
    buffers[made.getResult()] = buffer(made.getSource());
  else if (auto made = dyn_cast<arith::ConstantOp>(op); made && isa<RankedTensorType>(made.getType()))
    globalConstant(made);
  else if (!op.getNumResults() || llvm::any_of(op.getResultTypes(), [](Type t) { return isa<TensorType>(t); }))
    return op.emitError("no CPU code is made from this operation");
  return success(!failed);
}

const Buffer &SampleEmitter::buffer(Value tensor) {
  auto found = buffers.find(tensor);
  if (found == buffers.end()) {
    failed = true;
    mlir::emitError(tensor.getLoc(), "a tensor is read before it is made");
    return buffers[tensor];
  }
  return found->second;
}

Value SampleEmitter::bytesOf(const Buffer &out) {
  Code size = known(1);
  for (unsigned k = 0; k < out.extents.size(); ++k)
    size = multiply(size, extentOf(out, k));
  const int64_t each = out.element.isIndex() ? 8 : (out.element.getIntOrFloatBitWidth() + 7) / 8;
  size = multiply(size, known(each));
  return toI64(size.value, size.level);
}

Buffer SampleEmitter::allocate(RankedTensorType type, ArrayRef<Value> extents) {
  Buffer out;
  out.shape.assign(type.getShape().begin(), type.getShape().end());
  out.extents.assign(extents.begin(), extents.end());
  out.element = type.getElementType();
  out.level = depth();
  Type i64 = b.getI64Type();
  if (!dry) {
    at(depth());
    out.pointer = LLVM::GEPOp::create(b, loc, workspace.getType(), b.getI8Type(), workspace, ArrayRef<LLVM::GEPArg>{top});
  }
  // Vectors may be read up to 64 bytes past the end; each tensor starts on its own cache line.
  Value padded = emit<arith::AddIOp>(depth(), i64, {bytesOf(out), intConstant(127, i64)});
  Value size = emit<arith::AndIOp>(depth(), i64, {padded, intConstant(-64, i64)});
  top = emit<arith::AddIOp>(depth(), i64, {top, size});
  if (!dry && !depth()) {
    at(0);
    leaveIf(arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sgt, top, workspaceBytes), Status::BadWorkspace);
  }
  return out;
}

Buffer SampleEmitter::target(Value result, ArrayRef<Value> extents) {
  auto type = cast<RankedTensorType>(result.getType());
  auto found = destinations.find(result);
  if (found == destinations.end())
    return allocate(type, extents);
  Buffer out = found->second;
  out.extents.assign(extents.begin(), extents.end());
  out.shape.assign(type.getShape().begin(), type.getShape().end());
  return out;
}

// ---- compute ---------------------------------------------------------------------------------------------------------

/// Which indices of a compute each value of its body depends on, one bit an index.
static DenseMap<Value, unsigned> dependences(core::ComputeOp op) {
  DenseMap<Value, unsigned> uses;
  for (BlockArgument argument : op.getBody().getArguments())
    uses[argument] = 1u << argument.getArgNumber();
  op.getBody().walk<WalkOrder::PreOrder>([&](Operation *nested) {
    unsigned bits = 0;
    nested->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        bits |= uses.lookup(operand);
    });
    for (Value result : nested->getResults())
      uses[result] = bits;
  });
  return uses;
}

/// Whether an axis may be written out: no loop's count depends on it.
static bool canWriteOut(core::ComputeOp op, unsigned axis) {
  DenseMap<Value, unsigned> uses = dependences(op);
  bool depends = false;
  op.getBody().walk([&](core::ReduceOp reduce) {
    for (Value bound : reduce->getOperands())
      depends |= (uses.lookup(bound) >> axis) & 1;
  });
  return !depends;
}

/// Whether enough of a body is the same for all indices of an axis that lanes should compute it once.
bool SampleEmitter::sharesAcross(core::ComputeOp op, unsigned axis) {
  Block &body = op.getBody().front();
  DenseMap<Value, unsigned> uses = dependences(op);
  size_t shared = 0, all = 0;
  body.walk([&](Operation *nested) {
    const unsigned bits = nested->getNumResults() ? uses.lookup(nested->getResult(0)) : 0;
    ++all;
    shared += (bits & (1u << (body.getNumArguments() - 1))) && !(bits & (1u << axis));
  });
  return shared >= 4 && all * channelExtent <= longestBody;
}

SampleEmitter::Nest SampleEmitter::nestOf(core::ComputeOp op, const Buffer &out) {
  const int rank = out.shape.size();
  Nest nest;
  nest.written.assign(rank, false);
  auto small = [&](int axis) { return !ShapedType::isDynamic(out.shape[axis]) && out.shape[axis] < int64_t(lanes); };
  bool longReduction = false;
  op.getBody().walk([&](core::ReduceOp reduce) { longReduction |= reduce.getLows().size() > 1; });
  if (!rank || (rank == 1 && longReduction))
    return nest;
  if (!small(rank - 1))
    nest.lanes = rank - 1;
  else if (rank > 1 && out.shape[rank - 1] <= channelExtent && !small(rank - 2) && canWriteOut(op, rank - 1)) {
    nest.lanes = rank - 2;
    nest.written[rank - 1] = true;
  }
  for (int axis = 0; axis < nest.lanes; ++axis)
    if (!ShapedType::isDynamic(out.shape[axis]) && out.shape[axis] <= channelExtent && out.shape[axis] > 1)
      nest.written[axis] = canWriteOut(op, axis) && sharesAcross(op, axis);
  return nest;
}

void SampleEmitter::compute(core::ComputeOp op) {
  SmallVector<Value> extents;
  for (Value extent : op.getExtents())
    extents.push_back(scalarCode(extent));
  if (failed)
    return;
  const Buffer out = target(op.getResult(), extents);
  buffers[op.getResult()] = out;
  if (dry)
    return;
  Nest nest = nestOf(op, out);
  Nest scalars;
  scalars.written.assign(out.shape.size(), false);
  if (nest.lanes < 0)
    return computeNest(op, out, scalars);
  if (!ShapedType::isDynamic(out.shape[nest.lanes]) || constantOf({extents[nest.lanes]}))
    return computeNest(op, out, nest);
  Code enough = compare(arith::CmpIPredicate::sge, extentOf(out, nest.lanes), known(lanes));
  at(depth());
  auto choice = scf::IfOp::create(b, loc, TypeRange(), enough.value, true);
  for (auto [block, which] : {std::pair{choice.thenBlock(), &nest}, std::pair{choice.elseBlock(), &scalars}}) {
    enter(choice, block);
    computeNest(op, out, *which);
    leave();
  }
}

void SampleEmitter::computeNest(core::ComputeOp op, const Buffer &out, const Nest &nest) {
  std::vector<unsigned> order;
  for (unsigned axis = 0; axis < out.shape.size(); ++axis)
    if (!nest.written[axis] && static_cast<int>(axis) != nest.lanes)
      order.push_back(axis);
  if (nest.lanes >= 0)
    order.push_back(nest.lanes);
  std::vector<Code> indices(out.shape.size());
  const size_t open = levels.size();
  for (unsigned axis : order) {
    const bool wide = static_cast<int>(axis) == nest.lanes;
    Value zero = indexConstant(0), step = indexConstant(wide ? lanes : 1);
    at(depth());
    auto loop = scf::ForOp::create(b, loc, zero, out.extents[axis], step);
    enter(loop, loop.getBody());
    Code index{loop.getInductionVar(), {}, depth()};
    if (wide) {
      auto size = constantOf({out.extents[axis]});
      // The last vector is moved back to end with the row; what it makes twice is the same.
      if (!size || *size % lanes)
        index = binary<arith::MinSIOp>(index, binary<arith::SubIOp>(extentOf(out, axis), known(lanes)));
      index = {{}, index.value, index.level};
    }
    indices[axis] = index;
  }
  computeElements(op, out, nest, indices);
  while (levels.size() > open)
    leave();
}

/// The elements of all channels at once, then their stores.
void SampleEmitter::computeElements(core::ComputeOp op, const Buffer &out, const Nest &nest, std::vector<Code> &indices) {
  std::vector<std::vector<Code>> places{indices};
  int64_t between = 1; // channels that are stored between the lanes: the last axis
  for (unsigned k = 0; k < indices.size(); ++k) {
    if (!nest.written[k])
      continue;
    if (static_cast<int>(k) > nest.lanes)
      between = out.shape[k];
    std::vector<std::vector<Code>> more;
    for (const std::vector<Code> &place : places)
      for (int64_t i = 0; i < out.shape[k]; ++i) {
        more.push_back(place);
        more.back()[k] = known(i);
      }
    places = std::move(more);
  }
  OpenRegion &body = enterRegion(op.getBody(), places.size());
  for (size_t c = 0; c < places.size(); ++c)
    for (auto [argument, index] : llvm::zip(op.getBody().getArguments(), places[c]))
      body.channels[c]->values[argument] = index;
  std::vector<Code> elements;
  for (const Code &element : allYields(op.getBody()))
    elements.push_back(toMemory(element, out.element));
  leaveRegion();
  if (between == 1)
    for (size_t c = 0; c < places.size(); ++c)
      store(out, places[c], elements[c]);
  else
    for (size_t c = 0; c < places.size(); c += between)
      storeBetween(out, places[c], ArrayRef(elements).slice(c, between));
}

Code SampleEmitter::toMemory(const Code &value, Type element) {
  Type want = element.isIndex() ? Type(b.getI64Type()) : element;
  Code made = value;
  if (made.base)
    made = {vector(made), {}, made.level};
  Type have = getElementTypeOrSelf(made.value.getType());
  if (have == want)
    return made;
  Type type = made.lanes() ? Type(vectorOf(want)) : want;
  if (have.isIndex())
    return {emit<arith::IndexCastOp>(made.level, type, {made.value}), {}, made.level};
  if (have.getIntOrFloatBitWidth() < want.getIntOrFloatBitWidth())
    return {emit<arith::ExtSIOp>(made.level, type, {made.value}), {}, made.level};
  return {emit<arith::TruncIOp>(made.level, type, {made.value}), {}, made.level};
}

void SampleEmitter::store(const Buffer &out, ArrayRef<Code> indices, const Code &element) {
  Offsets offsets = offsetsOf(out, indices);
  Code place = offsets.fixed;
  Value value = element.value;
  if (offsets.moving.lanes()) {
    place = add(place, {offsets.moving.base, {}, offsets.moving.level});
    value = vector(element);
  }
  Value pointer = address(out, place, depth());
  at(depth());
  const unsigned bytes = out.element.isIndex() ? 8 : (out.element.getIntOrFloatBitWidth() + 7) / 8;
  LLVM::StoreOp::create(b, loc, value, pointer, bytes);
}

/// Channels that lie between the pixels: their vectors are interleaved and stored as one.
void SampleEmitter::storeBetween(const Buffer &out, ArrayRef<Code> indices, ArrayRef<Code> elements) {
  const int64_t channels = elements.size(), n = lanes;
  std::vector<Code> first(indices.begin(), indices.end());
  for (Code &index : first)
    if (index.base)
      index = {index.base, {}, index.level};
  Value pointer = address(out, offsetsOf(out, first).fixed, depth());
  at(depth());
  // Vectors are put after one another, then their elements into order.
  Value all = vector(elements[0]);
  for (int64_t k = 1; k < channels; ++k) {
    Value next = vector(elements[k]);
    at(depth());
    SmallVector<int64_t> places;
    if (k > 1) { // both operands of a shuffle have one type
      for (int64_t i = 0; i < n * k; ++i)
        places.push_back(i < n ? i : 0);
      next = vector::ShuffleOp::create(b, loc, next, next, places);
      places.clear();
    }
    for (int64_t i = 0; i < n * (k + 1); ++i)
      places.push_back(i);
    all = vector::ShuffleOp::create(b, loc, all, next, places);
  }
  SmallVector<int64_t> order;
  for (int64_t i = 0; i < n; ++i)
    for (int64_t k = 0; k < channels; ++k)
      order.push_back(k * n + i);
  at(depth());
  if (channels > 1)
    all = vector::ShuffleOp::create(b, loc, all, all, order);
  const unsigned bytes = out.element.isIndex() ? 8 : (out.element.getIntOrFloatBitWidth() + 7) / 8;
  LLVM::StoreOp::create(b, loc, all, pointer, bytes);
}

// ---- other stages ----------------------------------------------------------------------------------------------------

void SampleEmitter::scan(core::ScanOp op) {
  Value count = scalarCode(op.getCount());
  if (failed)
    return;
  const Buffer out = target(op.getResult(), count);
  buffers[op.getResult()] = out;
  if (dry)
    return;
  SmallVector<Value> starts;
  for (Value init : op.getInits())
    starts.push_back(scalarCode(init));
  Value zero = indexConstant(0), one = indexConstant(1);
  at(depth());
  auto loop = scf::ForOp::create(b, loc, zero, count, one, starts);
  enter(loop, loop.getBody());
  Instance &instance = *enterRegion(op.getBody()).channels[0];
  Code index{loop.getInductionVar(), {}, depth()};
  instance.values[op.getBody().getArgument(0)] = index;
  for (auto [argument, state] : llvm::zip(op.getBody().getArguments().drop_front(), loop.getRegionIterArgs()))
    instance.values[argument] = {state, {}, depth()};
  SmallVector<Value> next;
  for (const Code &value : yields(op.getBody()))
    next.push_back(value.value);
  leaveRegion();
  store(out, index, toMemory({next[0], {}, depth()}, out.element));
  at(depth());
  scf::YieldOp::create(b, loc, next);
  leave();
}

void SampleEmitter::require(core::RequireOp op) {
  if (dry || depth())
    return;
  Code holds = code(op.getCondition());
  if (failed)
    return;
  Value yes = constant(b.getBoolAttr(true));
  at(0);
  Value fails = arith::XOrIOp::create(b, loc, holds.value, yes);
  leaveIf(fails, Status::BadShape);
}

void SampleEmitter::fromElements(Operation *op) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  SmallVector<Value> extents;
  for (int64_t extent : type.getShape())
    extents.push_back(indexConstant(extent));
  const Buffer out = target(op->getResult(0), extents);
  buffers[op->getResult(0)] = out;
  if (dry)
    return;
  Buffer flat = out;
  flat.extents = {indexConstant(type.getNumElements())};
  for (auto [k, element] : llvm::enumerate(op->getOperands())) {
    Code value = toMemory(code(element), out.element);
    store(flat, known(k), value);
  }
}

void SampleEmitter::globalConstant(arith::ConstantOp op) {
  auto type = cast<RankedTensorType>(op.getType());
  Buffer out;
  out.shape.assign(type.getShape().begin(), type.getShape().end());
  for (int64_t extent : type.getShape())
    out.extents.push_back(indexConstant(extent));
  out.element = type.getElementType();
  if (!dry) {
    auto flat = VectorType::get({std::max<int64_t>(type.getNumElements(), 1)}, out.element);
    auto module = levels[0].block->getParentOp()->getParentOfType<ModuleOp>();
    auto values = cast<DenseElementsAttr>(op.getValue());
    auto array = LLVM::LLVMArrayType::get(flat.getElementType(), type.getNumElements());
    OpBuilder top = OpBuilder::atBlockBegin(module.getBody());
    std::string name = "constant" + std::to_string(constants++) + "." + levels[0].block->getParent()->getParentOfType<func::FuncOp>().getName().str();
    auto reshaped = values.reshape(RankedTensorType::get({type.getNumElements()}, out.element));
    LLVM::GlobalOp::create(top, loc, array, true, LLVM::Linkage::Internal, name, reshaped, 64);
    at(0);
    out.pointer = LLVM::AddressOfOp::create(b, loc, LLVM::LLVMPointerType::get(b.getContext()), name);
  }
  buffers[op.getResult()] = out;
}

void SampleEmitter::copy(const Buffer &from, const Buffer &to) {
  Value bytes = bytesOf(from);
  at(depth());
  LLVM::MemcpyOp::create(b, loc, to.pointer, from.pointer, bytes, false);
}

} // namespace gms::compiler::cpu
