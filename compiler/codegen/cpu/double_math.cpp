#include "compiler/codegen/cpu/double_math.h"
#include <cmath>
#include <limits>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/IR/BuiltinTypes.h>

namespace gms::compiler::cpu {
using namespace mlir;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double ln2High = 6.93147180369123816490e-01; ///< 32 bits, so that its product with an exponent is exact
constexpr double ln2Low = 1.90821492927058770002e-10;

/// An unevaluated sum whose second part is below an ulp of the first.
struct Pair {
  Value high, low;
};

class DoubleFormula {
public:
  DoubleFormula(OpBuilder &b, Location loc, VectorType type)
      : b(b), loc(loc), type(type), bits(VectorType::get(type.getShape(), b.getI64Type())) {}

  /// e^x by x = n log 2 + r and Taylor's polynomial of degree 13 on |r| <= log(2) / 2 (remainder below 5e-18). `low` is a
  /// correction to x, or null.
  Value exponential(Value x, Value low = {}) {
    x = choose(less(number(710), x), number(710), x);
    x = choose(less(x, number(-746)), number(-746), x);
    Value n = whole(multiply(x, number(1.44269504088896338700)));
    Value r = fma(n, number(-ln2Low), fma(n, number(-ln2High), x));
    if (low)
      r = add(r, low);
    double factorial = 6227020800; // 13!
    Value sum = number(1 / factorial);
    for (int k = 13; k > 0; --k) {
      factorial /= k;
      sum = fma(sum, r, number(1 / factorial));
    }
    // In two steps: 2^n itself may be no number.
    Value half = whole(multiply(n, number(0.5)));
    return multiply(multiply(sum, powerOfTwo(half)), powerOfTwo(subtract(n, half)));
  }

  /// log x by x = 2^k m, m in [sqrt 1/2, sqrt 2), and log(1 + f) = f - f^2/2 + s (f^2/2 + R(s^2)), s = f / (2 + f), with
  /// the R of FDLIBM's e_log.c (Sun Microsystems 1993).
  Value logarithm(Value x) {
    auto [k, m] = parts(x);
    Value f = subtract(m, number(1)), s = divide(f, add(f, number(2))), z = multiply(s, s);
    Value r = multiply(z, polynomial(z, {1.479819860511658591e-01, 1.531383769920937332e-01, 1.818357216161805012e-01,
                                         2.222219843214978396e-01, 2.857142874366239149e-01, 3.999999999940941908e-01,
                                         6.666666666666735130e-01}));
    Value half = multiply(number(0.5), multiply(f, f));
    Value small = fma(s, add(half, r), multiply(k, number(ln2Low)));
    Value sum = subtract(multiply(k, number(ln2High)), subtract(subtract(half, small), f));
    return ofLogarithm(x, sum);
  }

  /// sin x, `quarter` turns ahead, by FDLIBM's k_sin.c and k_cos.c. pi/2 is taken off in three parts; the first
  /// subtraction is exact, since its result has the last bit of pi/2 and lies below 1.
  Value sine(Value x, int64_t quarter) {
    constexpr double first = 1.57079632679489655800, second = 6.12323399573676603587e-17, third = -1.49738490485916983294e-33;
    Value shifted = fma(x, number(6.36619772367581382433e-01), number(magic)), n = subtract(shifted, number(magic));
    Value rough = fma(n, number(-first), x), w = multiply(n, number(second)), wLow = fma(n, number(second), negate(w));
    auto [near, error] = twoSum(rough, negate(w));
    Value low = fma(n, number(-third), subtract(error, wLow)), r = add(near, low);
    Value rest = add(subtract(near, r), low);
    Value z = multiply(r, r), v = multiply(z, r);
    Value p = polynomial(z, {1.58969099521155010221e-10, -2.50507602534068634195e-08, 2.75573137070700676789e-06,
                             -1.98412698298579493134e-04, 8.33333333332248946124e-03});
    Value inner = subtract(multiply(z, fma(number(0.5), rest, negate(multiply(v, p)))), rest);
    Value s = subtract(r, fma(v, number(1.66666666666666324348e-01), inner));
    Value q = multiply(z, polynomial(z, {-1.13596475577881948265e-11, 2.08757232129817482790e-09, -2.75573143513906633035e-07,
                                         2.48015872894767294178e-05, -1.38888888888741095749e-03, 4.16666666666666019037e-02}));
    Value half = multiply(number(0.5), z), most = subtract(number(1), half);
    Value c = add(most, add(subtract(subtract(number(1), most), half), fma(z, q, negate(multiply(r, rest)))));
    Value turns = arith::AddIOp::create(b, loc, toBits(shifted), integer(quarter));
    Value value = choose(has(turns, 1), c, s);
    return choose(has(turns, 2), negate(value), value);
  }

