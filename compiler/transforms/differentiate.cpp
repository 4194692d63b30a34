// Replaces core.derivative by what computes it: a walk from the value back to the variable, which adds up adjoints. Derivatives
// are expanded in the order of the text, so that one that depends on another finds ordinary operations.
#include "compiler/transforms/bordered_index.h"
#include "compiler/transforms/emission.h"
#include "compiler/transforms/hoist_invariants.h"
#include "compiler/transforms/passes.h"
#include "compiler/transforms/sweep.h"
#include "compiler/transforms/tensor_extents.h"
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/IR/Dominance.h>
#include <mlir/Transforms/CSE.h>

namespace gms::compiler {
#define GEN_PASS_DEF_DIFFERENTIATE
#include "compiler/transforms/passes.h.inc"

namespace {
using namespace mlir;

/// Whether a variable was made before another of its block.
bool comesBefore(Value a, Value b) {
  Operation *first = a.getDefiningOp(), *second = b.getDefiningOp();
  return second && (!first || first->isBeforeInBlock(second));
}

/// Derivatives of one value by variables of one block: one walk back serves them all.
class Expansion {
public:
  explicit Expansion(SmallVector<core::DerivativeOp> derivatives)
      : ops(std::move(derivatives)), op(ops[0]), variable(op.getVariable()), builder(op), activity(variablesOf(ops)),
        sweep(builder, activity) {}

  LogicalResult run() {
    Value one = ScalarBuilder(builder, op.getLoc()).real(1, op.getOf().getType());
    sweep.add(op.getOf(), one);
    if (isa<RankedTensorType>(variable.getType()) && !sweep.tensorsFit())
      return success(succeeded(walk()) && succeeded(replaceReads()));
    // From the variable that was made last to that made first: an earlier one may have been used for a later one.
    llvm::sort(ops, [](core::DerivativeOp a, core::DerivativeOp b) { return comesBefore(b.getVariable(), a.getVariable()); });
    if (failed(walk()))
      return failure();
    for (core::DerivativeOp each : ops) {
      Value result = results.lookup(each.getVariable());
      each.getResult().replaceAllUsesWith(result ? result : zeroLike(builder, each.getLoc(), each.getVariable()));
      each.erase();
    }
    return success();
  }

private:
  SmallVector<core::DerivativeOp> ops;
  core::DerivativeOp op;
  Value variable;
  OpBuilder builder;
  Activity activity;
  Sweep sweep;
  DenseMap<Value, Value> results;

  static SmallVector<Value> variablesOf(ArrayRef<core::DerivativeOp> derivatives) {
    SmallVector<Value> variables;
    for (core::DerivativeOp each : derivatives)
      variables.push_back(each.getVariable());
    return variables;
  }

  /// Back through the block of the derivatives and those around it, to that of the variables.
  LogicalResult walk() {
    for (Operation *here = op;;) {
      Block *block = here->getBlock();
      if (variable.getParentBlock() == block)
        return walkToVariables(here->getPrevNode());
      if (failed(sweep.walkBack(here->getPrevNode(), nullptr)))
        return failure();
      here = block->getParentOp();
      for (Value argument : block->getArguments())
        if (sweep.has(argument))
          return op.emitError("depends on the variable through earlier passes of the loop it stands in: make the derivative "
                              "after the loop");
    }
  }

  LogicalResult walkToVariables(Operation *last) {
    for (core::DerivativeOp each : ops) {
      Value reached = each.getVariable();
      if (failed(sweep.walkBack(last, reached.getDefiningOp())))
        return failure();
      last = reached.getDefiningOp();
      if (sweep.tensorsFit() || !isa<RankedTensorType>(reached.getType()))
        results[reached] = sweep.take(reached);
    }
    return success();
  }

  /// A tensor for each point of a body: its elements are made where they are read.
  LogicalResult replaceReads() {
    ElementRule rule = sweep.elements(variable);
    for (Operation *user : llvm::make_early_inc_range(op.getResult().getUsers())) {
      auto read = dyn_cast<core::ReadOp>(user);
      if (!read)
        return user->emitError("needs a whole tensor that is made anew for each element");
      OpBuilder here(read);
      read.getResult().replaceAllUsesWith(element(here, read, rule));
      read.erase();
    }
    op.erase();
    return success();
  }

