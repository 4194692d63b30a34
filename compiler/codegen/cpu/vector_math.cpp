#include "compiler/codegen/cpu/vector_math.h"
#include "compiler/codegen/cpu/double_math.h"
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/Math/Transforms/Passes.h>
#include <mlir/Dialect/Vector/IR/VectorOps.h>
#include <mlir/IR/PatternMatch.h>
#include <mlir/Transforms/GreedyPatternRewriteDriver.h>

namespace gms::compiler::cpu {
using namespace mlir;

bool isVectorMath(Operation *op) {
  return op->getName().getDialectNamespace() == "math" &&
         !isa<math::FloorOp, math::CeilOp, math::RoundEvenOp, math::TruncOp, math::AbsFOp, math::SqrtOp,
              math::FmaOp>(op);
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

/// Formulas on vectors of f32.
class VectorFormula {
public:
  VectorFormula(OpBuilder &b, Location loc, Value x)
      : b(b), loc(loc), type(cast<VectorType>(x.getType())), x(x) {}

  /// The polynomials of Cephes' sinf and cosf (Moshier 1989), `quarter` turns ahead. The quadrant is taken
  /// off in f64, so that angles of up to 1e9 keep their accuracy of about an ulp.
  Value sine(int quarter) {
    VectorType wide = VectorType::get(type.getShape(), b.getF64Type());
    VectorType whole = VectorType::get(type.getShape(), b.getI32Type());
    Value angle = arith::ExtFOp::create(b, loc, wide, x);
    Value turns = math::RoundEvenOp::create(b, loc, mul(angle, number(0.63661977236758134308, wide)));
    Value rest = math::FmaOp::create(b, loc, turns, number(-1.57079632679489661923, wide), angle);
    Value r = arith::TruncFOp::create(b, loc, type, rest), square = mul(r, r);
    Value s = mul(mul(polynomial(square, {-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1}), square), r);
    s = add(s, r);
    Value c = mul(
        mul(polynomial(square, {2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2}), square),
        square);
    c = add(add(c, mul(square, number(-0.5, type))), number(1, type));
    Value fours = math::FloorOp::create(b, loc, mul(turns, number(0.25, wide)));
    Value quadrant = arith::SubFOp::create(b, loc, turns, mul(fours, number(4, wide)));
    Value q = arith::AddIOp::create(b, loc, arith::FPToSIOp::create(b, loc, whole, quadrant),
                                    integer(quarter, whole));
    Value odd = has(q, 1), negative = has(q, 2);
    Value value = arith::SelectOp::create(b, loc, odd, c, s);
    return arith::SelectOp::create(b, loc, negative, arith::NegFOp::create(b, loc, value), value);
  }

private:
  OpBuilder &b;
  Location loc;
  VectorType type;
  Value x;

  Value number(double v, VectorType of) {
    return arith::ConstantOp::create(
        b, loc, DenseElementsAttr::get(of, Attribute(b.getFloatAttr(of.getElementType(), v))));
  }
  Value integer(int64_t v, VectorType of) {
    return arith::ConstantOp::create(
        b, loc, DenseElementsAttr::get(of, Attribute(b.getIntegerAttr(of.getElementType(), v))));
  }
  Value add(Value a, Value c) { return arith::AddFOp::create(b, loc, a, c, arith::FastMathFlags::contract); }
  Value mul(Value a, Value c) { return arith::MulFOp::create(b, loc, a, c, arith::FastMathFlags::contract); }
  Value polynomial(Value at, ArrayRef<double> coefficients) {
    Value sum = number(coefficients[0], type);
    for (double c : coefficients.drop_front())
      sum = add(mul(sum, at), number(c, type));
    return sum;
  }
  Value has(Value q, int64_t bit) {
    auto of = cast<VectorType>(q.getType());
    Value rest = arith::AndIOp::create(b, loc, q, integer(bit, of));
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, rest, integer(0, of));
  }
};

/// Through f64, whose x^y is exact enough for f32.
Value powerOfSingles(OpBuilder &b, Operation *op, ArrayRef<Value> operands) {
  auto type = cast<VectorType>(operands[0].getType());
  const auto wide = VectorType::get(type.getShape(), b.getF64Type());
  SmallVector<Value> wider;
  for (Value operand : operands)
    wider.push_back(arith::ExtFOp::create(b, op->getLoc(), wide, operand));
  return arith::TruncFOp::create(b, op->getLoc(), type, emitDoubleMath(b, op, wider));
}

} // namespace

Value emitVectorMath(OpBuilder &builder, Operation *op, ArrayRef<Value> operands) {
  if (op->getResult(0).getType().isF32()) {
    if (isa<math::SinOp>(op))
      return VectorFormula(builder, op->getLoc(), operands[0]).sine(0);
    if (isa<math::CosOp>(op))
      return VectorFormula(builder, op->getLoc(), operands[0]).sine(1);
    if (isa<math::TanOp>(op)) {
      Value s = VectorFormula(builder, op->getLoc(), operands[0]).sine(0);
      Value c = VectorFormula(builder, op->getLoc(), operands[0]).sine(1);
      return arith::DivFOp::create(builder, op->getLoc(), s, c);
    }
    if (isa<math::ExpOp, math::LogOp, math::TanhOp, math::ErfOp>(op)) {
      OperationState state(op->getLoc(), op->getName());
      state.addOperands(operands);
      state.addTypes(operands[0].getType());
      return builder.create(state)->getResult(0); // expandVectorMath makes a polynomial of it
    }
    if (isa<math::PowFOp>(op))
      return powerOfSingles(builder, op, operands);
  }
  if (Value value = emitDoubleMath(builder, op, operands))
    return value;
  return laneByLane(builder, op, operands);
}

void expandVectorMath(Operation *root) {
  SmallVector<Operation *> found;
  root->walk([&](Operation *op) {
    if (isa<math::ExpOp, math::LogOp, math::TanhOp, math::ErfOp>(op) &&
        isa<VectorType>(op->getResult(0).getType()))
      found.push_back(op);
  });
  if (found.empty())
    return;
  RewritePatternSet patterns(root->getContext());
  MathPolynomialApproximationOptions options;
  populateMathPolynomialApproximationPatterns(patterns, options);
  (void)applyOpPatternsGreedily(found, std::move(patterns));
}

} // namespace gms::compiler::cpu
