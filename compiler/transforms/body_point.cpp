#include "compiler/transforms/body_point.h"
#include "compiler/transforms/bordered_index.h"
#include "compiler/transforms/emission.h"
#include "compiler/transforms/read_ranges.h"
#include "compiler/transforms/tensor_extents.h"
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/IR/Matchers.h>

namespace gms::compiler {
using namespace mlir;

namespace {

bool isConditional(Operation *op) { return isa<scf::IfOp, scf::IndexSwitchOp>(op); }

/// Values that are worth a read from memory.
bool isCostly(Value value) {
  Operation *op = value.getDefiningOp();
  return op && (isa<arith::DivFOp>(op) || op->getName().getDialectNamespace() == "math");
}

/// Whether zeros from outside of a box may be made infinite, or no number.
bool mayFail(Operation *op) {
  WalkResult found = op->walk([](Operation *nested) {
    if (isa<arith::DivFOp>(nested) && !matchPattern(nested->getOperand(1), m_Constant()))
      return WalkResult::interrupt();
    if (isa<math::SqrtOp, math::LogOp, math::PowFOp, core::OwnDerivativeOp>(nested))
      return WalkResult::interrupt();
    auto reduce = dyn_cast<core::ReduceOp>(nested);
    const bool extreme =
        reduce && (reduce.getKind() == core::Reduction::Min || reduce.getKind() == core::Reduction::Max);
    return extreme ? WalkResult::interrupt() : WalkResult::advance();
  });
  return found.wasInterrupted();
}

/// The condition under which a region of a conditional runs.
Value runs(ScalarBuilder &s, Region &region, const IRMapping &mapping) {
  Operation *op = region.getParentOp();
  Value selector = mapping.lookupOrDefault(op->getOperand(0));
  const unsigned number = region.getRegionNumber();
  if (isa<scf::IfOp>(op))
    return number ? s.xori(selector, s.truth(true)) : selector;
  ArrayRef<int64_t> cases = cast<scf::IndexSwitchOp>(op).getCases();
  auto is = [&](int64_t k) { return s.cmpi(arith::CmpIPredicate::eq, selector, s.index(k)); };
  if (number) // the default stands first
    return is(cases[number - 1]);
  Value none;
  for (int64_t k : cases) {
    Value other = s.xori(is(k), s.truth(true));
    none = none ? s.andi(none, other) : other;
  }
  return none ? none : s.truth(true);
}

/// Makes the bodies on the way to a read again, one inside the other, and walks each of them back.
class PointWalk {
public:
  PointWalk(const BodyAdjoint &body, const ReadSite &site, const DenseMap<Value, Value> &raw, bool withPlace)
      : body(body), site(site), raw(raw), withPlace(withPlace) {}

  SmallVector<Value> enter(OpBuilder &b, IRMapping &mapping, unsigned level, ArrayRef<Value> results) {
    Operation *op = site.path[level];
    return isConditional(op) ? enterArm(b, mapping, level, results) : enterLoop(b, mapping, level, results);
  }

private:
  const BodyAdjoint &body;
  const ReadSite &site;
  const DenseMap<Value, Value> &raw;
  bool withPlace;

  SmallVector<Value> enterLoop(OpBuilder &b, IRMapping &mapping, unsigned level, ArrayRef<Value> results) {
    Operation *op = site.path[level];
    ScalarBuilder s(b, op->getLoc());
    Block &block = op->getRegion(0).front();
    SmallVector<Value> given;
    Value inside;
    for (const NestIndex &index : site.indices) {
      if (index.argument.getOwner() != &block)
        continue;
      given.push_back(raw.lookup(index.argument));
      askInside(s, given.back(), mapping.lookupOrDefault(index.low), mapping.lookupOrDefault(index.high), inside);
      mapping.map(index.argument, given.back());
    }
    if (level == 0 && body.bindStates)
      body.bindStates(b, mapping);
    auto reduce = dyn_cast<core::ReduceOp>(op);
    ReductionSeeds seedOf;
    if (level)
      seedOf = reductionSeeds(b, reduce, results[0], mapping, positionOf(b, op, mapping));
    SmallVector<Operation *> made = cloneBody(b, block, mapping);
    // Outside of the box reads give zeros, of which nothing may be made but numbers; the adjoint is zero there.
    SmallVector<Value> conditions;
    if (inside)
      readSafely(made);
    if (inside && (level || !body.vanishesOutside || llvm::any_of(made, mayFail)))
      conditions.push_back(inside);
    SmallVector<Value> seeds = level ? SmallVector<Value>{seedOf(b, given)} : body.seeds(b, given, mapping);
    return walk(b, mapping, level, made, block, seeds, conditions, given);
  }

