// Scalar expressions. Reals are rounded to their element type after every operation; ints have 64 bits.
#include "lang/eval/evaluate.h"
#include "lang/program/comparison.h"
#include <cmath>

namespace gms::eval {

using namespace program;

namespace {

bool isReal(const Expr &e) { return e.type->element == Element::F32 || e.type->element == Element::F64; }

double halfToEven(double value) { return std::nearbyint(value); }

int64_t wrapped(uint64_t value) { return static_cast<int64_t>(value); }

/// Square and multiply, wrapping; of a negative exponent what is left of the fraction.
int64_t power(int64_t base, int64_t exponent) {
  if (exponent < 0)
    return base == 1 ? 1 : base == -1 ? (exponent % 2 ? -1 : 1) : 0;
  uint64_t out = 1;
  for (uint64_t square = static_cast<uint64_t>(base); exponent; exponent /= 2, square *= square)
    if (exponent % 2)
      out *= square;
  return wrapped(out);
}

} // namespace

int64_t toInt(double value) {
  return value > -0x1p63 && value < 0x1p63 ? static_cast<int64_t>(value) : INT64_MIN;
}

Real Evaluator::scalar(const Expr &e, Frame &frame) {
  return isReal(e) ? real(e, frame) : Real{static_cast<double>(whole(e, frame))};
}

Real Evaluator::real(const Expr &e, Frame &frame) {
  switch (e.kind) {
  case ExprKind::Constant:
    if (auto *i = std::get_if<int64_t>(&e.constant))
      return {static_cast<double>(*i)};
    return {rounded(std::get<double>(e.constant), e.type->element)};
  case ExprKind::Local: {
    const Value &value = frame.locals[e.local];
    if (auto *r = std::get_if<double>(&value.v))
      return {*r, value.node};
    if (auto *i = std::get_if<int64_t>(&value.v))
      return {rounded(static_cast<double>(*i), e.type->element)};
    throw EvalError(e.span, "internal: `" + frame.function->locals[e.local].name + "` has no value yet");
  }
  case ExprKind::Primitive:
    return realPrimitive(e, frame);
  case ExprKind::Convert:
    return convert(e, frame);
  case ExprKind::Read:
    return read(e, frame);
  case ExprKind::If:
    return real(*e.args[truth(*e.args[0], frame) ? 1 : 2], frame);
  default: {
    Value value = eval(e, frame);
    if (auto *i = std::get_if<int64_t>(&value.v))
      return {static_cast<double>(*i)};
    return value.real();
  }
  }
}

int64_t Evaluator::whole(const Expr &e, Frame &frame) {
  auto of = [&](const Value &value) -> int64_t {
    if (auto *b = std::get_if<bool>(&value.v))
      return *b;
    if (auto *i = std::get_if<int64_t>(&value.v))
      return *i;
    throw EvalError(e.span, "internal: an int was expected");
  };
  switch (e.kind) {
  case ExprKind::Constant:
    if (auto *b = std::get_if<bool>(&e.constant))
      return *b;
    return std::get<int64_t>(e.constant);
  case ExprKind::Local:
    return of(frame.locals[e.local]);
  case ExprKind::DimValue:
    return dimension(e.dim, frame);
  case ExprKind::Primitive:
    if (e.args[0]->type->kind == TypeKind::String)
      return of(eval(e, frame));
    return wholePrimitive(e, frame);
  case ExprKind::Convert:
    return e.type->element == Element::Int && !isReal(*e.args[0]) ? whole(*e.args[0], frame)
                                                                  : toInt(convert(e, frame).value);
  case ExprKind::Read:
    return static_cast<int64_t>(read(e, frame).value);
  case ExprKind::If:
    return whole(*e.args[truth(*e.args[0], frame) ? 1 : 2], frame);
  default:
    return of(eval(e, frame));
  }
}

Real Evaluator::convert(const Expr &e, Frame &frame) {
  Real value = scalar(*e.args[0], frame);
  switch (e.type->element) {
  case Element::Bool:
    return {value.value != 0 ? 1.0 : 0.0};
  case Element::U8:
    return {std::fmin(std::fmax(halfToEven(value.value), 0), 255)};
  case Element::Int:
    return {std::trunc(value.value)};
  default:
    return rounded(value, e.type->element);
  }
}

inline double Evaluator::realValue(const Expr &e, double a, double b) {
  Element element = e.type->element;
  auto round = [&](double value) { return rounded(value, element); };
  switch (e.prim) {
  case Prim::Add:
    return round(a + b);
  case Prim::Sub:
    return round(a - b);
  case Prim::Mul:
    return round(a * b);
  case Prim::Div:
    return round(a / b);
  case Prim::Mod:
    return round(a - round(b * std::floor(round(a / b))));
  case Prim::Pow:
    return round(std::pow(a, b));
  case Prim::Neg:
    return -a;
  case Prim::Min:
    return std::isnan(a) || std::isnan(b) ? NAN : std::fmin(a, b);
  case Prim::Max:
    return std::isnan(a) || std::isnan(b) ? NAN : std::fmax(a, b);
  case Prim::Abs:
    return std::fabs(a);
  case Prim::Sqrt:
    return round(std::sqrt(a));
  case Prim::Exp:
    return round(std::exp(a));
  case Prim::Log:
    return round(std::log(a));
  case Prim::Sin:
    return round(std::sin(a));
  case Prim::Cos:
    return round(std::cos(a));
  case Prim::Tan:
    return round(std::tan(a));
  case Prim::Atan2:
    return round(std::atan2(a, b));
  case Prim::Tanh:
    return round(std::tanh(a));
  case Prim::Erf:
    return round(std::erf(a));
  default:
    throw EvalError(e.span, std::string("internal: ") + program::print(e.prim) + " gives no real");
  }
}

Real Evaluator::realPrimitive(const Expr &e, Frame &frame) {
  Real a = real(*e.args[0], frame);
  Real b = e.args.size() > 1 ? real(*e.args[1], frame) : Real{};
  return tape->primitive(e.prim, a, b, realValue(e, a.value, b.value));
}

int64_t Evaluator::wholePrimitive(const Expr &e, Frame &frame) {
  const Expr &first = *e.args[0];
  if (e.prim == Prim::And)
    return truth(first, frame) && truth(*e.args[1], frame);
  if (e.prim == Prim::Or)
    return truth(first, frame) || truth(*e.args[1], frame);
  if (e.prim == Prim::Not)
    return !truth(first, frame);
  if (isReal(first)) {
    double a = real(first, frame).value, b = e.args.size() > 1 ? real(*e.args[1], frame).value : 0;
    if (auto holds = compared(e.prim, a, b))
      return *holds;
    switch (e.prim) {
    case Prim::Floor:
      a = std::floor(a);
      break;
    case Prim::Ceil:
      a = std::ceil(a);
      break;
    case Prim::Round:
      a = halfToEven(a);
      break;
    default:
      throw EvalError(e.span, std::string("internal: ") + program::print(e.prim) + " of reals gives no int");
    }
    return toInt(a);
  }
  int64_t a = whole(first, frame), b = e.args.size() > 1 ? whole(*e.args[1], frame) : 0;
  if (auto holds = compared(e.prim, a, b))
    return *holds;
  switch (e.prim) {
  case Prim::Add:
    return wrapped(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
  case Prim::Sub:
    return wrapped(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
  case Prim::Mul:
    return wrapped(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
  case Prim::FloorDiv:
  case Prim::Mod:
    if (b == 0)
      throw EvalError(e.span, 732, "an int is divided by 0");
    if (b == -1)
      return e.prim == Prim::FloorDiv ? wrapped(0 - static_cast<uint64_t>(a)) : 0;
    return e.prim == Prim::FloorDiv ? floorDivide(a, b) : a - b * floorDivide(a, b);
  case Prim::Neg:
    return wrapped(0 - static_cast<uint64_t>(a));
  case Prim::Min:
    return a < b ? a : b;
  case Prim::Max:
    return a > b ? a : b;
  case Prim::Abs:
    return a < 0 ? wrapped(0 - static_cast<uint64_t>(a)) : a;
  case Prim::Pow:
    return power(a, b);
  default:
    throw EvalError(e.span, std::string("internal: ") + program::print(e.prim) + " does not apply to ints");
  }
}

} // namespace gms::eval
