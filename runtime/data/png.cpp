#include "runtime/core/error.h"
#include "runtime/data/decoders.h"
#include "runtime/data/exif.h"
#include <cstdio>
#include <cstring>
#include <png.h>

namespace gms::runtime {
namespace {

/// Deflate cannot do better (zlib's manual), so a file that claims more has lost its end, or lies.
constexpr int64_t kMostDeflateRatio = 1032;
constexpr png_alloc_size_t kMostChunkBytes = 8 << 20;

/// Chunks that are not looked at; some unpack to much more than their size.
constexpr png_byte kIgnoredChunks[] =
    "iCCP\0iTXt\0tEXt\0zTXt\0sPLT\0hIST\0sCAL\0pCAL\0gAMA\0cHRM\0sRGB\0bKGD";
constexpr int kIgnoredChunkCount = 12;

/// One decoding. The member functions that call libpng return false where it gave up; no object with a
/// destructor lives across its longjmp.
class PngReading {
public:
  explicit PngReading(std::span<const uint8_t> file) : bytes(file) {
    png = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, onError, onWarning);
    info = png ? png_create_info_struct(png) : nullptr;
  }
  ~PngReading() { png_destroy_read_struct(&png, &info, nullptr); }
  PngReading(const PngReading &) = delete;
  PngReading &operator=(const PngReading &) = delete;

  bool readHeader() {
    if (!info || setjmp(png_jmpbuf(png)))
      return false;
    png_set_read_fn(png, this, onRead);
    png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
    png_set_chunk_malloc_max(png, kMostChunkBytes);
    png_set_chunk_cache_max(png, 64);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, nullptr, 0);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, kIgnoredChunks, kIgnoredChunkCount);
    png_read_info(png, info);
    storedRowBytes = static_cast<int64_t>(png_get_rowbytes(png, info));
    convertToRgb();
    png_read_update_info(png, info);
    return true;
  }

  /// `pixels` has 3 bytes a pixel; an interlaced image is read in several passes over it.
  bool readRows(uint8_t *pixels) {
    if (setjmp(png_jmpbuf(png)))
      return false;
    for (int pass = 0; pass < passes; ++pass)
      for (int64_t y = 0; y < height(); ++y)
        png_read_row(png, pixels + y * width() * 3, nullptr);
    png_read_end(png, info);
    return true;
  }

  int64_t width() const { return png_get_image_width(png, info); }
  int64_t height() const { return png_get_image_height(png, info); }
  int64_t unpackedBytes() const { return height() * (storedRowBytes + 1); }
  bool isRgb() const { return static_cast<int64_t>(png_get_rowbytes(png, info)) == width() * 3; }
  bool ranOut() const { return endedEarly; }
  const char *reason() const { return message; }

  int orientation() {
    png_uint_32 size = 0;
    png_bytep block = nullptr;
    bool found = png_get_eXIf_1(png, info, &size, &block) != 0;
    return found && block ? exifOrientation({block, size}) : 1;
  }

private:
  std::span<const uint8_t> bytes;
  png_structp png = nullptr;
  png_infop info = nullptr;
  size_t at = 0;
  int64_t storedRowBytes = 0;
  int passes = 1;
  bool endedEarly = false;
  char message[128] = "out of memory";

  void convertToRgb() {
    if (png_get_bit_depth(png, info) == 16)
      png_set_strip_16(png);
    if (png_get_color_type(png, info) == PNG_COLOR_TYPE_PALETTE)
      png_set_palette_to_rgb(png);
    else if (png_get_bit_depth(png, info) < 8)
      png_set_expand_gray_1_2_4_to_8(png);
    if ((png_get_color_type(png, info) & PNG_COLOR_MASK_ALPHA) || png_get_valid(png, info, PNG_INFO_tRNS))
      png_set_strip_alpha(png);
    if (!(png_get_color_type(png, info) & PNG_COLOR_MASK_COLOR))
      png_set_gray_to_rgb(png);
    passes = png_set_interlace_handling(png);
  }

  static void onRead(png_structp png, png_bytep to, size_t count) {
    auto *self = static_cast<PngReading *>(png_get_io_ptr(png));
    if (count > self->bytes.size() - self->at) {
      self->endedEarly = true;
      png_error(png, "unexpected end");
    }
    std::memcpy(to, self->bytes.data() + self->at, count);
    self->at += count;
  }

  static void onError(png_structp png, png_const_charp text) {
    auto *self = static_cast<PngReading *>(png_get_error_ptr(png));
    std::snprintf(self->message, sizeof self->message, "%s", text);
    png_longjmp(png, 1);
  }

  static void onWarning(png_structp, png_const_charp) {}
};

[[noreturn]] void fail(const PngReading &reading, const std::string &path, size_t size) {
  if (reading.ranOut())
    throw Error(ErrorKind::ImageTruncated, {path, "PNG", std::to_string(size)});
  throw Error(ErrorKind::ImageCorrupt, {path, reading.reason()});
}

} // namespace

Tensor decodePng(std::span<const uint8_t> bytes, const std::string &path, const ReadLimits &limits) {
  PngReading reading(bytes);
  if (!reading.readHeader())
    fail(reading, path, bytes.size());
  requirePixels(path, reading.width(), reading.height(), limits);
  if (reading.unpackedBytes() / kMostDeflateRatio > static_cast<int64_t>(bytes.size()))
    throw Error(ErrorKind::ImageTruncated, {path, "PNG", std::to_string(bytes.size())});
  if (!reading.isRgb())
    throw Error(ErrorKind::ImageUnsupported, {path, "its layout of channels is not known"});
  Tensor pixels = Tensor::make(GMS_U8, {reading.height(), reading.width(), 3});
  if (!reading.readRows(pixels.elementsAs<uint8_t>().data()))
    fail(reading, path, bytes.size());
  return turnUpright(pixels, reading.orientation());
}

} // namespace gms::runtime
