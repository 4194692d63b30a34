#include "runtime/core/tensor.h"
#include "runtime/core/error.h"
#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace gms::runtime {
namespace {

static_assert(sizeof(bool) == 1, "a bool element is one byte in the kernel ABI");

/// The number of elements, checked for every way in which a shape can be wrong.
int64_t countElements(gms_type type, std::span<const int64_t> shape) {
  if (shape.size() > GMS_MAX_RANK)
    throw Error(ErrorKind::TensorBadRank, {std::to_string(shape.size()), std::to_string(GMS_MAX_RANK)});
  bool empty = false;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis] < 0)
      throw Error(ErrorKind::TensorBadExtent, {shapeText(shape), std::to_string(axis)});
    empty = empty || shape[axis] == 0;
  }
  if (empty)
    return 0;
  int64_t most = kLargestTensorBytes / sizeOf(type);
  int64_t count = 1;
  for (int64_t extent : shape) {
    if (extent > most / count)
      throw Error(ErrorKind::TensorTooLarge,
                  {shapeText(shape), nameOf(type), std::to_string(kLargestTensorBytes)});
    count *= extent;
  }
  return count;
}

std::shared_ptr<std::byte> allocate(int64_t bytes, std::span<const int64_t> shape) {
  int64_t rounded = (bytes + kTensorAlignment - 1) / kTensorAlignment * kTensorAlignment + kTensorPadding;
  void *memory = std::aligned_alloc(kTensorAlignment, static_cast<size_t>(rounded));
  if (!memory)
    throw Error(ErrorKind::OutOfMemory, {std::to_string(bytes), "a tensor of shape " + shapeText(shape)});
  std::memset(static_cast<std::byte *>(memory) + bytes, 0, static_cast<size_t>(rounded - bytes));
  return {static_cast<std::byte *>(memory), [](std::byte *released) { std::free(released); }};
}

} // namespace

int64_t sizeOf(gms_type type) {
  switch (type) {
  case GMS_BOOL:
  case GMS_U8:
    return 1;
  case GMS_I32:
  case GMS_F32:
    return 4;
  case GMS_I64:
  case GMS_F64:
    return 8;
  }
  return 0;
}

std::string nameOf(gms_type type) {
  switch (type) {
  case GMS_BOOL:
    return "bool";
  case GMS_U8:
    return "u8";
  case GMS_I32:
    return "i32";
  case GMS_I64:
    return "i64";
  case GMS_F32:
    return "f32";
  case GMS_F64:
    return "f64";
  }
  return "type " + std::to_string(static_cast<int>(type));
}

std::string shapeText(std::span<const int64_t> shape) {
  std::string text = "[";
  for (size_t axis = 0; axis < shape.size(); ++axis)
    text += (axis ? ", " : "") + std::to_string(shape[axis]);
  return text + "]";
}

Tensor Tensor::make(gms_type type, std::span<const int64_t> shape) {
  if (sizeOf(type) == 0)
    throw Error(ErrorKind::TensorTypeMismatch, {nameOf(type), "bool, u8, i32, i64, f32 or f64"});
  Tensor tensor;
  tensor.elementType = type;
  tensor.elementCount = countElements(type, shape);
  tensor.rankCount = static_cast<int>(shape.size());
  std::copy(shape.begin(), shape.end(), tensor.extents.begin());
  tensor.storage = allocate(tensor.bytes(), shape);
  return tensor;
}

Tensor Tensor::zeros(gms_type type, std::span<const int64_t> shape) {
  Tensor tensor = make(type, shape);
  std::memset(tensor.raw(), 0, static_cast<size_t>(tensor.bytes()));
  return tensor;
}

gms_tensor Tensor::view() const {
  gms_tensor view{};
  view.data = storage.get();
  std::copy(extents.begin(), extents.end(), view.shape);
  view.type = elementType;
  view.rank = rankCount;
  view.padded = defined() ? 1 : 0;
  return view;
}

Tensor Tensor::clone() const {
  if (!defined())
    return {};
  Tensor copy = make(elementType, shape());
  std::memcpy(copy.raw(), raw(), static_cast<size_t>(bytes()));
  return copy;
}

void Tensor::requireType(gms_type expected) const {
  if (elementType != expected || !defined())
    throw Error(ErrorKind::TensorTypeMismatch,
                {defined() ? nameOf(elementType) : "nothing", nameOf(expected)});
}

} // namespace gms::runtime
