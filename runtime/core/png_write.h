// Tensors as pictures, and pictures as PNG.
#pragma once
#include "runtime/core/tensor.h"
#include <string>
#include <vector>

namespace gms::runtime {

/// A tensor as a picture, u8 [h, w, c] with c = 1, 3 or 4. Takes u8 [h, w] or [h, w, 1|3|4] as it is, and f32
/// or f64 [h, w] or [1|3, h, w] in 0..1: values are clamped, scaled by 255 and rounded half up; what is not a
/// number becomes 0. Throws NotAPicture. May share memory with its argument.
Tensor toPicture(const Tensor &tensor);

/// Bytes of a PNG file of a tensor that `toPicture` takes. `effort` is zlib's level, 1 (fast) to 9 (small);
/// on photographs 6 takes twice the time of 3 and saves 3 %. The same
/// picture gives the same bytes: no time and no comment is in the file. Throws NotAPicture, PngNotEncoded.
std::vector<uint8_t> encodePng(const Tensor &tensor, int effort = 3);

/// Writes a PNG file, whole or not at all. Throws as `encodePng`, and FileNotWritten or DiskFull.
void writePng(const std::string &path, const Tensor &tensor, int effort = 3);

} // namespace gms::runtime
