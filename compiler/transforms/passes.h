// The passes over `aug` and `core`; passes.td says what each does.
#pragma once
#include <memory>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Pass/Pass.h>

namespace gms::compiler {

#define GEN_PASS_DECL
#include "compiler/transforms/passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "compiler/transforms/passes.h.inc"

/// All passes from what import gives to the form that code is made from: reads, computes, reductions, scans
/// and branches. `fused` false keeps one compute an operator. `manyThreads` is a GPU: sums are left to its threads where a
/// CPU has a recurrence.
void buildCorePipeline(mlir::OpPassManager &manager, bool fused, bool manyThreads = false);

} // namespace gms::compiler
