// Reductions: loops whose state is a scalar, or a vector where lanes differ. A reduction that gives one
// number for all lanes runs along its own vectors, which a fixed tree combines.
#include "compiler/codegen/cpu/reduce_code.h"
#include "compiler/codegen/cpu/aside.h"
#include <limits>

namespace gms::compiler::cpu {
using namespace mlir;
using core::Reduction;

namespace {
/// So few passes are written out.
constexpr int64_t unrolledPasses = 9;
/// A multiply-add takes 4 cycles: of fewer sums at once some would wait.
constexpr unsigned fewestSums = 4;
} // namespace

ReduceCode::ReduceCode(SampleEmitter &emitter, core::ReduceOp op)
    : e(emitter), op(op), kind(op.getKind()), best(kind == Reduction::ArgMin || kind == Reduction::ArgMax) {
  Type yielded = op.getBody().front().getTerminator()->getOperand(0).getType();
  element = best ? yielded : op.getResult().getType();
}

Type ReduceCode::stateType(bool wide) const {
  // Sums of whole numbers along vectors need more than the 32 bits of a lane.
  if (wide && horizontal >= 0 && element.isIndex() && kind != Reduction::Count)
    return VectorType::get({static_cast<int64_t>(e.lanes)}, e.b.getI64Type());
  return wide ? Type(e.vectorOf(element)) : element;
}

Value ReduceCode::neutral(Type type) const {
  Type scalar = getElementTypeOrSelf(type);
  TypedAttr value;
  if (isa<FloatType>(scalar)) {
    const double infinity = std::numeric_limits<double>::infinity();
    const bool low = kind == Reduction::Max || kind == Reduction::ArgMax;
    const bool extreme = low || kind == Reduction::Min || kind == Reduction::ArgMin;
    value = e.b.getFloatAttr(scalar, kind == Reduction::Prod ? 1 : !extreme ? 0 : low ? -infinity : infinity);
  } else {
    const unsigned bits = scalar.isIndex() ? 64 : scalar.getIntOrFloatBitWidth();
    int64_t number = 0;
    if (kind == Reduction::Prod || kind == Reduction::All)
      number = 1;
    if (kind == Reduction::Min || kind == Reduction::ArgMin)
      number = bits == 8 ? 255 : APInt::getSignedMaxValue(bits).getSExtValue();
    if (kind == Reduction::Max || kind == Reduction::ArgMax)
      number = bits == 8 ? 0 : APInt::getSignedMinValue(bits).getSExtValue();
    value = e.b.getIntegerAttr(scalar, bits == 8 ? static_cast<int8_t>(number) : number);
  }
  if (auto vectorType = dyn_cast<VectorType>(type))
    return e.constant(DenseElementsAttr::get(vectorType, Attribute(value)));
  return e.constant(value);
}

Value ReduceCode::better(Value a, Value than) {
  const bool less = kind == Reduction::Min || kind == Reduction::ArgMin;
  Type scalar = getElementTypeOrSelf(a.getType());
  if (isa<FloatType>(scalar))
    return arith::CmpFOp::create(e.b, e.loc, less ? arith::CmpFPredicate::OLT : arith::CmpFPredicate::OGT, a,
                                 than);
  const bool byte = scalar.isInteger(8);
  using P = arith::CmpIPredicate;
  return arith::CmpIOp::create(e.b, e.loc, less ? (byte ? P::ult : P::slt) : (byte ? P::ugt : P::sgt), a,
                               than);
}

Value ReduceCode::combined(Value a, Value c) {
  const bool real = isa<FloatType>(getElementTypeOrSelf(a.getType()));
  const auto contract = arith::FastMathFlags::contract;
  switch (kind) {
  case Reduction::Sum:
  case Reduction::Count:
    return real ? Value(arith::AddFOp::create(e.b, e.loc, a, c, contract))
                : Value(arith::AddIOp::create(e.b, e.loc, a, c));
  case Reduction::Prod:
    return real ? Value(arith::MulFOp::create(e.b, e.loc, a, c, contract))
                : Value(arith::MulIOp::create(e.b, e.loc, a, c));
  case Reduction::Any:
    return arith::OrIOp::create(e.b, e.loc, a, c);
  case Reduction::All:
    return arith::AndIOp::create(e.b, e.loc, a, c);
  default:
    return arith::SelectOp::create(e.b, e.loc, better(c, a), c, a);
  }
}

/// A body's value as the state holds it.
Value ReduceCode::asState(const Code &value, Type state) {
  const bool wide = isa<VectorType>(state);
  Value v = wide ? e.vector(value) : value.value;
  e.at(e.depth());
  if (kind == Reduction::Count) {
    if (wide)
      return arith::ExtUIOp::create(e.b, e.loc, state, v);
    return arith::IndexCastUIOp::create(e.b, e.loc, state, v);
  }
  if (v.getType() != state)
    v = arith::ExtSIOp::create(e.b, e.loc, state, v);
  return v;
}

ReduceCode::State ReduceCode::leaf(const State &state, ArrayRef<Code> indices, const Code &active) {
  Region &body = op.getBody();
  e.enterRegion(body);
  auto prepare = [&](SampleEmitter::Instance &instance) {
    instance.least = std::max(instance.least, leastInside);
    if (active.value && horizontal < 0) {
      Code mask = active;
      if (instance.mask)
        mask = e.both(mask, {instance.mask, {}, instance.maskLevel});
      instance.mask = mask.value;
      instance.maskLevel = std::max(instance.maskLevel, mask.level);
    }
    for (auto [argument, index] : llvm::zip(body.getArguments(), indices))
      instance.values[argument] = index;
  };
  e.eachChannel(&body, prepare);
  std::vector<Code> values = channels > 1 ? e.allYields(body) : e.yields(body);
  e.leaveRegion();
  State next;
  for (unsigned c = 0; c < channels; ++c)
    next.append(best ? keepBest(state[2 * c], state[2 * c + 1], values[c], indices, active)
                     : State{accumulate(state[c], values[c], active)});
  return next;
}

Value ReduceCode::accumulate(Value state, const Code &value, const Code &active) {
  Type type = state.getType();
  Value none = active.value ? neutral(type) : Value();
  Value next = asState(value, type);
  if (active.value)
    next = arith::SelectOp::create(e.b, e.loc, active.value, next, none);
  e.at(e.depth());
  return combined(state, next);
}

ReduceCode::State ReduceCode::keepBest(Value state, Value where, const Code &value, ArrayRef<Code> indices,
                                       const Code &active) {
  const bool wide = isa<VectorType>(state.getType());
  Value next = wide ? e.vector(value) : value.value;
  Code place = position(indices);
  Value number = wide ? e.vector(place) : place.value;
  e.at(e.depth());
  Value take = better(next, state);
  if (active.value)
    take = arith::AndIOp::create(e.b, e.loc, take, active.value);
  return {arith::SelectOp::create(e.b, e.loc, take, next, state),
          arith::SelectOp::create(e.b, e.loc, take, number, where)};
}

Code ReduceCode::position(ArrayRef<Code> indices) {
  Code place = e.known(0);
  for (auto [k, index] : llvm::enumerate(indices)) {
    Code size = e.binary<arith::SubIOp>(highs[k], lows[k]);
    place = e.add(e.multiply(place, size), e.binary<arith::SubIOp>(index, lows[k]));
  }
  return place;
}

ReduceCode::State ReduceCode::nest(State state, std::vector<Code> indices, Code active) {
  const unsigned axis = indices.size();
  if (axis == lows.size())
    return leaf(state, indices, active);
  if (axis >= unrollFrom) {
    for (int64_t k = *e.constantOf(lows[axis]); k < *e.constantOf(highs[axis]); ++k) {
      std::vector<Code> more = indices;
      more.push_back(e.known(k));
      state = nest(state, std::move(more), active);
    }
    return state;
  }
  return horizontal == static_cast<int>(axis) ? vectorLoop(std::move(state), std::move(indices), active)
                                              : loop(std::move(state), std::move(indices), active);
}

/// The range over which the loop of an axis runs: for lanes that differ, from the least start to the greatest
/// end.
std::pair<Value, Value> ReduceCode::range(unsigned axis) {
  auto across = [&](const Code &code, vector::CombiningKind how) {
    Value lanes = e.vector(code);
    e.at(e.depth());
    Value one = vector::ReductionOp::create(e.b, e.loc, how, lanes);
    return Value(arith::IndexCastOp::create(e.b, e.loc, e.b.getIndexType(), one));
  };
  return {lows[axis].lanes() ? across(lows[axis], vector::CombiningKind::MINSI) : lows[axis].value,
          highs[axis].lanes() ? across(highs[axis], vector::CombiningKind::MAXSI) : highs[axis].value};
}

ReduceCode::State ReduceCode::loop(State state, std::vector<Code> indices, Code active) {
  using P = arith::CmpIPredicate;
  const unsigned axis = indices.size();
  auto [low, high] = range(axis);
  Value step = e.indexConstant(1);
  e.at(e.depth());
  auto loop = scf::ForOp::create(e.b, e.loc, low, high, step, state);
  e.enter(loop, loop.getBody());
  Code index{loop.getInductionVar(), {}, e.depth()};
  if (lows[axis].lanes() || highs[axis].lanes()) {
    Code here = e.both(e.compare(P::sge, index, lows[axis]), e.compare(P::slt, index, highs[axis]));
    active = active.value ? e.both(active, here) : here;
  }
  indices.push_back(index);
  State inner(loop.getRegionIterArgs());
  inner = nest(inner, std::move(indices), active);
  e.at(e.depth());
  scf::YieldOp::create(e.b, e.loc, inner);
  e.leave();
  return State(loop.getResults());
}

/// Along vectors: several sums at once while there is room, then one, then the rest by a vector that ends with the row,
/// whose lanes that were done before are left out.
ReduceCode::State ReduceCode::vectorLoop(State state, std::vector<Code> indices, Code active) {
  const unsigned axis = indices.size();
  const auto n = static_cast<int64_t>(e.lanes);
  // A row has its own sums, so that a large image does not add small numbers to a large one.
  State sums = state;
  const bool ownSums = axis > 0 && isa<FloatType>(element) && kind == Reduction::Sum;
  if (ownSums)
    sums.assign(state.size(), neutral(state[0].getType()));
  Code size = e.binary<arith::SubIOp>(highs[axis], lows[axis]);
  const std::optional<int64_t> known = e.constantOf(size);
  const Value low = lows[axis].value;
  Code whole = e.binary<arith::SubIOp>(size, e.binary<arith::RemSIOp>(size, e.known(n)));
  Value done = low;
  const unsigned vectors = channels < fewestSums ? fewestSums : 1;
  if (vectors > 1 && (!known || *known >= vectors * n)) {
    Code most = e.binary<arith::SubIOp>(size, e.binary<arith::RemSIOp>(size, e.known(vectors * n)));
    Value end = e.add(lows[axis], most).value;
    sums = strip(sums, indices, active, done, end, vectors);
    done = end;
  }
  const Value end = e.add(lows[axis], whole).value;
  sums = strip(sums, indices, active, done, end, 1);
  if (!known || *known % n) {
    Code moved{{}, e.binary<arith::SubIOp>(highs[axis], e.known(n)).value, highs[axis].level};
    Code rest = e.compare(arith::CmpIPredicate::sge, moved, {end, {}, e.depth()});
    indices.push_back(moved);
    sums = vectorPass(sums, std::move(indices), active.value ? e.both(active, rest) : rest);
  }
  if (ownSums) {
    e.at(e.depth());
    for (auto [mine, outer] : llvm::zip(sums, state))
      mine = combined(outer, mine);
  }
  return sums;
}

/// One vector: few of them lie at a border, where reads are made under masks.
ReduceCode::State ReduceCode::vectorPass(const State &state, std::vector<Code> indices, const Code &active) {
  Value inside =
      e.allInside(op.getBody(), op.getBody().getArgument(indices.size() - 1), indices.back(), e.lanes);
  if (!inside)
    return nest(state, std::move(indices), active);
  e.at(e.depth());
  auto choice = scf::IfOp::create(e.b, e.loc, ValueRange(state).getTypes(), inside, true);
  for (bool atEdge : {false, true}) {
    if (atEdge)
      e.insideReads.clear();
    e.atEdge = atEdge;
    e.enter(choice, atEdge ? choice.elseBlock() : choice.thenBlock());
    leastInside = e.depth();
    State next = nest(state, indices, active);
    e.b.setInsertionPointToEnd(e.levels.back().block);
    scf::YieldOp::create(e.b, e.loc, next);
    e.leave();
  }
  e.atEdge = false;
  leastInside = 0;
  return State(choice.getResults());
}

/// Whole vectors from `low` to `high`, each of `vectors` in a row into sums of its own, which are combined in order.
ReduceCode::State ReduceCode::strip(State state, const std::vector<Code> &indices, const Code &active, Value low, Value high,
                                    unsigned vectors) {
  State starts = state;
  for (unsigned k = 1; k < vectors; ++k)
    starts.append(state.size(), neutral(state[0].getType()));
  Value step = e.indexConstant(static_cast<int64_t>(vectors) * e.lanes);
  e.at(e.depth());
  auto loop = scf::ForOp::create(e.b, e.loc, low, high, step, starts);
  e.enter(loop, loop.getBody());
  State next;
  for (unsigned k = 0; k < vectors; ++k) {
    Code index{loop.getInductionVar(), {}, e.depth()};
    if (k)
      index = e.add(index, e.known(static_cast<int64_t>(k) * e.lanes));
    std::vector<Code> inner = indices;
    inner.push_back({{}, index.value, index.level});
    auto mine = loop.getRegionIterArgs().slice(k * state.size(), state.size());
    next.append(vectorPass(State(mine.begin(), mine.end()), std::move(inner), active));
  }
  e.at(e.depth());
  scf::YieldOp::create(e.b, e.loc, next);
  e.leave();
  State result(loop.getResults().take_front(state.size()));
  e.at(e.depth());
  for (unsigned k = 1; k < vectors; ++k)
    for (size_t c = 0; c < state.size(); ++c)
      result[c] = combined(result[c], loop.getResult(k * state.size() + c));
  return result;
}

/// Halves a vector until one element is left: always the same order.
Value ReduceCode::tree(Value lanes) {
  e.at(e.depth());
  for (int64_t n = e.lanes / 2; n > 0; n /= 2) {
    SmallVector<int64_t> low, high;
    for (int64_t k = 0; k < n; ++k) {
      low.push_back(k);
      high.push_back(n + k);
    }
    Value a = vector::ShuffleOp::create(e.b, e.loc, lanes, lanes, low);
    Value c = vector::ShuffleOp::create(e.b, e.loc, lanes, lanes, high);
    lanes = combined(a, c);
  }
  Value one = vector::ExtractOp::create(e.b, e.loc, lanes, ArrayRef<int64_t>{0});
  if (one.getType() != element)
    one = arith::IndexCastOp::create(e.b, e.loc, element, one);
  return one;
}

/// The axis along which a reduction that is the same for all lanes runs by vectors, or -1.
int ReduceCode::vectorAxis() {
  if (best)
    return -1;
  for (int axis = static_cast<int>(lows.size()) - 1; axis >= 0; --axis) {
    auto low = e.constantOf(lows[axis]), high = e.constantOf(highs[axis]);
    if (!low || !high || *high - *low >= static_cast<int64_t>(e.lanes))
      return axis;
  }
  return -1;
}

ReduceCode::State ReduceCode::start(bool wide) {
  State state;
  for (unsigned c = 0; c < channels; ++c) {
    state.push_back(neutral(stateType(wide)));
    if (best)
      state.push_back(wide ? e.zeroOf(e.vectorOf(e.b.getIndexType())) : e.indexConstant(0));
  }
  return state;
}

/// One number a channel.
ReduceCode::State ReduceCode::results(const State &state, bool trees) {
  State made;
  for (unsigned c = 0; c < channels; ++c)
    made.push_back(trees ? tree(state[c]) : best ? state[2 * c + 1] : state[c]);
  return made;
}

ReduceCode::State ReduceCode::uniform() {
  horizontal = vectorAxis();
  unrollFrom = std::max<unsigned>(unrollFrom, horizontal + 1);
  if (horizontal < 0)
    return results(nest(start(false), {}, {}), false);
  Code size = e.binary<arith::SubIOp>(highs[horizontal], lows[horizontal]);
  if (e.constantOf(size))
    return results(nest(start(true), {}, {}), true);
  Code enough = e.compare(arith::CmpIPredicate::sge, size, e.known(e.lanes));
  e.at(e.depth());
  auto choice = scf::IfOp::create(e.b, e.loc, SmallVector<Type>(channels, element), enough.value, true);
  auto arm = [&](Block *block, bool wide) {
    e.enter(choice, block);
    horizontal = wide ? vectorAxis() : -1;
    State made = results(nest(start(wide), {}, {}), wide);
    e.b.setInsertionPointToEnd(block);
    scf::YieldOp::create(e.b, e.loc, made);
    e.leave();
  };
  arm(choice.thenBlock(), true);
  arm(choice.elseBlock(), false);
  return State(choice.getResults());
}

void ReduceCode::run() {
  SmallVector<Value> captured = e.captures(op);
  std::vector<Code> used = e.capturedCodes(op);
  for (auto [low, high] : llvm::zip(op.getLows(), op.getHighs())) {
    lows.push_back(e.code(low));
    highs.push_back(e.code(high));
  }
  const bool shared = e.sameForChannels(op, captured);
  const bool together = e.sameForChannels(op, op.getLows()) && e.sameForChannels(op, op.getHighs());
  if (!shared && !together) {
    op.emitError("a reduction whose range differs between channels");
    e.failed = true;
  }
  channels = shared ? 1 : e.openOf(op->getParentRegion()).channels.size();
  bool wide = e.masked(op);
  for (const Code &code : used)
    wide |= code.lanes();
  unrollFrom = lows.size();
  for (int64_t passes = 1; unrollFrom > 0; --unrollFrom) {
    auto first = e.constantOf(lows[unrollFrom - 1]), end = e.constantOf(highs[unrollFrom - 1]);
    passes = first && end ? passes * std::max<int64_t>(*end - *first, 0) : unrolledPasses + 1;
    if (passes > unrolledPasses)
      break;
  }
  const unsigned level = e.levelOf(used, e.leastOf(op)), current = e.channel;
  std::vector<Code> codes;
  {
    SampleEmitter::Aside aside(e, level);
    State made = wide || !unrollFrom ? results(nest(start(wide), {}, {}), false) : uniform();
    for (Value value : made)
      codes.push_back({value, {}, level});
  }
  e.channel = current;
  e.setResults(op, codes);
}

} // namespace gms::compiler::cpu
