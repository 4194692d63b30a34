#include "compiler/driver/commands/kernel_values.h"
#include "compiler/driver/tensor_elements.h"
#include <algorithm>

namespace gms::compiler {

using program::Type;
using program::TypeKind;

eval::Value valueOf(const Type &type, const gms_tensor *&next) {
  switch (type.kind) {
  case TypeKind::Scalar:
  case TypeKind::Tensor:
    return leafOf(type, *next++);
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
    setElement(*next++, 0, scalarOf(value));
    return true;
  }
  if (type.kind == TypeKind::Tensor) {
    gms_tensor &to = *next++;
    const eval::TensorRef tensor = std::get<eval::TensorRef>(value.v);
    if (!std::equal(tensor->shape.begin(), tensor->shape.end(), to.shape, to.shape + to.rank))
      return false;
    for (int64_t i = 0; i < tensor->size(); ++i)
      setElement(to, i, tensor->data[static_cast<size_t>(i)]);
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
    out.type = memoryType(type.element);
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
