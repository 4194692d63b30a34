// Dense host memory with a shape: what kernels read and write.
#pragma once
#include "runtime/abi/kernel.h"
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace gms::runtime {

/// No tensor is larger, whatever the address space allows (1 TiB): sizes in files are not trusted.
inline constexpr int64_t kLargestTensorBytes = int64_t(1) << 40;
inline constexpr int64_t kTensorAlignment = 64;
inline constexpr int64_t kTensorPadding = 64; ///< bytes past the end that a kernel may read

/// Bytes of one element; 0 for a code that is no gms_type.
int64_t sizeOf(gms_type type);
/// "u8", "f32", …
std::string nameOf(gms_type type);
/// "[3, 224, 224]".
std::string shapeText(std::span<const int64_t> shape);

template <typename T> struct ElementType;
template <> struct ElementType<bool> {
  static constexpr gms_type type = GMS_BOOL;
};
template <> struct ElementType<uint8_t> {
  static constexpr gms_type type = GMS_U8;
};
template <> struct ElementType<int32_t> {
  static constexpr gms_type type = GMS_I32;
};
template <> struct ElementType<int64_t> {
  static constexpr gms_type type = GMS_I64;
};
template <> struct ElementType<float> {
  static constexpr gms_type type = GMS_F32;
};
template <> struct ElementType<double> {
  static constexpr gms_type type = GMS_F64;
};

/// A dense row-major tensor of rank at most GMS_MAX_RANK. Copies share the memory, as with a shared_ptr;
/// `clone` does not. Data is aligned to 64 bytes, and 64 zero bytes follow it.
class Tensor {
public:
  /// No tensor: `defined()` is false and the rank is 0.
  Tensor() = default;

  /// Memory of that type and shape, not initialised. An extent of 0 gives a tensor without elements. Throws
  /// TensorBadRank, TensorBadExtent, TensorTooLarge or OutOfMemory.
  static Tensor make(gms_type type, std::span<const int64_t> shape);
  static Tensor make(gms_type type, std::initializer_list<int64_t> shape) {
    return make(type, std::span<const int64_t>(shape.begin(), shape.size()));
  }
  /// As `make`, filled with zeros.
  static Tensor zeros(gms_type type, std::span<const int64_t> shape);
  static Tensor zeros(gms_type type, std::initializer_list<int64_t> shape) {
    return zeros(type, std::span<const int64_t>(shape.begin(), shape.size()));
  }

  bool defined() const { return storage != nullptr; }
  gms_type type() const { return elementType; }
  int rank() const { return rankCount; }
  std::span<const int64_t> shape() const { return {extents.data(), static_cast<size_t>(rankCount)}; }
  int64_t extent(int axis) const { return extents[static_cast<size_t>(axis)]; }
  int64_t elements() const { return elementCount; }
  int64_t bytes() const { return elementCount * sizeOf(elementType); }
  const void *raw() const { return storage.get(); }
  void *raw() { return storage.get(); }

  /// All elements in row-major order. Throws TensorTypeMismatch where T is not the element type.
  template <typename T> std::span<T> elementsAs() {
    requireType(ElementType<T>::type);
    return {reinterpret_cast<T *>(storage.get()), static_cast<size_t>(elementCount)};
  }
  template <typename T> std::span<const T> elementsAs() const {
    requireType(ElementType<T>::type);
    return {reinterpret_cast<const T *>(storage.get()), static_cast<size_t>(elementCount)};
  }

  /// What a kernel takes; valid while this tensor, or a copy of it, lives.
  gms_tensor view() const;
  /// The same values in memory of their own.
  Tensor clone() const;
  /// Throws TensorTypeMismatch where the elements are of another type.
  void requireType(gms_type expected) const;

private:
  std::shared_ptr<std::byte> storage;
  std::array<int64_t, GMS_MAX_RANK> extents{};
  int64_t elementCount = 0;
  gms_type elementType = GMS_F32;
  int rankCount = 0;
};

} // namespace gms::runtime
