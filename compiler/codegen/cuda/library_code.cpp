// Functions of the runtime, called by one thread of a block. So far they exist for the host alone: emulated kernels call them,
// code for GPUs is refused before this.
#include "compiler/codegen/cuda/stage_code.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/GPU/IR/GPUDialect.h>

namespace gms::compiler::cuda {
using namespace mlir;

void StageCode::library(OpBuilder &b, core::LibraryOp op, SampleCode &code) {
  const Location loc = op.getLoc();
  SmallVector<Value> operands;
  for (Value input : op.getInputs())
    operands.push_back(code.base(input));
  for (Value size : op.getSizes())
    operands.push_back(arith::IndexCastOp::create(b, loc, b.getI64Type(), code.scalar(size)));
  for (Value result : op.getResults())
    operands.push_back(code.base(result));
  const FunctionType type = b.getFunctionType(ValueRange(operands).getTypes(), b.getI32Type());
  auto module = b.getBlock()->getParentOp()->getParentOfType<gpu::GPUModuleOp>();
  if (!module.lookupSymbol(op.getSymbol())) {
    OpBuilder top = OpBuilder::atBlockBegin(module.getBody());
    func::FuncOp::create(top, loc, op.getSymbol(), type).setPrivate();
  }
  Value given = func::CallOp::create(b, loc, op.getSymbol(), TypeRange(b.getI32Type()), operands).getResult(0);
  // The first failure is told; what failed gave NaN, which harms nothing that follows.
  Value before = LLVM::LoadOp::create(b, loc, b.getI32Type(), status);
  Value zero = arith::ConstantIntOp::create(b, loc, b.getI32Type(), 0);
  Value fine = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, before, zero);
  LLVM::StoreOp::create(b, loc, arith::SelectOp::create(b, loc, fine, given, before), status);
}

} // namespace gms::compiler::cuda
