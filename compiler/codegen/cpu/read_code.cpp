// Reads: one load where all lanes agree, a vector load where they are neighbours, a gather elsewhere.
#include "compiler/codegen/cpu/aside.h"
#include "compiler/codegen/cpu/interior.h"
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/IR/Matchers.h>

namespace gms::compiler::cpu {
using namespace mlir;

namespace {
/// Pixels of up to so many bytes are read as one 32-bit word.
constexpr int64_t wordBytes = 4;

int64_t bytesOfElement(Type element) {
  return element.isIndex() ? 8 : (element.getIntOrFloatBitWidth() + 7) / 8;
}
} // namespace

std::optional<int64_t> SampleEmitter::constantOf(const Code &code) {
  APInt number;
  if (code.value && matchPattern(code.value, m_ConstantInt(&number)))
    return number.getSExtValue();
  return {};
}

Code SampleEmitter::read(core::ReadOp op, Instance &instance) {
  const Buffer from = buffer(op.getTensor());
  SmallVector<Code, 4> indices;
  for (Value index : op.getIndices())
    indices.push_back(code(index));
  if (!from.pointer) {
    op->emitError("an extent depends on a tensor's elements, so that it is not known before the sample runs");
    failed = true;
    return {zeroOf(op.getResult().getType()), {}, 0};
  }
  Value mask = instance.mask;
  const unsigned least = std::max({instance.least, from.level, mask ? instance.maskLevel : 0});
  if (op.getBorder() == core::Border::Proven || insideReads.contains(op)) {
    bool wide = llvm::any_of(indices, [](const Code &index) { return index.lanes(); });
    // Where no lane may run, a place that all lanes share need not be inside.
    if (mask && !wide)
      return readBordered(from, indices, core::Border::Clamp, {}, least);
    if (Code pair = readNeighbours(op, from, indices, instance, least); pair.value)
      return pair;
    return readAt(from, indices, mask, least);
  }
  bool edge = !mask && !(atEdge && op.getBorder() == core::Border::Zero) && !indices.empty() && indices.back().base;
  for (const Code &index : ArrayRef(indices).drop_back(indices.empty() ? 0 : 1))
    edge &= !index.lanes();
  return edge ? readOneSided(from, indices, op.getBorder(), least)
              : readBordered(from, indices, op.getBorder(), mask, least);
}

/// Neighbours along the last axis: most vectors lie inside and are loaded, those at the edge are gathered.
Code SampleEmitter::readOneSided(const Buffer &from, ArrayRef<Code> indices, core::Border border,
                                 unsigned least) {
  using P = arith::CmpIPredicate;
  const unsigned axis = indices.size() - 1;
  Code first{indices[axis].base, {}, indices[axis].level};
  Code extent = extentOf(from, axis);
  Code inside = both(compare(P::sge, first, known(0)), compare(P::sle, add(first, known(lanes)), extent));
  SmallVector<Code, 4> outer(indices);
  Code fits = known(1);
  fits.value = constant(b.getBoolAttr(true));
  for (unsigned k = 0; k < axis; ++k)
    outer[k] = bordered(indices[k], extentOf(from, k), border, fits);
  const unsigned level = levelOf(outer, std::max({least, inside.level, fits.level}));
  Aside aside(*this, level);
  at(level);
  Type type = vectorOf(from.element);
  auto choice = scf::IfOp::create(b, loc, TypeRange(type), inside.value, true);
  enter(choice, &choice.getThenRegion().front());
  Code loaded = readAt(from, outer, {}, depth());
  if (border == core::Border::Zero)
    loaded = select(fits, loaded, {zeroOf(loaded.value.getType()), {}, 0});
  b.setInsertionPointToEnd(choice.thenBlock());
  scf::YieldOp::create(b, loc, loaded.value);
  leave();
  enter(choice, &choice.getElseRegion().front());
  Code gathered = readBordered(from, indices, border, {}, depth());
  b.setInsertionPointToEnd(choice.elseBlock());
  scf::YieldOp::create(b, loc, vector(gathered));
  leave();
  return {choice.getResult(0), {}, level};
}

Code SampleEmitter::readBordered(const Buffer &from, ArrayRef<Code> indices, core::Border border, Value mask,
                                 unsigned least) {
  Code inside{constant(b.getBoolAttr(true)), {}, 0};
  SmallVector<Code, 4> moved;
  bool wide = false;
  for (auto [k, index] : llvm::enumerate(indices)) {
    moved.push_back(bordered(index, extentOf(from, k), border, inside));
    wide |= index.lanes();
  }
  if (border != core::Border::Zero)
    return readAt(from, moved, mask, least);
  if (!wide) {
    // A scalar load needs a place inside the tensor in any case.
    Code unused = inside;
    for (auto [k, index] : llvm::enumerate(indices))
      moved[k] = bordered(index, extentOf(from, k), core::Border::Clamp, unused);
    Code loaded = readAt(from, moved, {}, least);
    return select(inside, loaded, {zeroOf(loaded.value.getType()), {}, 0});
  }
  Code here{vector(inside), {}, inside.level};
  if (mask)
    here = both(here, {mask, {}, least});
  // Masked lanes touch no memory and give 0.
  return readAt(from, moved, here.value, std::max(least, here.level));
}

Code SampleEmitter::bordered(const Code &index, const Code &extent, core::Border border, Code &inside) {
  using P = arith::CmpIPredicate;
  auto last = [&] { return binary<arith::SubIOp>(extent, known(1)); };
  switch (border) {
  case core::Border::Proven:
    return index;
  case core::Border::Clamp:
    return binary<arith::MaxSIOp>(binary<arith::MinSIOp>(index, last()), known(0));
  case core::Border::Wrap:
    return modulo(index, extent);
  case core::Border::Reflect: {
    Code period = binary<arith::MaxSIOp>(multiply(last(), known(2)), known(1));
    Code place = modulo(index, period);
    return binary<arith::MinSIOp>(place, binary<arith::SubIOp>(period, place));
  }
  case core::Border::Zero:
    // As unsigned numbers, negative indices are too large.
    inside = both(inside, compare(P::ult, index, extent));
    return index;
  }
  return index;
}

/// index mod count, count > 0. There is no vector division of integers: lanes take the quotient in f32, which
/// is right to one below 2^24, and correct the rest.
Code SampleEmitter::modulo(const Code &index, const Code &count) {
  using P = arith::CmpIPredicate;
  if (!index.lanes()) {
    const unsigned level = std::max(index.level, count.level);
    Code rest{
        emit<arith::RemSIOp>(level, index.value.getType(), {index.value, guardDivisor(count.value, level)}),
        {},
        level};
    return select(compare(P::slt, rest, known(0)), add(rest, count), rest);
  }
  const unsigned level = std::max(index.level, count.level);
  Value i = vector(index), n = vector(count);
  Type reals = vectorOf(b.getF32Type());
  Value quotient = emit<arith::DivFOp>(
      level, reals,
      {emit<arith::SIToFPOp>(level, reals, {i}), emit<arith::SIToFPOp>(count.level, reals, {n})});
  quotient = emit<math::FloorOp>(level, reals, {quotient});
  Value whole = emit<arith::FPToSIOp>(level, i.getType(), {quotient});
  Code rest{emit<arith::SubIOp>(level, i.getType(), {i, emit<arith::MulIOp>(level, i.getType(), {whole, n})}),
            {},
            level};
  rest = select(compare(P::slt, rest, known(0)), add(rest, count), rest);
  return select(compare(P::sge, rest, count), binary<arith::SubIOp>(rest, count), rest);
}

// ---- addresses
// -------------------------------------------------------------------------------------------------------

Code SampleEmitter::strideOf(const Buffer &from, unsigned axis) {
  Code stride = known(1);
  for (unsigned k = from.extents.size(); k-- > axis + 1;)
    stride = multiply(extentOf(from, k), stride);
  return stride;
}

SampleEmitter::Offsets SampleEmitter::offsetsOf(const Buffer &from, ArrayRef<Code> indices) {
  Offsets sums{known(0), {}};
  for (auto [k, index] : llvm::enumerate(indices)) {
    Code stride = strideOf(from, k);
    const bool unit = constantOf(stride) == std::optional<int64_t>(1);
    if (!index.lanes()) {
      sums.fixed = add(sums.fixed, unit ? index : multiply(index, stride));
      continue;
    }
    // A position along the vector stays one, so that a vector of neighbours is seen.
    Code part = unit ? index : multiply({vector(index), {}, index.level}, stride);
    sums.moving = !sums.moving.lanes() ? part : add(sums.moving, part);
  }
  return sums;
}

Value SampleEmitter::address(const Buffer &from, const Code &offset, unsigned level) {
  if (constantOf(offset) == std::optional<int64_t>(0))
    return from.pointer;
  Value distance = isa<VectorType>(offset.value.getType()) ? offset.value : toI64(offset.value, offset.level);
  Type pointer = from.pointer.getType();
  if (auto type = dyn_cast<VectorType>(distance.getType()))
    pointer = VectorType::get(type.getShape(), pointer);
  Type element = from.element.isIndex() ? b.getI64Type() : from.element;
  at(level);
  return LLVM::GEPOp::create(b, loc, pointer, element, from.pointer, ArrayRef<LLVM::GEPArg>{distance});
}

Value SampleEmitter::zeroOf(Type type) {
  if (auto vectorType = dyn_cast<VectorType>(type))
    return constant(DenseElementsAttr::get(vectorType, b.getZeroAttr(vectorType.getElementType())));
  return constant(b.getZeroAttr(type));
}

/// A scalar or vector of neighbours from a position that all lanes share.
Code SampleEmitter::load(const Buffer &from, const Code &offset, Type type, Value mask, unsigned level) {
  Value pointer = address(from, offset, level);
  const unsigned alignment = bytesOfElement(from.element);
  Value zero = mask ? zeroOf(type) : Value();
  at(level);
  if (mask)
    return {LLVM::MaskedLoadOp::create(b, loc, type, pointer, mask, zero, alignment), {}, level};
  return {LLVM::LoadOp::create(b, loc, type, pointer, alignment), {}, level};
}

Code SampleEmitter::readAt(const Buffer &from, ArrayRef<Code> indices, Value mask, unsigned least) {
  const unsigned level = levelOf(indices, std::max(least, from.level));
  // Loads are shared like operations; their key is the place, the indices and the mask.
  std::vector<const void *> key{this, from.pointer.getAsOpaquePointer(), mask.getAsOpaquePointer()};
  // Lanes that start at a place are not the element there.
  for (const Code &index : indices)
    key.insert(key.end(), {(index.base ? index.base : index.value).getAsOpaquePointer(), index.base ? this : nullptr});
  for (unsigned k = level + 1; k-- > 0;)
    if (auto found = levels[k].memo.find(key); found != levels[k].memo.end())
      return {found->second[0], {}, k};
  Offsets offsets = offsetsOf(from, indices);
  Type memory = from.element.isIndex() ? Type(b.getI64Type()) : from.element;
  Code made;
  if (!offsets.moving.lanes())
    made = load(from, offsets.fixed, memory, {}, level);
  else if (offsets.moving.base)
    made = load(from, add(offsets.fixed, {offsets.moving.base, {}, offsets.moving.level}), vectorOf(memory),
                mask, level);
  else if (Code strided = mask ? Code() : readStrided(from, indices, level); strided.value)
    made = strided;
  else
    made = gather(from, indices, mask, level);
  levels[made.level].memo[key] = {made.value};
  return made;
}

/// Neighbouring pixels of a few channels: whole vectors, of which every third or fourth element is taken.
Code SampleEmitter::readStrided(const Buffer &from, ArrayRef<Code> indices, unsigned least) {
  const unsigned rank = indices.size();
  if (rank < 2 || !indices[rank - 2].base)
    return {};
  const int64_t channels = from.shape[rank - 1];
  std::optional<int64_t> channel = constantOf(indices[rank - 1]);
  if (ShapedType::isDynamic(channels) || channels > wordBytes || !channel)
    return {};
  for (const Code &index : indices.drop_back(2))
    if (index.lanes())
      return {};
  SmallVector<Code, 4> first(indices);
  first[rank - 2] = {indices[rank - 2].base, {}, indices[rank - 2].level};
  first[rank - 1] = known(0);
  const unsigned level = levelOf(first, least);
  Code offset = offsetsOf(from, first).fixed;
  auto type = VectorType::get({static_cast<int64_t>(lanes) * channels}, from.element);
  std::vector<const void *> key{this, from.pointer.getAsOpaquePointer(), offset.value.getAsOpaquePointer(),
                                type.getAsOpaquePointer()};
  auto &memo = levels[level].memo;
  if (!memo.count(key))
    memo[key] = {load(from, offset, type, {}, level).value};
  Value all = memo[key][0];
  SmallVector<int64_t> places;
  for (unsigned k = 0; k < lanes; ++k)
    places.push_back(k * channels + *channel);
  at(level);
  return {vector::ShuffleOp::create(b, loc, all, all, places), {}, level};
}

Code SampleEmitter::gather(const Buffer &from, ArrayRef<Code> indices, Value mask, unsigned least) {
  if (from.element.isInteger(8))
    return gatherBytes(from, indices, mask, least);
  Offsets offsets = offsetsOf(from, indices);
  const unsigned level = std::max({least, offsets.fixed.level, offsets.moving.level});
  Buffer base = from;
  base.pointer = address(from, offsets.fixed, std::max(offsets.fixed.level, from.level));
  Value places = address(base, {vector(offsets.moving), {}, offsets.moving.level}, level);
  Type type = vectorOf(from.element.isIndex() ? b.getI64Type() : from.element);
  Value all = mask ? mask : intConstant(1, vectorOf(b.getI1Type()));
  SmallVector<Value> operands{places, all, zeroOf(type)};
  at(level);
  auto alignment = b.getNamedAttr("alignment", b.getI32IntegerAttr(bytesOfElement(from.element)));
  return {LLVM::masked_gather::create(b, loc, TypeRange(type), operands, ArrayRef<NamedAttribute>(alignment))
              .getResult(),
          {},
          level};
}

SampleEmitter::Words SampleEmitter::gatherWords(const Buffer &from, ArrayRef<Code> pixel, int64_t bytes,
                                                bool inside, Value mask, unsigned least) {
  Offsets offsets = offsetsOf(from, pixel);
  Code place{vector(offsets.moving), {}, offsets.moving.level};
  if (constantOf(offsets.fixed) != std::optional<int64_t>(0))
    place = add(place, offsets.fixed);
  Code size = known(1);
  for (unsigned k = 0; k < from.extents.size(); ++k)
    size = multiply(size, extentOf(from, k));
  Code last = binary<arith::MaxSIOp>(binary<arith::SubIOp>(size, known(bytes)), known(0));
  Code word = inside ? place : binary<arith::MinSIOp>(place, last);
  const unsigned level = levelOf({place, word}, least);
  Type type = vectorOf(b.getIntegerType(8 * bytes));
  std::vector<const void *> key{this, from.pointer.getAsOpaquePointer(), word.value.getAsOpaquePointer(),
                                mask.getAsOpaquePointer(), type.getAsOpaquePointer()};
  auto &memo = levels[level].memo;
  if (!memo.count(key)) {
    Value places = address(from, word, level);
    SmallVector<Value> operands{places, mask ? mask : intConstant(1, vectorOf(b.getI1Type())), zeroOf(type)};
    at(level);
    auto alignment = b.getNamedAttr("alignment", b.getI32IntegerAttr(1));
    memo[key] = {
        LLVM::masked_gather::create(b, loc, TypeRange(type), operands, ArrayRef<NamedAttribute>(alignment))
            .getResult()};
  }
  return {memo[key][0], inside ? known(0) : binary<arith::SubIOp>(place, word), level};
}

/// Bytes come as the 32-bit word that starts at the pixel, which holds all its channels: one gather for all
/// of them. At the end of the tensor the word ends with the tensor, and is shifted further.
Code SampleEmitter::gatherBytes(const Buffer &from, ArrayRef<Code> indices, Value mask, unsigned least) {
  SmallVector<Code, 4> pixel(indices);
  int64_t channel = 0;
  if (indices.size() > 1 && !ShapedType::isDynamic(from.shape.back()) && from.shape.back() <= wordBytes)
    if (auto number = constantOf(indices.back())) {
      channel = *number;
      pixel.back() = known(0);
    }
  Words words = gatherWords(from, pixel, wordBytes, false, mask, least);
  Code beyond = multiply(words.before, known(8));
  Code shift = channel ? add(beyond, known(8 * channel)) : beyond;
  Value moved = emit<arith::ShRUIOp>(words.level, words.lanes.getType(), {words.lanes, vector(shift)});
  return {emit<arith::TruncIOp>(words.level, vectorOf(b.getI8Type()), {moved}), {}, words.level};
}

// ---- pixels and their neighbours to the right
// -----------------------------------------------------------------------------------------

namespace {

/// Whether the neighbour of what a read takes is read as well, of the same row.
bool hasNeighbour(core::ReadOp read, const Tap &tap) {
  auto indices = read.getIndices();
  const size_t axis = indices.size() - 2;
  return llvm::any_of(read.getTensor().getUsers(), [&](Operation *user) {
    auto other = dyn_cast<core::ReadOp>(user);
    if (!other || other.getBorder() != core::Border::Proven || other->getBlock() != read->getBlock())
      return false;
    for (size_t k = 0; k < axis; ++k)
      if (other.getIndices()[k] != indices[k])
        return false;
    auto mine = tapOf(other.getIndices()[axis]);
    return mine && mine->at == tap.at && mine->last == tap.last && mine->step != tap.step;
  });
}

} // namespace

/// A byte at the same place of all words.
Value SampleEmitter::byteOf(const Words &words, int64_t number) {
  Type half = vectorOf(b.getI32Type());
  Value part = words.lanes;
  if (part.getType() != half && number >= wordBytes)
    part = emit<arith::ShRUIOp>(words.level, part.getType(), {part, intConstant(8 * wordBytes, part.getType())});
  if (part.getType() != half)
    part = emit<arith::TruncIOp>(words.level, half, {part});
  if (number % wordBytes)
    part = emit<arith::ShRUIOp>(words.level, half, {part, intConstant(8 * (number % wordBytes), half)});
  return emit<arith::TruncIOp>(words.level, vectorOf(b.getI8Type()), {part});
}

/// What lies at columns x and x + 1, cut to the image, is taken from one word of both pixels: it starts at x cut
/// to 0 .. width - 2, from which either is 0 or 1 pixels away.
Code SampleEmitter::readNeighbours(core::ReadOp op, const Buffer &from, ArrayRef<Code> indices,
                                   Instance &instance, unsigned least) {
  const unsigned rank = indices.size();
  if (!from.element.isInteger(8) || rank < 2 || !indices[rank - 2].lanes() || indices[rank - 2].base)
    return {};
  const int64_t channels = from.shape[rank - 1];
  std::optional<int64_t> channel = constantOf(indices[rank - 1]);
  std::optional<Tap> tap = tapOf(op.getIndices()[rank - 2]);
  if (ShapedType::isDynamic(channels) || channels > wordBytes || !channel || !tap || !hasNeighbour(op, *tap))
    return {};
  Code width = extentOf(from, rank - 2), last = code(tap->last);
  if (last.lanes() || !isLastOf(last.value, width.value))
    return {};
  SmallVector<Code, 4> pixel(indices);
  const bool inside = instance.interior && instance.interior->holds(*tap);
  Code start = code(tap->at);
  if (!inside)
    start = binary<arith::MaxSIOp>(
        binary<arith::MinSIOp>(start, binary<arith::SubIOp>(width, known(2))), known(0));
  pixel[rank - 2] = {vector(start), {}, start.level};
  pixel[rank - 1] = known(0);
  const int64_t bytes = 2 * channels <= wordBytes ? wordBytes : 2 * wordBytes;
  Words words = gatherWords(from, pixel, bytes, inside, instance.mask, least);
  if (inside)
    return {byteOf(words, tap->step * channels + *channel), {}, words.level};
  Code away = multiply(binary<arith::SubIOp>(indices[rank - 2], pixel[rank - 2]), known(channels));
  Code shift = multiply(add(words.before, away), known(8));
  const unsigned level = std::max(words.level, shift.level);
  Type word = words.lanes.getType(), half = vectorOf(b.getI32Type());
  Value amount = vector(shift);
  if (word != half)
    amount = emit<arith::ExtUIOp>(level, word, {amount});
  Value moved = emit<arith::ShRUIOp>(level, word, {words.lanes, amount});
  if (word != half)
    moved = emit<arith::TruncIOp>(level, half, {moved});
  if (*channel)
    moved = emit<arith::ShRUIOp>(level, half, {moved, intConstant(8 * *channel, half)});
  return {emit<arith::TruncIOp>(level, vectorOf(b.getI8Type()), {moved}), {}, level};
}

} // namespace gms::compiler::cpu
