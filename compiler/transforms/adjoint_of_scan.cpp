// A recurrence is walked from its last pass to its first: the adjoints of the states are a recurrence themselves.
#include "compiler/transforms/body_adjoint.h"
#include "compiler/transforms/emission.h"

namespace gms::compiler {
using namespace mlir;

namespace {

class ScanAdjoint {
public:
  ScanAdjoint(Sweep &sweep, core::ScanOp op)
      : sweep(sweep), op(op), b(sweep.builder), loc(op.getLoc()), block(op.getBody().front()) {
    for (unsigned k = 0; k < op.getInits().size(); ++k)
      if (sweep.activity.contains(block.getArgument(k + 1)))
        active.push_back(k);
  }

  LogicalResult run() {
    ScalarBuilder s(b, loc);
    adjoint = sweep.elements(op.getResult());
    last = s.subi(op.getCount(), s.index(1));
    for (unsigned k = 0; k < op.getInits().size(); ++k)
      states.push_back(k ? stateHistory(k) : op.getResult());
    for (unsigned k : active) {
      Value history = adjointHistory(k);
      if (!history)
        return failure();
      adjoints[k] = history;
      sweep.add(op.getInits()[k], readZero(b, loc, history, last), op);
    }
    passOn();
    return success();
  }

private:
  Sweep &sweep;
  core::ScanOp op;
  OpBuilder &b;
  Location loc;
  Block &block;
  ElementRule adjoint;
  Value last;
  SmallVector<unsigned> active;
  SmallVector<Value> states;           ///< each state after each pass
  DenseMap<unsigned, Value> adjoints;  ///< of each state before pass last - m, at m

  RankedTensorType historyType(Type element) {
    return RankedTensorType::get(op.getResult().getType().getShape(), element);
  }

  /// The states in an order in which `first` comes first, as only the first state's history can be had.
  static SmallVector<unsigned> order(ArrayRef<unsigned> all, unsigned first) {
    SmallVector<unsigned> made{first};
    for (unsigned k : all)
      if (k != first)
        made.push_back(k);
    return made;
  }

  Value stateHistory(unsigned first) {
    SmallVector<unsigned> all;
    for (unsigned k = 0; k < op.getInits().size(); ++k)
      all.push_back(k);
    all = order(all, first);
    SmallVector<Value> inits;
    for (unsigned k : all)
      inits.push_back(op.getInits()[k]);
    auto scan = core::ScanOp::create(b, loc, historyType(inits[0].getType()), op.getCount(), inits);
    OpBuilder::InsertionGuard guard(b);
    Block *body = makeBody(scan, inits);
    IRMapping mapping;
    mapping.map(block.getArgument(0), body->getArgument(0));
    for (auto [position, k] : llvm::enumerate(all))
      mapping.map(block.getArgument(k + 1), body->getArgument(position + 1));
    cloneBody(b, block, mapping);
    SmallVector<Value> next;
    for (unsigned k : all)
      next.push_back(mapping.lookupOrDefault(block.getTerminator()->getOperand(k)));
    core::YieldOp::create(b, loc, next);
    return scan.getResult();
  }

  Block *makeBody(core::ScanOp scan, ValueRange inits) {
    SmallVector<Type> types{b.getIndexType()};
    types.append(inits.getTypes().begin(), inits.getTypes().end());
    return b.createBlock(&scan.getBody(), {}, types, SmallVector<Location>(types.size(), loc));
  }

  /// The states before a pass.
  Value stateBefore(OpBuilder &inner, unsigned k, Value pass) const {
    ScalarBuilder s(inner, loc);
    Operation *scan = op;
    Value before = readZero(inner, loc, states[k], s.subi(pass, s.index(1)));
    return s.select(s.cmpi(arith::CmpIPredicate::eq, pass, s.index(0)), scan->getOperand(k + 1), before);
  }

