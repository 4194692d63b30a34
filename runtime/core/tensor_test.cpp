#include "runtime/core/tensor.h"
#include "runtime/core/test_folder.h"
#include <algorithm>
#include <cstdlib>
#include <gtest/gtest.h>
#include <limits>
#include <sys/resource.h>

namespace gms::runtime {
namespace {

TEST(Tensor, MakesAlignedPaddedMemory) {
  Tensor tensor = Tensor::make(GMS_F32, {2, 3, 5});
  EXPECT_EQ(tensor.elements(), 30);
  EXPECT_EQ(tensor.bytes(), 120);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.raw()) % 64, 0u);
  auto *past = static_cast<const uint8_t *>(tensor.raw()) + tensor.bytes();
  EXPECT_TRUE(std::all_of(past, past + kTensorPadding, [](uint8_t byte) { return byte == 0; }));
}

TEST(Tensor, ScalarsAndEmptyTensors) {
  EXPECT_EQ(Tensor::make(GMS_F64, {}).elements(), 1);
  Tensor empty = Tensor::make(GMS_U8, {0, 7});
  EXPECT_EQ(empty.elements(), 0);
  EXPECT_TRUE(empty.defined());
  EXPECT_FALSE(Tensor().defined());
}

TEST(Tensor, ViewIsTheKernelsDescriptor) {
  Tensor tensor = Tensor::zeros(GMS_I32, {4, 2});
  gms_tensor view = tensor.view();
  EXPECT_EQ(view.data, tensor.raw());
  EXPECT_EQ(view.rank, 2);
  EXPECT_EQ(view.shape[0], 4);
  EXPECT_EQ(view.shape[1], 2);
  EXPECT_EQ(view.type, GMS_I32);
  EXPECT_EQ(view.padded, 1);
}

TEST(Tensor, CopiesShareAndClonesDoNot) {
  Tensor tensor = Tensor::zeros(GMS_U8, {3});
  Tensor shared = tensor;
  Tensor own = tensor.clone();
  tensor.elementsAs<uint8_t>()[1] = 9;
  EXPECT_EQ(shared.elementsAs<uint8_t>()[1], 9);
  EXPECT_EQ(own.elementsAs<uint8_t>()[1], 0);
}

TEST(Tensor, RefusesBadShapes) {
  int64_t huge = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(kindThrownBy([&] { Tensor::make(GMS_U8, {huge, huge}); }), ErrorKind::TensorTooLarge);
  EXPECT_EQ(kindThrownBy([&] { Tensor::make(GMS_F64, {kLargestTensorBytes / 8 + 1}); }),
            ErrorKind::TensorTooLarge);
  EXPECT_EQ(kindThrownBy([] { Tensor::make(GMS_U8, {2, -1}); }), ErrorKind::TensorBadExtent);
  EXPECT_EQ(kindThrownBy([] { Tensor::make(GMS_U8, {1, 1, 1, 1, 1, 1, 1}); }), ErrorKind::TensorBadRank);
  EXPECT_EQ(Tensor::make(GMS_U8, {0, huge, huge}).elements(), 0);
}

// In a process of its own, whose address space is limited; the sanitizers need more than that for themselves.
TEST(TensorDeathTest, TellsOfALackOfMemory) {
#if GMS_SANITIZED
  GTEST_SKIP() << "a sanitizer looks on";
#endif
  auto exhaust = [] {
    rlimit limit{size_t(4) << 30, size_t(4) << 30};
    setrlimit(RLIMIT_AS, &limit);
    std::exit(kindThrownBy([] { Tensor::make(GMS_U8, {int64_t(1) << 33}); }) == ErrorKind::OutOfMemory ? 0
                                                                                                       : 1);
  };
  EXPECT_EXIT(exhaust(), testing::ExitedWithCode(0), "");
}

TEST(Tensor, TypedAccessIsChecked) {
  Tensor tensor = Tensor::zeros(GMS_F32, {2});
  EXPECT_EQ(kindThrownBy([&] { tensor.elementsAs<double>(); }), ErrorKind::TensorTypeMismatch);
  EXPECT_EQ(kindThrownBy([] { Tensor().elementsAs<float>(); }), ErrorKind::TensorTypeMismatch);
  EXPECT_EQ(kindThrownBy([] { Tensor::make(static_cast<gms_type>(7), {1}); }), ErrorKind::TensorTypeMismatch);
}

TEST(Tensor, ShapesAreShownAsLists) {
  EXPECT_EQ(shapeText(Tensor::make(GMS_U8, {3, 4}).shape()), "[3, 4]");
  EXPECT_EQ(shapeText({}), "[]");
}

} // namespace
} // namespace gms::runtime
