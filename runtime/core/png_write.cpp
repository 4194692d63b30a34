#include "runtime/core/png_write.h"
#include "runtime/core/atomic_file.h"
#include "runtime/core/error.h"
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <png.h>

namespace gms::runtime {
namespace {

bool isPictureChannels(int64_t channels) { return channels == 1 || channels == 3 || channels == 4; }

[[noreturn]] void refuse(const Tensor &tensor) {
  std::string type = tensor.defined() ? nameOf(tensor.type()) : "nothing";
  throw Error(ErrorKind::NotAPicture, {shapeText(tensor.shape()), type});
}

/// Half up after clamping; written so that a NaN gives 0.
template <typename Real> uint8_t toByte(Real value) {
  if (!(value > 0))
    return 0;
  return value >= 1 ? 255 : static_cast<uint8_t>(value * Real(255) + Real(0.5));
}

template <typename Real> Tensor fromPlanes(const Tensor &tensor) {
  bool flat = tensor.rank() == 2;
  int64_t channels = flat ? 1 : tensor.extent(0);
  int64_t height = tensor.extent(flat ? 0 : 1), width = tensor.extent(flat ? 1 : 2);
  Tensor picture = Tensor::make(GMS_U8, {height, width, channels});
  const Real *from = tensor.elementsAs<Real>().data();
  uint8_t *to = picture.elementsAs<uint8_t>().data();
  int64_t pixels = height * width;
  for (int64_t channel = 0; channel < channels; ++channel)
    for (int64_t pixel = 0; pixel < pixels; ++pixel)
      to[pixel * channels + channel] = toByte(from[channel * pixels + pixel]);
  return picture;
}

/// u8 [h, w] seen as [h, w, 1].
Tensor withChannel(const Tensor &tensor) {
  Tensor picture = Tensor::make(GMS_U8, {tensor.extent(0), tensor.extent(1), 1});
  std::memcpy(picture.raw(), tensor.raw(), static_cast<size_t>(tensor.bytes()));
  return picture;
}

/// What libpng's C callbacks need. Nothing in here has a destructor that longjmp could skip past.
struct PngEncoding {
  std::vector<uint8_t> *bytes;
  char reason[128];
};

void onPngError(png_structp png, png_const_charp message) {
  auto *encoding = static_cast<PngEncoding *>(png_get_error_ptr(png));
  std::snprintf(encoding->reason, sizeof encoding->reason, "%s", message);
  png_longjmp(png, 1);
}

void onPngWarning(png_structp, png_const_charp) {}

/// An exception must not cross libpng's frames, so a lack of memory becomes libpng's own error.
void onPngWrite(png_structp png, png_bytep data, size_t size) {
  auto *bytes = static_cast<PngEncoding *>(png_get_io_ptr(png))->bytes;
  bool kept = true;
  try {
    bytes->insert(bytes->end(), data, data + size);
  } catch (...) {
    kept = false;
  }
  if (!kept)
    png_error(png, "out of memory");
}

void onPngFlush(png_structp) {}

int colourTypeOf(int64_t channels) {
  return channels == 1 ? PNG_COLOR_TYPE_GRAY : channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_RGB_ALPHA;
}

/// False where libpng gave up; only plain data is live across its longjmp.
bool encodeRows(PngEncoding &encoding, png_structp png, png_infop info, const gms_tensor &picture,
                int effort) {
  if (setjmp(png_jmpbuf(png)))
    return false;
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  png_set_write_fn(png, &encoding, onPngWrite, onPngFlush);
  png_set_compression_level(png, effort);
  png_set_IHDR(png, info, static_cast<png_uint_32>(picture.shape[1]),
               static_cast<png_uint_32>(picture.shape[0]), 8, colourTypeOf(picture.shape[2]),
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  const auto *row = static_cast<const png_byte *>(picture.data);
  for (int64_t y = 0; y < picture.shape[0]; ++y, row += picture.shape[1] * picture.shape[2])
    png_write_row(png, row);
  png_write_end(png, info);
  return true;
}

} // namespace

Tensor toPicture(const Tensor &tensor) {
  if (!tensor.defined() || tensor.elements() == 0 || tensor.rank() < 2 || tensor.rank() > 3)
    refuse(tensor);
  bool flat = tensor.rank() == 2;
  if (tensor.type() == GMS_U8) {
    if (!flat && !isPictureChannels(tensor.extent(2)))
      refuse(tensor);
    return flat ? withChannel(tensor) : tensor;
  }
  bool planes = flat || tensor.extent(0) == 1 || tensor.extent(0) == 3;
  if (planes && tensor.type() == GMS_F32)
    return fromPlanes<float>(tensor);
  if (planes && tensor.type() == GMS_F64)
    return fromPlanes<double>(tensor);
  refuse(tensor);
}

std::vector<uint8_t> encodePng(const Tensor &tensor, int effort) {
  Tensor picture = toPicture(tensor);
  std::vector<uint8_t> bytes;
  PngEncoding encoding{&bytes, "out of memory"};
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &encoding, onPngError, onPngWarning);
  png_infop info = png ? png_create_info_struct(png) : nullptr;
  bool done = info && encodeRows(encoding, png, info, picture.view(), effort);
  png_destroy_write_struct(&png, &info);
  if (!done)
    throw Error(ErrorKind::PngNotEncoded, {shapeText(picture.shape()), encoding.reason});
  return bytes;
}

void writePng(const std::string &path, const Tensor &tensor, int effort) {
  writeWholeFile(path, encodePng(tensor, effort));
}

} // namespace gms::runtime
