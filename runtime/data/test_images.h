// For tests: small image files, written through the encoders of libpng and libjpeg, or by hand.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace gms::runtime {

using Bytes = std::vector<uint8_t>;

struct TestPng {
  uint32_t width = 1;
  uint32_t height = 1;
  int colourType = 2; ///< PNG's code: 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha
  int bitDepth = 8;
  bool interlaced = false;
  Bytes palette = {};      ///< r, g, b, …
  Bytes transparency = {}; ///< alpha of each palette entry
  Bytes exif = {};         ///< from its TIFF header
  Bytes rows = {};         ///< packed as in the file, without filter bytes
};
Bytes encodeTestPng(const TestPng &png);

struct TestJpeg {
  uint32_t width = 1;
  uint32_t height = 1;
  int components = 3; ///< 1 grey, 3 RGB in, YCbCr stored, 4 inks stored as given, with Adobe's marker
  bool progressive = false;
  bool fullColour = true; ///< no chroma subsampling
  int quality = 100;
  Bytes exif = {};
  Bytes pixels = {};
};
Bytes encodeTestJpeg(const TestJpeg &jpeg);

/// An EXIF block of one entry, from its TIFF header.
Bytes exifBlock(int orientation, bool littleEndian);
/// h x w pixels whose channels tell their place: r = 40 y, g = 40 x, b = 7.
Bytes placePixels(int height, int width);
void writeBytes(const std::string &path, const Bytes &bytes);

} // namespace gms::runtime
