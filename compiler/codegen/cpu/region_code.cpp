// Conditionals and loops of scalars: a branch where all lanes agree, both sides under masks elsewhere.
// Channels share them.
#include "compiler/codegen/cpu/aside.h"
#include "compiler/codegen/cpu/sample_emitter.h"

namespace gms::compiler::cpu {
using namespace mlir;

// ---- what regions use and give
// ---------------------------------------------------------------------------------------

SmallVector<Value> SampleEmitter::captures(Operation *op) {
  SetVector<Value> outside;
  op->walk([&](Operation *nested) {
    for (Value operand : nested->getOperands())
      if (!isa<RankedTensorType>(operand.getType()) &&
          !op->isAncestor(operand.getParentBlock()->getParentOp()))
        outside.insert(operand);
  });
  return outside.takeVector();
}

std::vector<Code> SampleEmitter::capturedCodes(Operation *op) {
  std::vector<Code> codes;
  SmallVector<Value> values = captures(op);
  eachChannel(op->getParentRegion(), [&](Instance &) {
    for (Value value : values)
      codes.push_back(code(value));
  });
  return codes;
}

unsigned SampleEmitter::leastOf(Operation *op) {
  unsigned least = 0;
  eachChannel(op->getParentRegion(), [&](Instance &instance) {
    least = std::max({least, instance.least, instance.mask ? instance.maskLevel : 0});
  });
  return least;
}

bool SampleEmitter::masked(Operation *op) {
  bool any = false;
  eachChannel(op->getParentRegion(), [&](Instance &instance) { any |= instance.mask != nullptr; });
  return any;
}

std::vector<Code> SampleEmitter::yields(Region &region) {
  std::vector<Code> values;
  for (Value value : region.front().getTerminator()->getOperands())
    values.push_back(code(value));
  return values;
}

std::vector<Code> SampleEmitter::allYields(Region &region) {
  std::vector<Code> values;
  eachChannel(&region, [&](Instance &) {
    std::vector<Code> mine = yields(region);
    values.insert(values.end(), mine.begin(), mine.end());
  });
  return values;
}

// ---- conditionals
// ----------------------------------------------------------------------------------------------------

void SampleEmitter::regions(Operation *op) {
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return scalarLoop(loop);
  std::vector<Region *> arms;
  std::vector<int64_t> cases; // of all arms but the last
  if (auto choice = dyn_cast<scf::IfOp>(op)) {
    arms = {&choice.getThenRegion(), &choice.getElseRegion()};
  } else {
    auto switched = cast<scf::IndexSwitchOp>(op);
    for (Region &region : switched.getCaseRegions())
      arms.push_back(&region);
    arms.push_back(&switched.getDefaultRegion());
    cases.assign(switched.getCases().begin(), switched.getCases().end());
  }
  Code selector = code(op->getOperand(0));
  if (auto taken = constantOf(selector)) {
    // After channels were written out, conditions on them are known.
    size_t arm = cases.empty() && *taken ? 0 : arms.size() - 1;
    for (size_t k = 0; k < cases.size(); ++k)
      if (cases[k] == *taken)
        arm = k;
    return knownArm(op, *arms[arm]);
  }
  if (selector.lanes() || !sameForChannels(op, op->getOperand(0)))
    return maskedArms(op, selector, arms, cases);
  branch(op, selector, arms, cases);
}

void SampleEmitter::knownArm(Operation *op, Region &arm) {
  enterRegion(arm);
  std::vector<Code> values = yields(arm);
  leaveRegion();
  Instance &instance = instanceOf(op->getParentRegion());
  for (auto [value, made] : llvm::zip(op->getResults(), values))
    instance.values[value] = made;
}

void SampleEmitter::maskedArms(Operation *op, const Code &selector, ArrayRef<Region *> arms,
                               ArrayRef<int64_t> cases) {
  using P = arith::CmpIPredicate;
  Instance &instance = instanceOf(op->getParentRegion());
  std::vector<Code> result, conditions;
  Code rest; // lanes that take none of the arms so far
  auto invert = [&](const Code &c) {
    Value lanesOf = vector(c);
    return Code{emit<arith::XOrIOp>(c.level, lanesOf.getType(), {lanesOf, intConstant(1, lanesOf.getType())}),
                {},
                c.level};
  };
  for (size_t k = 0; k + 1 < arms.size(); ++k) {
    Code here = cases.empty() ? selector : compare(P::eq, selector, known(cases[k]));
    conditions.push_back(here);
    rest = rest.value ? both(rest, invert(here)) : invert(here);
  }
  conditions.push_back(rest);
  for (size_t k = arms.size(); k-- > 0;) {
    Code mask = conditions[k];
    if (instance.mask)
      mask = both(mask, {instance.mask, {}, instance.maskLevel});
    enterRegion(*arms[k]);
    Instance &inner = instanceOf(arms[k]);
    inner.mask = vector(mask);
    inner.maskLevel = std::max(mask.level, instance.maskLevel);
    std::vector<Code> values = yields(*arms[k]);
    leaveRegion();
    if (result.empty())
      result = values;
    else
      for (size_t v = 0; v < values.size(); ++v)
        result[v] = select(conditions[k], values[v], result[v]);
  }
  for (auto [value, made] : llvm::zip(op->getResults(), result))
    instance.values[value] = made;
}

void SampleEmitter::branch(Operation *op, const Code &selector, ArrayRef<Region *> arms,
                           ArrayRef<int64_t> cases) {
  std::vector<Code> used = capturedCodes(op);
  used.push_back(selector);
  const bool shared = sameForChannels(op, captures(op));
  const size_t channels = shared ? 1 : openOf(op->getParentRegion()).channels.size();
  bool wide = masked(op);
  for (const Code &code : used)
    wide |= code.lanes();
  const unsigned level = levelOf(used, leastOf(op));
  Aside aside(*this, level);
  at(level);
  SmallVector<Type> types;
  for (size_t c = 0; c < channels; ++c)
    for (Type type : op->getResultTypes())
      types.push_back(wide ? Type(vectorOf(type)) : type);
  Operation *made;
  if (cases.empty())
    made = scf::IfOp::create(b, loc, types, selector.value, true);
  else
    made = scf::IndexSwitchOp::create(b, loc, types, selector.value, cases, cases.size());
  const unsigned current = channel;
  for (auto [k, arm] : llvm::enumerate(arms)) {
    // The switch holds its default first.
    Region &target = made->getRegion(cases.empty() ? k : (k + 1) % arms.size());
    if (target.empty())
      target.emplaceBlock();
    enter(made, &target.front());
    for (auto &inner : enterRegion(*arm).channels)
      inner->least = depth();
    SmallVector<Value> values;
    for (const Code &value : shared ? yields(*arm) : allYields(*arm))
      values.push_back(wide ? vector(value) : value.value);
    leaveRegion();
    b.setInsertionPointToEnd(&target.front());
    scf::YieldOp::create(b, loc, values);
    leave();
  }
  channel = current;
  std::vector<Code> codes;
  for (Value result : made->getResults())
    codes.push_back({result, {}, level});
  setResults(op, codes);
}

// ---- loops
// -----------------------------------------------------------------------------------------------------------

void SampleEmitter::scalarLoop(scf::ForOp op) {
  std::vector<Code> used = capturedCodes(op);
  bool wide = false;
  for (const Code &code : used)
    wide |= code.lanes();
  const unsigned level = levelOf(used, leastOf(op));
  Code low = code(op.getLowerBound()), high = code(op.getUpperBound()), step = code(op.getStep());
  if (low.lanes() || high.lanes() || step.lanes()) {
    op->emitError("a loop whose count differs between lanes");
    failed = true;
    return;
  }
  SmallVector<Value> starts;
  for (Value init : op.getInitArgs()) {
    Code start = code(init);
    starts.push_back(wide ? vector(start) : start.value);
  }
  Aside aside(*this, level);
  at(level);
  auto loop = scf::ForOp::create(b, loc, low.value, high.value, step.value, starts);
  enter(loop, loop.getBody());
  enterRegion(op.getRegion());
  Instance &inner = instanceOf(&op.getRegion());
  inner.values[op.getInductionVar()] = {loop.getInductionVar(), {}, depth()};
  for (auto [argument, state] : llvm::zip(op.getRegionIterArgs(), loop.getRegionIterArgs()))
    inner.values[argument] = {state, {}, depth()};
  SmallVector<Value> next;
  for (const Code &value : yields(op.getRegion()))
    next.push_back(wide ? vector(value) : value.value);
  leaveRegion();
  if (loop.getBody()->mightHaveTerminator())
    loop.getBody()->getTerminator()->erase();
  b.setInsertionPointToEnd(loop.getBody());
  scf::YieldOp::create(b, loc, next);
  leave();
  Instance &instance = instanceOf(op->getParentRegion());
  for (auto [value, result] : llvm::zip(op.getResults(), loop.getResults()))
    instance.values[value] = {result, {}, level};
}

} // namespace gms::compiler::cpu
