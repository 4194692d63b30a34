#include "runtime/core/test_folder.h"
#include "runtime/data/read_image.h"
#include "runtime/data/test_images.h"
#include <cstdlib>
#include <gtest/gtest.h>

namespace gms::runtime {
namespace {

/// Flat areas of 16 x 16, one colour each, so that compression changes them by a step or two at most.
Bytes patches(std::initializer_list<std::array<uint8_t, 3>> colours) {
  Bytes pixels;
  for (int y = 0; y < 16; ++y)
    for (auto &colour : colours)
      for (int x = 0; x < 16; ++x)
        pixels.insert(pixels.end(), colour.begin(), colour.end());
  return pixels;
}

void expectPixel(const Tensor &image, int64_t y, int64_t x, std::array<int, 3> colour) {
  const uint8_t *pixel = image.elementsAs<uint8_t>().data() + (y * image.extent(1) + x) * 3;
  for (size_t channel = 0; channel < 3; ++channel)
    EXPECT_LE(std::abs(pixel[channel] - colour[channel]), 2)
        << "at " << y << ", " << x << " channel " << channel;
}

const Bytes kTwoPatches = patches({{200, 30, 60}, {20, 180, 90}});

TEST(Jpeg, ReadsBaselineAndProgressive) {
  for (bool progressive : {false, true})
    for (bool fullColour : {false, true}) {
      Bytes file = encodeTestJpeg({.width = 32,
                                   .height = 16,
                                   .progressive = progressive,
                                   .fullColour = fullColour,
                                   .pixels = kTwoPatches});
      Tensor image = decodeImage(file, "test.jpg");
      EXPECT_EQ(shapeText(image.shape()), "[16, 32, 3]");
      expectPixel(image, 8, 8, {200, 30, 60});
      expectPixel(image, 8, 24, {20, 180, 90});
    }
}

TEST(Jpeg, ReadsOnePixelAndGrey) {
  expectPixel(decodeImage(encodeTestJpeg({.pixels = {10, 20, 30}}), "test.jpg"), 0, 0, {10, 20, 30});
  expectPixel(decodeImage(encodeTestJpeg({.components = 1, .pixels = {77}}), "test.jpg"), 0, 0, {77, 77, 77});
}

// Stored inverted, as Adobe does: 255 is no ink.
TEST(Jpeg, ReadsFourInks) {
  auto one = [](uint8_t c, uint8_t m, uint8_t y, uint8_t k) {
    return decodeImage(encodeTestJpeg({.components = 4, .pixels = {c, m, y, k}}), "test.jpg");
  };
  expectPixel(one(255, 255, 255, 255), 0, 0, {255, 255, 255});
  expectPixel(one(255, 255, 255, 0), 0, 0, {0, 0, 0});
  expectPixel(one(0, 255, 255, 255), 0, 0, {0, 255, 255});
  expectPixel(one(100, 200, 50, 128), 0, 0, {50, 100, 25});
}

TEST(Jpeg, AppliesItsOrientation) {
  Bytes file = encodeTestJpeg({.width = 32, .height = 16, .exif = exifBlock(6, true), .pixels = kTwoPatches});
  Tensor image = decodeImage(file, "test.jpg");
  EXPECT_EQ(shapeText(image.shape()), "[32, 16, 3]");
  expectPixel(image, 8, 8, {200, 30, 60});
  expectPixel(image, 24, 8, {20, 180, 90});
}

TEST(Jpeg, EveryTruncationIsNoticed) {
  for (bool progressive : {false, true}) {
    Bytes file =
        encodeTestJpeg({.width = 32, .height = 16, .progressive = progressive, .pixels = kTwoPatches});
    for (size_t size = 1; size < file.size(); ++size) {
      Bytes cut(file.begin(), file.begin() + static_cast<ptrdiff_t>(size));
      EXPECT_EQ(kindThrownBy([&] { decodeImage(cut, "test.jpg"); }), ErrorKind::ImageTruncated) << size;
    }
  }
}

TEST(Jpeg, DataThatEndsBeforeItsMarkerIsDamage) {
  Bytes file = encodeTestJpeg({.width = 32, .height = 16, .pixels = kTwoPatches});
  file.erase(file.end() - 30, file.end() - 2);
  EXPECT_EQ(kindThrownBy([&] { decodeImage(file, "test.jpg"); }), ErrorKind::ImageCorrupt);
}

// Whatever a byte becomes: an error with a code, or an image; never a crash (the sanitizers look on).
TEST(Jpeg, AnyDamagedByteIsSurvived) {
  ReadLimits limits;
  limits.pixels = 1 << 20;
  for (bool progressive : {false, true}) {
    Bytes file = encodeTestJpeg({.width = 32,
                                 .height = 16,
                                 .progressive = progressive,
                                 .fullColour = false,
                                 .exif = exifBlock(5, true),
                                 .pixels = kTwoPatches});
    for (size_t at = 3; at < file.size(); ++at)
      for (uint8_t flip : {0x01, 0x80, 0xff}) {
        Bytes damaged = file;
        damaged[at] ^= flip;
        kindThrownBy([&] { decodeImage(damaged, "test.jpg", limits); });
      }
  }
}

TEST(Jpeg, RefusesTooManyPixelsAndScans) {
  Bytes file = encodeTestJpeg({.width = 32, .height = 16, .progressive = true, .pixels = kTwoPatches});
  ReadLimits limits;
  limits.pixels = 511;
  EXPECT_EQ(kindThrownBy([&] { decodeImage(file, "test.jpg", limits); }), ErrorKind::ImageTooLarge);
  // The last scan, repeated.
  size_t scan = file.size() - 2;
  while (scan > 0 && !(file[scan] == 0xff && file[scan + 1] == 0xda))
    --scan;
  Bytes piece(file.begin() + static_cast<ptrdiff_t>(scan), file.end() - 2);
  Bytes many(file.begin(), file.end() - 2);
  for (int i = 0; i < 1000; ++i)
    many.insert(many.end(), piece.begin(), piece.end());
  many.insert(many.end(), {0xff, 0xd9});
  auto read = [&] { decodeImage(many, "test.jpg"); };
  ErrorKind kind = kindThrownBy(read);
  EXPECT_TRUE(kind == ErrorKind::ImageUnsupported || kind == ErrorKind::ImageCorrupt)
      << messageThrownBy(read);
}

TEST(Jpeg, TellsOfUnsupportedKinds) {
  Bytes file = encodeTestJpeg({.width = 32, .height = 16, .pixels = kTwoPatches});
  for (size_t at = 2; at + 1 < file.size(); ++at)
    if (file[at] == 0xff && file[at + 1] == 0xc0) {
      Bytes lossless = file, precise = file;
      lossless[at + 1] = 0xc3;
      precise[at + 4] = 12;
      EXPECT_EQ(kindThrownBy([&] { decodeImage(lossless, "test.jpg"); }), ErrorKind::ImageUnsupported);
      EXPECT_EQ(kindThrownBy([&] { decodeImage(precise, "test.jpg"); }), ErrorKind::ImageUnsupported);
      return;
    }
  FAIL() << "no frame header";
}

} // namespace
} // namespace gms::runtime
