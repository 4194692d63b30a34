#include "compiler/transforms/generator_arithmetic.h"

namespace gms::compiler {
using namespace mlir;

uint64_t hashOfPlace(std::string_view place) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (unsigned char c : place)
    hash = (hash ^ c) * 0x100000001b3u;
  return hash;
}

Value GeneratorArithmetic::word(std::string_view place, Value element) {
  auto low = [&](Value v) { return s.truncate(v, 32); };
  auto high = [&](Value v) { return s.truncate(s.shrui(v, s.integer(32, 64)), 32); };
  Value mixed = s.xori(key.seed, s.integer(static_cast<int64_t>(hashOfPlace(place)), 64));
  Value k0 = low(mixed), k1 = high(mixed);
  Value number = element ? s.cast(element, s.builder.getI32Type()) : s.integer(0, 32);
  Value c[4] = {low(key.sample), high(key.sample), key.epoch, number};
  for (int round = 0; round < 10; ++round) {
    if (round) {
      k0 = s.addi(k0, s.integer(int32_t(0x9E3779B9), 32));
      k1 = s.addi(k1, s.integer(int32_t(0xBB67AE85), 32));
    }
    auto product = [&](Value v, uint32_t m) {
      return arith::MulUIExtendedOp::create(s.builder, s.loc, v, s.integer(int32_t(m), 32));
    };
    auto p0 = product(c[0], 0xD2511F53), p1 = product(c[2], 0xCD9E8D57);
    Value next[4] = {s.xori(s.xori(p1.getHigh(), c[1]), k0), p1.getLow(),
                     s.xori(s.xori(p0.getHigh(), c[3]), k1), p0.getLow()};
    std::copy(next, next + 4, c);
  }
  return c[0];
}

Value GeneratorArithmetic::unit(Value word) {
  // 24 bits: as signed integers they convert to the same f32, by one instruction.
  Value bits = s.shrui(word, s.integer(8, 32));
  return s.mulf(s.make<arith::SIToFPOp>(s.builder.getF32Type(), bits), s.real(0x1p-24));
}

Value GeneratorArithmetic::uniform(Value word, Value low, Value high) {
  return s.addf(low, s.mulf(unit(word), s.subf(high, low)));
}

Value GeneratorArithmetic::logUniform(Value word, Value low, Value high) {
  Value a = logarithm(low), b = logarithm(high);
  return exponential(s.addf(a, s.mulf(unit(word), s.subf(b, a))));
}

Value GeneratorArithmetic::integer(Value word, Value low, Value high) {
  Type i64 = s.builder.getI64Type();
  Value count = s.cast(s.subi(high, low), i64);
  Value scaled = s.shrui(s.muli(s.extendUnsigned(word, 64), count), s.integer(32, 64));
  return s.addi(low, s.cast(scaled, s.builder.getIndexType()));
}

Value GeneratorArithmetic::bernoulli(Value word, Value probability) {
  return s.cmpf(arith::CmpFPredicate::OLT, unit(word), probability);
}

Value GeneratorArithmetic::polynomial(Value x, ArrayRef<float> coefficients) {
  Value sum = s.real(coefficients[0]);
  for (float c : coefficients.drop_front())
    sum = s.addf(s.mulf(sum, x), s.real(c));
  return sum;
}

