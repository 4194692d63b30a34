// Divisions that may be multiplications by a reciprocal, an ulp or so apart, since nothing that follows has steps, or since the
// divisor is rounded itself.
#include "compiler/dialect/core/core.h"
#include "compiler/transforms/passes.h"
#include "compiler/transforms/steps.h"
#include <llvm/ADT/MapVector.h>
#include <mlir/Dialect/Math/IR/Math.h>

namespace gms::compiler {
#define GEN_PASS_DEF_MARKRECIPROCALS
#include "compiler/transforms/passes.h.inc"

namespace {
using namespace mlir;

/// Whether a number is rounded by a function like exp, so that no quotient by it is exact.
bool isRounded(Value value, int depth = 4) {
  Operation *op = value.getDefiningOp();
  if (!op || !depth)
    return false;
  if (isa<math::ExpOp, math::LogOp, math::TanhOp, math::SinOp, math::CosOp, math::ErfOp, math::PowFOp>(op))
    return true;
  return isa<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::NegFOp>(op) &&
         llvm::any_of(op->getOperands(), [&](Value operand) { return isRounded(operand, depth - 1); });
}

/// Doubles that are divided by one such number are multiplied by its inverse.
void invertOnce(Value divisor, ArrayRef<arith::DivFOp> divisions) {
  OpBuilder builder(divisor.getContext());
  builder.setInsertionPointAfterValue(divisor);
  const Location loc = divisor.getLoc();
  const auto contract = arith::FastMathFlags::contract;
  Value one = arith::ConstantOp::create(builder, loc, builder.getFloatAttr(divisor.getType(), 1));
  Value inverse = arith::DivFOp::create(builder, loc, one, divisor, contract);
  for (arith::DivFOp division : divisions) {
    builder.setInsertionPoint(division);
    Value product = arith::MulFOp::create(builder, division.getLoc(), division.getLhs(), inverse, contract);
    division.replaceAllUsesWith(product);
    division.erase();
  }
}

struct MarkReciprocals : impl::MarkReciprocalsBase<MarkReciprocals> {
  void runOnOperation() override {
    getOperation().walk([](arith::DivFOp division) {
      if (division.getType().isF32() && division->getParentOfType<core::ComputeOp>() && !reachesStep(division))
        allowReciprocal(division);
    });
    llvm::MapVector<Value, SmallVector<arith::DivFOp>> divided;
    getOperation().walk([&](arith::DivFOp division) {
      if (division.getType().isF64() && isRounded(division.getRhs()))
        divided[division.getRhs()].push_back(division);
    });
    for (auto &[divisor, divisions] : divided)
      if (divisions.size() > 1)
        invertOnce(divisor, divisions);
  }
};

} // namespace
} // namespace gms::compiler
