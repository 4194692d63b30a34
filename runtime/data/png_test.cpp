#include "runtime/core/png_write.h"
#include "runtime/core/test_folder.h"
#include "runtime/data/read_image.h"
#include "runtime/data/test_images.h"
#include <gtest/gtest.h>

namespace gms::runtime {
namespace {

Bytes pixelsOf(const Tensor &tensor) {
  EXPECT_EQ(tensor.extent(2), 3);
  auto values = tensor.elementsAs<uint8_t>();
  return {values.begin(), values.end()};
}

Bytes decoded(const TestPng &png) { return pixelsOf(decodeImage(encodeTestPng(png), "test.png")); }

TEST(Png, ReadsRgb) {
  Bytes pixels = placePixels(4, 5);
  EXPECT_EQ(decoded({.width = 5, .height = 4, .rows = pixels}), pixels);
}

TEST(Png, ReadsOnePixel) { EXPECT_EQ(decoded({.rows = {1, 2, 3}}), (Bytes{1, 2, 3})); }

TEST(Png, ReadsInterlaced) {
  for (int size : {1, 2, 3, 5, 8, 13}) {
    Bytes pixels = placePixels(size, size + 1);
    TestPng png{.interlaced = true, .rows = pixels};
    png.width = static_cast<uint32_t>(size + 1);
    png.height = static_cast<uint32_t>(size);
    EXPECT_EQ(decoded(png), pixels) << size;
  }
}

TEST(Png, RepeatsGrey) {
  EXPECT_EQ(decoded({.width = 2, .colourType = 0, .rows = {7, 200}}), (Bytes{7, 7, 7, 200, 200, 200}));
  EXPECT_EQ(decoded({.width = 2, .colourType = 0, .bitDepth = 1, .rows = {0x40}}),
            (Bytes{0, 0, 0, 255, 255, 255}));
  EXPECT_EQ(decoded({.width = 2, .colourType = 0, .bitDepth = 4, .rows = {0x1f}}),
            (Bytes{17, 17, 17, 255, 255, 255}));
}

TEST(Png, KeepsTheHighByteOfSixteenBits) {
  EXPECT_EQ(decoded({.colourType = 0, .bitDepth = 16, .rows = {0x12, 0xff}}), (Bytes{0x12, 0x12, 0x12}));
  EXPECT_EQ(decoded({.bitDepth = 16, .rows = {1, 200, 2, 200, 3, 200}}), (Bytes{1, 2, 3}));
  EXPECT_EQ(decoded({.colourType = 6, .bitDepth = 16, .rows = {1, 0, 2, 0, 3, 0, 0, 0}}), (Bytes{1, 2, 3}));
}

TEST(Png, LooksUpPalettes) {
  TestPng png{.width = 3,
              .colourType = 3,
              .bitDepth = 2,
              .palette = {1, 2, 3, 4, 5, 6, 7, 8, 9},
              .rows = {0b00011000}};
  EXPECT_EQ(decoded(png), (Bytes{1, 2, 3, 4, 5, 6, 7, 8, 9}));
  png.transparency = {0, 128};
  EXPECT_EQ(decoded(png), (Bytes{1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST(Png, DropsAlphaAndKeepsTheColourBeneath) {
  EXPECT_EQ(decoded({.width = 2, .colourType = 6, .rows = {9, 8, 7, 0, 1, 2, 3, 128}}),
            (Bytes{9, 8, 7, 1, 2, 3}));
  EXPECT_EQ(decoded({.colourType = 4, .rows = {9, 0}}), (Bytes{9, 9, 9}));
}

TEST(Png, AppliesItsOrientation) {
  TestPng png{.width = 2, .height = 1, .exif = exifBlock(6, false), .rows = {1, 1, 1, 2, 2, 2}};
  Tensor upright = decodeImage(encodeTestPng(png), "test.png");
  EXPECT_EQ(upright.extent(0), 2);
  EXPECT_EQ(upright.extent(1), 1);
  EXPECT_EQ(pixelsOf(upright), (Bytes{1, 1, 1, 2, 2, 2}));
}

TEST(Png, EveryTruncationIsNoticed) {
  Bytes file = encodeTestPng({.width = 7, .height = 6, .rows = placePixels(6, 7)});
  for (size_t size = 1; size < file.size(); ++size) {
    Bytes cut(file.begin(), file.begin() + static_cast<ptrdiff_t>(size));
    EXPECT_EQ(kindThrownBy([&] { decodeImage(cut, "test.png"); }), ErrorKind::ImageTruncated) << size;
  }
}

// Whatever a byte becomes: an error with a code, or an image; never a crash (the sanitizers look on).
TEST(Png, AnyDamagedByteIsSurvived) {
  Bytes file = encodeTestPng({.width = 7, .height = 6, .interlaced = true, .rows = placePixels(6, 7)});
  int refused = 0;
  for (size_t at = 8; at < file.size(); ++at)
    for (uint8_t flip : {0x01, 0x80, 0xff}) {
      Bytes damaged = file;
      damaged[at] ^= flip;
      refused += kindThrownBy([&] { decodeImage(damaged, "test.png"); }) != ErrorKind{};
    }
  EXPECT_GT(refused, static_cast<int>(file.size()) * 2);
}

TEST(Png, RefusesABombByItsHeader) {
  Bytes file = encodeTestPng({.rows = {1, 2, 3}});
  // Width and height 100,000, with the checksum that belongs to them.
  const Bytes header = {0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0, 8, 2, 0, 0, 0, 0x27, 0x30, 0x9c, 0x9f};
  std::copy(header.begin(), header.end(), file.begin() + 16);
  auto read = [&] { decodeImage(file, "bomb.png"); };
  EXPECT_EQ(kindThrownBy(read), ErrorKind::ImageTooLarge) << messageThrownBy(read);
  ReadLimits wide;
  wide.pixels = int64_t(1) << 40;
  EXPECT_EQ(kindThrownBy([&] { decodeImage(file, "bomb.png", wide); }), ErrorKind::ImageTruncated);
}

TEST(Png, TheLimitOfPixelsIsExact) {
  Bytes file = encodeTestPng({.width = 5, .height = 4, .rows = placePixels(4, 5)});
  ReadLimits limits;
  limits.pixels = 20;
  EXPECT_EQ(decodeImage(file, "test.png", limits).elements(), 60);
  limits.pixels = 19;
  EXPECT_EQ(kindThrownBy([&] { decodeImage(file, "test.png", limits); }), ErrorKind::ImageTooLarge);
}

TEST(Png, WhatIsWrittenIsReadAgain) {
  TemporaryFolder folder;
  Tensor tensor = Tensor::make(GMS_U8, {3, 4, 3});
  Bytes pixels = placePixels(3, 4);
  std::copy(pixels.begin(), pixels.end(), tensor.elementsAs<uint8_t>().begin());
  writePng(folder.at("a.png"), tensor);
  EXPECT_EQ(pixelsOf(readImage(folder.at("a.png"))), pixels);
}

} // namespace
} // namespace gms::runtime
