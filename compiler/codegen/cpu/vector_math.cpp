#include "compiler/codegen/cpu/vector_math.h"
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/Vector/IR/VectorOps.h>

namespace gms::compiler::cpu {
using namespace mlir;

bool isVectorMath(Operation *op) {
  return op->getName().getDialectNamespace() == "math" &&
         !isa<math::FloorOp, math::CeilOp, math::RoundEvenOp, math::TruncOp, math::AbsFOp, math::SqrtOp, math::FmaOp>(op);
}

namespace {

/// Lane by lane, as scalars.
Value laneByLane(OpBuilder &b, Operation *op, ArrayRef<Value> operands) {
  Location loc = op->getLoc();
  auto type = cast<VectorType>(operands[0].getType());
  Value result = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
  for (int64_t lane = 0; lane < type.getNumElements(); ++lane) {
    OperationState state(loc, op->getName());
    for (Value operand : operands)
      state.addOperands(vector::ExtractOp::create(b, loc, operand, ArrayRef<int64_t>{lane}).getResult());
    state.addTypes(op->getResultTypes());
    state.addAttributes(op->getAttrs());
    Value one = b.create(state)->getResult(0);
    result = vector::InsertOp::create(b, loc, one, result, ArrayRef<int64_t>{lane});
  }
  return result;
}

} // namespace

Value emitVectorMath(OpBuilder &builder, Operation *op, ArrayRef<Value> operands) {
  return laneByLane(builder, op, operands);
}

} // namespace gms::compiler::cpu
