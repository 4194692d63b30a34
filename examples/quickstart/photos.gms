// Photographs through an augmentation policy, several variants of each.
//   gms run examples/quickstart/photos.gms --variants 8
import vision, data

/// A crop, a mirror, a turn; light and colour; then one of three finishes.
augment policy(x: image[3, h, w], size: int) -> image[3, size, size] {
  turn   ~ uniform(-20 deg, 20 deg)
  light  ~ uniform(-0.15, 0.15)
  colour ~ log_uniform(0.5, 2)
  shift  ~ uniform(-25 deg, 25 deg)
  view  = x |> random_resized_crop(size, least: 0.4) |> maybe(0.5, hflip) |> rotate(turn, border: reflect)
  toned = view |> brightness(light) |> saturation(colour) |> hue(shift)
  return choose {
    0.4: toned |> sharpness(2)
    0.3: toned |> gaussian_blur(sigma: 1.5, radius: 3)
    0.3: toned |> solarize_add(0.1) |> cutout(size: 1/3)
  }
}
/// The smallest value, the largest and the mean of an image.
op darkest(x: image[c, h, w]) -> real = min(k, i, j) of x[k, i, j]
op lightest(x: image[c, h, w]) -> real = max(k, i, j) of x[k, i, j]
op average(x: image[c, h, w]) -> real = mean(k, i, j) of x[k, i, j]
/// The largest difference between two images.
op difference(a: image[c, h, w], b: image[c, h, w]) -> real = max(k, i, j) of abs(a[k, i, j] - b[k, i, j])

experiment photos {
  /// The folder that holds the photographs.
  param folder: path = "photos"
  /// How many variants are made of each.
  param variants: int = 6
  /// Height and width of a variant, in pixels.
  param size: int = 224
  files    = read_images(folder)
  pictures = map(f in files) of from_bytes(f.bytes)
  grid     = map(p in pictures, v in 0..variants) of policy(p, size)
  show grid
  // Every value stays in its range, mirroring twice changes nothing, and the policy neither darkens nor lightens much.
  expect min(g in grid) of darkest(g) >= 0
  expect max(g in grid) of lightest(g) <= 1
  expect max(p in pictures) of difference(p |> hflip |> hflip, p) == 0
  expect abs(mean(g in grid) of average(g) - mean(p in pictures) of average(p)) < 0.15
}
