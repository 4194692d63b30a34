// What depends on a variable in a way that can be differentiated.
#include "compiler/transforms/adjoints.h"
#include <llvm/ADT/SetVector.h>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/SCF/IR/SCF.h>

namespace gms::compiler {
using namespace mlir;

bool hasAdjoint(Type type) { return isa<FloatType>(getElementTypeOrSelf(type)); }

bool carriesDerivative(OpOperand &use) {
  if (!hasAdjoint(use.get().getType()))
    return false;
  Operation *op = use.getOwner();
  if (auto own = dyn_cast<core::OwnDerivativeOp>(op)) {
    const unsigned number = use.getOperandNumber();
    return number > 0 && number <= own.getInputs().size();
  }
  if (auto scatter = dyn_cast<core::ScatterOp>(op->getParentOp()); scatter && isa<core::YieldOp>(op))
    return use.getOperandNumber() == 0;
  return !isa<math::FloorOp, math::CeilOp, math::RoundEvenOp, math::RoundOp, math::TruncOp, arith::BitcastOp>(op);
}

namespace {

/// The values that a terminator's operand becomes, in and behind the operation around it.
void behindYield(OpOperand &use, SmallVectorImpl<Value> &next) {
  Operation *parent = use.getOwner()->getParentOp();
  const unsigned number = use.getOperandNumber();
  if (auto loop = dyn_cast<core::LoopOp>(parent)) {
    next.push_back(loop.getResult(number));
    if (number < loop.getInits().size())
      next.push_back(loop.getBody().getArgument(number + 1));
  } else if (auto scan = dyn_cast<core::ScanOp>(parent)) {
    if (number == 0)
      next.push_back(scan.getResult());
    next.push_back(scan.getBody().getArgument(number + 1));
  } else if (isa<core::BranchOp, core::SwitchOp, scf::IfOp, scf::IndexSwitchOp>(parent)) {
    next.push_back(parent->getResult(number));
  } else {
    next.append(parent->result_begin(), parent->result_end());
  }
}

/// The values that depend directly on a used one.
void behind(OpOperand &use, SmallVectorImpl<Value> &next) {
  Operation *op = use.getOwner();
  const unsigned number = use.getOperandNumber();
  if (op->hasTrait<OpTrait::IsTerminator>())
    return behindYield(use, next);
  if (auto loop = dyn_cast<core::LoopOp>(op)) {
    next.push_back(loop.getBody().getArgument(number));
    next.push_back(loop.getResult(number - 1));
  } else if (auto scan = dyn_cast<core::ScanOp>(op)) {
    // Without a pass there is no element.
    next.push_back(scan.getBody().getArgument(number));
  } else {
    next.append(op->result_begin(), op->result_end());
  }
}

} // namespace

void Activity::follow(ValueRange variables) {
  SmallVector<Value> next(variables), reached;
  while (!next.empty()) {
    Value value = next.pop_back_val();
    if (!hasAdjoint(value.getType()) || !active.insert(value).second)
      continue;
    for (OpOperand &use : value.getUses())
      if (carriesDerivative(use)) {
        reached.clear();
        behind(use, reached);
        next.append(reached);
      }
  }
}

SmallVector<Value> activeCaptures(Operation *op, const Activity &activity) {
  llvm::SetVector<Value> found;
  op->walk([&](Operation *nested) {
    for (OpOperand &operand : nested->getOpOperands())
      if (nested != op && activity.contains(operand.get()) && carriesDerivative(operand) &&
          !op->isProperAncestor(operand.get().getParentBlock()->getParentOp()) &&
          operand.get().getParentBlock()->getParentOp() != op)
        found.insert(operand.get());
  });
  return found.takeVector();
}

} // namespace gms::compiler
