// Images: operators, warps and augmentations.
// An image is [channel, row, column] with values in [0, 1]; a pixel's row and column are i and j, its centre lies at
// (i + 0.5, j + 0.5). Warps map output to input coordinates, y before x, lengths in pixels.
// "Exact" means equal to the reference but for rounding in f32; other tolerances are stated.

// ---- bytes, ranges and layouts ---------------------------------------------------------------------------------------

/// Declares a tensor of values in [0, 1] to be an image.
op as_image(x: real[c, h, w]) -> image[c, h, w] = x
/// Bytes [row, column, channel], as files hold them, to an image. Reference: torchvision to_tensor; exact.
op from_bytes(b: u8[h, w, c]) -> image[c, h, w] {
  out[k, i, j] = b[i, j, k] / 255
}
test from_bytes([[[0, 51, 255]]]) == [[[0.0]], [[0.2]], [[1.0]]]
/// An image to bytes [row, column, channel]: 255 times the value, rounded half to even, cut to 0..255.
op to_bytes(x: image[c, h, w]) -> u8[h, w, c] {
  out[i, j, k] = byte(255 * x[k, i, j])
}
test to_bytes([[[0.0, 0.2]], [[1.0, 0.7]]]) == [[[0, 255], [51, 178]]]
/// Bytes [channel, row, column] to an image, and back.
op from_planes(b: u8[c, h, w]) -> image[c, h, w] {
  out[k, i, j] = b[k, i, j] / 255
}
op to_planes(x: image[c, h, w]) -> u8[c, h, w] {
  out[k, i, j] = byte(255 * x[k, i, j])
}
test to_planes(from_planes([[[0, 51]], [[255, 7]]])) == [[[0, 51]], [[255, 7]]]
/// To values in [-1, 1], and back.
op to_signed(x: image[c, h, w]) -> image[c, h, w, range: signed] {
  out[k, i, j] = 2 * x[k, i, j] - 1
}
op from_signed(x: image[c, h, w, range: signed]) -> image[c, h, w] {
  out[k, i, j] = clamp((x[k, i, j] + 1) / 2, 0, 1)
}
test from_signed(to_signed([[[0.0, 0.75]]])) == [[[0.0, 0.75]]]
/// Subtracts a channel's mean and divides by its deviation, those of ImageNet where none are given.
/// Reference: torchvision normalize; exact.
op normalise(x: image[3, h, w],
    mean: real[3] = [0.485, 0.456, 0.406], deviation: real[3] = [0.229, 0.224, 0.225]) -> image[3, h, w, range: imagenet] {
  out[k, i, j] = (x[k, i, j] - mean[k]) / deviation[k]
}
test normalise([[[0.485]], [[0.68]], [[0.631]]]) == [[[0.0]], [[1.0]], [[1.0]]]
/// The inverse of `normalise`, cut to [0, 1].
op denormalise(x: image[3, h, w, range: imagenet],
    mean: real[3] = [0.485, 0.456, 0.406], deviation: real[3] = [0.229, 0.224, 0.225]) -> image[3, h, w] {
  out[k, i, j] = clamp(mean[k] + deviation[k] * x[k, i, j], 0, 1)
}
test denormalise([[[0.0]], [[1.0]], [[9.0]]]) == [[[0.485]], [[0.68]], [[1.0]]]

// ---- colour ----------------------------------------------------------------------------------------------------------

