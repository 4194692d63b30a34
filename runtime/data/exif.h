// The orientation that a camera noted.
#pragma once
#include "runtime/core/tensor.h"
#include <cstdint>
#include <span>

namespace gms::runtime {

/// The orientation (1 to 8) in an EXIF block, beginning at its TIFF header ("II*\0" or "MM\0*"); 1, upright,
/// where there is none or the block is damaged. Source: CIPA DC-008 (Exif 2.32), 4.6.2 and tag 0x0112.
int exifOrientation(std::span<const uint8_t> block);

/// Turns u8 [h, w, c] pixels, stored in that orientation, upright: [h, w, c] or, for 5 to 8, [w, h, c].
Tensor turnUpright(const Tensor &pixels, int orientation);

} // namespace gms::runtime
