#include "runtime/core/error.h"
#include "runtime/data/decoders.h"
#include "runtime/data/exif.h"
#include <csetjmp>
#include <cstdio>
#include <cstring>
// In this order: jpeglib.h needs size_t and FILE, and its configuration decides how jerror.h numbers the
// messages.
#include <jpeglib.h>

#include <jerror.h>

namespace gms::runtime {
namespace {

/// A progressive image has about ten scans; a hostile one has thousands, each over all of its pixels.
constexpr int kMostScans = 200;

enum class JpegFailure { None, Truncated, Corrupt, Unsupported, Memory };

/// Warnings after which pixels are guesses. The others (bytes between segments, an odd JFIF version) are
/// harmless.
bool isDamage(int warning) {
  return warning == JWRN_HIT_MARKER || warning == JWRN_HUFF_BAD_CODE || warning == JWRN_MUST_RESYNC ||
         warning == JWRN_ARITH_BAD_CODE || warning == JWRN_BOGUS_PROGRESSION ||
         warning == JWRN_NOT_SEQUENTIAL;
}

JpegFailure failureOf(int message) {
  switch (message) {
  case JWRN_JPEG_EOF:
  case JERR_INPUT_EOF:
    return JpegFailure::Truncated;
  case JERR_OUT_OF_MEMORY:
    return JpegFailure::Memory;
  case JERR_BAD_PRECISION:
  case JERR_SOF_UNSUPPORTED:
  case JERR_CONVERSION_NOTIMPL:
  case JERR_FRACT_SAMPLE_NOTIMPL:
  case JERR_NOT_COMPILED:
  case JERR_ARITH_NOTIMPL:
  case JERR_CCIR601_NOTIMPL:
  case JERR_COMPONENT_COUNT:
    return JpegFailure::Unsupported;
  default:
    return JpegFailure::Corrupt;
  }
}

/// One decoding. The member functions that call libjpeg return false where it gave up; no object with a
/// destructor lives across its longjmp.
class JpegReading {
public:
  JpegReading() {
    jpeg.err = jpeg_std_error(&errors.base);
    errors.base.error_exit = onError;
    errors.base.emit_message = onMessage;
    errors.base.output_message = [](j_common_ptr) {};
    monitor.progress_monitor = onProgress;
  }
  ~JpegReading() { jpeg_destroy_decompress(&jpeg); }
  JpegReading(const JpegReading &) = delete;
  JpegReading &operator=(const JpegReading &) = delete;

  bool readHeader(std::span<const uint8_t> bytes) {
    if (setjmp(errors.jump))
      return false;
    jpeg_create_decompress(&jpeg);
    jpeg.progress = &monitor;
    jpeg_mem_src(&jpeg, bytes.data(), static_cast<unsigned long>(bytes.size()));
    jpeg_save_markers(&jpeg, JPEG_APP0 + 1, 0xffff);
    jpeg_read_header(&jpeg, TRUE);
    jpeg.out_color_space = jpeg.num_components == 4 ? JCS_CMYK : JCS_RGB;
    return true;
  }

  bool startRows() {
    if (setjmp(errors.jump))
      return false;
    jpeg_start_decompress(&jpeg);
    return true;
  }

  /// The next row, 3 bytes a pixel or 4 of ink.
  bool readRow(uint8_t *row) {
    if (setjmp(errors.jump))
      return false;
    jpeg_read_scanlines(&jpeg, &row, 1);
    return true;
  }

  bool readEnd() {
    if (setjmp(errors.jump))
      return false;
    jpeg_finish_decompress(&jpeg);
    return true;
  }

  int64_t width() const { return jpeg.image_width; }
  int64_t height() const { return jpeg.image_height; }
  bool hasInks() const { return jpeg.out_color_space == JCS_CMYK; }
  JpegFailure failure() const { return failed; }
  const char *reason() const { return message; }

