// Photographs through the operators of my_ops.gms:
//   gms run examples/adding_an_operator/program.gms --folder photos
import vision, data, my_ops

augment policy(x: image[3, h, w]) -> image[3, 128, 128] =
  x |> random_resized_crop(128, least: 0.5) |> old_lens |> maybe(0.5, hflip)

op brightest(x: image[c, h, w]) -> real = max(k, i, j) of x[k, i, j]

experiment lenses {
  /// The folder that holds the photographs.
  param folder: path = "photos"
  /// How many variants are made of each.
  param variants: int = 4
  pictures = map(f in read_images(folder)) of from_bytes(f.bytes)
  variant = map(p in pictures, v in 0..variants) of policy(p)
  show variant
  // A vignette only darkens.
  expect max(p in pictures) of brightest(p |> vignette(0.8)) <= max(p in pictures) of brightest(p)
}
