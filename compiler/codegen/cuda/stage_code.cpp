#include "compiler/codegen/cuda/stage_code.h"
#include "runtime/abi/kernel.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/GPU/IR/GPUDialect.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

namespace gms::compiler::cuda {
using namespace mlir;

namespace {

/// Outer axes of at most so many elements in all are loops of each thread; larger ones are shared out over the grid's z.
constexpr int64_t mostOuter = 4;

Value indexOf(OpBuilder &b, Location loc, int64_t value) { return arith::ConstantIndexOp::create(b, loc, value); }
Value threadOf(OpBuilder &b, Location loc) { return gpu::ThreadIdOp::create(b, loc, gpu::Dimension::x); }
Value isZero(OpBuilder &b, Location loc, Value v) {
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, v, indexOf(b, loc, 0));
}

/// Opens `if condition` and gives a builder inside it.
OpBuilder when(OpBuilder &b, Location loc, Value condition) {
  auto guard = scf::IfOp::create(b, loc, condition, false);
  return OpBuilder(guard.getThenRegion().front().getTerminator());
}

/// Row-major indices of a position below 2^32: a GPU divides 32-bit numbers several times faster than 64-bit ones.
SmallVector<Value> decode(OpBuilder &b, Location loc, Value position, ArrayRef<Value> sizes) {
  if (sizes.empty())
    return {};
  SmallVector<Value> indices(sizes.size());
  const Type word = b.getI32Type();
  auto narrow = [&](Value v) { return arith::IndexCastOp::create(b, loc, word, v).getResult(); };
  auto widen = [&](Value v) { return arith::IndexCastUIOp::create(b, loc, b.getIndexType(), v).getResult(); };
  if (sizes.size() == 1)
    return {position};
  Value rest = narrow(position);
  for (size_t axis = sizes.size(); axis-- > 1;) {
    Value size = narrow(sizes[axis]);
    indices[axis] = widen(arith::RemUIOp::create(b, loc, rest, size));
    rest = arith::DivUIOp::create(b, loc, rest, size);
  }
  indices[0] = widen(rest);
  return indices;
}

Value product(OpBuilder &b, Location loc, ArrayRef<Value> sizes) {
  Value all = indexOf(b, loc, 1);
  for (Value size : sizes)
    all = arith::MulIOp::create(b, loc, all, size, arith::IntegerOverflowFlags::nsw);
  return all;
}

std::optional<int64_t> knownProduct(RankedTensorType type, ArrayRef<unsigned> axes) {
  int64_t all = 1;
  for (unsigned axis : axes) {
    if (type.isDynamicDim(axis))
      return {};
    all *= type.getDimSize(axis);
  }
  return all;
}

} // namespace

bool spreadsOuter(core::ComputeOp op) {
  const Domain domain = domainOf(op);
  std::optional<int64_t> known = knownProduct(op.getResult().getType(), domain.outer);
  return !known || *known > mostOuter;
}

void StageCode::emit(OpBuilder &b, LaunchKind kind, const Stage &stage) {
  const Location loc = stage.op->getLoc();
  OpBuilder at = b;
  if (runsOnce(stage.op)) {
    Value mine = isZero(at, loc, threadOf(at, loc));
    if (kind != LaunchKind::Block)
      for (gpu::Dimension axis : {gpu::Dimension::x, gpu::Dimension::z})
        mine = arith::AndIOp::create(at, loc, mine, isZero(at, loc, gpu::BlockIdOp::create(at, loc, axis)));
    at = when(at, loc, mine);
  }
  if (Value holds = SampleCode(plan, constants, frame, at).holds(stage.guards))
    at = when(at, loc, holds);
  // What the stage needs of the sample is made before this number, once for all elements.
  Value mark = indexOf(at, loc, 0);
  SampleCode code(plan, constants, frame, OpBuilder(mark.getDefiningOp()));
  if (isa<core::LoopOp>(stage.op))
    return loop(at, stage);
  if (runsOnce(stage.op))
    return once(at, stage.op, code);
  if (auto reduction = dyn_cast<core::ReduceOp>(stage.op))
    return reduce(at, reduction, code);
  if (auto counts = dyn_cast<core::HistogramOp>(stage.op))
    return histogram(at, counts, code);
  auto compute = cast<core::ComputeOp>(stage.op);
  if (kind == LaunchKind::Rows)
    return row(at, compute, code);
  return kind == LaunchKind::Tiles ? tiles(at, compute, code) : smallCompute(at, compute, code);
}

