// A requirement in an arm of a branch or in a loop moves in front of it, where it holds if the arm is not taken or no
// pass is made: a kernel then refuses its input before it writes anything.
#include "compiler/dialect/core/core.h"
#include "compiler/transforms/passes.h"
#include "compiler/transforms/scalar_builder.h"
#include "compiler/transforms/scalar_motion.h"

namespace gms::compiler {
#define GEN_PASS_DEF_HOISTREQUIREMENTS
#include "compiler/transforms/passes.h.inc"

namespace {
using namespace mlir;

/// Whether the region runs: the branch takes it, or the loop makes a pass, as i1 in front of them.
Value isTaken(ScalarBuilder &s, Region &arm) {
  Operation *branch = arm.getParentOp();
  if (auto loop = dyn_cast<core::LoopOp>(branch))
    return s.cmpi(arith::CmpIPredicate::sgt, loop.getCount(), s.index(0));
  Value selector = branch->getOperand(0);
  if (isa<core::BranchOp>(branch))
    return arm.getRegionNumber() ? s.xori(selector, s.truth(true)) : selector;
  const int64_t number = arm.getRegionNumber();
  const bool last = number + 1 == branch->getNumRegions();
  return s.cmpi(last ? arith::CmpIPredicate::sge : arith::CmpIPredicate::eq, selector, s.index(number));
}

struct HoistRequirements : impl::HoistRequirementsBase<HoistRequirements> {
  void runOnOperation() override {
    SmallVector<core::RequireOp> requirements;
    getOperation().walk([&](core::RequireOp op) { requirements.push_back(op); });
    for (core::RequireOp op : requirements)
      while (isa<core::BranchOp, core::SwitchOp, core::LoopOp>(op->getParentOp())) {
        Operation *branch = op->getParentOp();
        Region &arm = *op->getParentRegion();
        if (!canLeave(op.getCondition(), branch))
          break; // it depends on what the arm makes
        leaveRegion(op.getCondition(), branch);
        OpBuilder builder(branch);
        ScalarBuilder s(builder, op.getLoc());
        Value otherArm = s.xori(isTaken(s, arm), s.truth(true));
        op->moveBefore(branch);
        builder.setInsertionPoint(op);
        op.getConditionMutable().assign(s.ori(otherArm, op.getCondition()));
      }
  }
};

} // namespace
} // namespace gms::compiler