  /// tanh by Cephes' tanh.c (Moshier 1984): a quotient of polynomials near 0, and 1 - 2 / (e^2|x| + 1).
  Value hyperbolicTangent(Value x) {
    Value a = magnitude(x), z = multiply(x, x);
    Value top = polynomial(z, {-9.64399179425052238628e-1, -9.92877231001918586564e1, -1.61468768441708447952e3});
    Value bottom = polynomial(z, {1, 1.12811678491632931402e2, 2.23548839060100448583e3, 4.84406305325125486048e3});
    Value near = fma(multiply(x, z), divide(top, bottom), x);
    Value far = subtract(number(1), divide(number(2), add(exponential(add(a, a)), number(1))));
    return choose(less(a, number(0.625)), near, withSign(far, x));
  }

  /// erf by Cephes' ndtr.c (Moshier 1984): x T(x^2) / U(x^2) up to 1, here as x + x (T - U) / U, which loses less; beyond
  /// it 1 - e^(-x^2) P(x) / Q(x).
  Value errorFunction(Value x) {
    Value a = magnitude(x), z = multiply(x, x);
    Value ratio = divide(polynomial(z, {-1, -23.95674042487979357721, -431.3319300597684108733, -2362.31848376295808761,
                                        -15625.67492026104266987, 6324.9070401759041682}),
                         polynomial(z, {1, 3.35617141647503099647e1, 5.21357949780152679795e2, 4.59432382970980127987e3,
                                        2.26290000613890934246e4, 4.92673942608635921086e4}));
    Value near = fma(x, ratio, x);
    Value c = choose(less(number(6), a), number(6), a); // beyond, erf is 1
    Value top = polynomial(c, {2.46196981473530512524e-10, 5.64189564831068821977e-1, 7.46321056442269912687e0,
                               4.86371970985681366614e1, 1.96520832956077098242e2, 5.26445194995477358631e2,
                               9.34528527171957607540e2, 1.02755188689515710272e3, 5.57535335369399327526e2});
    Value bottom = polynomial(c, {1, 1.32281951154744992508e1, 8.67072140885989742329e1, 3.54937778887819891062e2,
                                  9.75708501743205489753e2, 1.82390916687909736289e3, 2.24633760818710981792e3,
                                  1.65666309194161350182e3, 5.57535340817727675546e2});
    Value tail = multiply(exponential(negate(multiply(c, c))), divide(top, bottom));
    return choose(less(number(1), a), withSign(subtract(number(1), tail), x), near);
  }

  /// x^y as e^(y log x), the logarithm in two parts.
  Value power(Value x, Value y) {
    Value a = magnitude(x);
    Pair log = longLogarithm(a);
    Value high = multiply(y, log.high);
    Value low = fma(y, log.low, fma(y, log.high, negate(high)));
    low = choose(less(magnitude(high), number(800)), low, number(0));
    return ofPower(x, a, y, exponential(high, low));
  }

private:
  /// 1.5 2^52: a number below 2^51 that is added to it is rounded to a whole one, in the lowest bits.
  static constexpr double magic = 6755399441055744.0;

  OpBuilder &b;
  Location loc;
  VectorType type, bits;

