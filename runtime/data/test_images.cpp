#include "runtime/data/test_images.h"
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <jpeglib.h>
#include <png.h>
#include <stdexcept>

namespace gms::runtime {
namespace {

void append(png_structp png, png_bytep data, size_t size) {
  auto *bytes = static_cast<Bytes *>(png_get_io_ptr(png));
  bytes->insert(bytes->end(), data, data + size);
}

void setPalette(png_structp png, png_infop info, const TestPng &image) {
  std::vector<png_color> colours;
  for (size_t i = 0; i + 2 < image.palette.size(); i += 3)
    colours.push_back({image.palette[i], image.palette[i + 1], image.palette[i + 2]});
  if (!colours.empty())
    png_set_PLTE(png, info, colours.data(), static_cast<int>(colours.size()));
  if (!image.transparency.empty())
    png_set_tRNS(png, info, image.transparency.data(), static_cast<int>(image.transparency.size()), nullptr);
}

} // namespace

Bytes encodeTestPng(const TestPng &image) {
  Bytes bytes;
  auto onError = [](png_structp, png_const_charp text) { throw std::runtime_error(text); };
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, onError, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(png, &bytes, append, [](png_structp) {});
  png_set_IHDR(png, info, image.width, image.height, image.bitDepth, image.colourType,
               image.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_BASE,
               PNG_FILTER_TYPE_BASE);
  setPalette(png, info, image);
  Bytes exif = image.exif;
  if (!exif.empty())
    png_set_eXIf_1(png, info, static_cast<png_uint_32>(exif.size()), exif.data());
  png_write_info(png, info);
  size_t rowBytes = png_get_rowbytes(png, info);
  if (image.rows.size() != rowBytes * image.height)
    throw std::runtime_error("the rows of a test image have a wrong size");
  int passes = png_set_interlace_handling(png);
  for (int pass = 0; pass < passes; ++pass)
    for (uint32_t y = 0; y < image.height; ++y)
      png_write_row(png, image.rows.data() + y * rowBytes);
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return bytes;
}

Bytes encodeTestJpeg(const TestJpeg &image) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char *memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &memory, &size);
  jpeg.image_width = image.width;
  jpeg.image_height = image.height;
  jpeg.input_components = image.components;
  jpeg.in_color_space = image.components == 1 ? JCS_GRAYSCALE : image.components == 3 ? JCS_RGB : JCS_CMYK;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, image.quality, TRUE);
  if (image.fullColour)
    jpeg.comp_info[0].h_samp_factor = jpeg.comp_info[0].v_samp_factor = 1;
  if (image.progressive)
    jpeg_simple_progression(&jpeg);
  jpeg_start_compress(&jpeg, TRUE);
  if (!image.exif.empty()) {
    Bytes marker = {'E', 'x', 'i', 'f', 0, 0};
    marker.insert(marker.end(), image.exif.begin(), image.exif.end());
    jpeg_write_marker(&jpeg, JPEG_APP0 + 1, marker.data(), static_cast<unsigned>(marker.size()));
  }
  for (uint32_t y = 0; y < image.height; ++y) {
    JSAMPROW row = const_cast<JSAMPROW>(image.pixels.data()) + size_t(y) * image.width * image.components;
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  Bytes bytes(memory, memory + size);
  jpeg_destroy_compress(&jpeg);
  std::free(memory);
  return bytes;
}

Bytes exifBlock(int orientation, bool littleEndian) {
  auto value = static_cast<uint8_t>(orientation);
  if (littleEndian)
    return {'I', 'I', '*', 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, value, 0, 0, 0, 0, 0, 0, 0};
  return {'M', 'M', 0, '*', 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0, 0, 0, 0, 0};
}

Bytes placePixels(int height, int width) {
  Bytes pixels;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      pixels.insert(pixels.end(), {static_cast<uint8_t>(40 * y), static_cast<uint8_t>(40 * x), 7});
  return pixels;
}

void writeBytes(const std::string &path, const Bytes &bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

} // namespace gms::runtime
