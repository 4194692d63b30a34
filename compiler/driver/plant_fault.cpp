// Wrong lowerings, planted on purpose: a test makes sure that the comparison with the evaluator finds them.
#include "compiler/dialect/aug/aug.h"
#include "compiler/driver/pipeline.h"
#include <mlir/Dialect/Arith/IR/Arith.h>

namespace gms::compiler {
namespace {
using namespace mlir;

void wrongBorder(Operation *op) {
  if (auto read = dyn_cast<core::ReadOp>(op))
    if (read.getBorder() == core::Border::Reflect)
      read.setBorder(core::Border::Clamp);
}

void wrongCoordinate(Operation *op) {
  auto yield = dyn_cast<aug::YieldOp>(op);
  if (!yield)
    return;
  OpBuilder builder(op);
  Value half = arith::ConstantOp::create(builder, op->getLoc(), builder.getF32FloatAttr(0.5f));
  yield.getXMutable().assign(arith::AddFOp::create(builder, op->getLoc(), yield.getX(), half));
}

void wrongArm(Operation *op) {
  if (auto select = dyn_cast<arith::SelectOp>(op)) {
    Value taken = select.getTrueValue();
    select.getTrueValueMutable().assign(select.getFalseValue());
    select.getFalseValueMutable().assign(taken);
  }
}

void wrongPlace(Operation *op) {
  if (auto draw = dyn_cast<aug::DrawOp>(op))
    draw.setPlace((draw.getPlace() + "'").str());
}

} // namespace

void plantFault(ModuleOp module, StringRef name) {
  module.walk([&](Operation *op) {
    if (name == "border")
      wrongBorder(op);
    else if (name == "warp")
      wrongCoordinate(op);
    else if (name == "select")
      wrongArm(op);
    else if (name == "draw")
      wrongPlace(op);
  });
}

} // namespace gms::compiler
