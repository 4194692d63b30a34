// Published augmentation policies, each a program over vision.gms. Where a warp leaves the image, it is filled with 0, as
// torchvision does by default; `border: zero` says so, whatever warps stand before the policy.
import vision

/// RandAugment (Cubuk et al. 2020): `layers` operations in a row, each one of fourteen, at a strength of `magnitude` of 30.
/// Operations and ranges are those of torchvision RandAugment; signed ones take either direction; sampling is bilinear, unless a
/// warp before states another.
augment rand_augment(x: image[3, h, w], layers: int = 2, magnitude: real = 9) -> image[3, h, w] =
  x |> repeat(n in 0..layers) of rand_step(magnitude / 30)
test rand_augment([[[0.2]], [[0.3]], [[0.4]]], layers: 0) == [[[0.2]], [[0.3]], [[0.4]]]
/// One operation of RandAugment at a strength from 0 to 1.
augment rand_step(x: image[3, h, w], strength: real) -> image[3, h, w] {
  side ~ choice([-1.0, 1.0])
  s = side * strength
  return x |> one_of([
    identity, shear_x(0.3 * s, border: zero), shear_y(0.3 * s, border: zero), translate_x(0.453 * s, border: zero),
    translate_y(0.453 * s, border: zero), rotate(30 deg * s, border: zero),
    gain(1 + 0.9 * s), saturation(1 + 0.9 * s), contrast(1 + 0.9 * s), sharpness(1 + 0.9 * s),
    posterize(8 - round(4 * strength)), solarize(1 - strength), autocontrast, equalize
  ])
}
/// TrivialAugment, wide (Müller and Hutter 2021): one of fourteen operations at a random strength. Operations and ranges are
/// those of torchvision TrivialAugmentWide (translations of at most 32 pixels); the strength is one of 31 steps.
augment trivial_augment(x: image[3, h, w]) -> image[3, h, w] {
  bin  ~ integer(0..31)
  side ~ choice([-1.0, 1.0])
  strength = bin / 30
  s = side * strength
  return x |> one_of([
    identity, shear_x(0.99 * s, border: zero), shear_y(0.99 * s, border: zero), translate(32 * s, 0, border: zero),
    translate(0, 32 * s, border: zero), rotate(135 deg * s, border: zero),
    gain(1 + 0.99 * s), saturation(1 + 0.99 * s), contrast(1 + 0.99 * s), sharpness(1 + 0.99 * s),
    posterize(8 - round(6 * strength)), solarize(1 - strength), autocontrast, equalize
  ])
}
/// AutoAugment, the policy found on ImageNet (Cubuk et al. 2019, table 9, as in torchvision): one of 25 pairs of operations, each
/// applied with its probability at its strength of 9.
augment auto_augment(x: image[3, h, w]) -> image[3, h, w] {
  // Operations: 0 posterize, 1 rotate, 2 solarize, 3 autocontrast, 4 equalize, 5 saturation, 6 invert, 7 contrast,
  // 8 sharpness, 9 shear_x.
  which = [[0, 1], [2, 3], [4, 4], [0, 0], [4, 2], [4, 1], [2, 4], [0, 4], [1, 2], [4, 0],
           [1, 5], [1, 4], [4, 4], [6, 4], [5, 7], [1, 5], [5, 2], [8, 6], [9, 4], [5, 4],
           [4, 2], [2, 3], [6, 4], [5, 7], [4, 4]]
  often = [[0.4, 0.6], [0.6, 0.6], [0.8, 0.6], [0.6, 0.6], [0.4, 0.2], [0.4, 0.8], [0.6, 0.6], [0.8, 1.0],
           [0.2, 0.6], [0.6, 0.4], [0.8, 0.4], [0.4, 0.6], [0.0, 0.8], [0.6, 1.0], [0.6, 1.0], [0.8, 1.0],
           [0.8, 0.8], [0.4, 0.6], [0.6, 1.0], [0.4, 0.6], [0.4, 0.2], [0.6, 0.6], [0.6, 1.0], [0.6, 1.0],
           [0.8, 0.6]]
  level = [[8, 9], [5, 0], [0, 0], [7, 6], [0, 4], [0, 8], [3, 0], [5, 0], [3, 8], [0, 6],
           [8, 0], [9, 0], [0, 0], [0, 0], [4, 8], [8, 2], [8, 7], [7, 0], [5, 0], [0, 0],
           [0, 4], [5, 0], [0, 0], [4, 8], [0, 0]]
  row ~ integer(0..25)
  first  = x |> maybe(often[row, 0, border: clamp], policy_step(which[row, 0, border: clamp], level[row, 0, border: clamp] / 9))
  second = first |> maybe(often[row, 1, border: clamp], policy_step(which[row, 1, border: clamp], level[row, 1, border: clamp] / 9))
  return second
}
test auto_augment([[[0.0]], [[0.0]], [[0.0]]]) |> erase(0, 0, 1, 1) == [[[0.0]], [[0.0]], [[0.0]]]
/// The operation of that number in AutoAugment's table at a strength from 0 to 1; signed ones take either direction.
augment policy_step(x: image[3, h, w], which: int, strength: real) -> image[3, h, w] {
  side ~ choice([-1.0, 1.0])
  s = side * strength
  return if which == 0 then posterize(x, 8 - round(4 * strength))
    else if which == 1 then rotate(x, 30 deg * s, border: zero)
    else if which == 2 then solarize(x, 1 - strength)
    else if which == 3 then autocontrast(x)
    else if which == 4 then equalize(x)
    else if which == 5 then saturation(x, 1 + 0.9 * s)
    else if which == 6 then invert(x)
    else if which == 7 then contrast(x, 1 + 0.9 * s)
    else if which == 8 then sharpness(x, 1 + 0.9 * s)
    else shear_x(x, 0.3 * s, border: zero)
}
test policy_step([[[0.2]], [[0.3]], [[0.4]]], 6, 0.5) == [[[0.8]], [[0.7]], [[0.6]]]
test policy_step([[[0.2]], [[0.8]], [[0.4]]], 2, 0.5) == [[[0.2]], [[0.2]], [[0.4]]]
