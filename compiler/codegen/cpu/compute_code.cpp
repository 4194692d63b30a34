// Computes: their loops, which axis runs along the vectors, and which are written out inside.
#include "compiler/codegen/cpu/interior.h"
#include "compiler/codegen/cpu/nest.h"
#include "compiler/codegen/cpu/prefetch_code.h"
#include "compiler/codegen/cpu/sample_emitter.h"

namespace gms::compiler::cpu {
using namespace mlir;

namespace {
/// An axis of at most so many elements is written out where that shares work, or where it is stored between
/// the lanes.
constexpr int64_t channelExtent = 4;
/// A body may not become longer than this by being written out.
constexpr size_t longestBody = 6000;
/// Of fewer rows nothing is kept for the next one.
constexpr int64_t fewestRows = 4;
} // namespace

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

bool canWriteOut(core::ComputeOp op, unsigned axis) {
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
  nest.tile.assign(rank, 1);
  auto small = [&](int axis) {
    return !ShapedType::isDynamic(out.shape[axis]) && out.shape[axis] < int64_t(lanes);
  };
  bool longReduction = false;
  op.getBody().walk([&](core::ReduceOp reduce) { longReduction |= reduce.getLows().size() > 1; });
  if (!rank)
    return nest;
  if (rank == 1 && longReduction) {
    nest.written[0] = small(0) && out.shape[0] <= channelExtent && canWriteOut(op, 0);
    if (!nest.written[0])
      chooseTile(op, out, nest);
    return nest;
  }
  if (!small(rank - 1))
    nest.lanes = rank - 1;
  else if (rank > 1 && out.shape[rank - 1] <= channelExtent && !small(rank - 2) &&
           canWriteOut(op, rank - 1)) {
    nest.lanes = rank - 2;
    nest.written[rank - 1] = true;
  }
  for (int axis = 0; axis < nest.lanes; ++axis)
    if (!ShapedType::isDynamic(out.shape[axis]) && out.shape[axis] <= channelExtent && out.shape[axis] > 1)
      nest.written[axis] = canWriteOut(op, axis) && sharesAcross(op, axis);
  chooseTile(op, out, nest);
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
  Nest nest = nestOf(op, out);
  reserveTables(nest, out);
  if (dry)
    return;
  Nest scalars;
  scalars.written.assign(out.shape.size(), false);
  scalars.tile.assign(out.shape.size(), 1);
  if (nest.lanes < 0)
    return computeNest(op, out, nest);
  if (!ShapedType::isDynamic(out.shape[nest.lanes]))
    return computeNest(op, out, nest);
  Code enough = compare(arith::CmpIPredicate::sge, extentOf(out, nest.lanes), known(lanes));
  at(depth());
  auto choice = scf::IfOp::create(b, loc, TypeRange(), enough.value, true);
  for (auto [block, which] :
       {std::pair{choice.thenBlock(), &nest}, std::pair{choice.elseBlock(), &scalars}}) {
    enter(choice, block);
    computeNest(op, out, *which);
    leave();
  }
}

/// Where the lanes' axis is run through more than once. The memory is of this compute alone.
void SampleEmitter::reserveTables(Nest &nest, const Buffer &out) {
  int64_t rows = 1;
  for (int axis = 0; axis < static_cast<int>(out.shape.size()); ++axis)
    if (axis != nest.lanes && !nest.written[axis])
      rows *= ShapedType::isDynamic(out.shape[axis]) ? fewestRows : std::min(out.shape[axis], fewestRows);
  if (nest.lanes < 0 || rows < fewestRows)
    return;
  Type i64 = b.getI64Type();
  Value extent = toI64(out.extents[nest.lanes], out.level);
  Value bytes = emit<arith::MulIOp>(depth(), i64, {extent, intConstant(ColumnTables::wordBytes, i64)});
  bytes = emit<arith::AddIOp>(depth(), i64, {bytes, intConstant(127, i64)});
  nest.tables.slotBytes = emit<arith::AndIOp>(depth(), i64, {bytes, intConstant(-64, i64)});
  if (!dry) {
    at(depth());
    nest.tables.pointer = LLVM::GEPOp::create(b, loc, workspace.getType(), b.getI8Type(), workspace,
                                              ArrayRef<LLVM::GEPArg>{top});
  }
  take(emit<arith::MulIOp>(depth(), i64, {nest.tables.slotBytes, intConstant(ColumnTables::slots, i64)}));
}

void SampleEmitter::computeNest(core::ComputeOp op, const Buffer &out, const Nest &nest) {
  std::vector<unsigned> order;
  for (unsigned axis = 0; axis < out.shape.size(); ++axis)
    if (!nest.written[axis] && static_cast<int>(axis) != nest.lanes)
      order.push_back(axis);
  if (nest.lanes >= 0)
    order.push_back(nest.lanes);
  std::vector<Code> indices(out.shape.size());
  SmallVector<scf::ForOp> loops;
  const size_t open = levels.size();
  for (unsigned axis : order) {
    const bool wide = static_cast<int>(axis) == nest.lanes;
    const int64_t each = wide ? lanes * nest.vectors : nest.tile[axis];
    Value zero = indexConstant(0), step = indexConstant(each);
    at(depth());
    auto loop = scf::ForOp::create(b, loc, zero, out.extents[axis], step);
    enter(loop, loop.getBody());
    loops.push_back(loop);
    Code index{loop.getInductionVar(), {}, depth()};
    auto size = constantOf({out.extents[axis], {}, 0});
    // The last vector is moved back to end with the row; what it makes twice is the same.
    if (each > 1 && (!size || *size % each))
      index = binary<arith::MinSIOp>(index, binary<arith::SubIOp>(extentOf(out, axis), known(each)));
    if (wide)
      index = {{}, index.value, index.level};
    indices[axis] = index;
  }
  if (nest.tiled())
    makeTile(op, out, nest, indices);
  else
    computeElements(op, out, nest, indices);
  while (levels.size() > open)
    leave();
  if (nest.lanes < 0)
    return;
  tabulateColumns(loops.front(), loops.back(), indices[nest.lanes].base, nest.tables);
  if (loops.size() > 1)
    prefetchNextRow(loops[loops.size() - 2], loops.back());
}

/// The elements of all channels at once, then their stores.
void SampleEmitter::computeElements(core::ComputeOp op, const Buffer &out, const Nest &nest,
                                    std::vector<Code> &indices) {
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
  const Interior interior = nest.lanes < 0 ? Interior() : Interior::of(op);
  openBody(op, places, nullptr);
  Value inside = allInside(interior);
  leaveRegion();
  if (!inside)
    return storeElements(op, out, between, places, nullptr);
  auto choice = scf::IfOp::create(b, loc, TypeRange(), inside, true);
  for (bool all : {true, false}) {
    enter(choice, all ? choice.thenBlock() : choice.elseBlock());
    // What is made of the lanes stays in the arm: the other one need not be able to run it.
    for (std::vector<Code> &place : places)
      place[nest.lanes].level = depth();
    storeElements(op, out, between, places, all ? &interior : nullptr);
    leave();
  }
}

void SampleEmitter::openBody(core::ComputeOp op, ArrayRef<std::vector<Code>> places, const Interior *interior) {
  OpenRegion &body = enterRegion(op.getBody(), places.size());
  for (size_t c = 0; c < places.size(); ++c) {
    body.channels[c]->interior = interior;
    for (auto [argument, index] : llvm::zip(op.getBody().getArguments(), places[c]))
      body.channels[c]->values[argument] = index;
  }
}

void SampleEmitter::storeElements(core::ComputeOp op, const Buffer &out, int64_t between,
                                  ArrayRef<std::vector<Code>> places, const Interior *interior) {
  openBody(op, places, interior);
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

} // namespace gms::compiler::cpu