/// Cephes' logf (Moshier 1989), for normal x > 0.
Value GeneratorArithmetic::logarithm(Value x) {
  Type f32 = s.builder.getF32Type(), i32 = s.builder.getI32Type();
  Value bits = s.bitcast(x, i32);
  Value exponent = s.make<arith::SIToFPOp>(f32, s.subi(s.shrui(bits, s.integer(23, 32)), s.integer(126, 32)));
  Value m = s.bitcast(s.ori(s.andi(bits, s.integer(0x007FFFFF, 32)), s.integer(0x3F000000, 32)), f32);
  Value low = s.cmpf(arith::CmpFPredicate::OLT, m, s.real(0.707106781186547524f));
  Value shift = s.select(low, m, s.real(0));
  exponent = s.subf(exponent, s.select(low, s.real(1), s.real(0)));
  m = s.addf(s.subf(m, s.real(1)), shift);
  Value square = s.mulf(m, m);
  Value y = polynomial(m, {7.0376836292e-2f, -1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f,
                           1.4249322787e-1f, -1.6668057665e-1f, 2.0000714765e-1f, -2.4999993993e-1f,
                           3.3333331174e-1f});
  y = s.mulf(s.mulf(y, m), square);
  y = s.addf(y, s.mulf(s.real(-2.12194440e-4f), exponent));
  y = s.subf(y, s.mulf(s.real(0.5), square));
  return s.addf(s.addf(m, y), s.mulf(s.real(0.693359375f), exponent));
}

/// Cephes' expf, for |x| < 87.
Value GeneratorArithmetic::exponential(Value x) {
  Type f32 = s.builder.getF32Type(), i32 = s.builder.getI32Type();
  Value n = s.floor(s.addf(s.mulf(s.real(1.44269504088896341f), x), s.real(0.5)));
  x = s.subf(x, s.mulf(n, s.real(0.693359375f)));
  x = s.subf(x, s.mulf(n, s.real(-2.12194440e-4f)));
  Value square = s.mulf(x, x);
  Value y = polynomial(x, {1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f,
                           1.6666665459e-1f, 5.0000001201e-1f});
  y = s.addf(s.addf(s.mulf(y, square), x), s.real(1));
  Value exponent = s.addi(s.make<arith::FPToSIOp>(i32, n), s.integer(127, 32));
  return s.mulf(y, s.bitcast(s.shli(exponent, s.integer(23, 32)), f32));
}

Value GeneratorArithmetic::normal(Value word, Value mean, Value deviation) {
  Value bits = s.shrui(word, s.integer(9, 32));
  Value p =
      s.mulf(s.addf(s.make<arith::SIToFPOp>(s.builder.getF32Type(), bits), s.real(0.5)), s.real(0x1p-23));
  return s.addf(mean, s.mulf(deviation, inverseNormal(p)));
}

/// AS 241, PPND7 (Wichura 1988): about 7 digits.
Value GeneratorArithmetic::inverseNormal(Value p) {
  Value q = s.subf(p, s.real(0.5));
  Value central = s.subf(s.real(0.180625), s.mulf(q, q));
  Value middle = s.divf(
      s.mulf(q, polynomial(central, {5.9109374720e1f, 1.5929113202e2f, 5.0434271938e1f, 3.3871327179e0f})),
      polynomial(central, {6.7187563600e1f, 7.8757757664e1f, 1.7895169469e1f, 1.0f}));
  Value negative = s.cmpf(arith::CmpFPredicate::OLT, q, s.real(0));
  Value side = s.select(negative, p, s.subf(s.real(1), p));
  Value r = s.sqrt(s.negf(logarithm(side)));
  Value near = s.subf(r, s.real(1.6));
  Value tail = s.divf(polynomial(near, {1.7023821103e-1f, 1.3067284816e0f, 2.7568153900e0f, 1.4234372777e0f}),
                      polynomial(near, {1.2021132975e-1f, 7.3700164250e-1f, 1.0f}));
  Value far = s.subf(r, s.real(5));
  Value extreme =
      s.divf(polynomial(far, {1.7337203997e-2f, 4.2868294337e-1f, 3.0812263860e0f, 6.6579051150e0f}),
             polynomial(far, {1.2258202635e-2f, 2.4197894225e-1f, 1.0f}));
  Value outside = s.select(s.cmpf(arith::CmpFPredicate::OLE, r, s.real(5)), tail, extreme);
  Value signedOutside = s.select(negative, s.negf(outside), outside);
  return s.select(s.cmpf(arith::CmpFPredicate::OLE, s.absf(q), s.real(0.425)), middle, signedOutside);
}

} // namespace gms::compiler
