#include "runtime/data/exif.h"
#include <cstring>

namespace gms::runtime {
namespace {

/// Reads numbers in the block's byte order; a read past its end gives 0, which no rule below takes for valid.
class ExifBlock {
public:
  ExifBlock(std::span<const uint8_t> data, bool little) : bytes(data), littleEndian(little) {}

  uint32_t u16(size_t at) const {
    if (at + 2 > bytes.size())
      return 0;
    uint32_t first = bytes[at], second = bytes[at + 1];
    return littleEndian ? first | second << 8 : first << 8 | second;
  }
  uint32_t u32(size_t at) const {
    uint32_t first = u16(at), second = u16(at + 2);
    return littleEndian ? first | second << 16 : first << 16 | second;
  }

private:
  std::span<const uint8_t> bytes;
  bool littleEndian;
};

constexpr uint32_t kOrientationTag = 0x0112;
constexpr uint32_t kShortType = 3;
constexpr size_t kEntryBytes = 12;

} // namespace

int exifOrientation(std::span<const uint8_t> block) {
  if (block.size() < 8 || block.size() > (size_t(1) << 30))
    return 1;
  bool little = std::memcmp(block.data(), "II*\0", 4) == 0;
  if (!little && std::memcmp(block.data(), "MM\0*", 4) != 0)
    return 1;
  ExifBlock exif(block, little);
  size_t directory = exif.u32(4);
  size_t entries = exif.u16(directory);
  for (size_t entry = 0; entry < entries; ++entry) {
    size_t at = directory + 2 + entry * kEntryBytes;
    if (at + kEntryBytes > block.size())
      return 1;
    if (exif.u16(at) != kOrientationTag)
      continue;
    uint32_t value = exif.u16(at + 2) == kShortType && exif.u32(at + 4) == 1 ? exif.u16(at + 8) : 0;
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

Tensor turnUpright(const Tensor &pixels, int orientation) {
  if (orientation <= 1 || orientation > 8)
    return pixels;
  int64_t height = pixels.extent(0), width = pixels.extent(1), channels = pixels.extent(2);
  bool swapped = orientation >= 5;
  // Which end of the stored rows and columns the upright picture begins at; Exif's table of orientations.
  bool fromRight = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  bool fromBottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  int64_t outHeight = swapped ? width : height, outWidth = swapped ? height : width;
  Tensor upright = Tensor::make(GMS_U8, {outHeight, outWidth, channels});
  const uint8_t *from = pixels.elementsAs<uint8_t>().data();
  uint8_t *to = upright.elementsAs<uint8_t>().data();
  for (int64_t y = 0; y < outHeight; ++y)
    for (int64_t x = 0; x < outWidth; ++x, to += channels) {
      int64_t row = swapped ? x : y, column = swapped ? y : x;
      row = fromBottom ? height - 1 - row : row;
      column = fromRight ? width - 1 - column : column;
      std::memcpy(to, from + (row * width + column) * channels, static_cast<size_t>(channels));
    }
  return upright;
}

} // namespace gms::runtime
