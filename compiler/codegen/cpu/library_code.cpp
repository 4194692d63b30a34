// Calls of the runtime's functions.
#include "compiler/codegen/cpu/sample_emitter.h"

namespace gms::compiler::cpu {
using namespace mlir;

namespace {

/// Declares a function of the runtime where the module does not yet.
void declare(ModuleOp module, Location loc, StringRef symbol, FunctionType type) {
  if (module.lookupSymbol(symbol))
    return;
  OpBuilder b = OpBuilder::atBlockBegin(module.getBody());
  func::FuncOp::create(b, loc, symbol, type).setPrivate();
}

} // namespace

void SampleEmitter::library(core::LibraryOp op) {
  SmallVector<Value> operands;
  for (Value input : op.getInputs())
    if (!dry)
      operands.push_back(buffer(input).pointer);
  for (Value size : op.getSizes()) {
    Value number = scalarCode(size);
    if (!failed)
      operands.push_back(toI64(number, depth()));
  }
  for (auto [k, result] : llvm::enumerate(op.getResults())) {
    SmallVector<Value> extents;
    for (Value extent : op.extentsOf(k))
      extents.push_back(scalarCode(extent));
    if (failed)
      return;
    buffers[result] = target(result, extents);
    operands.push_back(buffers[result].pointer);
  }
  if (dry || failed)
    return;
  at(depth());
  const FunctionType type = b.getFunctionType(ValueRange(operands).getTypes(), b.getI32Type());
  auto module = levels[0].block->getParentOp()->getParentOfType<ModuleOp>();
  declare(module, loc, op.getSymbol(), type);
  Value given = func::CallOp::create(b, loc, op.getSymbol(), TypeRange(b.getI32Type()), operands).getResult(0);
  noteStatus(given); // its results are NaN where it failed, which harm nothing that follows
}

void SampleEmitter::noteStatus(Value status) {
  Value before = LLVM::LoadOp::create(b, loc, b.getI32Type(), statusSlot, 4);
  Value zero = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(0));
  Value fine = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, before, zero);
  LLVM::StoreOp::create(b, loc, arith::SelectOp::create(b, loc, fine, status, before), statusSlot, 4);
}

} // namespace gms::compiler::cpu
