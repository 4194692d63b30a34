// Where code goes, and operations on scalars and lanes.
#include "compiler/codegen/cpu/sample_emitter.h"
#include "compiler/codegen/cpu/aside.h"
#include "compiler/codegen/cpu/reduce_code.h"
#include "compiler/codegen/cpu/vector_math.h"
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/IR/Matchers.h>

namespace gms::compiler::cpu {
using namespace mlir;

SampleEmitter::SampleEmitter(OpBuilder &builder, Block *entry, unsigned lanes, bool dry)
    : b(builder), loc(builder.getUnknownLoc()), lanes(lanes), dry(dry), singles(lanes) {
  levels.push_back({entry, nullptr, {}});
}

// ---- places
// ----------------------------------------------------------------------------------------------------------

void SampleEmitter::at(unsigned level) {
  Level &place = levels[level];
  if (place.before)
    b.setInsertionPoint(place.before);
  else if (place.block->mightHaveTerminator())
    b.setInsertionPoint(place.block->getTerminator());
  else
    b.setInsertionPointToEnd(place.block);
}

void SampleEmitter::enter(Operation *owner, Block *block) {
  Operation *outer = levels.back().before;
  levels.back().before = owner;
  levels.push_back({block, nullptr, {}, outer});
}

void SampleEmitter::leave() {
  Operation *before = levels.back().outerBefore;
  levels.pop_back();
  levels.back().before = before;
}

SampleEmitter::OpenRegion &SampleEmitter::enterRegion(Region &region, size_t channels) {
  OpenRegion made{&region, {}};
  OpenRegion *outer = open.empty() ? nullptr : &openOf(region.getParentRegion());
  const size_t count = channels ? channels : outer ? outer->channels.size() : 1;
  for (size_t k = 0; k < count; ++k) {
    made.channels.push_back(std::make_unique<Instance>());
    if (!outer)
      continue;
    const Instance &around = *outer->channels[outer->channels.size() == count ? k : 0];
    made.channels.back()->least = around.least;
    made.channels.back()->mask = around.mask;
    made.channels.back()->maskLevel = around.maskLevel;
    made.channels.back()->interior = around.interior;
  }
  open.push_back(std::move(made));
  return open.back();
}

SampleEmitter::OpenRegion &SampleEmitter::openOf(Region *region) {
  for (OpenRegion &candidate : llvm::reverse(open))
    if (candidate.region == region)
      return candidate;
  llvm_unreachable("a region that is not being emitted");
}

SampleEmitter::Instance &SampleEmitter::instanceOf(Region *region) {
  OpenRegion &found = openOf(region);
  return *found.channels[found.channels.size() > 1 ? channel : 0];
}

bool SampleEmitter::sameForChannels(Operation *op, ValueRange values) {
  Region *region = op->getParentRegion();
  if (openOf(region).channels.size() < 2)
    return true;
  for (Value value : values) {
    Code first;
    bool same = true;
    eachChannel(region, [&](Instance &) {
      Code mine = code(value);
      same &= !first.lanes() && !first.value ? true : mine.value == first.value && mine.base == first.base;
      first = mine;
    });
    if (!same)
      return false;
  }
  return true;
}

void SampleEmitter::setResults(Operation *op, ArrayRef<Code> codes) {
  const size_t each = op->getNumResults(), sets = codes.size() / each;
  size_t k = 0;
  eachChannel(op->getParentRegion(), [&](Instance &instance) {
    for (size_t r = 0; r < each; ++r)
      instance.values[op->getResult(r)] = codes[(sets > 1 ? k : 0) * each + r];
    ++k;
  });
}

// ---- values
// ----------------------------------------------------------------------------------------------------------

Code SampleEmitter::code(Value value) {
  Instance &instance = instanceOf(value.getParentRegion());
  auto found = instance.values.find(value);
  if (found != instance.values.end())
    return found->second;
  Operation *op = value.getDefiningOp();
  if (!op || isa<core::LoopOp>(op)) {
    mlir::emitError(value.getLoc(), "an extent depends on a loop's states, so that it is not known before the sample runs");
    failed = true;
    return known(0);
  }
  operation(op, instance);
  return instance.values.lookup(value);
}

Value SampleEmitter::scalarCode(Value value) {
  Code made = code(value);
  assert(!made.lanes() && "expected the same value in all lanes");
  return made.value;
}

Type SampleEmitter::laneType(Type type) { return type.isIndex() ? Type(b.getI32Type()) : type; }
VectorType SampleEmitter::vectorOf(Type type) {
  return VectorType::get({static_cast<int64_t>(lanes)}, laneType(type));
}

Value SampleEmitter::constant(TypedAttr attribute) {
  return emit(0, OperationName("arith.constant", b.getContext()), {}, {attribute.getType()},
              b.getDictionaryAttr(b.getNamedAttr("value", attribute)))[0];
}

Value SampleEmitter::intConstant(int64_t v, Type type) {
  if (auto vectorType = dyn_cast<VectorType>(type))
    return constant(
        DenseElementsAttr::get(vectorType, Attribute(b.getIntegerAttr(vectorType.getElementType(), v))));
  return constant(b.getIntegerAttr(type, v));
}

Value SampleEmitter::vector(const Code &code) {
  if (code.base) {
    SmallVector<Attribute> numbers;
    for (unsigned k = 0; k < lanes; ++k)
      numbers.push_back(b.getI32IntegerAttr(k));
    Value first = vector({code.base, {}, code.level});
    Value iota = constant(DenseElementsAttr::get(vectorOf(b.getI32Type()), numbers));
    return emit<arith::AddIOp>(code.level, iota.getType(), {first, iota});
  }
  Type type = code.value.getType();
  if (isa<VectorType>(type))
    return code.value;
  Attribute splat;
  if (matchPattern(code.value, m_Constant(&splat))) {
    if (type.isIndex())
      splat = b.getI32IntegerAttr(static_cast<int32_t>(cast<IntegerAttr>(splat).getInt()));
    return constant(DenseElementsAttr::get(vectorOf(type), splat));
  }
  Value value = code.value;
  if (type.isIndex())
    value = emit<arith::IndexCastOp>(code.level, b.getI32Type(), {value});
  return emit<vector::BroadcastOp>(code.level, vectorOf(value.getType()), {value});
}

unsigned SampleEmitter::levelOf(ArrayRef<Code> codes, unsigned least) {
  for (const Code &code : codes)
    least = std::max(least, code.level);
  return least;
}

Value SampleEmitter::toI64(Value index, unsigned level) {
  return index.getType().isIndex() ? emit<arith::IndexCastOp>(level, b.getI64Type(), {index}) : index;
}

// ---- operations
// ------------------------------------------------------------------------------------------------------

SmallVector<Value, 1> SampleEmitter::emit(unsigned level, OperationName name, ArrayRef<Value> operands,
                                          ArrayRef<Type> results, DictionaryAttr attributes) {
  std::vector<const void *> key{name.getAsOpaquePointer(), attributes.getAsOpaquePointer()};
  for (Value operand : operands)
    key.push_back(operand.getAsOpaquePointer());
  for (Type type : results)
    key.push_back(type.getAsOpaquePointer());
  for (unsigned k = level + 1; k-- > 0;)
    if (auto found = levels[k].memo.find(key); found != levels[k].memo.end())
      return found->second;
  at(level);
  OperationState state(loc, name);
  state.addOperands(operands);
  state.addTypes(results);
  if (attributes)
    state.addAttributes(attributes.getValue());
  Operation *op = b.create(state);
  SmallVector<Value, 1> made(op->getResults());
  SmallVector<OpFoldResult> folded;
  if (!op->hasTrait<OpTrait::ConstantLike>() && succeeded(op->fold(folded)) &&
      folded.size() == results.size()) {
    for (auto [k, result] : llvm::enumerate(folded)) {
      auto attribute = dyn_cast_if_present<Attribute>(result);
      made[k] = attribute ? constant(cast<TypedAttr>(attribute)) : cast<Value>(result);
    }
    op->erase();
  }
  levels[level].memo.emplace(std::move(key), made);
  return made;
}

void SampleEmitter::operation(Operation *op, Instance &instance) {
  auto set = [&](const Code &code) { instance.values[op->getResult(0)] = code; };
  if (instance.interior)
    if (Code inside = inInterior(op, *instance.interior); inside.value || inside.base)
      return set(inside);
  if (auto value = dyn_cast<arith::ConstantOp>(op))
    return set({constant(value.getValue()), {}, 0});
  if (auto value = dyn_cast<core::ReadOp>(op))
    return set(read(value, instance));
  if (auto value = dyn_cast<core::ReduceOp>(op))
    return ReduceCode(*this, value).run();
  if (auto dim = dyn_cast<tensor::DimOp>(op)) {
    Value extent = buffer(dim.getSource()).extents[*dim.getConstantIndex()];
    return set({extent, {}, instance.least});
  }
  if (isa<aug::KeyOp>(op)) {
    if (!seed) {
      op->emitError("an extent depends on a draw, so that it is not known before the sample runs");
      failed = true;
    }
    const Value parts[] = {seed, sample, epoch};
    for (auto [result, value] : llvm::zip(op->getResults(), parts))
      instance.values[result] = {value ? value : intConstant(0, result.getType()), {}, 0};
    return;
  }
  if (isa<scf::IfOp, scf::IndexSwitchOp, scf::ForOp>(op))
    return regions(op);
  clone(op, instance);
}

bool SampleEmitter::consecutive(Operation *op, ArrayRef<Code> operands, unsigned level, Code &result) {
  if (!isa<arith::AddIOp, arith::SubIOp>(op) || !operands[0].base == !operands[1].base)
    return false;
  const bool first = static_cast<bool>(operands[0].base);
  const Code &other = operands[first ? 1 : 0];
  if (other.lanes() || (isa<arith::SubIOp>(op) && !first))
    return false;
  Value base = operands[first ? 0 : 1].base;
  Value moved = isa<arith::AddIOp>(op) ? emit<arith::AddIOp>(level, base.getType(), {base, other.value})
                                       : emit<arith::SubIOp>(level, base.getType(), {base, other.value});
  result = {{}, moved, level};
  return true;
}

Code SampleEmitter::castIndex(Operation *op, const Code &operand, unsigned level) {
  Type to = op->getResult(0).getType();
  Value from = vector(operand);
  const bool isUnsigned = isa<arith::IndexCastUIOp>(op);
  const unsigned have = cast<VectorType>(from.getType()).getElementTypeBitWidth();
  const unsigned want = laneType(to).getIntOrFloatBitWidth();
  if (have == want)
    return {from, {}, level};
  if (have > want)
    return {emit<arith::TruncIOp>(level, vectorOf(to), {from}), {}, level};
  return {isUnsigned ? emit<arith::ExtUIOp>(level, vectorOf(to), {from})
                     : emit<arith::ExtSIOp>(level, vectorOf(to), {from}),
          {},
          level};
}

/// What is moved out of a loop that never runs must not trap.
Value SampleEmitter::guardDivisor(Value divisor, unsigned level) {
  Attribute known;
  if (matchPattern(divisor, m_Constant(&known)))
    return divisor;
  Value zero = intConstant(0, divisor.getType()), one = intConstant(1, divisor.getType());
  Type truth = b.getI1Type();
  if (auto type = dyn_cast<VectorType>(divisor.getType()))
    truth = VectorType::get(type.getShape(), truth);
  auto predicate = arith::CmpIPredicateAttr::get(b.getContext(), arith::CmpIPredicate::eq);
  Value isZero = emit<arith::CmpIOp>(level, truth, {divisor, zero}, {b.getNamedAttr("predicate", predicate)});
  return emit<arith::SelectOp>(level, divisor.getType(), {isZero, one, divisor});
}

/// A number that many are divided by is inverted once, where the division allows that.
Code SampleEmitter::divide(arith::DivFOp op, const Code &a, const Code &c) {
  const auto flags = op.getFastmath() & ~arith::FastMathFlags::arcp;
  auto fastmath = b.getNamedAttr("fastmath", arith::FastMathFlagsAttr::get(b.getContext(), flags));
  if (c.lanes() || c.level >= a.level) {
    const unsigned level = std::max(a.level, c.level);
    const bool wide = a.lanes() || c.lanes();
    Value above = wide ? vector(a) : a.value, below = wide ? vector(c) : c.value;
    return {emit<arith::DivFOp>(level, above.getType(), {above, below}, {fastmath}), {}, level};
  }
  Value one = constant(b.getFloatAttr(op.getType(), 1));
  Code inverse{emit<arith::DivFOp>(c.level, op.getType(), {one, c.value}, {fastmath}), {}, c.level};
  Value times = a.lanes() ? vector(inverse) : inverse.value;
  return {emit<arith::MulFOp>(a.level, times.getType(), {a.value, times}, {fastmath}), {}, a.level};
}

void SampleEmitter::clone(Operation *op, Instance &instance) {
  SmallVector<Code> operands;
  bool wide = false;
  for (Value operand : op->getOperands()) {
    operands.push_back(code(operand));
    wide |= operands.back().lanes();
  }
  // Arithmetic does no harm where an arm is not taken.
  const unsigned level = levelOf(operands, isVectorMath(op) ? instance.least : 0);
  Code single;
  if (consecutive(op, operands, level, single)) {
    instance.values[op->getResult(0)] = single;
    return;
  }
  if (wide && isa<arith::IndexCastOp, arith::IndexCastUIOp>(op)) {
    instance.values[op->getResult(0)] = castIndex(op, operands[0], level);
    return;
  }
  if (auto division = dyn_cast<arith::DivFOp>(op);
      division && arith::bitEnumContainsAll(division.getFastmath(), arith::FastMathFlags::arcp)) {
    instance.values[op->getResult(0)] = divide(division, operands[0], operands[1]);
    return;
  }
  SmallVector<Value> values;
  const bool scalarChoice = isa<arith::SelectOp>(op) && !operands[0].lanes();
  for (auto [k, operand] : llvm::enumerate(operands))
    values.push_back(wide && !(scalarChoice && k == 0) ? vector(operand) : operand.value);
  if (isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp, arith::FloorDivSIOp,
          arith::CeilDivSIOp, arith::CeilDivUIOp>(op))
    values[1] = guardDivisor(values[1], level);
  // Whole lanes become real without a detour over 64 bits.
  if (wide && isa<arith::SIToFPOp>(op))
    if (auto extend = values[0].getDefiningOp<arith::ExtSIOp>())
      values[0] = extend.getIn();
  SmallVector<Type> types;
  for (Type type : op->getResultTypes())
    types.push_back(wide ? Type(vectorOf(type)) : type);
  SmallVector<Value, 1> made;
  if (wide && isVectorMath(op)) {
    at(level);
    made = {emitVectorMath(b, op, values)};
  } else {
    made = emit(level, op->getName(), values, types, op->getAttrDictionary());
  }
  for (auto [result, value] : llvm::zip(op->getResults(), made))
    instance.values[result] = {value, {}, level};
}

// ---- small arithmetic
// ------------------------------------------------------------------------------------------------

template <typename Op> Code SampleEmitter::binary(const Code &a, const Code &c) {
  const unsigned level = std::max(a.level, c.level);
  if (a.lanes() || c.lanes()) {
    Value l = vector(a), r = vector(c);
    return {emit<Op>(level, l.getType(), {l, r}), {}, level};
  }
  return {emit<Op>(level, a.value.getType(), {a.value, c.value}), {}, level};
}
template Code SampleEmitter::binary<arith::AndIOp>(const Code &, const Code &);
template Code SampleEmitter::binary<arith::OrIOp>(const Code &, const Code &);
template Code SampleEmitter::binary<arith::SubIOp>(const Code &, const Code &);
template Code SampleEmitter::binary<arith::RemSIOp>(const Code &, const Code &);
template Code SampleEmitter::binary<arith::MinSIOp>(const Code &, const Code &);
template Code SampleEmitter::binary<arith::MaxSIOp>(const Code &, const Code &);

Code SampleEmitter::add(const Code &a, const Code &c) {
  if (!a.lanes() && !c.lanes())
    return binary<arith::AddIOp>(a, c);
  if (a.base && !c.lanes())
    return {{}, add({a.base, {}, a.level}, c).value, std::max(a.level, c.level)};
  return c.base && !a.lanes() ? add(c, a) : binary<arith::AddIOp>(a, c);
}

Code SampleEmitter::multiply(const Code &a, const Code &c) { return binary<arith::MulIOp>(a, c); }

Code SampleEmitter::compare(arith::CmpIPredicate predicate, const Code &a, const Code &c) {
  const unsigned level = std::max(a.level, c.level);
  auto attribute = b.getNamedAttr("predicate", arith::CmpIPredicateAttr::get(b.getContext(), predicate));
  if (a.lanes() || c.lanes())
    return {
        emit<arith::CmpIOp>(level, vectorOf(b.getI1Type()), {vector(a), vector(c)}, {attribute}), {}, level};
  return {emit<arith::CmpIOp>(level, b.getI1Type(), {a.value, c.value}, {attribute}), {}, level};
}

Code SampleEmitter::select(const Code &condition, const Code &a, const Code &c) {
  const unsigned level = levelOf({condition, a, c}, 0);
  if (!condition.lanes() && !a.lanes() && !c.lanes())
    return {emit<arith::SelectOp>(level, a.value.getType(), {condition.value, a.value, c.value}), {}, level};
  Value l = vector(a), r = vector(c);
  Value choice = condition.lanes() ? vector(condition) : condition.value;
  return {emit<arith::SelectOp>(level, l.getType(), {choice, l, r}), {}, level};
}

} // namespace gms::compiler::cpu
