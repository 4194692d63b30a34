// Pictures beside one another in one picture.
#pragma once
#include "runtime/core/tensor.h"
#include "runtime/report/report.h"
#include <array>
#include <cstdint>

namespace gms::runtime {

struct GridStyle {
  int64_t cell =
      256; ///< the longer side of a picture, in pixels; larger ones are shrunk, smaller ones are kept
  int64_t margin = 8; ///< around each picture
  std::array<uint8_t, 3> background = {255, 255, 255};
};

/// No grid has more pixels: cells shrink until it fits.
inline constexpr int64_t kLargestGridPixels = 50'000'000;

/// u8 [h, w, 3]: one row of pictures a row, each centred in its cell; a column is as wide as its widest
/// picture, a row as high as its highest. Throws GridEmpty where there is no picture, NotAPicture.
Tensor composeGrid(const PictureGrid &grid, const GridStyle &style = {});

/// A picture whose longer side is at most `side`: the mean over the area that each pixel covers. Takes what
/// `toPicture` takes; a small picture is given back as it is. Throws NotAPicture.
Tensor shrunkTo(const Tensor &tensor, int64_t side);

} // namespace gms::runtime
