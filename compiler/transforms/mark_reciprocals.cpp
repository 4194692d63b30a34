// Divisions that may be multiplications by a reciprocal, an ulp or so apart, since nothing that follows has steps.
#include "compiler/dialect/core/core.h"
#include "compiler/transforms/passes.h"
#include "compiler/transforms/steps.h"

namespace gms::compiler {
#define GEN_PASS_DEF_MARKRECIPROCALS
#include "compiler/transforms/passes.h.inc"

namespace {
using namespace mlir;

struct MarkReciprocals : impl::MarkReciprocalsBase<MarkReciprocals> {
  void runOnOperation() override {
    getOperation().walk([](arith::DivFOp division) {
      if (division.getType().isF32() && division->getParentOfType<core::ComputeOp>() && !reachesStep(division))
        allowReciprocal(division);
    });
  }
};

} // namespace
} // namespace gms::compiler
