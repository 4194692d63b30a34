#include "compiler/driver/tensor_elements.h"

namespace gms::compiler {
using program::Element;

gms_type memoryType(Element element) {
  switch (element) {
  case Element::Bool:
    return GMS_BOOL;
  case Element::U8:
    return GMS_U8;
  case Element::Int:
    return GMS_I64;
  case Element::F32:
    return GMS_F32;
  case Element::F64:
    return GMS_F64;
  }
  return GMS_F32;
}

double elementAt(const gms_tensor &t, int64_t at) {
  switch (t.type) {
  case GMS_BOOL:
  case GMS_U8:
    return static_cast<const uint8_t *>(t.data)[at];
  case GMS_I32:
    return static_cast<const int32_t *>(t.data)[at];
  case GMS_I64:
    return static_cast<double>(static_cast<const int64_t *>(t.data)[at]);
  case GMS_F32:
    return static_cast<const float *>(t.data)[at];
  default:
    return static_cast<const double *>(t.data)[at];
  }
}

void setElement(const gms_tensor &t, int64_t at, double v) {
  switch (t.type) {
  case GMS_BOOL:
  case GMS_U8:
    static_cast<uint8_t *>(t.data)[at] = static_cast<uint8_t>(v);
    break;
  case GMS_I32:
    static_cast<int32_t *>(t.data)[at] = static_cast<int32_t>(v);
    break;
  case GMS_I64:
    static_cast<int64_t *>(t.data)[at] = static_cast<int64_t>(v);
    break;
  case GMS_F32:
    static_cast<float *>(t.data)[at] = static_cast<float>(v);
    break;
  default:
    static_cast<double *>(t.data)[at] = v;
    break;
  }
}

double scalarOf(const eval::Value &value) {
  if (auto *b = std::get_if<bool>(&value.v))
    return *b;
  if (auto *i = std::get_if<int64_t>(&value.v))
    return static_cast<double>(*i);
  auto *r = std::get_if<double>(&value.v);
  return r ? *r : 0;
}

eval::Value leafOf(const program::Type &type, const gms_tensor &t) {
  if (type.kind == program::TypeKind::Scalar) {
    const double number = elementAt(t, 0);
    if (type.isBool())
      return eval::Value(number != 0);
    return type.isInt() ? eval::Value(static_cast<int64_t>(number)) : eval::Value(number);
  }
  auto made = eval::Tensor::make(type.element, std::vector<int64_t>(t.shape, t.shape + t.rank));
  for (int64_t at = 0; at < made->size(); ++at)
    made->data[static_cast<size_t>(at)] = elementAt(t, at);
  return eval::Value(eval::TensorRef(std::move(made)));
}

} // namespace gms::compiler
