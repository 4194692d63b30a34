// Stages: what writes tensors to memory, and the memory itself.
#include "compiler/codegen/cpu/loop_code.h"
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/IR/Matchers.h>

namespace gms::compiler::cpu {
using namespace mlir;

LogicalResult SampleEmitter::stages(Block &block) {
  const bool entered = open.empty() || open.back().region != block.getParent();
  if (entered)
    enterRegion(*block.getParent());
  if (pools.empty())
    pools.push_back({block.getParent(), {}, {}});
  for (Operation &op : block.without_terminator())
    if (lanes = lanesOf(op); failed || mlir::failed(stage(op)))
      return failure();
    else if (block.getParent() == pools.back().region)
      freeAfter(op);
  if (entered && open.size() > 1)
    leaveRegion();
  return success(!failed);
}

/// Whether a scalar operation reads elements of a tensor whose memory may become another's.
static bool readsMemory(Operation &op) {
  if (llvm::any_of(op.getResultTypes(), [](Type type) { return isa<TensorType>(type); }))
    return false;
  return op
      .walk([](core::ReadOp read) {
        auto argument = dyn_cast<BlockArgument>(read.getTensor());
        const bool input = argument && isa<func::FuncOp>(argument.getOwner()->getParentOp());
        return input && read.getIndices().empty() ? WalkResult::advance() : WalkResult::interrupt();
      })
      .wasInterrupted();
}

/// Vectors fill one register: where elements or sums are f64 they are half as long.
unsigned SampleEmitter::lanesOf(Operation &op) const {
  auto isDouble = [](Type type) { return getElementTypeOrSelf(type).isF64(); };
  if (isa<core::LoopOp, core::BranchOp, core::SwitchOp>(op))
    return singles;
  const bool doubles = op.walk([&](Operation *inner) {
                           const bool made = isa<core::ReadOp, core::ReduceOp, core::ComputeOp, core::ScanOp, core::ScatterOp>(inner) &&
                                             isDouble(inner->getResult(0).getType());
                           return made ? WalkResult::interrupt() : WalkResult::advance();
                         }).wasInterrupted();
  return doubles ? singles / 2 : singles;
}

LogicalResult SampleEmitter::stage(Operation &op) {
  if (op.getLoc() != b.getUnknownLoc() &&
      isa<core::ComputeOp, core::ScanOp, core::ScatterOp, core::HistogramOp, core::LibraryOp>(op))
    loc = op.getLoc();
  if (auto made = dyn_cast<core::ComputeOp>(op))
    compute(made);
  else if (auto made = dyn_cast<core::ScanOp>(op))
    scan(made);
  else if (auto made = dyn_cast<core::HistogramOp>(op))
    histogram(made);
  else if (auto made = dyn_cast<core::ScatterOp>(op))
    scatter(made);
  else if (auto made = dyn_cast<core::RequireOp>(op))
    require(made);
  else if (auto made = dyn_cast<core::LibraryOp>(op))
    library(made);
  else if (isa<core::BranchOp, core::SwitchOp>(op))
    return tensorArms(&op);
  else if (auto made = dyn_cast<core::LoopOp>(op))
    return LoopCode(*this, made).run();
  else if (isa<tensor::FromElementsOp>(op))
    fromElements(&op);
  else if (auto made = dyn_cast<tensor::CastOp>(op))
    buffers[made.getResult()] = buffer(made.getSource());
  else if (auto made = dyn_cast<arith::ConstantOp>(op); made && isa<RankedTensorType>(made.getType()))
    globalConstant(made);
  else if (!dry && !op.use_empty() && readsMemory(op))
    code(op.getResult(0)); // now, before the memory is another tensor's
  else if (!op.getNumResults() ||
           llvm::any_of(op.getResultTypes(), [](Type t) { return isa<TensorType>(t); }))
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

SampleEmitter::Size SampleEmitter::sizeOf(Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  Size size{type.getElementType().isIndex() ? 64 : static_cast<int64_t>(type.getElementTypeBitWidth())};
  Operation *source = tensor.getDefiningOp();
  const bool alone = isa_and_nonnull<core::LoopOp>(source); // of no other tensor's size, unless it is known
  auto call = dyn_cast_or_null<core::LibraryOp>(source);
  auto histogram = dyn_cast_or_null<core::HistogramOp>(source);
  OperandRange extents = call        ? call.extentsOf(cast<OpResult>(tensor).getResultNumber())
                         : histogram ? histogram.getExtents()
                         : isa<core::ScatterOp>(source)
                             ? cast<core::ScatterOp>(source).getExtents()
                         : isa<core::ComputeOp>(source)
                             ? cast<core::ComputeOp>(source).getExtents()
                             : source->getOperands().take_front(isa<core::ScanOp>(source));
  for (int64_t axis = 0; axis < type.getRank(); ++axis) {
    APInt number;
    if (!type.isDynamicDim(axis))
      size.insert(size.end(), {0, type.getDimSize(axis)});
    else if (alone)
      size.insert(size.end(), {2, reinterpret_cast<int64_t>(tensor.getAsOpaquePointer())});
    else if (matchPattern(extents[axis], m_ConstantInt(&number)))
      size.insert(size.end(), {0, number.getSExtValue()});
    else
      size.insert(size.end(), {1, reinterpret_cast<int64_t>(extents[axis].getAsOpaquePointer())});
  }
  return size;
}

Buffer SampleEmitter::allocate(Value tensor, ArrayRef<Value> extents) {
  auto type = cast<RankedTensorType>(tensor.getType());
  Buffer out;
  out.shape.assign(type.getShape().begin(), type.getShape().end());
  out.extents.assign(extents.begin(), extents.end());
  out.element = type.getElementType();
  out.level = depth();
  Type i64 = b.getI64Type();
  // Vectors may be read up to 64 bytes past the end; each tensor starts on its own cache line.
  Value padded = emit<arith::AddIOp>(depth(), i64, {bytesOf(out), intConstant(127, i64)});
  Value size = emit<arith::AndIOp>(depth(), i64, {padded, intConstant(-64, i64)});
  Value offset = top;
  // Arms keep theirs: which of them runs is not known before.
  if (tensor.getParentRegion() == pools.back().region && tensor.getDefiningOp()) {
    if (auto &places = pools.back().freed[sizeOf(tensor)]; !places.empty())
      offset = places.pop_back_val();
    pools.back().taken[tensor] = offset;
  }
  if (!dry) {
    // An address of its own, also where the memory was another tensor's: loads are shared by address.
    at(depth());
    out.pointer = LLVM::GEPOp::create(b, loc, workspace.getType(), b.getI8Type(), workspace,
                                      ArrayRef<LLVM::GEPArg>{offset});
  }
  if (offset == top)
    take(size);
  return out;
}

void SampleEmitter::take(Value bytes) {
  top = emit<arith::AddIOp>(depth(), b.getI64Type(), {top, bytes});
  if (!dry && !depth()) {
    at(0);
    leaveIf(arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sgt, top, workspaceBytes),
            Status::BadWorkspace);
  }
}

Buffer SampleEmitter::target(Value result, ArrayRef<Value> extents) {
  auto type = cast<RankedTensorType>(result.getType());
  auto found = destinations.find(result);
  if (found == destinations.end())
    return withKnownExtents(allocate(result, extents));
  Buffer out = found->second;
  if (!out.extents.empty() && !depth() && !dry)
    checkExtents(out, extents);
  out.extents.assign(extents.begin(), extents.end());
  out.shape.assign(type.getShape().begin(), type.getShape().end());
  return withKnownExtents(std::move(out));
}

/// Extents that the type leaves open may be known all the same.
Buffer SampleEmitter::withKnownExtents(Buffer made) {
  for (auto [k, extent] : llvm::enumerate(made.shape))
    if (auto known = constantOf({made.extents[k], {}, 0}))
      extent = *known;
  return made;
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

/// Gives back the memory of tensors whose last reader was `op`.
void SampleEmitter::freeAfter(Operation &op) {
  SmallVector<Value> done;
  for (auto &[tensor, offset] : pools.back().taken) {
    bool last = tensor.getDefiningOp() != &op;
    for (Operation *user : tensor.getUsers()) {
      // What hands the tensor on keeps it alive.
      Operation *stage = op.getBlock()->findAncestorOpInBlock(*user);
      last &=
          isa<core::ReadOp, tensor::DimOp, core::LibraryOp>(user) && stage && (stage == &op || stage->isBeforeInBlock(&op));
    }
    if (last)
      done.push_back(tensor);
  }
  for (Value tensor : done) {
    pools.back().freed[sizeOf(tensor)].push_back(pools.back().taken[tensor]);
    pools.back().taken.erase(tensor);
  }
}

/// The caller's memory must be of the extents that the kernel writes.
void SampleEmitter::checkExtents(const Buffer &stated, ArrayRef<Value> extents) {
  Code differs;
  for (auto [have, want] : llvm::zip(stated.extents, extents)) {
    Code here = compare(arith::CmpIPredicate::ne, {have, {}, 0}, {want, {}, 0});
    differs = differs.value ? binary<arith::OrIOp>(differs, here) : here;
  }
  at(0);
  if (differs.value)
    leaveIf(differs.value, Status::BadShape);
}

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
  if (dry)
    return;
  Code holds = code(op.getCondition());
  if (failed)
    return;
  Value yes = constant(b.getBoolAttr(true));
  at(depth());
  Value fails = arith::XOrIOp::create(b, loc, holds.value, yes);
  const Status told = op.getFirstPass() ? Status::NoPass : Status::BadShape;
  if (depth() == 0)
    return leaveIf(fails, told);
  Value status = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(static_cast<int32_t>(told)));
  Value zero = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(0));
  noteStatus(arith::SelectOp::create(b, loc, fails, status, zero));
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
    std::string name = "constant" + std::to_string(constants++) + "." +
                       levels[0].block->getParent()->getParentOfType<func::FuncOp>().getName().str();
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
