// A select passes its adjoint to the arm taken. What serves one arm alone keeps its adjoint whole, and what leaves it asks the
// condition: so an arm that is not taken may divide by zero.
#include "compiler/transforms/sweep.h"
#include <llvm/ADT/SetVector.h>
#include <mlir/Dialect/Arith/IR/Arith.h>

namespace gms::compiler {
using namespace mlir;

namespace {

/// `b is no number ? b : other`, as the smaller or larger of two ends: the derivative is that of `other`.
bool passesNoNumber(arith::SelectOp op) {
  auto compare = op.getCondition().getDefiningOp<arith::CmpFOp>();
  return compare && compare.getPredicate() == arith::CmpFPredicate::UNE && compare.getLhs() == compare.getRhs() &&
         compare.getLhs() == op.getTrueValue();
}

/// The operations of the select's block that only one of its arms needs.
class ArmCone {
public:
  ArmCone(Sweep &sweep, arith::SelectOp select, bool taken) : sweep(sweep), select(select), operand(taken ? 1 : 2) {}

  SmallVector<Operation *> collect() {
    candidates.insert(select->getOperand(operand));
    bool singular = false;
    while (!candidates.empty()) {
      Operation *op = popLast();
      if (!op || !isExclusive(op))
        continue;
      cone.insert(op);
      singular |= maySingular(op);
      for (Value operandValue : op->getOperands())
        candidates.insert(operandValue);
      if (op->getNumRegions())
        for (Value captured : activeCaptures(op, sweep.activity))
          candidates.insert(captured);
    }
    if (!singular)
      cone.clear();
    return llvm::to_vector(cone);
  }

private:
  Sweep &sweep;
  arith::SelectOp select;
  unsigned operand;
  llvm::SetVector<Value> candidates;
  llvm::SetVector<Operation *> cone;

  /// The last of the candidates' operations in the block, so that all its users have been decided.
  Operation *popLast() {
    Operation *last = nullptr;
    for (Value value : candidates) {
      Operation *op = value.getDefiningOp();
      if (op && op->getBlock() == select->getBlock() && sweep.activity.contains(value) &&
          (!last || last->isBeforeInBlock(op)))
        last = op;
    }
    if (!last) {
      candidates.clear();
      return nullptr;
    }
    candidates.remove_if([&](Value value) { return value.getDefiningOp() == last; });
    return last;
  }

  bool isExclusive(Operation *op) {
    for (Value result : op->getResults()) {
      if (sweep.has(result))
        return false;
      for (OpOperand &use : result.getUses()) {
        if (!carriesDerivative(use))
          continue;
        Operation *user = select->getBlock()->findAncestorOpInBlock(*use.getOwner());
        if (user == select && use.getOwner() == user && use.getOperandNumber() == operand)
          continue;
        if (!user || user == select || (user->isBeforeInBlock(select) && !cone.contains(user)))
          return false;
      }
    }
    return true;
  }
};

} // namespace

void Sweep::visitSelect(arith::SelectOp op, Value adjoint) {
  if (passesNoNumber(op))
    return add(op.getFalseValue(), adjoint, op);
  Value condition = op.getCondition();
  // The smaller or larger of a constant and a value, where the constant stands first and so has the derivative at a tie.
  if (op->hasAttr("gms.first_at_tie")) {
    auto compare = condition.getDefiningOp<arith::CmpFOp>();
    ScalarBuilder s = formulas(op);
    condition = s.cmpf(arith::CmpFPredicate::OLE, compare.getLhs(), compare.getRhs());
  }
  visitArm(op, condition, true, adjoint);
  visitArm(op, condition, false, adjoint);
}

void Sweep::visitArm(arith::SelectOp op, Value condition, bool taken, Value adjoint) {
  Value arm = taken ? op.getTrueValue() : op.getFalseValue();
  if (!activity.contains(arm))
    return;
  if (SmallVector<Operation *> cone = ArmCone(*this, op, taken).collect(); !cone.empty()) {
    allCones.push_back(std::make_unique<Cone>(Cone{condition, taken, coneOf(op)}));
    for (Operation *inner : cone)
      cones[inner] = allCones.back().get();
    scalars[arm] = adjoint;
    return;
  }
  ScalarBuilder s = formulas(op);
  Value zero = s.real(0, adjoint.getType());
  add(arm, taken ? s.select(condition, adjoint, zero) : s.select(condition, zero, adjoint), op);
}

} // namespace gms::compiler
