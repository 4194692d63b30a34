// Which rule an operation has: the place where rules of further operations are entered.
#include "compiler/transforms/sweep.h"
#include <llvm/ADT/TypeSwitch.h>

namespace gms::compiler {
using namespace mlir;

FailureOr<SmallVector<Value>> adjointsOfOperands(OpBuilder &, Operation *op, ValueRange) {
  using Adjoints = FailureOr<SmallVector<Value>>;
  return llvm::TypeSwitch<Operation *, Adjoints>(op).Default([](Operation *) -> Adjoints { return failure(); });
}

FailureOr<BlockAdjoints> adjointsOfRegions(OpBuilder &builder, Operation *op, ValueRange results,
                                           ValueRange captured) {
  using Adjoints = FailureOr<BlockAdjoints>;
  return llvm::TypeSwitch<Operation *, Adjoints>(op)
      .Case<core::BranchOp, core::SwitchOp>(
          [&](auto) { return adjointsOfBranch(builder, op, results, captured); })
      .Default([](Operation *) -> Adjoints { return failure(); });
}

} // namespace gms::compiler