void StageCode::tiles(OpBuilder &b, core::ComputeOp op, SampleCode &code) {
  const Location loc = op.getLoc();
  const Domain domain = domainOf(op);
  SmallVector<Value> sizes;
  for (unsigned axis : domain.pixels)
    sizes.push_back(code.extent(op.getResult(), axis));
  Value total = product(b, loc, sizes), zero = indexOf(b, loc, 0), one = indexOf(b, loc, 1);
  Value tile = arith::MulIOp::create(b, loc, gpu::BlockIdOp::create(b, loc, gpu::Dimension::x),
                                     indexOf(b, loc, kTilePixels));
  Value first = arith::AddIOp::create(b, loc, tile, threadOf(b, loc));
  auto loop = scf::ForOp::create(b, loc, zero, indexOf(b, loc, kPixelsPerThread), one);
  OpBuilder in(loop.getBody()->getTerminator());
  Value pass = arith::MulIOp::create(in, loc, loop.getInductionVar(), indexOf(in, loc, kBlockThreads));
  Value position = arith::AddIOp::create(in, loc, first, pass);
  OpBuilder inside = when(in, loc, arith::CmpIOp::create(in, loc, arith::CmpIPredicate::slt, position, total));
  pixel(inside, op, domain, decode(inside, loc, position, sizes), code);
}

void StageCode::pixel(OpBuilder &b, core::ComputeOp op, const Domain &domain, ValueRange pixels, SampleCode &code) {
  const Location loc = op.getLoc();
  auto type = op.getResult().getType();
  SmallVector<Value> indices(type.getRank());
  for (auto [axis, index] : llvm::zip(domain.pixels, pixels))
    indices[axis] = index;
  OpBuilder at = b;
  auto open = [&](Value from, Value to, Value step) {
    auto loop = scf::ForOp::create(at, loc, from, to, step);
    at = OpBuilder(loop.getBody()->getTerminator());
    return loop.getInductionVar();
  };
  Value zero = indexOf(at, loc, 0), one = indexOf(at, loc, 1);
  SmallVector<Value> sizes;
  for (unsigned axis : domain.outer)
    sizes.push_back(code.extent(op.getResult(), axis));
  if (!domain.outer.empty()) {
    const bool spread = spreadsOuter(op);
    Value from = spread ? gpu::BlockIdOp::create(at, loc, gpu::Dimension::z).getResult() : zero;
    Value step = spread ? gpu::GridDimOp::create(at, loc, gpu::Dimension::z).getResult() : one;
    Value position = open(from, product(at, loc, sizes), step);
    for (auto [axis, index] : llvm::zip(domain.outer, decode(at, loc, position, sizes)))
      indices[axis] = index;
  }
  if (domain.channel)
    indices[*domain.channel] = open(zero, indexOf(at, loc, type.getDimSize(*domain.channel)), one);
  element(at, op, indices, code);
}

void StageCode::element(OpBuilder &b, core::ComputeOp op, ValueRange indices, SampleCode &code) {
  SmallVector<Value> values = code.body(b, op.getBody().front(), indices);
  code.store(b, op.getResult(), indices, values[0]);
}

void StageCode::smallCompute(OpBuilder &b, core::ComputeOp op, SampleCode &code) {
  const Location loc = op.getLoc();
  SmallVector<Value> sizes;
  for (int64_t axis = 0; axis < op.getResult().getType().getRank(); ++axis)
    sizes.push_back(code.extent(op.getResult(), axis));
  auto loop = scf::ForOp::create(b, loc, threadOf(b, loc), product(b, loc, sizes), indexOf(b, loc, kBlockThreads));
  OpBuilder in(loop.getBody()->getTerminator());
  element(in, op, decode(in, loc, loop.getInductionVar(), sizes), code);
}