  Value number(double v) {
    return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(type, Attribute(b.getF64FloatAttr(v))));
  }
  Value integer(int64_t v) {
    return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(bits, Attribute(b.getI64IntegerAttr(v))));
  }
  Value add(Value a, Value c) { return arith::AddFOp::create(b, loc, a, c); }
  Value subtract(Value a, Value c) { return arith::SubFOp::create(b, loc, a, c); }
  Value multiply(Value a, Value c) { return arith::MulFOp::create(b, loc, a, c); }
  Value divide(Value a, Value c) { return arith::DivFOp::create(b, loc, a, c); }
  Value negate(Value a) { return arith::NegFOp::create(b, loc, a); }
  Value fma(Value a, Value c, Value d) { return math::FmaOp::create(b, loc, a, c, d); }
  Value magnitude(Value a) { return math::AbsFOp::create(b, loc, a); }
  Value compare(arith::CmpFPredicate p, Value a, Value c) { return arith::CmpFOp::create(b, loc, p, a, c); }
  Value less(Value a, Value c) { return compare(arith::CmpFPredicate::OLT, a, c); }
  Value equal(Value a, Value c) { return compare(arith::CmpFPredicate::OEQ, a, c); }
  Value choose(Value condition, Value a, Value c) { return arith::SelectOp::create(b, loc, condition, a, c); }
  Value either(Value a, Value c) { return arith::OrIOp::create(b, loc, a, c); }
  Value toBits(Value a) { return arith::BitcastOp::create(b, loc, bits, a); }
  Value fromBits(Value a) { return arith::BitcastOp::create(b, loc, type, a); }

  /// a + c exactly (Knuth 1969): either may be the larger one.
  std::pair<Value, Value> twoSum(Value a, Value c) {
    Value sum = add(a, c), part = subtract(sum, a);
    return {sum, add(subtract(a, subtract(sum, part)), subtract(c, part))};
  }

  Value polynomial(Value at, ArrayRef<double> coefficients) {
    Value sum = number(coefficients[0]);
    for (double c : coefficients.drop_front())
      sum = fma(sum, at, number(c));
    return sum;
  }

  Value whole(Value a) { return math::RoundEvenOp::create(b, loc, a); }
  /// 2^n of whole n in [-1022, 1023].
  Value powerOfTwo(Value n) {
    Value low = toBits(add(n, number(magic + 1023)));
    return fromBits(arith::ShLIOp::create(b, loc, low, integer(52)));
  }
  Value has(Value a, int64_t bit) {
    Value rest = arith::AndIOp::create(b, loc, a, integer(bit));
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, rest, integer(0));
  }
  Value withSign(Value size, Value sign) {
    Value of = arith::AndIOp::create(b, loc, toBits(sign), integer(std::numeric_limits<int64_t>::min()));
    return fromBits(arith::OrIOp::create(b, loc, toBits(size), of));
  }

  /// x > 0 as 2^k m, m in [sqrt 1/2, sqrt 2).
  std::pair<Value, Value> parts(Value x) {
    constexpr int64_t root = 0x3fe6a09e00000000, one = 0x3ff0000000000000; // of sqrt 1/2, of 1
    Value tiny = less(x, number(0x1p-1022));
    x = choose(tiny, multiply(x, number(0x1p54)), x);
    Value place = arith::SubIOp::create(b, loc, toBits(x), integer(root));
    Value exponent = arith::ShRUIOp::create(b, loc, arith::AddIOp::create(b, loc, place, integer(one)), integer(52));
    // The bits of 2^52 + exponent, a positive number.
    Value wide = fromBits(arith::OrIOp::create(b, loc, exponent, integer(0x4330000000000000)));
    Value k = subtract(wide, choose(tiny, number(0x1p52 + 1023 + 54), number(0x1p52 + 1023)));
    Value above = arith::AndIOp::create(b, loc, place, integer(static_cast<int64_t>(0xfff0000000000000)));
    return {k, fromBits(arith::SubIOp::create(b, loc, toBits(x), above))};
  }

  Value ofLogarithm(Value x, Value value) {
    value = choose(equal(x, number(infinity)), x, value);
    value = choose(equal(x, number(0)), number(-infinity), value);
    Value none = compare(arith::CmpFPredicate::ULT, x, number(0)); // or NaN
    return choose(none, number(std::nan("")), value);
  }

  /// log a in two parts, of relative error below 2^-65, for a > 0: log m = 2 (s + s B), B = z/3 + z^2/5 + ..., z = s^2, where
  /// s and z/3 are pairs (Dekker 1971), since they make up most of it.
  Pair longLogarithm(Value a) {
    auto [k, m] = parts(a);
    Value f = subtract(m, number(1)), d = add(f, number(2)), dLow = subtract(f, subtract(d, number(2)));
    Value s = divide(f, d), sLow = divide(subtract(fma(negate(s), d, f), multiply(s, dLow)), d);
    Value z = multiply(s, s), zLow = fma(add(s, s), sLow, fma(s, s, negate(z)));
    constexpr double third = 1.0 / 3, thirdLow = 1.850371707708594e-17;
    Value a1 = multiply(z, number(third));
    Value a2 = add(fma(z, number(third), negate(a1)), fma(z, number(thirdLow), multiply(zLow, number(third))));
    SmallVector<double> rest;
    for (int n = 27; n >= 5; n -= 2)
      rest.push_back(1.0 / n);
    Value q = multiply(multiply(z, z), polynomial(z, rest));
    Value b1 = add(a1, q), b2 = add(add(subtract(a1, b1), q), a2);
    Value c1 = multiply(s, b1), c2 = add(fma(s, b1, negate(c1)), fma(s, b2, multiply(sLow, b1)));
    Value high = add(s, c1), low = add(add(subtract(s, high), c1), add(c2, sLow));
    high = add(high, high), low = add(low, low);
    auto [sum, error] = twoSum(multiply(k, number(ln2High)), high);
    return {sum, add(error, fma(k, number(ln2Low), low))};
  }

  /// Zeros, infinities, negative bases and NaN, as C's pow has them.
  Value ofPower(Value x, Value a, Value y, Value value) {
    Value zero = number(0), up = less(zero, y);
    value = choose(equal(a, zero), choose(up, zero, number(infinity)), value);
    value = choose(equal(a, number(infinity)), choose(up, number(infinity), zero), value);
    Value grows = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, less(number(1), a), up);
    value = choose(equal(magnitude(y), number(infinity)), choose(grows, number(infinity), zero), value);
    Value isWhole = equal(y, whole(y)), halfY = multiply(y, number(0.5));
    Value isOdd = arith::AndIOp::create(b, loc, isWhole, compare(arith::CmpFPredicate::UNE, halfY, whole(halfY)));
    Value signedValue = choose(isOdd, withSign(value, x), value);
    Value none = arith::AndIOp::create(b, loc, less(x, zero), compare(arith::CmpFPredicate::UNE, y, whole(y)));
    none = arith::AndIOp::create(b, loc, none, less(a, number(infinity)));
    value = choose(none, number(std::nan("")), signedValue);
    Value unknown = compare(arith::CmpFPredicate::UNO, x, y);
    value = choose(unknown, number(std::nan("")), value);
    Value minusOne = arith::AndIOp::create(b, loc, equal(a, number(1)), equal(magnitude(y), number(infinity)));
    return choose(either(either(equal(y, zero), equal(x, number(1))), minusOne), number(1), value);
  }
};

} // namespace

Value emitDoubleMath(OpBuilder &b, Operation *op, ArrayRef<Value> operands) {
  auto type = dyn_cast<VectorType>(operands[0].getType());
  if (!type || !type.getElementType().isF64())
    return {};
  DoubleFormula formula(b, op->getLoc(), type);
  if (isa<math::ExpOp>(op))
    return formula.exponential(operands[0]);
  if (isa<math::LogOp>(op))
    return formula.logarithm(operands[0]);
  if (isa<math::SinOp>(op))
    return formula.sine(operands[0], 0);
  if (isa<math::CosOp>(op))
    return formula.sine(operands[0], 1);
  if (isa<math::TanOp>(op)) {
    Value s = formula.sine(operands[0], 0);
    return arith::DivFOp::create(b, op->getLoc(), s, formula.sine(operands[0], 1));
  }
  if (isa<math::TanhOp>(op))
    return formula.hyperbolicTangent(operands[0]);
  if (isa<math::ErfOp>(op))
    return formula.errorFunction(operands[0]);
  if (isa<math::PowFOp>(op))
    return formula.power(operands[0], operands[1]);
  return {};
}

} // namespace gms::compiler::cpu
