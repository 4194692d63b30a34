// Scalar primitives of known numbers.
#include "compiler/import/emitter.h"
#include "lang/program/comparison.h"
#include <cmath>

namespace gms::compiler {
using program::Prim;

namespace {

std::optional<int64_t> foldWhole(Prim prim, int64_t a, int64_t b) {
  // Wrapping, as the compiled code does.
  const auto ua = static_cast<uint64_t>(a), ub = static_cast<uint64_t>(b);
  switch (prim) {
  case Prim::Add:
    return static_cast<int64_t>(ua + ub);
  case Prim::Sub:
    return static_cast<int64_t>(ua - ub);
  case Prim::Mul:
    return static_cast<int64_t>(ua * ub);
  case Prim::FloorDiv:
    return b == 0 ? std::optional<int64_t>() : program::floorDivide(a, b);
  case Prim::Mod:
    return b == 0 ? std::optional<int64_t>() : static_cast<int64_t>(ua - ub * static_cast<uint64_t>(program::floorDivide(a, b)));
  case Prim::Pow:
    return static_cast<int64_t>(std::pow(static_cast<double>(a), static_cast<double>(b)));
  case Prim::Neg:
    return static_cast<int64_t>(0 - ua);
  case Prim::Abs:
    return a < 0 ? static_cast<int64_t>(0 - ua) : a;
  case Prim::Min:
    return std::min(a, b);
  case Prim::Max:
    return std::max(a, b);
  case Prim::Floor:
  case Prim::Ceil:
  case Prim::Round:
    return a;
  default:
    return {};
  }
}

template <typename T> T powerOf(T a, T b) {
  if (b != std::floor(b) || std::abs(b) > 64)
    return std::pow(a, b);
  T result = 1;
  for (int k = 0, n = static_cast<int>(std::abs(b)); k < n; ++k)
    result *= a;
  return b < 0 ? 1 / result : result;
}

template <typename T> std::optional<T> foldReal(Prim prim, T a, T b) {
  switch (prim) {
  case Prim::Add:
    return a + b;
  case Prim::Sub:
    return a - b;
  case Prim::Mul:
    return a * b;
  case Prim::Div:
    return a / b;
  case Prim::Mod:
    return a - b * std::floor(a / b);
  case Prim::Pow:
    return powerOf(a, b);
  case Prim::Neg:
    return -a;
  case Prim::Min:
    return std::isnan(b) || b < a ? b : a;
  case Prim::Max:
    return std::isnan(b) || a < b ? b : a;
  case Prim::Abs:
    return std::abs(a);
  case Prim::Sqrt:
    return std::sqrt(a);
  case Prim::Exp:
    return std::exp(a);
  case Prim::Log:
    return std::log(a);
  case Prim::Sin:
    return std::sin(a);
  case Prim::Cos:
    return std::cos(a);
  case Prim::Tan:
    return std::tan(a);
  case Prim::Atan2:
    return std::atan2(a, b);
  case Prim::Tanh:
    return std::tanh(a);
  case Prim::Erf:
    return std::erf(a);
  default:
    return {};
  }
}

/// A real as an int, held within the range of one.
int64_t toInt(double v) {
  if (std::isnan(v))
    return 0;
  return static_cast<int64_t>(std::clamp(v, -9.2e18, 9.2e18));
}

} // namespace

std::optional<Scalar> fold(Prim prim, const Scalar &a, const Scalar &b) {
  if (!a.isReal()) {
    if (auto truth = program::compared(prim, a.whole, b.whole))
      return Scalar::of(*truth);
    if (a.element == Element::Bool) {
      switch (prim) {
      case Prim::Not:
        return Scalar::of(a.whole == 0);
      case Prim::And:
        return Scalar::of(a.whole && b.whole);
      case Prim::Or:
        return Scalar::of(a.whole || b.whole);
      default:
        break;
      }
    }
    auto result = foldWhole(prim, a.whole, b.whole);
    return result ? std::optional<Scalar>(Scalar{a.element, {}, *result, 0}) : std::nullopt;
  }
  if (auto truth = program::compared(prim, a.real, b.real))
    return Scalar::of(*truth);
  switch (prim) {
  case Prim::Floor:
    return Scalar::of(toInt(std::floor(a.real)));
  case Prim::Ceil:
    return Scalar::of(toInt(std::ceil(a.real)));
  case Prim::Round:
    return Scalar::of(toInt(std::nearbyint(a.real)));
  default:
    break;
  }
  if (a.element == Element::F32) {
    auto result = foldReal<float>(prim, static_cast<float>(a.real), static_cast<float>(b.real));
    return result ? std::optional<Scalar>(Scalar::of(*result, Element::F32)) : std::nullopt;
  }
  auto result = foldReal<double>(prim, a.real, b.real);
  return result ? std::optional<Scalar>(Scalar::of(*result, Element::F64)) : std::nullopt;
}

Scalar foldConvert(const Scalar &s, Element element) {
  switch (element) {
  case Element::F32:
  case Element::F64:
    if (s.isReal())
      return Scalar::of(s.real, element);
    return element == Element::F32 ? Scalar::of(static_cast<double>(static_cast<float>(s.whole)), element)
                                   : Scalar::of(static_cast<double>(s.whole), element);
  case Element::U8: {
    const int64_t v = s.isReal() ? toInt(std::nearbyint(s.real)) : s.whole;
    return {Element::U8, {}, std::clamp<int64_t>(v, 0, 255), 0};
  }
  case Element::Bool:
    return Scalar::of(s.isReal() ? s.real != 0 : s.whole != 0);
  case Element::Int:
    return Scalar::of(s.isReal() ? toInt(s.real) : s.whole);
  }
  return s;
}

} // namespace gms::compiler
