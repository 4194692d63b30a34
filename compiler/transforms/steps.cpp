#include "compiler/transforms/steps.h"
#include "compiler/dialect/aug/aug.h"
#include "compiler/dialect/core/core.h"
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

namespace gms::compiler {
using namespace mlir;

namespace {

class Uses {
public:
  bool reachStep(Value value) {
    if (!seen.insert(value).second)
      return false;
    return llvm::any_of(value.getUses(), [&](OpOperand &use) { return isStep(use); });
  }

private:
  SmallPtrSet<Value, 32> seen;

  bool isStep(OpOperand &use) {
    Operation *user = use.getOwner();
    if (isa<func::ReturnOp, aug::YieldOp, tensor::DimOp>(user))
      return false;
    if (auto comparison = dyn_cast<arith::CmpFOp>(user))
      return !choosesExtreme(comparison);
    if (isa<core::YieldOp, scf::YieldOp>(user))
      return yieldsStep(use);
    if (isa<core::ReadOp>(user) ? use.getOperandNumber() == 0 : isSmooth(user))
      return reachStep(user->getResult(0));
    return true;
  }

  static bool isSmooth(Operation *op) {
    return isa<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp, arith::NegFOp, arith::ExtFOp,
               arith::TruncFOp, arith::SelectOp, math::SqrtOp, math::ExpOp, math::LogOp, math::TanhOp, math::SinOp,
               math::CosOp, math::AbsFOp, math::ErfOp>(op);
  }

  /// select(a < b, a, b) in any order, or the check of one value for not being a number.
  static bool choosesExtreme(arith::CmpFOp comparison) {
    Value a = comparison.getLhs(), c = comparison.getRhs();
    if (a == c)
      return true;
    return llvm::all_of(comparison->getUsers(), [&](Operation *user) {
      auto choice = dyn_cast<arith::SelectOp>(user);
      return choice && ((choice.getTrueValue() == a && choice.getFalseValue() == c) ||
                        (choice.getTrueValue() == c && choice.getFalseValue() == a));
    });
  }

  bool yieldsStep(OpOperand &use) {
    Operation *parent = use.getOwner()->getParentOp();
    if (auto reduce = dyn_cast<core::ReduceOp>(parent)) {
      using R = core::Reduction;
      const R kind = reduce.getKind();
      return (kind != R::Sum && kind != R::Prod && kind != R::Min && kind != R::Max) || reachStep(reduce.getResult());
    }
    if (isa<core::ComputeOp>(parent))
      return reachStep(parent->getResult(0));
    if (isa<scf::IfOp, scf::IndexSwitchOp, core::BranchOp, core::SwitchOp>(parent))
      return reachStep(parent->getResult(use.getOperandNumber()));
    return true;
  }
};

} // namespace

bool reachesStep(Value value) { return Uses().reachStep(value); }

void allowReciprocal(arith::DivFOp division) {
  division.setFastmath(division.getFastmath() | arith::FastMathFlags::arcp);
}

} // namespace gms::compiler
