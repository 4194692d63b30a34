// The policies that augment.py times, on bytes [row, column, channel] as a decoder gives them.
import vision

/// (a) A random resized crop to 224, a mirror, normalised.
augment crop_flip(b: u8[h, w, 3]) -> image[3, 224, 224, range: imagenet] =
  from_bytes(b) |> random_resized_crop(224) |> maybe(0.5, hflip) |> normalise

/// (b) A turn, an affine map, a random crop to 224, a mirror, colour jitter, normalised.
augment rotate_affine_jitter(b: u8[h, w, 3]) -> image[3, 224, 224, range: imagenet] {
  turn ~ uniform(-30 deg, 30 deg)
  size ~ uniform(0.9, 1.1)
  lean ~ uniform(-5 deg, 5 deg)
  turned = from_bytes(b) |> rotate(turn) |> affine(scale: size, shear: lean)
  return turned |> random_crop(224) |> maybe(0.5, hflip) |> colour_jitter(0.2, 0.2, 0.2, hue: 90 deg) |> normalise
}
