// Derivatives of scalar arithmetic. Where a derivative is infinite or undefined (a root at 0, a division by 0) and the
// adjoint is 0, the product is 0: the value did not count.
#include "compiler/transforms/emission.h"
#include "compiler/transforms/sweep.h"
#include <llvm/ADT/TypeSwitch.h>
#include <mlir/IR/Matchers.h>
#include <numbers>

namespace gms::compiler {
using namespace mlir;
using P = arith::CmpFPredicate;

namespace {

bool isConstant(Value value) { return matchPattern(value, m_Constant()); }

class ScalarRules {
public:
  ScalarRules(ScalarBuilder &s, Operation *op, Value value, Value adjoint, function_ref<bool(unsigned)> wanted)
      : s(s), op(op), r(value), a(adjoint), wanted(wanted), parts(op->getNumOperands()) {}

  FailureOr<SmallVector<Value>> run() {
    using namespace arith;
    using namespace math;
    const bool found =
        llvm::TypeSwitch<Operation *, bool>(op)
            .Case<AddFOp>([&](auto) { return give(0, [&] { return a; }), give(1, [&] { return a; }); })
            .Case<SubFOp>([&](auto) { return give(0, [&] { return a; }), give(1, [&] { return s.negf(a); }); })
            .Case<NegFOp>([&](auto) { return give(0, [&] { return s.negf(a); }); })
            .Case<MulFOp>([&](auto) { return product(); })
            .Case<DivFOp>([&](auto) { return quotient(); })
            .Case<ExtFOp, TruncFOp>([&](auto) { return give(0, [&] { return convertReal(s, a, x().getType()); }); })
            .Case<AbsFOp>([&](auto) { return give(0, [&] { return magnitude(); }); })
            .Case<SqrtOp>([&](auto) { return give(0, [&] { return guarded(s.divf(real(0.5), r)); }); })
            .Case<ExpOp>([&](auto) { return give(0, [&] { return guarded(r); }); })
            .Case<LogOp>([&](auto) { return give(0, [&] { return guarded(s.divf(real(1), x())); }); })
            .Case<SinOp>([&](auto) { return give(0, [&] { return s.mulf(a, function<CosOp>(x())); }); })
            .Case<CosOp>([&](auto) { return give(0, [&] { return s.negf(s.mulf(a, function<SinOp>(x()))); }); })
            .Case<TanOp>([&](auto) { return give(0, [&] { return guarded(s.addf(real(1), s.mulf(r, r))); }); })
            .Case<TanhOp>([&](auto) { return give(0, [&] { return s.mulf(a, s.subf(real(1), s.mulf(r, r))); }); })
            .Case<ErfOp>([&](auto) { return give(0, [&] { return errorFunction(); }); })
            .Case<Atan2Op>([&](auto) { return angle(); })
            .Case<PowFOp>([&](auto) { return power(); })
            .Default([](Operation *) { return false; });
    if (!found)
      return failure();
    return std::move(parts);
  }

private:
  ScalarBuilder &s;
  Operation *op;
  Value r, a;
  function_ref<bool(unsigned)> wanted;
  SmallVector<Value> parts;

  Value x() const { return op->getOperand(0); }
  Value y() const { return op->getOperand(1); }
  Value real(double v) { return s.real(v, r.getType()); }
  template <typename Op> Value function(Value v) { return s.make<Op>(v); }
  template <typename Make> bool give(unsigned operand, Make make) {
    if (wanted(operand))
      parts[operand] = make();
    return true;
  }

  /// Adjoint times derivative, 0 where the adjoint is 0 and the derivative no number or infinite.
  Value guarded(Value derivative) { return guarded(s.mulf(a, derivative), derivative); }
  Value guarded(Value product, Value derivative) {
    Value infinite = real(std::numeric_limits<double>::infinity());
    Value undefined = s.cmpf(P::UGE, s.absf(derivative), infinite);
    return s.select(s.andi(s.cmpf(P::OEQ, a, real(0)), undefined), real(0), product);
  }

  bool product() {
    if (x() == y())
      return give(0, [&] { return s.mulf(s.addf(a, a), x()); });
    give(0, [&] { return s.mulf(a, y()); });
    return give(1, [&] { return s.mulf(a, x()); });
  }

  bool quotient() {
    Value part = s.divf(a, y());
    const bool safe = isConstant(y());
    give(0, [&] { return safe ? part : guarded(part, r); });
    return give(1, [&] { return guarded(s.negf(s.mulf(part, r)), r); });
  }

  Value magnitude() {
    return s.select(s.cmpf(P::OGT, x(), real(0)), a, s.select(s.cmpf(P::OLT, x(), real(0)), s.negf(a), real(0)));
  }

  Value errorFunction() {
    Value factor = real(2 / std::sqrt(std::numbers::pi));
    return s.mulf(s.mulf(a, factor), function<math::ExpOp>(s.negf(s.mulf(x(), x()))));
  }

  /// Of atan2(y, x), whose first operand is y.
  bool angle() {
    Value square = s.addf(s.mulf(x(), x()), s.mulf(y(), y()));
    give(0, [&] { return guarded(s.divf(y(), square)); });
    return give(1, [&] { return guarded(s.negf(s.divf(x(), square))); });
  }

  /// At base 0 the derivative by the exponent is its limit, 0.
  bool power() {
    give(0, [&] {
      Value less = s.make<math::PowFOp>(x(), s.subf(y(), real(1)));
      return guarded(s.mulf(y(), less));
    });
    return give(1, [&] {
      Value derivative = s.mulf(r, function<math::LogOp>(x()));
      return guarded(s.select(s.cmpf(P::OEQ, x(), real(0)), real(0), derivative));
    });
  }
};

} // namespace

FailureOr<SmallVector<Value>> adjointsOfScalar(ScalarBuilder &s, Operation *op, Value value, Value adjoint,
                                               function_ref<bool(unsigned)> wanted) {
  return ScalarRules(s, op, value, adjoint, wanted).run();
}

bool maySingular(Operation *op) {
  if (isa<arith::DivFOp>(op))
    return !isConstant(op->getOperand(1));
  if (isa<arith::MulFOp>(op))
    return !isConstant(op->getOperand(0)) && !isConstant(op->getOperand(1));
  return !isa<arith::AddFOp, arith::SubFOp, arith::NegFOp, arith::ExtFOp, arith::TruncFOp, arith::SelectOp, core::ReadOp,
              core::VariableOp, math::AbsFOp>(op);
}

} // namespace gms::compiler
