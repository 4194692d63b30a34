// Scalars on the host, with the meaning that the language reference gives them: f32 rounds after every operation.
#include "runtime/core/error.h"
#include "runtime/core/plan_evaluator.h"
#include <algorithm>
#include <cmath>

namespace gms::runtime {
namespace {

bool isReal(gms_type element) { return element == GMS_F32 || element == GMS_F64; }

double rounded(double value, gms_type element) {
  return element == GMS_F32 ? static_cast<double>(static_cast<float>(value)) : value;
}

int64_t floorDivide(int64_t a, int64_t b, const char *where) {
  if (b == 0)
    throw Error(ErrorKind::DivisionByZero, {where});
  if (b == -1)
    return static_cast<int64_t>(0 - static_cast<uint64_t>(a)); // the smallest int has no opposite: it wraps
  return a / b - ((a % b != 0) && ((a < 0) != (b < 0)));
}

/// x^n by repeated multiplication where n is whole, as the kernels do.
double power(double a, double b) {
  if (b != std::trunc(b) || std::fabs(b) > 64)
    return std::pow(a, b);
  double product = 1;
  for (int i = 0; i < static_cast<int>(std::fabs(b)); ++i)
    product *= a;
  return b < 0 ? 1 / product : product;
}

int64_t whole(HostPrim prim, uint64_t a, uint64_t b) {
  const int64_t x = static_cast<int64_t>(a), y = static_cast<int64_t>(b);
  switch (prim) {
  case HostPrim::Add:
    return static_cast<int64_t>(a + b);
  case HostPrim::Sub:
    return static_cast<int64_t>(a - b);
  case HostPrim::Mul:
    return static_cast<int64_t>(a * b);
  case HostPrim::FloorDiv:
    return floorDivide(x, y, "floor(a / b)");
  case HostPrim::Mod:
    return static_cast<int64_t>(a - static_cast<uint64_t>(floorDivide(x, y, "mod(a, b)")) * b);
  case HostPrim::Neg:
    return static_cast<int64_t>(0 - a);
  case HostPrim::Abs:
    return x < 0 ? static_cast<int64_t>(0 - a) : x;
  case HostPrim::Min:
    return std::min(x, y);
  case HostPrim::Max:
    return std::max(x, y);
  case HostPrim::Pow: {
    uint64_t product = 1;
    for (int64_t i = 0; i < std::min<int64_t>(y, 64); ++i)
      product *= a;
    return static_cast<int64_t>(product);
  }
  default:
    return x;
  }
}

double real(HostPrim prim, double a, double b) {
  switch (prim) {
  case HostPrim::Add:
    return a + b;
  case HostPrim::Sub:
    return a - b;
  case HostPrim::Mul:
    return a * b;
  case HostPrim::Div:
    return a / b;
  case HostPrim::Mod:
    return a - b * std::floor(a / b);
  case HostPrim::Pow:
    return power(a, b);
  case HostPrim::Neg:
    return -a;
  case HostPrim::Abs:
    return std::fabs(a);
  case HostPrim::Min:
    return std::min(a, b);
  case HostPrim::Max:
    return std::max(a, b);
  case HostPrim::Sqrt:
    return std::sqrt(a);
  case HostPrim::Exp:
    return std::exp(a);
  case HostPrim::Log:
    return std::log(a);
  case HostPrim::Sin:
    return std::sin(a);
  case HostPrim::Cos:
    return std::cos(a);
  case HostPrim::Tan:
    return std::tan(a);
  case HostPrim::Atan2:
    return std::atan2(a, b);
  case HostPrim::Tanh:
    return std::tanh(a);
  case HostPrim::Erf:
    return std::erf(a);
  default:
    return a;
  }
}

template <typename T> bool compare(HostPrim prim, const T &a, const T &b) {
  switch (prim) {
  case HostPrim::Eq:
    return a == b;
  case HostPrim::Ne:
    return a != b;
  case HostPrim::Lt:
    return a < b;
  case HostPrim::Le:
    return a <= b;
  case HostPrim::Gt:
    return a > b;
  default:
    return a >= b;
  }
}

Value compared(HostPrim prim, const Value &a, const Value &b) {
  if (std::holds_alternative<std::string>(a.data))
    return Value(compare(prim, a.text(), b.text()));
  if (std::holds_alternative<int64_t>(a.data) && std::holds_alternative<int64_t>(b.data))
    return Value(compare(prim, a.whole(), b.whole()));
  return Value(compare(prim, a.number(), b.number()));
}

/// Halves to even, whatever the rounding mode.
double roundEven(double value) { return value - std::remainder(value, 1.0); }

} // namespace

Value applyPrim(HostPrim prim, const HostType &type, const Value &a, const Value *b) {
  if (prim >= HostPrim::Eq && prim <= HostPrim::Ge)
    return compared(prim, a, *b);
  switch (prim) {
  case HostPrim::Not:
    return Value(!a.boolean());
  case HostPrim::And:
    return Value(a.boolean() && b->boolean());
  case HostPrim::Or:
    return Value(a.boolean() || b->boolean());
  case HostPrim::Floor:
    return Value(static_cast<int64_t>(std::floor(a.number())));
  case HostPrim::Ceil:
    return Value(static_cast<int64_t>(std::ceil(a.number())));
  case HostPrim::Round:
    return Value(static_cast<int64_t>(roundEven(a.number())));
  default:
    break;
  }
  if (!isReal(type.element))
    return Value(whole(prim, static_cast<uint64_t>(a.whole()), b ? static_cast<uint64_t>(b->whole()) : 0));
  return Value(rounded(real(prim, a.number(), b ? b->number() : 0), type.element));
}

Value convertScalar(const Value &value, gms_type element) {
  switch (element) {
  case GMS_BOOL:
    return Value(value.number() != 0);
  case GMS_U8:
    return Value(static_cast<int64_t>(std::clamp(roundEven(value.number()), 0.0, 255.0)));
  case GMS_I32:
  case GMS_I64:
    return std::holds_alternative<int64_t>(value.data) ? Value(value.whole()) : Value(static_cast<int64_t>(value.number()));
  case GMS_F32:
  case GMS_F64:
    return Value(rounded(value.number(), element));
  }
  return value;
}

Value readElement(const Tensor &tensor, HostBorder border, const std::vector<int64_t> &indices) {
  size_t at = 0;
  for (int axis = 0; axis < tensor.rank(); ++axis) {
    const int64_t n = tensor.extent(axis);
    int64_t i = indices[static_cast<size_t>(axis)];
    if (i < 0 || i >= n) {
      if (border == HostBorder::Zero)
        return tensor.type() == GMS_BOOL                               ? Value(false)
               : tensor.type() == GMS_F32 || tensor.type() == GMS_F64 ? Value(0.0)
                                                                       : Value(int64_t(0));
      if (border == HostBorder::Proven || n == 0)
        throw Error(ErrorKind::ItemOutOfRange, {std::to_string(i), std::to_string(n)});
      if (border == HostBorder::Clamp)
        i = std::clamp<int64_t>(i, 0, n - 1);
      const int64_t period = border == HostBorder::Wrap ? n : std::max<int64_t>(1, 2 * (n - 1));
      i = ((i % period) + period) % period;
      if (i >= n) // the way back of a reflection
        i = period - i;
    }
    at = at * static_cast<size_t>(n) + static_cast<size_t>(i);
  }
  switch (tensor.type()) {
  case GMS_BOOL:
    return Value(static_cast<const uint8_t *>(tensor.raw())[at] != 0);
  case GMS_U8:
    return Value(static_cast<int64_t>(static_cast<const uint8_t *>(tensor.raw())[at]));
  case GMS_I32:
    return Value(static_cast<int64_t>(static_cast<const int32_t *>(tensor.raw())[at]));
  case GMS_I64:
    return Value(static_cast<const int64_t *>(tensor.raw())[at]);
  case GMS_F32:
    return Value(static_cast<double>(static_cast<const float *>(tensor.raw())[at]));
  case GMS_F64:
    return Value(static_cast<const double *>(tensor.raw())[at]);
  }
  return Value();
}

Tensor tensorOf(gms_type element, const std::vector<int64_t> &extents, const std::vector<const Value *> &scalars) {
  Tensor tensor = Tensor::make(element, extents);
  for (size_t i = 0; i < scalars.size(); ++i) {
    const double number = scalars[i]->number();
    switch (element) {
    case GMS_BOOL:
    case GMS_U8:
      static_cast<uint8_t *>(tensor.raw())[i] = static_cast<uint8_t>(number);
      break;
    case GMS_I32:
      static_cast<int32_t *>(tensor.raw())[i] = static_cast<int32_t>(number);
      break;
    case GMS_I64:
      static_cast<int64_t *>(tensor.raw())[i] = scalars[i]->whole();
      break;
    case GMS_F32:
      static_cast<float *>(tensor.raw())[i] = static_cast<float>(number);
      break;
    case GMS_F64:
      static_cast<double *>(tensor.raw())[i] = number;
      break;
    }
  }
  return tensor;
}

int64_t extentOf(const Value &value, const std::vector<uint32_t> &fields, uint32_t axis) {
  const Value *at = &value;
  for (uint32_t field : fields)
    at = &at->items().at(field);
  if (at->isTensor()) {
    if (static_cast<int>(axis) >= at->tensor().rank())
      throw Error(ErrorKind::PlanUnreadable, {"an extent of an axis that a value does not have"});
    return at->tensor().extent(static_cast<int>(axis));
  }
  return static_cast<int64_t>(at->items().size());
}

} // namespace gms::runtime
