// RUN: %gmsc run %s -o %t
// Every augmentation of the library on a picture that is computed: needs no data.
import vision, policies

/// Colours that change along rows and columns, with a bright disc.
op chart(size: int) -> image[3, size, size] {
  far[i in 0..size, j in 0..size] = ((i - size / 2)^2 + (j - size / 3)^2) / (size * size)
  out[k in 0..3, i in 0..size, j in 0..size] =
    if far[i, j] < 0.02 then 0.95 else if k == 0 then i / size else if k == 1 then j / size else 0.5 + 0.3 * sin(0.4 * i + 0.2 * j)
}
op darkest(x: image[c, h, w]) -> real = min(k, i, j) of x[k, i, j]
op lightest(x: image[c, h, w]) -> real = max(k, i, j) of x[k, i, j]
op difference(a: image[c, h, w], b: image[c, h, w]) -> real = max(k, i, j) of abs(a[k, i, j] - b[k, i, j])
/// Geometry, in one sampling.
augment moved(x: image[3, h, w]) -> image[3, h, w] {
  turn  ~ uniform(-45 deg, 45 deg)
  by    ~ log_uniform(0.7, 1.4)
  right ~ normal(0, 3)
  return x |> maybe(0.5, hflip) |> rotate(turn) |> scale(by) |> translate(right, -right)
}
augment finished(x: image[3, h, w]) -> image[3, h, w] =
  x |> some_of(2, [gain(0.8), invert, solarize(0.6), posterize(3), autocontrast, equalize, sharpness(2), gaussian_blur])
/// Two pictures in one.
augment mixed(x: image[3, h, w]) -> image[3, h, w] {
  (both, share) = mixup(x, x |> vflip)
  (cut, left)   = cutmix(both, x |> hflip)
  return cut
}

experiment augmentations {
  param size: int = 64
  param variants: int = 8
  x = chart(size)
  moves   = map(v in 0..variants) of moved(x)
  crops   = map(v in 0..variants) of random_resized_crop(x, 48)
  scales  = map(v in 0..variants) of large_scale_jitter(x)
  views   = map(v in 0..variants) of random_perspective(x)
  bends   = map(v in 0..variants) of elastic(x, alpha: 40, sigma: 4, radius: 8)
  colours = map(v in 0..variants) of colour_jitter(x, hue: 40 deg)
  noises  = map(v in 0..variants) of noise(x, 0.1)
  holes   = map(v in 0..variants) of (x |> cutout(0.4) |> row_mask(8) |> column_mask(8))
  mixes   = map(v in 0..variants) of mixed(x)
  ends    = map(v in 0..variants) of finished(x)
  rand    = map(v in 0..variants) of rand_augment(x, layers: 2, magnitude: 15)
  trivial = map(v in 0..variants) of trivial_augment(x)
  auto    = map(v in 0..variants) of auto_augment(x)
  show moves, crops, scales, views, bends, colours, noises, holes, mixes, ends, rand, trivial, auto
  expect min(g in auto) of darkest(g) >= 0
  expect max(g in auto) of lightest(g) <= 1
  expect min(g in rand) of darkest(g) >= 0
  expect max(g in trivial) of lightest(g) <= 1
  expect max(g in colours) of lightest(g) <= 1
  expect min(g in noises) of darkest(g) >= 0
  expect max(g in moves) of lightest(g) <= 1
  expect max(g in noises) of difference(g, x) > 0
  expect max(g in holes) of difference(g, x) > 0
  expect difference(x |> quarter_turn |> quarter_turn |> quarter_turn |> quarter_turn, x) == 0
}
