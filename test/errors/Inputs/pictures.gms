// Reads a folder and claims how many pictures it holds.
import vision, data

op lightest(x: image[c, h, w]) -> real = max(k, i, j) of x[k, i, j]

experiment pictures {
  /// The folder that holds the pictures.
  param folder: path
  /// How many there are.
  param count: int = 1
  files = read_images(folder)
  all_of_them = map(f in files) of from_bytes(f.bytes)
  expect length(files) == count
  expect max(p in all_of_them) of lightest(p) <= 1
}
