// Divisions that may be multiplications by a reciprocal, an ulp or so apart, since nothing that follows has steps.
#include "compiler/dialect/core/core.h"
#include "compiler/transforms/passes.h"
#include "compiler/transforms/steps.h"
#include <mlir/IR/Matchers.h>

namespace gms::compiler {
#define GEN_PASS_DEF_MARKRECIPROCALS
#include "compiler/transforms/passes.h.inc"

namespace {
using namespace mlir;

struct MarkReciprocals : impl::MarkReciprocalsBase<MarkReciprocals> {
  void runOnOperation() override {
    getOperation().walk([](core::ComputeOp compute) {
      compute.walk([&](arith::DivFOp division) {
        const bool repeated = !compute->isAncestor(division.getRhs().getParentBlock()->getParentOp()) ||
                              matchPattern(division.getRhs(), m_Constant());
        if (repeated && division.getType().isF32() && !reachesStep(division))
          allowReciprocal(division);
      });
    });
  }
};

} // namespace
} // namespace gms::compiler