  Value element(OpBuilder &here, core::ReadOp read, const ElementRule &rule) {
    ScalarBuilder s(here, read.getLoc());
    Value inside;
    SmallVector<Value> place;
    for (auto [axis, index] : llvm::enumerate(read.getIndices()))
      place.push_back(
          bordered(s, index, extentOf(here, s.loc, variable, axis), read.getBorder(), inside));
    Value zero = s.real(0, read.getResult().getType());
    Value made = rule ? rule(here, place) : Value();
    return !made ? zero : inside ? s.select(inside, made, zero) : made;
  }
};

/// An op's own derivative by a whole tensor, inside a scalar body, becomes one by a number that stands before the body and has
/// the tensor's partials: bodies then pass on scalars and reads alone.
LogicalResult liftTensorInputs(core::OwnDerivativeOp op) {
  Operation *outermost = op;
  while (!tensorsFitInto(outermost->getBlock()))
    outermost = outermost->getParentOp();
  if (outermost == op)
    return success();
  for (unsigned k = 0; k < op.getInputs().size(); ++k) {
    Value input = op.getInputs()[k], partial = op.getPartials()[k];
    if (!isa<RankedTensorType>(input.getType()))
      continue;
    for (Value tensor : {input, partial})
      if (outermost->isAncestor(tensor.getParentBlock()->getParentOp()))
        return op.emitError("states a derivative by a whole tensor that is made anew for each element");
    OpBuilder before(outermost), here(op);
    const Type type = op.getResult().getType();
    Value zero = ScalarBuilder(before, op.getLoc()).real(0, type);
    Value stand = core::OwnDerivativeOp::create(before, op.getLoc(), type, zero, input, partial);
    op.getInputsMutable().slice(k, 1).assign(stand);
    op.getPartialsMutable().slice(k, 1).assign(ScalarBuilder(here, op.getLoc()).real(1, type));
  }
  return success();
}

struct Differentiate : impl::DifferentiateBase<Differentiate> {
  void runOnOperation() override {
    bool any = false;
    SmallVector<core::OwnDerivativeOp> stated;
    getOperation().walk([&](Operation *op) {
      any |= isa<core::VariableOp, core::OwnDerivativeOp>(op);
      if (auto own = dyn_cast<core::OwnDerivativeOp>(op))
        stated.push_back(own);
    });
    for (core::OwnDerivativeOp own : stated)
      if (first() && failed(liftTensorInputs(own)))
        return signalPassFailure();
    while (core::DerivativeOp derivative = first()) {
      if (failed(Expansion(besides(derivative)).run()))
        return signalPassFailure();
      ++expanded;
      cleanUp();
    }
    if (!any)
      return;
    getOperation().walk([](Operation *op) {
      if (!isa<core::VariableOp, core::OwnDerivativeOp>(op))
        return;
      op->getResult(0).replaceAllUsesWith(op->getOperand(0));
      op->erase();
    });
    cleanUp();
  }

  /// The next one in the order of the text: asked anew each time, since cleaning up may share or drop those that are left.
  core::DerivativeOp first() {
    core::DerivativeOp found;
    getOperation().walk<WalkOrder::PreOrder>([&](core::DerivativeOp derivative) {
      found = derivative;
      return WalkResult::interrupt();
    });
    return found;
  }

  /// The derivative, and those of the same value by variables beside its own, which are known where it stands.
  static SmallVector<core::DerivativeOp> besides(core::DerivativeOp derivative) {
    SmallVector<core::DerivativeOp> found{derivative};
    Value variable = derivative.getVariable();
    if (!tensorsFitInto(derivative->getBlock()))
      return found;
    Operation *around = variable.getParentBlock()->findAncestorOpInBlock(*derivative);
    for (Operation *user : derivative.getOf().getUsers()) {
      auto other = dyn_cast<core::DerivativeOp>(user);
      if (!other || other == derivative || other->getBlock() != derivative->getBlock())
        continue;
      Value by = other.getVariable();
      if (by != variable && by.getParentBlock() == variable.getParentBlock() &&
          (!by.getDefiningOp() || by.getDefiningOp()->isBeforeInBlock(around)) &&
          llvm::none_of(found, [&](core::DerivativeOp each) { return each.getVariable() == by; }))
        found.push_back(other);
    }
    return found;
  }

  /// What does not depend on a loop leaves it, what is made twice is shared, and what nothing uses goes.
  void cleanUp() {
    hoistInvariants(getOperation());
    IRRewriter rewriter(&getContext());
    DominanceInfo dominance(getOperation());
    eliminateCommonSubExpressions(rewriter, dominance, getOperation());
  }
};

} // namespace
} // namespace gms::compiler