/// The image itself: what a policy takes where nothing is to happen.
op identity(x: image[c, h, w]) -> image[c, h, w] = x
/// Adds `by` to every channel and cuts to [0, 1].
op brightness(x: image[c, h, w], by: real) -> image[c, h, w] {
  out[k, i, j] = clamp(x[k, i, j] + by, 0, 1)
}
test brightness([[[0.5, 0.9]]], by: 0.2) == [[[0.7, 1.0]]]
/// Multiplies by `factor` and cuts to [0, 1]. Reference: torchvision adjust_brightness; exact.
op gain(x: image[c, h, w], factor: real) -> image[c, h, w] {
  out[k, i, j] = clamp(factor * x[k, i, j], 0, 1)
}
test gain([[[0.5, 0.9]]], 1.5) == [[[0.75, 1.0]]]
/// Luminance of a colour by ITU-R 601-2, the weights of torchvision.
op luma(r: real, g: real, b: real) -> real = 0.2989 * r + 0.587 * g + 0.114 * b
test luma(1.0, 1.0, 0.0) == 0.8859
/// Luminance in all three channels. Reference: torchvision rgb_to_grayscale with three output channels; exact.
op grey(x: image[3, h, w]) -> image[3, h, w] {
  light[i, j]  = luma(x[0, i, j], x[1, i, j], x[2, i, j])
  out[k in 0..3, i, j] = light[i, j]
}
test grey([[[1.0]], [[0.5]], [[0.0]]]) == [[[0.5924]], [[0.5924]], [[0.5924]]]
/// Moves every value from the mean luminance by `factor`: 0 gives a grey image, 1 the image. Reference: torchvision
/// adjust_contrast; exact.
op contrast(x: image[3, h, w], factor: real) -> image[3, h, w] {
  middle = mean(i, j) of luma(x[0, i, j], x[1, i, j], x[2, i, j])
  out[k, i, j] = clamp(middle + factor * (x[k, i, j] - middle), 0, 1)
}
test contrast([[[0.2, 0.4]], [[0.2, 0.4]], [[0.2, 0.4]]], 2.0) ==
  [[[0.10003, 0.50003]], [[0.10003, 0.50003]], [[0.10003, 0.50003]]]
