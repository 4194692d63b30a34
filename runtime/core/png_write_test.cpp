#include "runtime/core/png_write.h"
#include "runtime/core/test_folder.h"
#include <gtest/gtest.h>
#include <limits>
#include <png.h>

namespace gms::runtime {
namespace {

/// Reads by libpng's simple interface, in the format that the file has.
std::vector<uint8_t> decoded(const std::vector<uint8_t> &file, png_image &image) {
  image = {};
  image.version = PNG_IMAGE_VERSION;
  EXPECT_TRUE(png_image_begin_read_from_memory(&image, file.data(), file.size())) << image.message;
  std::vector<uint8_t> pixels(PNG_IMAGE_SIZE(image));
  EXPECT_TRUE(png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr)) << image.message;
  return pixels;
}

TEST(PngWrite, KeepsEveryByte) {
  for (int64_t channels : {1, 3, 4}) {
    Tensor tensor = Tensor::make(GMS_U8, {5, 7, channels});
    auto values = tensor.elementsAs<uint8_t>();
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<uint8_t>(i * 37 + 11);
    png_image image;
    std::vector<uint8_t> pixels = decoded(encodePng(tensor), image);
    EXPECT_EQ(image.width, 7u);
    EXPECT_EQ(image.height, 5u);
    EXPECT_TRUE(std::equal(pixels.begin(), pixels.end(), values.begin(), values.end())) << channels;
  }
}

TEST(PngWrite, RoundsAndClampsPlanes) {
  Tensor planes = Tensor::make(GMS_F32, {3, 1, 2});
  auto values = planes.elementsAs<float>();
  float nan = std::numeric_limits<float>::quiet_NaN();
  std::copy_n(std::initializer_list<float>{0.5f, -1.0f, 1.0f, 2.0f, 1.4f / 255, nan}.begin(), 6,
              values.begin());
  Tensor picture = toPicture(planes);
  auto bytes = picture.elementsAs<uint8_t>();
  EXPECT_EQ(std::vector<uint8_t>(bytes.begin(), bytes.end()), (std::vector<uint8_t>{128, 255, 1, 0, 255, 0}));
}

TEST(PngWrite, TakesFlatTensors) {
  EXPECT_EQ(toPicture(Tensor::zeros(GMS_F64, {2, 3})).extent(2), 1);
  EXPECT_EQ(toPicture(Tensor::zeros(GMS_U8, {2, 3})).extent(2), 1);
}

TEST(PngWrite, IsTheSameFileEachTime) {
  Tensor tensor = Tensor::zeros(GMS_U8, {16, 16, 3});
  EXPECT_EQ(encodePng(tensor), encodePng(tensor));
}

TEST(PngWrite, RefusesWhatIsNoPicture) {
  auto refused = [](const Tensor &tensor) { return kindThrownBy([&] { encodePng(tensor); }); };
  EXPECT_EQ(refused(Tensor()), ErrorKind::NotAPicture);
  EXPECT_EQ(refused(Tensor::zeros(GMS_U8, {3})), ErrorKind::NotAPicture);
  EXPECT_EQ(refused(Tensor::zeros(GMS_U8, {4, 4, 2})), ErrorKind::NotAPicture);
  EXPECT_EQ(refused(Tensor::zeros(GMS_F32, {4, 4, 3})), ErrorKind::NotAPicture);
  EXPECT_EQ(refused(Tensor::zeros(GMS_I32, {4, 4})), ErrorKind::NotAPicture);
  EXPECT_EQ(refused(Tensor::zeros(GMS_U8, {0, 4, 3})), ErrorKind::NotAPicture);
}

TEST(PngWrite, RefusesWhatAPngCannotHold) {
  EXPECT_EQ(kindThrownBy([] { encodePng(Tensor::make(GMS_U8, {1, int64_t(1) << 31, 1})); }),
            ErrorKind::PngNotEncoded);
}

TEST(PngWrite, WritesAWholeFile) {
  TemporaryFolder folder;
  writePng(folder.at("a.png"), Tensor::zeros(GMS_U8, {2, 2, 3}));
  EXPECT_EQ(readText(folder.at("a.png")).substr(1, 3), "PNG");
  EXPECT_EQ(folder.entries(), 1u);
}

} // namespace
} // namespace gms::runtime