  /// Before readEnd, which forgets the file's markers.
  int orientation() const {
    constexpr size_t kSignature = 6; // "Exif\0\0", then the TIFF header
    for (auto *marker = jpeg.marker_list; marker; marker = marker->next)
      if (marker->data_length > kSignature && std::memcmp(marker->data, "Exif\0\0", kSignature) == 0)
        return exifOrientation({marker->data + kSignature, marker->data_length - kSignature});
    return 1;
  }

private:
  struct Errors {
    jpeg_error_mgr base; // first, so that libjpeg's pointer to it is one to this
    std::jmp_buf jump;
    JpegReading *reading;
  };
  jpeg_decompress_struct jpeg{};
  Errors errors{{}, {}, this};
  jpeg_progress_mgr monitor{};
  JpegFailure failed = JpegFailure::None;
  char message[JMSG_LENGTH_MAX] = "";

  static void onError(j_common_ptr common) {
    auto *errors = reinterpret_cast<Errors *>(common->err);
    errors->base.format_message(common, errors->reading->message);
    errors->reading->failed = failureOf(errors->base.msg_code);
    std::longjmp(errors->jump, 1);
  }

  static void onMessage(j_common_ptr common, int level) {
    int code = common->err->msg_code;
    if (level < 0 && (code == JWRN_JPEG_EOF || isDamage(code)))
      onError(common);
  }

  static void onProgress(j_common_ptr common) {
    auto *jpeg = reinterpret_cast<j_decompress_ptr>(common);
    if (jpeg->input_scan_number <= kMostScans)
      return;
    auto *errors = reinterpret_cast<Errors *>(common->err);
    errors->reading->failed = JpegFailure::Unsupported;
    std::snprintf(errors->reading->message, JMSG_LENGTH_MAX, "it has more than %d scans", kMostScans);
    std::longjmp(errors->jump, 1);
  }
};

[[noreturn]] void fail(const JpegReading &reading, const std::string &path, size_t size) {
  switch (reading.failure()) {
  case JpegFailure::Truncated:
    throw Error(ErrorKind::ImageTruncated, {path, "JPEG", std::to_string(size)});
  case JpegFailure::Unsupported:
    throw Error(ErrorKind::ImageUnsupported, {path, reading.reason()});
  case JpegFailure::Memory:
    throw Error(ErrorKind::OutOfMemory, {"more", path});
  default:
    throw Error(ErrorKind::ImageCorrupt, {path, reading.reason()});
  }
}

/// a * b / 255, rounded to nearest; exact for all bytes.
uint8_t scaled(uint32_t a, uint32_t b) { return static_cast<uint8_t>((a * b + 127) / 255); }

/// Inverted inks (255 is none) to RGB, in Pillow's arithmetic: what the black leaves, less the share that an
/// ink takes.
void inksToRgb(const uint8_t *inks, uint8_t *rgb, int64_t pixels) {
  for (int64_t i = 0; i < pixels; ++i, inks += 4, rgb += 3)
    for (int channel = 0; channel < 3; ++channel)
      rgb[channel] = static_cast<uint8_t>(inks[3] - scaled(255u - inks[channel], inks[3]));
}

} // namespace

Tensor decodeJpeg(std::span<const uint8_t> bytes, const std::string &path, const ReadLimits &limits) {
  JpegReading reading;
  if (!reading.readHeader(bytes))
    fail(reading, path, bytes.size());
  requirePixels(path, reading.width(), reading.height(), limits);
  Tensor pixels = Tensor::make(GMS_U8, {reading.height(), reading.width(), 3});
  std::vector<uint8_t> inks(reading.hasInks() ? static_cast<size_t>(reading.width()) * 4 : 0);
  int orientation = reading.orientation();
  bool whole = reading.startRows();
  uint8_t *row = pixels.elementsAs<uint8_t>().data();
  for (int64_t y = 0; whole && y < reading.height(); ++y, row += reading.width() * 3) {
    whole = reading.readRow(reading.hasInks() ? inks.data() : row);
    if (whole && reading.hasInks())
      inksToRgb(inks.data(), row, reading.width());
  }
  if (!whole || !reading.readEnd())
    fail(reading, path, bytes.size());
  return turnUpright(pixels, orientation);
}

} // namespace gms::runtime
