#include "runtime/data/exif.h"
#include "runtime/data/test_images.h"
#include <gtest/gtest.h>

namespace gms::runtime {
namespace {

TEST(Exif, ReadsTheOrientationInBothByteOrders) {
  for (int orientation = 1; orientation <= 8; ++orientation)
    for (bool little : {false, true})
      EXPECT_EQ(exifOrientation(exifBlock(orientation, little)), orientation);
}

TEST(Exif, DamagedBlocksAreUpright) {
  Bytes whole = exifBlock(6, true);
  for (size_t size = 0; size + 4 < whole.size(); ++size)
    EXPECT_EQ(exifOrientation({whole.data(), std::min(size, size_t(21))}), 1) << size;
  EXPECT_EQ(exifOrientation(exifBlock(0, true)), 1);
  EXPECT_EQ(exifOrientation(exifBlock(9, false)), 1);
  Bytes farAway = whole;
  farAway[4] = farAway[5] = farAway[6] = farAway[7] = 0xff; // the directory lies outside
  EXPECT_EQ(exifOrientation(farAway), 1);
  Bytes manyEntries = whole;
  manyEntries[8] = manyEntries[9] = 0xff;
  manyEntries[10] = 0;
  EXPECT_EQ(exifOrientation(manyEntries), 1);
  Bytes otherType = whole;
  otherType[12] = 4;
  EXPECT_EQ(exifOrientation(otherType), 1);
}

/// A 2 x 3 picture a b c / d e f, by the orientation that its file would state.
std::string turned(int orientation) {
  Tensor pixels = Tensor::make(GMS_U8, {2, 3, 1});
  std::copy_n("abcdef", 6, pixels.elementsAs<uint8_t>().data());
  Tensor upright = turnUpright(pixels, orientation);
  EXPECT_EQ(upright.extent(0), orientation >= 5 ? 3 : 2);
  auto values = upright.elementsAs<uint8_t>();
  return {values.begin(), values.end()};
}

TEST(Exif, TurnsUpright) {
  EXPECT_EQ(turned(1), "abcdef");
  EXPECT_EQ(turned(2), "cbafed");
  EXPECT_EQ(turned(3), "fedcba");
  EXPECT_EQ(turned(4), "defabc");
  EXPECT_EQ(turned(5), "adbecf");
  EXPECT_EQ(turned(6), "daebfc");
  EXPECT_EQ(turned(7), "fcebda");
  EXPECT_EQ(turned(8), "cfbead");
}

} // namespace
} // namespace gms::runtime