/// Moves every colour from its grey by `factor`: 0 gives grey, 1 the image. Reference: torchvision adjust_saturation; exact.
op saturation(x: image[3, h, w], factor: real) -> image[3, h, w] {
  light[i, j]  = luma(x[0, i, j], x[1, i, j], x[2, i, j])
  out[k, i, j] = clamp(light[i, j] + factor * (x[k, i, j] - light[i, j]), 0, 1)
}
test saturation([[[1.0]], [[0.5]], [[0.0]]], 0.5) == [[[0.7962]], [[0.5462]], [[0.2962]]]
/// The place of a colour on the hue circle, in sixths of a turn: red 0, green 2, blue 4; grey gives 0.
op hue_of(r: real, g: real, b: real) -> real {
  high   = max(r, max(g, b))
  chroma = high - min(r, min(g, b))
  side   = if high == r then g - b else if high == g then b - r else r - g
  turn   = side / chroma + (if high == r then 0.0 else if high == g then 2.0 else 4.0)
  return if chroma == 0 then 0.0 else if turn < 0 then turn + 6 else turn
}
test hue_of(0.2, 0.8, 0.2) == 2.0
/// Turns every hue by an angle of the colour circle; 360 deg is a whole turn. Reference: torchvision adjust_hue, whose
/// factor is by / 360 deg; within 1e-5.
op hue(x: image[3, h, w], by: angle) -> image[3, h, w] {
  high[i, j] = max(x[0, i, j], max(x[1, i, j], x[2, i, j]))
  low[i, j]  = min(x[0, i, j], min(x[1, i, j], x[2, i, j]))
  turn[i, j] = mod(hue_of(x[0, i, j], x[1, i, j], x[2, i, j]) + by / 60 deg, 6.0)
  share[k in 0..3, i, j] = if k == 0 then abs(turn[i, j] - 3) - 1 else 2 - abs(turn[i, j] - 2 * k)
  out[k, i, j] = low[i, j] + (high[i, j] - low[i, j]) * clamp(share[k, i, j], 0, 1)
}
test hue([[[0.8]], [[0.2]], [[0.2]]], 120 deg) == [[[0.2]], [[0.8]], [[0.2]]]
/// 1 minus the value. Reference: Pillow ImageOps.invert; exact.
op invert(x: image[c, h, w]) -> image[c, h, w] {
  out[k, i, j] = 1 - x[k, i, j]
}
test invert([[[0.0, 0.3]]]) == [[[1.0, 0.7]]]
/// Inverts the values from `threshold` on. Reference: Pillow ImageOps.solarize, whose threshold is 255 times ours; exact.
op solarize(x: image[c, h, w], threshold: real = 0.5) -> image[c, h, w] {
  out[k, i, j] = if x[k, i, j] >= threshold then 1 - x[k, i, j] else x[k, i, j]
}
test solarize([[[0.2, 0.5, 0.9]]]) == [[[0.2, 0.5, 0.1]]]
/// Adds `by` to the values below `threshold` and cuts to [0, 1]. Reference: SolarizeAdd of AutoAugment (Cubuk et al. 2019); exact.
op solarize_add(x: image[c, h, w], by: real, threshold: real = 0.5) -> image[c, h, w] {
  out[k, i, j] = if x[k, i, j] < threshold then clamp(x[k, i, j] + by, 0, 1) else x[k, i, j]
}
test solarize_add([[[0.2, 0.45, 0.6]]], 0.6) == [[[0.8, 1.0, 0.6]]]
/// Keeps the upper `bits` (0 to 8) of every value as a byte. Reference: Pillow ImageOps.posterize; exact.
op posterize(x: image[c, h, w], bits: int) -> image[c, h, w] {
  step = prod(b in bits..8) of 2
  out[k, i, j] = step * floor(round(255 * x[k, i, j]) / step) / 255
}
test posterize([[[0.2, 0.8, 1.0]]], 2) == [[[0.0, 0.752941, 0.752941]]]
/// Stretches every channel to [0, 1]; one of a single value stays. Reference: torchvision autocontrast; exact.
op autocontrast(x: image[c, h, w]) -> image[c, h, w] {
  low[k]  = min(i, j) of x[k, i, j]
  high[k] = max(i, j) of x[k, i, j]
  out[k, i, j] = if high[k] > low[k] then (x[k, i, j] - low[k]) / (high[k] - low[k]) else x[k, i, j]
}
test autocontrast([[[0.2, 0.3, 0.6]], [[0.4, 0.4, 0.4]]]) == [[[0.0, 0.25, 1.0]], [[0.4, 0.4, 0.4]]]
/// Makes the histogram of every channel even, in 256 steps. Reference: Pillow ImageOps.equalize; exact on bytes.
op equalize(x: image[c, h, w]) -> image[c, h, w] {
  code[k, i, j] = clamp(round(255 * x[k, i, j]), 0, 255)
  seen[k in 0..c, b in 0..256] = count(i, j) of (code[k, i, j] == b)
  last[k] = max(b in 0..256) of (if seen[k, b] > 0 then b else 0)
  step[k] = floor((h * w - seen[k, last[k], border: clamp]) / 255)
  below[k in 0..c, b in 0..256] = sum(a in 0..b) of seen[k, a]
  level[k in 0..c, b in 0..256] = if step[k] == 0 then b else min(255, floor((floor(step[k] / 2) + below[k, b]) / max(step[k], 1)))
  out[k, i, j] = level[k, code[k, i, j], border: clamp] / 255
}
test equalize([[[0.2, 0.4, 0.6]]]) == [[[0.2, 0.4, 0.6]]]

// ---- neighbourhoods --------------------------------------------------------------------------------------------------