void StageCode::once(OpBuilder &b, Operation *op, SampleCode &code) {
  if (auto call = dyn_cast<core::LibraryOp>(op))
    return library(b, call, code);
  const Location loc = op->getLoc();
  if (auto scanning = dyn_cast<core::ScanOp>(op))
    return scan(b, scanning, code);
  if (auto scattering = dyn_cast<core::ScatterOp>(op))
    return scatter(b, scattering, code);
  if (auto compute = dyn_cast<core::ComputeOp>(op))
    return element(b, compute, {}, code);
  if (auto requirement = dyn_cast<core::RequireOp>(op)) {
    Value truth = arith::ConstantIntOp::create(b, loc, 1, 1);
    OpBuilder in = when(b, loc, arith::XOrIOp::create(b, loc, code.scalar(requirement.getCondition()), truth));
    Value word = arith::ConstantIntOp::create(in, loc, in.getI32Type(), requirement.getFirstPass() ? GMS_NO_PASS : GMS_BAD_SHAPE);
    LLVM::StoreOp::create(in, loc, word, status);
    return;
  }
  auto elements = cast<tensor::FromElementsOp>(op);
  for (auto [position, value] : llvm::enumerate(elements.getElements()))
    code.storeAt(b, elements.getResult(), indexOf(b, loc, position), code.scalar(value));
}

void StageCode::scan(OpBuilder &b, core::ScanOp op, SampleCode &code) {
  const Location loc = op.getLoc();
  SmallVector<Value> starts;
  for (Value init : op.getInits())
    starts.push_back(code.scalar(init));
  auto loop = scf::ForOp::create(b, loc, indexOf(b, loc, 0), code.scalar(op.getCount()), indexOf(b, loc, 1), starts);
  OpBuilder in = OpBuilder::atBlockEnd(loop.getBody());
  SmallVector<Value> arguments{loop.getInductionVar()};
  llvm::append_range(arguments, loop.getRegionIterArgs());
  SmallVector<Value> next = code.body(in, op.getBody().front(), arguments);
  code.store(in, op.getResult(), loop.getInductionVar(), next[0]);
  scf::YieldOp::create(in, loc, next);
}

/// The block's threads clear the counts together, then share out what is counted.
void StageCode::histogram(OpBuilder &b, core::HistogramOp op, SampleCode &code) {
  const Location loc = op.getLoc();
  Value zero = indexOf(b, loc, 0), step = indexOf(b, loc, kBlockThreads), thread = threadOf(b, loc);
  SmallVector<Value> sizes, bounds, lows;
  for (size_t axis = 0; axis < op.getExtents().size(); ++axis)
    sizes.push_back(code.extent(op.getResult(), axis));
  auto clearing = scf::ForOp::create(b, loc, thread, product(b, loc, sizes), step);
  OpBuilder in(clearing.getBody()->getTerminator());
  Value none = arith::ConstantIntOp::create(in, loc, in.getI64Type(), 0);
  code.storeAt(in, op.getResult(), clearing.getInductionVar(), none);
  gpu::BarrierOp::create(b, loc);
  bounds.assign(sizes.begin(), sizes.end() - 1);
  lows.assign(bounds.size(), zero);
  for (auto [low, high] : llvm::zip(op.getLows(), op.getHighs())) {
    lows.push_back(code.scalar(low));
    Value size = arith::SubIOp::create(b, loc, code.scalar(high), lows.back());
    bounds.push_back(arith::MaxSIOp::create(b, loc, size, zero));
  }
  auto counting = scf::ForOp::create(b, loc, thread, product(b, loc, bounds), step);
  in = OpBuilder(counting.getBody()->getTerminator());
  SmallVector<Value> indices = decode(in, loc, counting.getInductionVar(), bounds);
  for (auto [index, low] : llvm::zip(indices, lows))
    index = arith::AddIOp::create(in, loc, index, low);
  Value bin = code.body(in, op.getBody().front(), indices)[0];
  in = when(in, loc, arith::CmpIOp::create(in, loc, arith::CmpIPredicate::ult, bin, sizes.back()));
  SmallVector<Value> place(indices.begin(), indices.begin() + op.outerCount());
  place.push_back(bin);
  code.addOne(in, op.getResult(), place);
}

