// A read that stands by itself adds its adjoint to one element.
#include "compiler/transforms/bordered_index.h"
#include "compiler/transforms/sweep.h"
#include "compiler/transforms/tensor_extents.h"

namespace gms::compiler {
using namespace mlir;

void visitRead(Sweep &sweep, core::ReadOp read, Value adjoint) {
  sweep.addElements(
      read.getTensor(),
      [read, adjoint](OpBuilder &b, ValueRange place) mutable -> Value {
        ScalarBuilder s(b, read.getLoc());
        Value here;
        for (auto [axis, index] : llvm::enumerate(read.getIndices())) {
          Value at = index, inside;
          if (read.getBorder() != core::Border::Proven && read.getBorder() != core::Border::Zero)
            at = bordered(s, index, extentOf(b, s.loc, read.getTensor(), axis), read.getBorder(), inside);
          Value same = s.cmpi(arith::CmpIPredicate::eq, at, place[axis]);
          here = here ? s.andi(here, same) : same;
        }
        return here ? s.select(here, adjoint, s.real(0, adjoint.getType())) : adjoint;
      },
      read);
}

} // namespace gms::compiler