/// Averages with a Gaussian of deviation `sigma` pixels, cut at `radius` pixels, mirrored at the border. Reference:
/// torchvision gaussian_blur with kernel size 2 * radius + 1; within 1e-6. `sigma` is above 0. Rounding past 0 or 1 is cut.
op gaussian_blur(x: image[c, h, w], sigma: real = 1.0, radius: int = 2) -> image[c, h, w] {
  bell[u in 0..2 * radius + 1] = exp(-((u - radius) / sigma)^2 / 2)
  total = sum(u) of bell[u]
  across[k, i, j in 0..w] = sum(u in 0..2 * radius + 1) of bell[u] * x[k, i, j + u - radius, border: reflect]
  out[k, i in 0..h, j] =
    clamp((sum(u in 0..2 * radius + 1) of bell[u] * across[k, i + u - radius, j, border: reflect]) / total^2, 0, 1)
}
test gaussian_blur([[[0.3, 0.3], [0.3, 0.3]]]) == [[[0.3, 0.3], [0.3, 0.3]]]
/// Moves every inner pixel from its 3x3 smoothing by `factor`: 0 smooths, 1 gives the image; edge pixels stay.
/// Reference: torchvision adjust_sharpness on floats; within 1e-6.
op sharpness(x: image[c, h, w], factor: real) -> image[c, h, w] {
  smooth[k, i, j] = (4 * x[k, i, j] + sum(u in 0..3, v in 0..3) of x[k, i + u - 1, j + v - 1, border: clamp]) / 13
  inner[i in 0..h, j in 0..w] = 0 < i and i < h - 1 and 0 < j and j < w - 1
  out[k, i, j]    = if inner[i, j] then clamp(smooth[k, i, j] + factor * (x[k, i, j] - smooth[k, i, j]), 0, 1) else x[k, i, j]
}
test sharpness([[[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]], 0.0) ==
  [[[0.0, 0.0, 0.0], [0.0, 0.384615, 0.0], [0.0, 0.0, 0.0]]]

// ---- warps -----------------------------------------------------------------------------------------------------------
// They move images, masks, boxes and keypoints alike; every application also takes `sampling`, `border` and `fill`.

/// Turns counter-clockwise as seen. Reference: Pillow rotate, torchvision rotate; exact with nearest sampling.
warp rotate(angle: angle, about: point = centre) (y, x) =
  (about.y + cos(angle) * (y - about.y) + sin(angle) * (x - about.x),
   about.x - sin(angle) * (y - about.y) + cos(angle) * (x - about.x))
test as_image([[[0.1, 0.2], [0.3, 0.4]]]) |> rotate(90 deg, sampling: nearest) == [[[0.2, 0.4], [0.1, 0.3]]]
/// Enlarges by a factor above 0 and keeps the extent. Reference: torchvision affine with `scale`.
warp scale(by: real, about: point = centre) (y, x) = (about.y + (y - about.y) / by, about.x + (x - about.x) / by)
test as_image([[[0.1, 0.2], [0.3, 0.4]]]) |> scale(2, about: (0, 0), sampling: nearest) == [[[0.1, 0.1], [0.1, 0.1]]]
/// Moves by pixels to the right and down. Reference: torchvision affine with `translate`; exact for whole pixels.
warp translate(right: real, down: real) (y, x) = (y - down, x - right)
test as_image([[[0.1, 0.2], [0.3, 0.4]]]) |> translate(1, 0) == [[[0.0, 0.1], [0.0, 0.3]]]
/// Moves to the right by a share of the width.
warp translate_x(by: real) (y, x) = (y, x - by * input.w)
/// Moves down by a share of the height.
warp translate_y(by: real) (y, x) = (y - by * input.h, x)
test as_image([[[0.1, 0.2], [0.3, 0.4]]]) |> translate_x(0.5) |> translate_y(-0.5) == [[[0.0, 0.3], [0.0, 0.0]]]
/// Shears rows about the upper left corner: a row y pixels down moves left by `by` * y. Reference: Pillow transform with
/// AFFINE (1, by, 0, 0, 1, 0), as in AutoAugment; exact with nearest sampling.
warp shear_x(by: real) (y, x) = (y, x + by * y)
/// Shears columns about the upper left corner: a column x pixels to the right moves up by `by` * x.
warp shear_y(by: real) (y, x) = (y + by * x, x)
test as_image([[[0.1, 0.2], [0.3, 0.4]]]) |> shear_x(1, sampling: nearest) == [[[0.2, 0.0], [0.0, 0.0]]]
/// Turns, enlarges, shears along x and moves, about the middle, in one map. Reference: torchvision affine with shear
/// (shear, 0) and angles of the other sign (torchvision's turn clockwise there).
warp affine(angle: angle = 0 deg, scale: real = 1, shear: angle = 0 deg, right: real = 0, down: real = 0,
    about: point = centre) (y, x) {
  v = y - about.y - down
  u = x - about.x - right
  a = (cos(angle) * u - sin(angle) * v) / scale
  b = (sin(angle) * u + cos(angle) * v) / scale
  return (about.y + b, about.x + a + tan(shear) * b)
}
test as_image([[[0.1, 0.2], [0.3, 0.4]]]) |> affine(right: 1, down: -1) == [[[0.0, 0.3], [0.0, 0.0]]]
/// Left to right. Exact.
warp hflip() (y, x) = (y, input.w - x)
/// Top to bottom. Exact.
warp vflip() (y, x) = (input.h - y, x)
test as_image([[[0.1, 0.2], [0.3, 0.4]]]) |> hflip |> vflip == [[[0.4, 0.3], [0.2, 0.1]]]
/// A quarter turn counter-clockwise as seen; height and width change places. Reference: NumPy rot90; exact.
warp quarter_turn() (y, x) -> extent[input.w, input.h] = (x, input.w - y)
test as_image([[[0.1, 0.2, 0.3]]]) |> quarter_turn == [[[0.3], [0.2], [0.1]]]
/// The window of `height` by `width` pixels whose upper left corner is (top, left). It may leave the image: what lies
/// outside follows `border`. Reference: torchvision crop; exact.
warp crop(top: real, left: real, height: int, width: int) (y, x) -> extent[height, width] = (y + top, x + left)
test as_image([[[0.1, 0.2], [0.3, 0.4]]]) |> crop(1, 0, 1, 3) == [[[0.3, 0.4, 0.0]]]
/// The window in the middle. Reference: torchvision center_crop; exact.
warp centre_crop(height: int, width: int) (y, x) -> extent[height, width] =
  (y + round((input.h - height) / 2), x + round((input.w - width) / 2))
test as_image([[[0.1, 0.2, 0.3]]]) |> centre_crop(1, 1) == [[[0.2]]]
/// Adds rows and columns on the four sides; their values follow `border`, so they are 0 unless it is given. Reference:
/// torchvision pad, NumPy pad (its `reflect` for border: reflect); exact.
warp pad(top: int, left: int, bottom: int, right: int) (y, x) -> extent[input.h + top + bottom, input.w + left + right] =
  (y - top, x - left)
test as_image([[[0.1, 0.2]]]) |> pad(0, 2, 0, 1, border: reflect) == [[[0.1, 0.2, 0.1, 0.2, 0.1]]]
/// To another extent. Give `border: clamp`, and `sampling: nearest|bilinear|bicubic|area`. Reference: OpenCV resize and
/// torch interpolate without antialiasing (nearest: nearest-exact), within 1e-5; `area` averages 4x4 samples a pixel
/// (equal to OpenCV's INTER_AREA where the shrinking factor divides by 4, else within 0.05).
warp resize(height: int, width: int) (y, x) -> extent[height, width] = (y * input.h / height, x * input.w / width)
test as_image([[[0.0, 1.0]]]) |> resize(1, 4, border: clamp) == [[[0.0, 0.25, 0.75, 1.0]]]
/// A window of any place and size, brought to `to_height` by `to_width`. Give `border: clamp`. Reference: torchvision
/// resized_crop without antialiasing; exact but for the outermost half pixel, where ours sees beyond the window.
warp resized_crop(top: real, left: real, height: real, width: real, to_height: int, to_width: int) (y, x)
  -> extent[to_height, to_width] =
  (top + y * height / to_height, left + x * width / to_width)
test as_image([[[0.1, 0.2, 0.3, 0.4]]]) |> resized_crop(0, 2, 1, 2, 1, 1) == [[[0.35]]]
/// Large-scale jitter (Ghiasi et al. 2021): enlarges by `by` and keeps the extent. Where the result is larger, `down`
/// and `right` (0 to 1) say which window is kept; where it is smaller, it stays in the upper left and the rest is padding.
/// Give `sampling: area` for factors below 0.5.
warp jitter_scale(by: real, down: real = 0.5, right: real = 0.5) (y, x) =
  ((y + down * max(0.0, by * input.h - input.h)) / by, (x + right * max(0.0, by * input.w - input.w)) / by)
test as_image([[[0.1, 0.2], [0.3, 0.4]]]) |> jitter_scale(2, 1, 1, sampling: nearest) == [[[0.4, 0.4], [0.4, 0.4]]]
test as_image([[[0.1, 0.2], [0.3, 0.4]]]) |> jitter_scale(0.5) == [[[0.25, 0.0], [0.0, 0.0]]]
/// Brings a quadrilateral of the image to the whole extent: `corners` are its (y, x) in pixels, from the upper left one
/// clockwise as seen. Reference: OpenCV getPerspectiveTransform, torchvision perspective with startpoints = corners;
/// within 1e-4 pixels. Method: Heckbert 1989, section 2.2.3.
warp perspective(corners: real[4, 2]) (y, x) {
  v   = y / input.h
  u   = x / input.w
  sy  = corners[0, 0] - corners[1, 0] + corners[2, 0] - corners[3, 0]
  sx  = corners[0, 1] - corners[1, 1] + corners[2, 1] - corners[3, 1]
  y1  = corners[1, 0] - corners[2, 0]
  x1  = corners[1, 1] - corners[2, 1]
  y3  = corners[3, 0] - corners[2, 0]
  x3  = corners[3, 1] - corners[2, 1]
  det = x1 * y3 - y1 * x3
  g   = (sx * y3 - sy * x3) / det
  f   = (x1 * sy - y1 * sx) / det
  one = g * u + f * v + 1
  return (((corners[1, 0] * (1 + g) - corners[0, 0]) * u + (corners[3, 0] * (1 + f) - corners[0, 0]) * v + corners[0, 0]) / one,
          ((corners[1, 1] * (1 + g) - corners[0, 1]) * u + (corners[3, 1] * (1 + f) - corners[0, 1]) * v + corners[0, 1]) / one)
}
test as_image([[[0.1, 0.2], [0.3, 0.4]]]) |> perspective([[0.0, 2.0], [0.0, 0.0], [2.0, 0.0], [2.0, 2.0]]) ==
  [[[0.2, 0.1], [0.4, 0.3]]]
/// Moves every pixel by its own vector: `field` holds, for each output pixel, how far down (0) and right (1) of itself it
/// reads, in pixels. Reference: torchvision elastic with displacement 2 * field / extent; within 1e-5.
warp displace(field: real[2, h, w]) (y, x) =
  (y + field[0, floor(y), floor(x), border: clamp], x + field[1, floor(y), floor(x), border: clamp])
test as_image([[[0.1, 0.2]]]) |> displace([[[0.0, 0.0]], [[1.0, -1.0]]]) == [[[0.2, 0.1]]]

// ---- two images ------------------------------------------------------------------------------------------------------

/// share * a + (1 - share) * b, cut to [0, 1]. Reference: Pillow Image.blend(b, a, share); exact.
op blend(a: image[c, h, w], b: image[c, h, w], share: real) -> image[c, h, w] {
  out[k, i, j] = clamp(share * a[k, i, j] + (1 - share) * b[k, i, j], 0, 1)
}
test blend([[[1.0]]], [[[0.0]]], 0.25) == [[[0.25]]]
/// `source` where the mask is not 0, else `base`. Reference: Pillow Image.paste with a mask of 0 and 255; exact.
op paste(base: image[c, h, w], source: image[c, h, w], alpha: mask[h, w]) -> image[c, h, w] {
  out[k, i, j] = if alpha[i, j] != 0 then source[k, i, j] else base[k, i, j]
}
test paste([[[0.1, 0.2]]], [[[0.8, 0.9]]], [[0, 1]]) == [[[0.1, 0.9]]]
/// `source` in the rows top..bottom and columns left..right (ends not included), else `base`.
op paste_window(base: image[c, h, w], source: image[c, h, w], top: int, left: int, bottom: int, right: int)
  -> image[c, h, w] {
  out[k, i, j] = if top <= i and i < bottom and left <= j and j < right then source[k, i, j] else base[k, i, j]
}
test paste_window([[[0.1, 0.2]]], [[[0.8, 0.9]]], 0, 1, 1, 2) == [[[0.1, 0.9]]]
/// `fill` in the rows top..bottom and columns left..right (ends not included). Reference: torchvision erase; exact.
op erase(x: image[c, h, w], top: int, left: int, bottom: int, right: int, fill: real = 0) -> image[c, h, w] {
  out[k, i, j] = if top <= i and i < bottom and left <= j and j < right then fill else x[k, i, j]
}
test erase([[[0.1, 0.2]]], 0, 0, 1, 1, 0.5) == [[[0.5, 0.2]]]

// ---- augmentations ---------------------------------------------------------------------------------------------------
// They draw for an image. A record with masks or boxes takes the same draws in an augment of its own, with the warp.

/// Left to right with probability `p`.
augment flip(x: image[c, h, w], p: real = 0.5) -> image[c, h, w] = x |> maybe(p, hflip)
/// A window with a share `least` to `most` of the area and a ratio of width to height from 1 / `ratio` to `ratio`, brought to
/// size x size (Szegedy et al. 2015). As torchvision RandomResizedCrop, but a window that is too high or wide is cut to
/// the image instead of being drawn again.
augment random_resized_crop(x: image[c, h, w], size: int = 224, least: real = 0.08, most: real = 1, ratio: real = 4/3)
  -> image[c, size, size] {
  area   ~ uniform(least, most)
  aspect ~ log_uniform(1 / ratio, ratio)
  down   ~ uniform(0, 1)
  across ~ uniform(0, 1)
  height = clamp(round(sqrt(area * h * w / aspect)), 1, h)
  width  = clamp(round(sqrt(area * h * w * aspect)), 1, w)
  top    = floor(down * (h - height + 1))
  left   = floor(across * (w - width + 1))
  return x |> resized_crop(top, left, height, width, size, size, border: clamp)
}
/// A window of size x size at a random place; a smaller image is padded below and right with 0.
augment random_crop(x: image[c, h, w], size: int) -> image[c, size, size] {
  top  ~ integer(0..max(h - size, 0) + 1)
  left ~ integer(0..max(w - size, 0) + 1)
  return x |> crop(top, left, size, size, border: zero)
}
/// Enlarges by `least` to `most` and takes a random window of the same extent, or pads (`jitter_scale`).
augment large_scale_jitter(x: image[c, h, w], least: real = 0.1, most: real = 2.0) -> image[c, h, w] {
  by     ~ uniform(least, most)
  down   ~ uniform(0, 1)
  across ~ uniform(0, 1)
  return x |> jitter_scale(by, down, across, sampling: area, border: zero)
}
/// Pulls the four corners inwards by up to half of `distortion` (0 to 1) of the extent; as torchvision RandomPerspective, but
/// what the corners enclose fills the image.
augment random_perspective(x: image[c, h, w], distortion: real = 0.5) -> image[c, h, w] {
  pull[n in 0..4, m in 0..2] ~ uniform(0, distortion / 2)
  rows[n in 0..4]    = h * (if n < 2 then pull[n, 0] else 1 - pull[n, 0])
  columns[n in 0..4] = w * (if n == 0 or n == 3 then pull[n, 1] else 1 - pull[n, 1])
  corners[n in 0..4, m in 0..2] = if m == 0 then rows[n] else columns[n]
  return x |> perspective(corners)
}
/// A smooth random field of displacements (Simard et al. 2003): uniform in -alpha..alpha pixels, averaged with a Gaussian of
/// deviation `sigma`. As torchvision ElasticTransform, with its kernel cut at `radius`.
augment elastic(x: image[c, h, w], alpha: real = 50, sigma: real = 5, radius: int = 10) -> image[c, h, w] {
  push[a in 0..2, i in 0..h, j in 0..w] ~ uniform(-1, 1)
  bell[u in 0..2 * radius + 1] = exp(-((u - radius) / sigma)^2 / 2)
  total = sum(u) of bell[u]
  across[a, i, j in 0..w] = sum(u in 0..2 * radius + 1) of bell[u] * push[a, i, j + u - radius, border: reflect]
  field[a, i in 0..h, j] = alpha / total^2 * sum(u in 0..2 * radius + 1) of bell[u] * across[a, i + u - radius, j, border: reflect]
  return x |> displace(field)
}
/// Factors for brightness, contrast and saturation, uniform in 1 - b .. 1 + b (0 at least), and a turn of the hue in
/// -hue .. hue, applied in this order. As torchvision ColorJitter, which shuffles the order.
augment colour_jitter(x: image[3, h, w], brightness: real = 0.4, contrast: real = 0.4, saturation: real = 0.4,
    hue: angle = 0 deg) -> image[3, h, w] {
  light ~ uniform(max(0.0, 1 - brightness), 1 + brightness)
  range ~ uniform(max(0.0, 1 - contrast), 1 + contrast)
  depth ~ uniform(max(0.0, 1 - saturation), 1 + saturation)
  turn  ~ uniform(-hue, hue)
  return jittered(x, light, range, depth, turn)
}
/// What `colour_jitter` applies once its factors are drawn.
op jittered(x: image[3, h, w], light: real, range: real, depth: real, turn: angle) -> image[3, h, w] =
  x |> gain(light) |> contrast(range) |> saturation(depth) |> hue(turn)
/// Adds noise of deviation `std`, drawn for every value, and cuts to [0, 1].
augment noise(x: image[c, h, w], std: real = 0.05) -> image[c, h, w] {
  grain[k in 0..c, i in 0..h, j in 0..w] ~ normal(0, std)
  out[k, i, j] = clamp(x[k, i, j] + grain[k, i, j], 0, 1)
}
/// Fills a square with side `size` times the shorter side of the image; its middle lies anywhere, what leaves the image is
/// cut (DeVries and Taylor 2017).
augment cutout(x: image[c, h, w], size: real = 1/4, fill: real = 0.5) -> image[c, h, w] {
  row    ~ integer(0..h)
  column ~ integer(0..w)
  half = floor(size * min(h, w) / 2)
  return erase(x, row - half, column - half, row + half, column + half, fill)
}
/// Fills up to `width` rows (a number drawn from 0..=width) at a random place: the frequency mask of SpecAugment.
augment row_mask(x: image[c, h, w], width: int, fill: real = 0) -> image[c, h, w] {
  rows ~ integer(0..=min(width, h))
  top  ~ integer(0..=h - rows)
  return erase(x, top, 0, top + rows, w, fill)
}
/// Fills up to `width` columns at a random place: the time mask of SpecAugment.
augment column_mask(x: image[c, h, w], width: int, fill: real = 0) -> image[c, h, w] {
  columns ~ integer(0..=min(width, w))
  left    ~ integer(0..=w - columns)
  return erase(x, 0, left, h, left + columns, fill)
}
/// Mixes two images (Zhang et al. 2018, alpha = 1) and gives the share of the first, which the labels take too.
augment mixup(a: image[c, h, w], b: image[c, h, w]) -> (image[c, h, w], real) {
  share ~ uniform(0, 1)
  return (blend(a, b, share), share)
}
/// Puts a window of `b` into `a` (Yun et al. 2019, alpha = 1) and gives the share of `a` that is left. As torchvision CutMix.
augment cutmix(a: image[c, h, w], b: image[c, h, w]) -> (image[c, h, w], real) {
  share  ~ uniform(0, 1)
  row    ~ integer(0..h)
  column ~ integer(0..w)
  up     = floor(h * sqrt(1 - share) / 2)
  side   = floor(w * sqrt(1 - share) / 2)
  top    = max(row - up, 0)
  bottom = min(row + up, h)
  left   = max(column - side, 0)
  right  = min(column + side, w)
  return (paste_window(a, b, top, left, bottom, right), 1 - (bottom - top) * (right - left) / (h * w))
}