/// By one thread, in the order of the box: places may repeat, and a sum must not depend on who comes first.
void StageCode::scatter(OpBuilder &b, core::ScatterOp op, SampleCode &code) {
  const Location loc = op.getLoc();
  Value zero = indexOf(b, loc, 0), one = indexOf(b, loc, 1);
  const Type element = op.getResult().getType().getElementType();
  SmallVector<Value> extents;
  for (unsigned axis = 0; axis < op.getExtents().size(); ++axis)
    extents.push_back(code.extent(op.getResult(), axis));
  Value nothing = arith::ConstantOp::create(b, loc, b.getFloatAttr(element, 0));
  auto clearing = scf::ForOp::create(b, loc, zero, product(b, loc, extents), one);
  OpBuilder clear(clearing.getBody()->getTerminator());
  code.storeAt(clear, op.getResult(), clearing.getInductionVar(), nothing);
  OpBuilder in = b;
  SmallVector<Value> point;
  for (auto [low, high] : llvm::zip(op.getLows(), op.getHighs())) {
    auto loop = scf::ForOp::create(in, loc, code.scalar(low), code.scalar(high), one);
    in = OpBuilder(loop.getBody()->getTerminator());
    point.push_back(loop.getInductionVar());
  }
  SmallVector<Value> yielded = code.body(in, op.getBody().front(), point);
  Value inside = arith::ConstantIntOp::create(in, loc, 1, 1);
  for (auto [index, extent] : llvm::zip(ArrayRef(yielded).drop_front(), extents))
    inside = arith::AndIOp::create(in, loc, inside,
                                   arith::CmpIOp::create(in, loc, arith::CmpIPredicate::ult, index, extent));
  OpBuilder adding = when(in, loc, inside);
  SmallVector<Value> place(ArrayRef(yielded).drop_front());
  Value before = code.elementAt(adding, op.getResult(), place);
  code.store(adding, op.getResult(), place, arith::AddFOp::create(adding, loc, before, yielded[0]));
}

namespace {

/// The states of a block's threads in shared memory: an array a value of the state, shared by all reductions of one type.
class SharedStates {
public:
  SharedStates(OpBuilder &b, Location loc, ValueRange state) : loc(loc) {
    auto module = b.getBlock()->getParentOp()->getParentOfType<gpu::GPUModuleOp>();
    for (auto [position, value] : llvm::enumerate(state)) {
      const Type type = memoryTypeOf(value.getType());
      std::string name;
      llvm::raw_string_ostream(name) << "shared_" << position << "_" << type;
      if (!module.lookupSymbol(name)) {
        OpBuilder top = OpBuilder::atBlockBegin(module.getBody());
        LLVM::GlobalOp::create(top, loc, LLVM::LLVMArrayType::get(type, kBlockThreads), /*isConstant=*/false,
                               LLVM::Linkage::Internal, name, Attribute(), /*alignment=*/16, /*addrSpace=*/3);
      }
      types.push_back(value.getType());
      bases.push_back(LLVM::AddressOfOp::create(b, loc, LLVM::LLVMPointerType::get(b.getContext(), 3), name));
    }
  }

  void store(OpBuilder &b, Value thread, ValueRange state) {
    for (auto [position, value] : llvm::enumerate(state)) {
      Value kept = value;
      if (value.getType().isIndex())
        kept = arith::IndexCastOp::create(b, loc, b.getI64Type(), value);
      else if (value.getType().isInteger(1))
        kept = arith::ExtUIOp::create(b, loc, b.getI8Type(), value);
      LLVM::StoreOp::create(b, loc, kept, address(b, position, thread));
    }
  }

  SmallVector<Value> load(OpBuilder &b, Value thread) {
    SmallVector<Value> state;
    for (auto [position, type] : llvm::enumerate(types)) {
      Value kept = LLVM::LoadOp::create(b, loc, memoryTypeOf(type), address(b, position, thread));
      if (type.isIndex())
        kept = arith::IndexCastOp::create(b, loc, type, kept);
      else if (type.isInteger(1))
        kept = arith::TruncIOp::create(b, loc, type, kept);
      state.push_back(kept);
    }
    return state;
  }

private:
  Location loc;
  SmallVector<Type> types;
  SmallVector<Value> bases;

