#include "compiler/driver/commands/kernel_values.h"
#include <algorithm>

namespace gms::compiler {

using program::Element;
using program::Type;
using program::TypeKind;

int32_t codeOf(Element element) {
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

double elementAt(const gms_tensor &tensor, int64_t at) {
  switch (tensor.type) {
  case GMS_BOOL:
  case GMS_U8:
    return static_cast<const uint8_t *>(tensor.data)[at];
  case GMS_I64:
    return static_cast<double>(static_cast<const int64_t *>(tensor.data)[at]);
  case GMS_F32:
    return static_cast<const float *>(tensor.data)[at];
  default:
    return static_cast<const double *>(tensor.data)[at];
  }
}

namespace {

void put(gms_tensor &tensor, int64_t at, double value) {
  switch (tensor.type) {
  case GMS_BOOL:
  case GMS_U8:
    static_cast<uint8_t *>(tensor.data)[at] = static_cast<uint8_t>(value);
    return;
  case GMS_I64:
    static_cast<int64_t *>(tensor.data)[at] = static_cast<int64_t>(value);
    return;
  case GMS_F32:
    static_cast<float *>(tensor.data)[at] = static_cast<float>(value);
    return;
  default:
    static_cast<double *>(tensor.data)[at] = value;
  }
}

double scalarOf(const eval::Value &value) {
  if (const bool *b = std::get_if<bool>(&value.v))
    return *b;
  if (const int64_t *i = std::get_if<int64_t>(&value.v))
    return static_cast<double>(*i);
  return std::get<double>(value.v);
}

} // namespace

eval::Value valueOf(const Type &type, const gms_tensor *&next) {
  switch (type.kind) {
  case TypeKind::Scalar: {
    const double value = elementAt(*next++, 0);
    if (type.isBool())
      return eval::Value(value != 0);
    return type.isInt() ? eval::Value(static_cast<int64_t>(value)) : eval::Value(value);
  }
  case TypeKind::Tensor: {
    const gms_tensor &from = *next++;
    auto tensor = eval::Tensor::make(type.element, std::vector<int64_t>(from.shape, from.shape + from.rank));
    for (int64_t i = 0; i < tensor->size(); ++i)
      tensor->data[static_cast<size_t>(i)] = elementAt(from, i);
    return eval::Value(eval::TensorRef(std::move(tensor)));
  }
  case TypeKind::Record:
  case TypeKind::Tuple: {
    std::vector<eval::Value> items;
    for (const program::FieldType &field : type.fields)
      items.push_back(valueOf(*field.type, next));
    return eval::Value::group(std::move(items));
  }
  case TypeKind::String:
    return eval::Value(std::string());
  default:
    return {};
  }
}

bool store(const eval::Value &value, const Type &type, gms_tensor *&next) {
  if (type.kind == TypeKind::Scalar) {
    put(*next++, 0, scalarOf(value));
    return true;
  }
  if (type.kind == TypeKind::Tensor) {
    gms_tensor &to = *next++;
    const eval::TensorRef tensor = std::get<eval::TensorRef>(value.v);
    if (!std::equal(tensor->shape.begin(), tensor->shape.end(), to.shape, to.shape + to.rank))
      return false;
    for (int64_t i = 0; i < tensor->size(); ++i)
      put(to, i, tensor->data[static_cast<size_t>(i)]);
    return true;
  }
  bool good = true;
  if (type.kind == TypeKind::Record || type.kind == TypeKind::Tuple)
    for (size_t i = 0; i < type.fields.size(); ++i)
      good &= store(value.items().items[i], *type.fields[i].type, next);
  return good;
}

void shapeOf(const eval::Value &value, const Type &type, gms_tensor *&next) {
  if (type.kind == TypeKind::Scalar || type.kind == TypeKind::Tensor) {
    gms_tensor &out = *next++;
    out.type = codeOf(type.element);
    out.rank = static_cast<int32_t>(type.dims.size());
    if (type.kind == TypeKind::Tensor) {
      const std::vector<int64_t> &shape = std::get<eval::TensorRef>(value.v)->shape;
      std::copy(shape.begin(), shape.end(), out.shape);
    }
  } else if (type.kind == TypeKind::Record || type.kind == TypeKind::Tuple) {
    for (size_t i = 0; i < type.fields.size(); ++i)
      shapeOf(value.items().items[i], *type.fields[i].type, next);
  }
}

} // namespace gms::compiler
