// The two decoders behind `decodeImage`; not for other rooms.
#pragma once
#include "runtime/data/read_image.h"
#include <span>
#include <string>

namespace gms::runtime {

/// Both give u8 [h, w, 3] and throw as `readImage`.
Tensor decodePng(std::span<const uint8_t> bytes, const std::string &path, const ReadLimits &limits);
Tensor decodeJpeg(std::span<const uint8_t> bytes, const std::string &path, const ReadLimits &limits);

/// Throws ImageTooLarge where an image of that size is refused.
void requirePixels(const std::string &path, int64_t width, int64_t height, const ReadLimits &limits);

} // namespace gms::runtime