  Value address(OpBuilder &b, size_t position, Value thread) {
    Value offset = arith::IndexCastOp::create(b, loc, b.getI64Type(), thread);
    return LLVM::GEPOp::create(b, loc, bases[position].getType(), memoryTypeOf(types[position]), bases[position],
                               ValueRange{offset}, LLVM::GEPNoWrapFlags::inbounds);
  }
};

} // namespace

/// A reduction that the block's threads share; all get the result. Each thread takes every 256th element in order, then a
/// tree joins the threads: the order depends on sizes alone.
Value StageCode::across(OpBuilder &b, core::ReduceOp op, SampleCode &code, IRMapping &map) {
  const Location loc = op.getLoc();
  Value zero = indexOf(b, loc, 0), thread = threadOf(b, loc);
  SmallVector<Value> lows, highs, sizes;
  for (auto [low, high] : llvm::zip(op.getLows(), op.getHighs())) {
    lows.push_back(code.lookup(low, map));
    highs.push_back(code.lookup(high, map));
    sizes.push_back(arith::MaxSIOp::create(b, loc, arith::SubIOp::create(b, loc, highs.back(), lows.back()), zero));
  }
  auto loop = scf::ForOp::create(b, loc, thread, product(b, loc, sizes), indexOf(b, loc, kBlockThreads),
                                 emptyState(b, op));
  OpBuilder in = OpBuilder::atBlockEnd(loop.getBody());
  SmallVector<Value> indices;
  for (auto [index, low] : llvm::zip(decode(in, loc, loop.getInductionVar(), sizes), lows))
    indices.push_back(arith::AddIOp::create(in, loc, index, low));
  IRMapping inner = map;
  Value value = code.body(in, op.getBody().front(), indices, inner)[0];
  scf::YieldOp::create(in, loc, step(in, op, loop.getRegionIterArgs(), value, loop.getInductionVar()));

  SharedStates shared(b, loc, loop.getResults());
  // Whoever still reads the shared memory's last contents comes first.
  gpu::BarrierOp::create(b, loc);
  shared.store(b, thread, loop.getResults());
  for (int64_t width = kBlockThreads / 2; width > 0; width /= 2) {
    gpu::BarrierOp::create(b, loc);
    Value half = indexOf(b, loc, width);
    OpBuilder joining = when(b, loc, arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, thread, half));
    SmallVector<Value> mine = shared.load(joining, thread);
    SmallVector<Value> other = shared.load(joining, arith::AddIOp::create(joining, loc, thread, half));
    shared.store(joining, thread, combine(joining, op, mine, other));
  }
  gpu::BarrierOp::create(b, loc);
  return resultOf(op, shared.load(b, zero));
}

void StageCode::reduce(OpBuilder &b, core::ReduceOp op, SampleCode &code) {
  IRMapping map;
  Value result = across(b, op, code, map);
  OpBuilder first = when(b, op.getLoc(), isZero(b, op.getLoc(), threadOf(b, op.getLoc())));
  code.store(first, op.getResult(), {}, result);
}

void StageCode::row(OpBuilder &b, core::ComputeOp op, SampleCode &code) {
  const Location loc = op.getLoc();
  SmallVector<Value> sizes;
  for (int64_t axis = 0; axis < op.getResult().getType().getRank(); ++axis)
    sizes.push_back(code.extent(op.getResult(), axis));
  Value element = gpu::BlockIdOp::create(b, loc, gpu::Dimension::x);
  Value exists = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, element, product(b, loc, sizes));
  OpBuilder in = when(b, loc, exists);
  SmallVector<Value> indices = decode(in, loc, element, sizes);
  IRMapping map;
  Value value = code.body(in, op.getBody().front(), indices, map, [&](OpBuilder &at, core::ReduceOp inner, IRMapping &outer) {
    return across(at, inner, code, outer);
  })[0];
  OpBuilder first = when(in, loc, isZero(in, loc, threadOf(in, loc)));
  code.store(first, op.getResult(), indices, value);
}

} // namespace gms::compiler::cuda