  Value positionOf(OpBuilder &b, Operation *op, const IRMapping &mapping) const {
    Value positions = body.positions.lookup(op);
    if (!positions)
      return {};
    SmallVector<Value> place;
    for (const NestIndex &index : body.indices)
      place.push_back(mapping.lookup(index.argument));
    return ScalarBuilder(b, op->getLoc()).cast(readZero(b, op->getLoc(), positions, place), b.getIndexType());
  }

  SmallVector<Value> enterArm(OpBuilder &b, IRMapping &mapping, unsigned level, ArrayRef<Value> results) {
    core::ReadOp read = site.read;
    Operation *next = level + 1 < site.path.size() ? site.path[level + 1] : read.getOperation();
    Region *arm = next->getParentRegion();
    ScalarBuilder s(b, next->getLoc());
    SmallVector<Type> types{read.getResult().getType()};
    if (withPlace)
      types.append(read.getIndices().size(), b.getIndexType());
    auto choice = scf::IfOp::create(b, next->getLoc(), types, runs(s, *arm, mapping), true);
    OpBuilder inner = choice.getThenBodyBuilder();
    IRMapping copy = mapping;
    SmallVector<Operation *> made = cloneBody(inner, arm->front(), copy);
    SmallVector<Value> found = walk(inner, copy, level, made, arm->front(), results, {}, {});
    if (found.empty()) {
      choice.erase();
      return {};
    }
    scf::YieldOp::create(inner, next->getLoc(), found);
    OpBuilder other = choice.getElseBodyBuilder();
    ScalarBuilder t(other, next->getLoc());
    SmallVector<Value> none{t.real(0, types[0])};
    none.append(types.size() - 1, t.index(-1));
    scf::YieldOp::create(other, next->getLoc(), none);
    return SmallVector<Value>(choice.getResults());
  }

  /// Walks a body, made as `made`, back to the operation that holds the read, and goes on inside of that.
  SmallVector<Value> walk(OpBuilder &b, IRMapping &mapping, unsigned level, ArrayRef<Operation *> made, Block &block,
                          ArrayRef<Value> seeds, SmallVector<Value> conditions, ArrayRef<Value> place) {
    const bool last = level + 1 == site.path.size();
    Operation *here = mapping.lookupOrNull(last ? core::ReadOp(site.read).getOperation() : site.path[level + 1]);
    Activity activity(here->getResults());
    Sweep sweep(b, activity);
    for (auto [operand, seed] : llvm::zip(block.getTerminator()->getOperands(), seeds)) {
      if (!seed)
        continue;
      Value yielded = mapping.lookupOrDefault(operand);
      sweep.add(yielded, seed);
      if (level == 0 && body.stored && isCostly(yielded))
        sweep.remember(yielded, body.stored(b, place));
    }
    for (Operation *op : llvm::reverse(made)) {
      if (op == here)
        break;
      if (failed(sweep.visit(op)))
        return {};
    }
    SmallVector<Value> results;
    for (Value result : here->getResults())
      results.push_back(hasAdjoint(result.getType()) ? sweep.take(result) : Value());
    if (llvm::none_of(results, [](Value v) { return bool(v); }))
      return {};
    conditions.append(sweep.conditionsOf(here));
    SmallVector<Value> found = last ? atRead(b, cast<core::ReadOp>(here), results[0])
                                    : enter(b, mapping, level + 1, results);
    return found.empty() ? found : under(b, conditions, std::move(found));
  }

  SmallVector<Value> atRead(OpBuilder &b, core::ReadOp read, Value adjoint) {
    SmallVector<Value> found{adjoint};
    if (!withPlace)
      return found;
    ScalarBuilder s(b, read.getLoc());
    for (auto [axis, index] : llvm::enumerate(read.getIndices())) {
      Value inside;
      const core::Border border = read.getBorder();
      // Outside of a tensor with a border of zeros nothing is added: core.scatter leaves such places out.
      const bool plain = border == core::Border::Zero || border == core::Border::Proven;
      found.push_back(plain ? index
                            : bordered(s, index, extentOf(b, s.loc, read.getTensor(), axis), border, inside));
    }
    return found;
  }

