// Scalar primitives and conversions as operations of arith and math.
#include "compiler/import/emitter.h"
#include <cmath>
#include <mlir/Dialect/Arith/IR/Arith.h>

namespace gms::compiler {
using namespace mlir;
using program::Prim;

namespace {
bool isKnown(const Scalar &s, int64_t whole) { return s.known() && !s.isReal() && s.whole == whole; }
bool isKnown(const Scalar &s, double real) { return s.known() && s.isReal() && s.real == real; }
unsigned bitsOf(int64_t v) { return 64 - llvm::countl_zero(static_cast<uint64_t>(v < 0 ? -(v + 1) : v)); }
} // namespace

Emitter::Facts Emitter::factsOf(const Scalar &s) const {
  if (s.known())
    return {s.whole >= 0, bitsOf(s.whole), s.whole > 0};
  auto found = facts.find(s.value);
  return found == facts.end() ? Facts{} : found->second;
}

bool Emitter::nonNegative(const Scalar &s) const { return factsOf(s).nonNegative; }
bool Emitter::positive(const Scalar &s) const { return factsOf(s).positive; }

Scalar Emitter::primitive(Prim prim, const std::vector<Scalar> &args) {
  Scalar a = args[0];
  Scalar b = args.size() > 1 ? args[1] : Scalar{a.element, {}, 0, 0};
  if (a.known() && b.known())
    if (auto folded = fold(prim, a, b))
      return *folded;
  // Bytes compute as ints: they have no arithmetic of their own.
  if (a.element == Element::U8) {
    a = convert(a, Element::Int);
    b = convert(b, Element::Int);
  }
  switch (prim) {
  case Prim::Eq:
  case Prim::Ne:
  case Prim::Lt:
  case Prim::Le:
  case Prim::Gt:
  case Prim::Ge:
    return compare(prim, a, b);
  case Prim::And:
  case Prim::Or:
  case Prim::Not:
    return logic(prim, a, b);
  case Prim::Floor:
  case Prim::Ceil:
  case Prim::Round:
    return a.isReal() ? toWhole(prim, a) : a;
  default:
    return a.isReal() ? real(prim, a, b) : whole(prim, a, b);
  }
}

Scalar Emitter::whole(Prim prim, const Scalar &a, const Scalar &b) {
  switch (prim) {
  case Prim::Add:
    return addWhole(a, b);
  case Prim::Sub:
    if (same(a, b))
      return Scalar::of(int64_t(0));
    if (b.known())
      return addWhole(a, Scalar::of(-b.whole));
    // (b + c) - b is c: such differences come from extents.
    if (auto op = a.value ? a.value.getDefiningOp<arith::AddIOp>() : nullptr; op && op.getLhs() == b.value)
      if (auto c = op.getRhs().getDefiningOp<arith::ConstantIndexOp>())
        return Scalar::of(c.value());
    break;
  case Prim::Neg:
    return whole(Prim::Sub, Scalar::of(int64_t(0)), a);
  case Prim::Abs: {
    if (nonNegative(a))
      return a;
    Scalar result = whole(Prim::Max, a, whole(Prim::Neg, a, a));
    facts[result.value] = {true, factsOf(a).bits, false};
    return result;
  }
  case Prim::FloorDiv:
  case Prim::Mod:
    return divideWhole(prim, a, b);
  case Prim::Pow: {
    if (!b.known() || b.whole < 0 || b.whole > 64)
      return toWhole(Prim::Floor, power(convert(a, Element::F64), convert(b, Element::F64)));
    Scalar result = Scalar::of(int64_t(1));
    for (int64_t k = 0; k < b.whole; ++k)
      result = whole(Prim::Mul, result, a);
    return result;
  }
  case Prim::Mul:
    if (isKnown(a, int64_t(0)) || isKnown(b, int64_t(1)))
      return a;
    if (isKnown(b, int64_t(0)) || isKnown(a, int64_t(1)))
      return b;
    break;
  case Prim::Min:
  case Prim::Max:
    if (same(a, b))
      return a;
    // An extent or index is never below zero.
    if (isKnown(b, int64_t(0)) && nonNegative(a))
      return prim == Prim::Max ? a : b;
    if (isKnown(a, int64_t(0)) && nonNegative(b))
      return prim == Prim::Max ? b : a;
    break;
  default:
    break;
  }
  const char *name = prim == Prim::Sub   ? "arith.subi"
                     : prim == Prim::Mul ? "arith.muli"
                     : prim == Prim::Min ? "arith.minsi"
                                         : "arith.maxsi";
  // Known numbers stand on the right, so that equal products are equal operations.
  const bool swap = a.known() && prim != Prim::Sub;
  mlir::Value l = value(swap ? b : a), r = value(swap ? a : b);
  mlir::Value result = emit(name, {l, r}, builder.getIndexType());
  const Facts fa = factsOf(a), fb = factsOf(b);
  Facts f;
  switch (prim) {
  case Prim::Sub:
    f.bits = std::max(fa.bits, fb.bits) + 1;
    break;
  case Prim::Mul:
    f = {fa.nonNegative && fb.nonNegative, fa.bits + fb.bits, fa.positive && fb.positive};
    break;
  case Prim::Min:
    f = {fa.nonNegative && fb.nonNegative, std::max(fa.bits, fb.bits), fa.positive && fb.positive};
    break;
  default:
    f = {fa.nonNegative || fb.nonNegative, std::max(fa.bits, fb.bits), fa.positive || fb.positive};
    break;
  }
  f.bits = std::min(f.bits, 64u);
  facts[result] = f;
  return Scalar::of(result, Element::Int);
}

Scalar Emitter::addWhole(const Scalar &a, const Scalar &b) {
  if (a.known() && b.known())
    return Scalar::of(a.whole + b.whole);
  if (a.known())
    return addWhole(b, a);
  if (isKnown(b, int64_t(0)))
    return a;
  if (b.known())
    if (auto op = a.value.getDefiningOp<arith::AddIOp>())
      if (auto c = op.getRhs().getDefiningOp<arith::ConstantIndexOp>())
        return addWhole(Scalar::of(op.getLhs(), Element::Int), Scalar::of(c.value() + b.whole));
  mlir::Value result = emit("arith.addi", {a.value, value(b)}, builder.getIndexType());
  const Facts fa = factsOf(a), fb = factsOf(b);
  const bool nonNegative = fa.nonNegative && fb.nonNegative;
  facts[result] = {nonNegative, std::min(64u, std::max(fa.bits, fb.bits) + 1),
                   nonNegative && (fa.positive || fb.positive)};
  return Scalar::of(result, Element::Int);
}

Scalar Emitter::divideWhole(Prim prim, const Scalar &a, const Scalar &b) {
  const bool division = prim == Prim::FloorDiv;
  if (isKnown(b, int64_t(1)))
    return division ? a : Scalar::of(int64_t(0));
  const Facts fa = factsOf(a);
  const bool positive = b.known() && b.whole > 0;
  // A divisor that may be zero stays where it is asked for.
  const Place place = factsOf(b).positive ? Place::Anywhere : Place::InArm;
  Type index = builder.getIndexType();
  mlir::Value result;
  if (fa.nonNegative && factsOf(b).nonNegative) {
    result = emit(division ? "arith.divui" : "arith.remui", {value(a), value(b)}, index, {}, place);
  } else {
    result = emit("arith.floordivsi", {value(a), value(b)}, index, {}, place);
    if (!division) {
      Scalar quotient = Scalar::of(result, Element::Int);
      facts[result] = {false, fa.bits, false};
      Scalar rest = whole(Prim::Sub, a, whole(Prim::Mul, quotient, b));
      facts[rest.value] = {positive, positive ? bitsOf(b.whole) : 64, false};
      return rest;
    }
  }
  facts[result] = {fa.nonNegative && factsOf(b).nonNegative,
                   !division && positive ? bitsOf(b.whole) : fa.bits, false};
  return Scalar::of(result, Element::Int);
}

mlir::Value Emitter::emitReal(const char *name, ArrayRef<mlir::Value> operands, Element element,
                              Place place) {
  // Contraction alone: it changes no result by more than its last bit, and draws never pass through here.
  if (element == Element::F32 || element == Element::F64) {
    auto contract = arith::FastMathFlagsAttr::get(&context, arith::FastMathFlags::contract);
    return emit(name, operands, scalarType(element), {{"fastmath", contract}}, place);
  }
  return emit(name, operands, scalarType(element), {}, place);
}

Scalar Emitter::real(Prim prim, const Scalar &a, const Scalar &b) {
  const Element e = a.element;
  auto two = [&](const char *name) { return Scalar::of(emitReal(name, {value(a), value(b)}, e), e); };
  auto one = [&](const char *name) { return Scalar::of(emitReal(name, {value(a)}, e, Place::InArm), e); };
  switch (prim) {
  case Prim::Add:
    return two("arith.addf");
  case Prim::Sub:
    return isKnown(b, 0.0) ? a : two("arith.subf");
  case Prim::Mul:
    return isKnown(b, 1.0) ? a : isKnown(a, 1.0) ? b : two("arith.mulf");
  case Prim::Div:
    return isKnown(b, 1.0) ? a : two("arith.divf");
  case Prim::Neg:
    return Scalar::of(emitReal("arith.negf", {value(a)}, e), e);
  case Prim::Abs:
    return Scalar::of(emitReal("math.absf", {value(a)}, e), e);
  case Prim::Min:
  case Prim::Max:
    return extreme(prim, a, b);
  case Prim::Mod: {
    Scalar quotient = real(Prim::Div, a, b);
    Scalar down = Scalar::of(emitReal("math.floor", {value(quotient)}, e), e);
    return real(Prim::Sub, a, real(Prim::Mul, b, down));
  }
  case Prim::Pow:
    return power(a, b);
  case Prim::Sqrt:
    return one("math.sqrt");
  case Prim::Exp:
    return one("math.exp");
  case Prim::Log:
    return one("math.log");
  case Prim::Sin:
    return one("math.sin");
  case Prim::Cos:
    return one("math.cos");
  case Prim::Tan:
    return one("math.tan");
  case Prim::Tanh:
    return one("math.tanh");
  case Prim::Erf:
    return one("math.erf");
  case Prim::Atan2:
    return Scalar::of(emitReal("math.atan2", {value(a), value(b)}, e, Place::InArm), e);
  default:
    return a;
  }
}

/// The smaller or larger of two, no number where one of them is none. With a known operand this is one
/// instruction (minps gives its second operand where one is no number), unlike arith.minimumf. A known operand stands
/// behind; where it was the first one, the attribute says so, as its derivative is the one that counts at a tie.
Scalar Emitter::extreme(Prim prim, const Scalar &a, const Scalar &b) {
  const bool swapped = a.known();
  const Scalar &first = swapped ? b : a, &second = swapped ? a : b;
  const Scalar condition = prim == Prim::Min ? compare(Prim::Lt, second, first) : compare(Prim::Lt, first, second);
  if (!second.known()) {
    const Scalar chosen = select(condition, second, first);
    return select(compare(Prim::Ne, second, second), second, chosen);
  }
  if (!swapped)
    return select(condition, second, first);
  return Scalar::of(emit("arith.select", {condition.value, value(second), value(first)}, scalarType(first.element),
                         {{"gms.first_at_tie", builder.getUnitAttr()}}),
                    first.element);
}

Scalar Emitter::power(const Scalar &a, const Scalar &b) {
  const Element e = a.element;
  if (b.known() && b.real == std::floor(b.real) && std::abs(b.real) <= 64) {
    const int n = static_cast<int>(std::abs(b.real));
    Scalar result = n == 0 ? Scalar::of(1.0, e) : a;
    for (int k = 1; k < n; ++k)
      result = real(Prim::Mul, result, a);
    return b.real < 0 ? real(Prim::Div, Scalar::of(1.0, e), result) : result;
  }
  return Scalar::of(emitReal("math.powf", {value(a), value(b)}, e, Place::InArm), e);
}

Scalar Emitter::logic(Prim prim, const Scalar &a, const Scalar &b) {
  if (prim == Prim::Not) {
    mlir::Value one = value(Scalar::of(true));
    return Scalar::of(emit("arith.xori", {value(a), one}, builder.getI1Type()), Element::Bool);
  }
  const bool isAnd = prim == Prim::And;
  for (const auto &[known, other] : {std::pair{a, b}, std::pair{b, a}})
    if (known.known())
      return (known.whole != 0) == isAnd ? other : known;
  if (same(a, b))
    return a;
  return Scalar::of(emit(isAnd ? "arith.andi" : "arith.ori", {value(a), value(b)}, builder.getI1Type()),
                    Element::Bool);
}

Scalar Emitter::compare(Prim prim, const Scalar &a, const Scalar &b) {
  Type truth = builder.getI1Type();
  if (a.isReal()) {
    using P = arith::CmpFPredicate;
    const P p = prim == Prim::Eq   ? P::OEQ
                : prim == Prim::Ne ? P::UNE
                : prim == Prim::Lt ? P::OLT
                : prim == Prim::Le ? P::OLE
                : prim == Prim::Gt ? P::OGT
                                   : P::OGE;
    auto attribute = arith::CmpFPredicateAttr::get(&context, p);
    return Scalar::of(emit("arith.cmpf", {value(a), value(b)}, truth, {{"predicate", attribute}}),
                      Element::Bool);
  }
  if (same(a, b))
    return Scalar::of(prim == Prim::Eq || prim == Prim::Le || prim == Prim::Ge);
  using P = arith::CmpIPredicate;
  const bool isBool = a.element == Element::Bool; // i1 is signed in sgt and its like
  const P p = prim == Prim::Eq   ? P::eq
              : prim == Prim::Ne ? P::ne
              : prim == Prim::Lt ? (isBool ? P::ult : P::slt)
              : prim == Prim::Le ? (isBool ? P::ule : P::sle)
              : prim == Prim::Gt ? (isBool ? P::ugt : P::sgt)
                                 : (isBool ? P::uge : P::sge);
  auto attribute = arith::CmpIPredicateAttr::get(&context, p);
  return Scalar::of(emit("arith.cmpi", {value(a), value(b)}, truth, {{"predicate", attribute}}),
                    Element::Bool);
}

Scalar Emitter::select(const Scalar &condition, const Scalar &a, const Scalar &b) {
  if (condition.known())
    return condition.whole ? a : b;
  if (same(a, b))
    return a;
  mlir::Value result = emit("arith.select", {condition.value, value(a), value(b)}, scalarType(a.element));
  if (a.element == Element::Int) {
    const Facts fa = factsOf(a), fb = factsOf(b);
    facts[result] = {fa.nonNegative && fb.nonNegative, std::max(fa.bits, fb.bits),
                     fa.positive && fb.positive};
  }
  return Scalar::of(result, a.element);
}

Scalar Emitter::toWhole(Prim prim, const Scalar &a) {
  const char *name = prim == Prim::Floor ? "math.floor" : prim == Prim::Ceil ? "math.ceil" : "math.roundeven";
  mlir::Value rounded = emitReal(name, {value(a)}, a.element);
  // 32 bits for f32 keep vectors whole; a position in a picture never needs more.
  Type narrow = a.element == Element::F32 ? builder.getI32Type() : builder.getI64Type();
  mlir::Value integer = emit("arith.fptosi", {rounded}, narrow);
  mlir::Value result = emit("arith.index_cast", {integer}, builder.getIndexType());
  facts[result] = {false, a.element == Element::F32 ? 30u : 64u, false};
  return Scalar::of(result, Element::Int);
}

mlir::Value Emitter::wholeToReal(const Scalar &s, Type type) {
  Type narrow = factsOf(s).bits <= 31 ? builder.getI32Type() : builder.getI64Type();
  return emit("arith.sitofp", {emit("arith.index_cast", {s.value}, narrow)}, type);
}

Scalar Emitter::realToByte(const Scalar &s) {
  // Half to even, clamped: NaN gives 0, as the comparison sends it to the lower bound.
  Scalar low = Scalar::of(0.0, s.element), high = Scalar::of(255.0, s.element);
  Scalar above = select(compare(Prim::Gt, s, low), s, low);
  Scalar inside = select(compare(Prim::Lt, above, high), above, high);
  mlir::Value rounded = emitReal("math.roundeven", {value(inside)}, s.element);
  mlir::Value integer = emit("arith.fptosi", {rounded}, builder.getI32Type());
  return Scalar::of(emit("arith.trunci", {integer}, builder.getI8Type()), Element::U8);
}

Scalar Emitter::convert(const Scalar &s, Element to) {
  if (s.element == to)
    return s;
  if (s.known())
    return foldConvert(s, to);
  Type type = scalarType(to);
  switch (to) {
  case Element::F32:
  case Element::F64:
    if (s.isReal())
      return Scalar::of(emit(to == Element::F64 ? "arith.extf" : "arith.truncf", {s.value}, type), to);
    if (s.element == Element::Int)
      return Scalar::of(wholeToReal(s, type), to);
    return Scalar::of(emit("arith.uitofp", {s.value}, type), to);
  case Element::Int: {
    if (s.isReal()) {
      mlir::Value integer = emit("arith.fptosi", {s.value}, builder.getI64Type());
      return Scalar::of(emit("arith.index_cast", {integer}, type), to);
    }
    mlir::Value wide = emit("arith.extui", {s.value}, builder.getI32Type());
    mlir::Value result = emit("arith.index_cast", {wide}, type);
    facts[result] = {true, 8, false};
    return Scalar::of(result, to);
  }
  case Element::U8: {
    if (s.isReal())
      return realToByte(s);
    if (s.element == Element::Bool)
      return Scalar::of(emit("arith.extui", {s.value}, type), to);
    Scalar clamped = whole(Prim::Min, whole(Prim::Max, s, Scalar::of(int64_t(0))), Scalar::of(int64_t(255)));
    return Scalar::of(emit("arith.index_cast", {clamped.value}, type), to);
  }
  case Element::Bool:
    return compare(Prim::Ne, s, s.isReal() ? Scalar::of(0.0, s.element) : Scalar{s.element, {}, 0, 0});
  }
  return s;
}

} // namespace gms::compiler
