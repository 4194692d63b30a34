// Conditionals and loops of scalars: a branch where all lanes agree, both sides under masks elsewhere.
#include "compiler/codegen/cpu/aside.h"
#include "compiler/codegen/cpu/sample_emitter.h"

namespace gms::compiler::cpu {
using namespace mlir;

void SampleEmitter::regions(Operation *op, Instance &instance) {
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return scalarLoop(loop, instance);
  Code selector = code(op->getOperand(0));
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
  if (selector.lanes())
    return maskedArms(op, selector, arms, cases, instance);
  branch(op, selector, arms, cases, instance);
}

/// What one arm yields.
std::vector<Code> SampleEmitter::yields(Region &region) {
  std::vector<Code> values;
  for (Value value : region.front().getTerminator()->getOperands())
    values.push_back(code(value));
  return values;
}

void SampleEmitter::maskedArms(Operation *op, const Code &selector, ArrayRef<Region *> arms, ArrayRef<int64_t> cases,
                               Instance &instance) {
  using P = arith::CmpIPredicate;
  const bool two = cases.empty();
  std::vector<Code> result;
  Code rest; // lanes that take none of the arms so far
  auto invert = [&](const Code &c) {
    return Code{emit<arith::XOrIOp>(c.level, vector(c).getType(), {vector(c), intConstant(1, vector(c).getType())}), {}, c.level};
  };
  std::vector<Code> conditions;
  for (size_t k = 0; k + 1 < arms.size(); ++k) {
    Code here = two ? selector : compare(P::eq, selector, known(cases[k]));
    conditions.push_back(here);
    rest = rest.value ? both(rest, invert(here)) : invert(here);
  }
  conditions.push_back(rest);
  for (size_t k = arms.size(); k-- > 0;) {
    Code mask = conditions[k];
    if (instance.mask)
      mask = both(mask, {instance.mask, {}, instance.maskLevel});
    Instance &inner = enterRegion(*arms[k]);
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

void SampleEmitter::branch(Operation *op, const Code &selector, ArrayRef<Region *> arms, ArrayRef<int64_t> cases,
                           Instance &instance) {
  std::vector<Code> used = captures(op);
  used.push_back(selector);
  bool wide = instance.mask != nullptr;
  for (const Code &code : used)
    wide |= code.lanes();
  const unsigned level = levelOf(used, std::max(instance.least, instance.mask ? instance.maskLevel : 0));
  if (auto taken = constantOf(selector)) {
    // After an axis was written out, conditions on it are known.
    size_t arm = arms.size() - 1;
    if (cases.empty())
      arm = *taken ? 0 : 1;
    for (size_t k = 0; k < cases.size(); ++k)
      if (cases[k] == *taken)
        arm = k;
    enterRegion(*arms[arm]);
    std::vector<Code> values = yields(*arms[arm]);
    leaveRegion();
    for (auto [value, made] : llvm::zip(op->getResults(), values))
      instance.values[value] = made;
    return;
  }
  Aside aside(*this, level);
  at(level);
  SmallVector<Type> types;
  for (Type type : op->getResultTypes())
    types.push_back(wide ? Type(vectorOf(type)) : type);
  Operation *made;
  if (cases.empty())
    made = scf::IfOp::create(b, loc, types, selector.value, true);
  else
    made = scf::IndexSwitchOp::create(b, loc, types, selector.value, cases, cases.size());
  for (auto [k, arm] : llvm::enumerate(arms)) {
    // The switch holds its default first.
    Region &target = made->getRegion(cases.empty() ? k : (k + 1) % arms.size());
    if (target.empty())
      target.emplaceBlock();
    enter(made, &target.front());
    Instance &inner = enterRegion(*arm);
    inner.least = depth();
    SmallVector<Value> values;
    for (const Code &value : yields(*arm))
      values.push_back(wide ? vector(value) : value.value);
    leaveRegion();
    b.setInsertionPointToEnd(&target.front());
    scf::YieldOp::create(b, loc, values);
    leave();
  }
  for (auto [value, result] : llvm::zip(op->getResults(), made->getResults()))
    instance.values[value] = {result, {}, level};
}

void SampleEmitter::scalarLoop(scf::ForOp op, Instance &instance) {
  std::vector<Code> used = captures(op);
  bool wide = false;
  for (const Code &code : used)
    wide |= code.lanes();
  const unsigned level = levelOf(used, instance.least);
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
  Instance &inner = enterRegion(op.getRegion());
  inner.values[op.getInductionVar()] = {loop.getInductionVar(), {}, depth()};
  for (auto [argument, state] : llvm::zip(op.getRegionIterArgs(), loop.getRegionIterArgs()))
    inner.values[argument] = {state, {}, depth()};
  SmallVector<Value> next;
  for (const Code &value : yields(op.getRegion()))
    next.push_back(wide ? vector(value) : value.value);
  leaveRegion();
  b.setInsertionPointToEnd(loop.getBody());
  if (loop.getBody()->mightHaveTerminator())
    loop.getBody()->getTerminator()->erase();
  scf::YieldOp::create(b, loc, next);
  leave();
  for (auto [value, result] : llvm::zip(op.getResults(), loop.getResults()))
    instance.values[value] = {result, {}, level};
}

} // namespace gms::compiler::cpu