  static SmallVector<Value> under(OpBuilder &b, ArrayRef<Value> conditions, SmallVector<Value> found) {
    if (conditions.empty())
      return found;
    ScalarBuilder s(b, found[0].getLoc());
    Value all = conditions[0];
    for (Value condition : conditions.drop_front())
      all = s.andi(all, condition);
    found[0] = s.select(all, found[0], s.real(0, found[0].getType()));
    if (found.size() > 1)
      found[1] = s.select(all, found[1], s.index(-1));
    return found;
  }
};

} // namespace

ReadSite siteOf(core::ReadOp read, Operation *root, ArrayRef<NestIndex> own) {
  ReadSite site{read, {}, {}};
  for (Operation *op = read->getParentOp(); op != root; op = op->getParentOp())
    site.path.push_back(op);
  site.path.push_back(root);
  std::reverse(site.path.begin(), site.path.end());
  site.indices.assign(own.begin(), own.end());
  for (Operation *op : ArrayRef(site.path).drop_front())
    if (auto reduce = dyn_cast<core::ReduceOp>(op))
      for (auto [argument, low, high] :
           llvm::zip(reduce.getBody().getArguments(), reduce.getLows(), reduce.getHighs()))
        site.indices.push_back({argument, low, high});
  return site;
}

SmallVector<Value> adjointAtPoint(OpBuilder &builder, const BodyAdjoint &body, const ReadSite &site,
                                  const DenseMap<Value, Value> &indices, bool withPlace) {
  IRMapping mapping;
  return PointWalk(body, site, indices, withPlace).enter(builder, mapping, 0, body.results);
}

namespace {

/// The adjoint that a body at one point, made in `block`'s form, gives to a captured scalar.
Value capturedAtPoint(OpBuilder &b, Block &block, IRMapping &mapping, Value captured,
                      function_ref<SmallVector<Value>(OpBuilder &)> seeds,
                      function_ref<Value(OpBuilder &)> stored) {
  Value variable = makeVariable(b, captured);
  mapping.map(captured, variable);
  SmallVector<Operation *> made = cloneBody(b, block, mapping);
  Activity activity{variable};
  Sweep sweep(b, activity);
  for (auto [operand, seed] : llvm::zip(block.getTerminator()->getOperands(), seeds(b))) {
    if (!seed)
      continue;
    Value yielded = mapping.lookupOrDefault(operand);
    sweep.add(yielded, seed);
    if (stored && isCostly(yielded) && activity.contains(yielded))
      sweep.remember(yielded, stored(b));
  }
  for (Operation *op : llvm::reverse(made))
    if (failed(sweep.visit(op)))
      return {};
  Value adjoint = sweep.take(variable);
  dropVariables(variable, adjoint);
  return adjoint;
}

Value capturedInArms(OpBuilder &builder, const BodyAdjoint &body, Value captured) {
  Operation *op = body.op;
  OperationState state(op->getLoc(), op->getName());
  state.addOperands(op->getOperands());
  state.addTypes(captured.getType());
  state.addAttributes(op->getAttrs());
  for (unsigned k = 0; k < op->getNumRegions(); ++k)
    state.addRegion()->push_back(new Block);
  Operation *choice = builder.create(state);
  bool any = false;
  for (auto [k, region] : llvm::enumerate(op->getRegions())) {
    OpBuilder inner = OpBuilder::atBlockBegin(&choice->getRegion(k).front());
    Value adjoint;
    if (!region.empty()) {
      IRMapping mapping;
      adjoint = capturedAtPoint(
          inner, region.front(), mapping, captured, [&](OpBuilder &) { return body.results; }, {});
    }
    any |= bool(adjoint);
    if (!adjoint)
      adjoint = ScalarBuilder(inner, op->getLoc()).real(0, captured.getType());
    scf::YieldOp::create(inner, op->getLoc(), adjoint);
  }
  if (any)
    return choice->getResult(0);
  choice->erase();
  return {};
}

} // namespace

Value adjointOfCaptured(OpBuilder &builder, const BodyAdjoint &body, Value captured) {
  if (isConditional(body.op))
    return capturedInArms(builder, body, captured);
  SmallVector<Value> lows, highs;
  for (const NestIndex &index : body.indices) {
    lows.push_back(index.low);
    highs.push_back(index.high);
  }
  return makeReduce(builder, body.op->getLoc(), core::Reduction::Sum, lows, highs, captured.getType(),
                    [&](OpBuilder &b, ValueRange point) {
                      IRMapping mapping;
                      for (auto [index, value] : llvm::zip(body.indices, point))
                        mapping.map(index.argument, value);
                      if (body.bindStates)
                        body.bindStates(b, mapping);
                      auto stored = [&](OpBuilder &inner) { return body.stored(inner, point); };
                      return capturedAtPoint(
                          b, body.op->getRegion(0).front(), mapping, captured,
                          [&](OpBuilder &inner) { return body.seeds(inner, point, mapping); },
                          body.stored ? function_ref<Value(OpBuilder &)>(stored) : nullptr);
                    });
}

} // namespace gms::compiler