  Value adjointHistory(unsigned first) {
    SmallVector<unsigned> all = order(active, first);
    SmallVector<Value> zeros;
    for (unsigned k : all)
      zeros.push_back(ScalarBuilder(b, loc).real(0, op.getInits()[k].getType()));
    auto scan = core::ScanOp::create(b, loc, historyType(zeros[0].getType()), op.getCount(), zeros);
    OpBuilder::InsertionGuard guard(b);
    Block *body = makeBody(scan, zeros);
    Value pass = ScalarBuilder(b, loc).subi(last, body->getArgument(0));
    DenseMap<unsigned, Value> after;
    for (auto [position, k] : llvm::enumerate(all))
      after[k] = body->getArgument(position + 1);
    SmallVector<Value> before = backThrough(pass, all, after);
    if (before.empty())
      return {};
    core::YieldOp::create(b, loc, before);
    return scan.getResult();
  }

  Value withElement(OpBuilder &inner, unsigned k, Value pass, Value after) const {
    Value element = k == 0 ? adjoint(inner, pass) : Value();
    return element ? ScalarBuilder(inner, loc, arith::FastMathFlags::contract).addf(after, element) : after;
  }

  /// The adjoints of the states before a pass from those after it.
  SmallVector<Value> backThrough(Value pass, ArrayRef<unsigned> all, const DenseMap<unsigned, Value> &after) {
    IRMapping mapping;
    SmallVector<Value> variables;
    mapping.map(block.getArgument(0), pass);
    for (unsigned k = 0; k < states.size(); ++k) {
      Value state = stateBefore(b, k, pass);
      if (llvm::is_contained(all, k)) {
        state = makeVariable(b, state);
        variables.push_back(state);
      }
      mapping.map(block.getArgument(k + 1), state);
    }
    SmallVector<Operation *> made = cloneBody(b, block, mapping);
    Activity activity(variables);
    Sweep walk(b, activity);
    for (unsigned k : all)
      walk.add(mapping.lookupOrDefault(block.getTerminator()->getOperand(k)), withElement(b, k, pass, after.lookup(k)));
    for (Operation *inner : llvm::reverse(made))
      if (failed(walk.visit(inner)))
        return {};
    SmallVector<Value> before;
    for (unsigned k : all) {
      Value found = walk.take(mapping.lookup(block.getArgument(k + 1)));
      before.push_back(found ? found : ScalarBuilder(b, loc).real(0, op.getInits()[k].getType()));
    }
    dropVariables(variables, before);
    return before;
  }

  /// To what the body reads: each pass by itself, now that the states and their adjoints are known.
  void passOn() {
    BodyAdjoint body;
    body.op = op;
    body.indices.push_back({block.getArgument(0), ScalarBuilder(b, loc).index(0), op.getCount()});
    auto self = std::make_shared<ScanAdjoint>(*this);
    body.bindStates = [self](OpBuilder &inner, IRMapping &mapping) {
      Value pass = mapping.lookup(self->block.getArgument(0));
      for (unsigned k = 0; k < self->states.size(); ++k)
        mapping.map(self->block.getArgument(k + 1), self->stateBefore(inner, k, pass));
    };
    body.seeds = [self](OpBuilder &inner, ValueRange raw, const IRMapping &) {
      ScalarBuilder s(inner, self->loc);
      SmallVector<Value> seeds(self->states.size());
      for (unsigned k : self->active) {
        Value later = s.subi(s.subi(self->last, s.index(1)), raw[0]);
        seeds[k] = self->withElement(inner, k, raw[0], readZero(inner, self->loc, self->adjoints.lookup(k), later));
      }
      return seeds;
    };
    passThroughBody(sweep, body);
  }
};

} // namespace

LogicalResult visitScan(Sweep &sweep, core::ScanOp op) {
  if (!sweep.tensorsFit())
    return op.emitError("cannot be differentiated for each element of a tensor: it takes memory of its own");
  return ScanAdjoint(sweep, op).run();
}

} // namespace gms::compiler
