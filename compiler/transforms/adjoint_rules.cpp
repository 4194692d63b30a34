// Which rule an operation has: the place where rules of further operations are entered.
#include "compiler/transforms/sweep.h"
#include "compiler/transforms/adjoints.h"
#include "compiler/transforms/structured_adjoints.h"
#include <llvm/ADT/TypeSwitch.h>

namespace gms::compiler {
using namespace mlir;

FailureOr<SmallVector<Value>> adjointsOfOperands(OpBuilder &builder, Operation *op, ValueRange results) {
  using Adjoints = FailureOr<SmallVector<Value>>;
  return llvm::TypeSwitch<Operation *, Adjoints>(op)
      .Case([&](core::LowestOp made) -> Adjoints { return adjointOfLowest(builder, made, results); })
      .Case([&](core::LowestPlaneOp made) -> Adjoints { return adjointOfLowestPlane(builder, made, results); })
      .Case([&](core::ResponseOp made) -> Adjoints { return adjointOfResponse(builder, made, results[0]); })
      .Case([&](core::ResponsePlaneOp made) -> Adjoints { return adjointOfResponsePlane(builder, made, results[0]); })
      .Case([&](core::SolveOp made) -> Adjoints { return adjointOfSolve(builder, made, results[0]); })
      .Case([&](core::SymmetricOp) -> Adjoints { return SmallVector<Value>{results[0]}; })
      .Case([&](core::ExponentialSumOp made) -> Adjoints {
        auto adjoints = adjointOfExponentialSum(builder, made, results[0]);
        return adjoints.empty() ? Adjoints(failure()) : Adjoints(adjoints);
      })
      .Default([](Operation *) -> Adjoints { return failure(); });
}

FailureOr<BlockAdjoints> adjointsOfRegions(OpBuilder &builder, Operation *op, ValueRange results,
                                           ValueRange captured) {
  using Adjoints = FailureOr<BlockAdjoints>;
  return llvm::TypeSwitch<Operation *, Adjoints>(op)
      .Case<core::BranchOp, core::SwitchOp>(
          [&](auto) { return adjointsOfBranch(builder, op, results, captured); })
      .Case([&](core::LoopOp made) { return adjointsOfLoop(builder, made, results, captured); })
      .Default([](Operation *) -> Adjoints { return failure(); });
}

} // namespace gms::compiler
