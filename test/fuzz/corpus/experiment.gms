op darkest(x: image[c, h, w]) -> real = min(k, i, j) of x[k, i, j]
experiment photos {
  /// How many.
  param variants: int = 6
  param turn: angle = 30 deg
  param folder: path = "photos"
  xs = map(v in 0..variants) of real(v) / 2
  total = sum(x in xs) of x
  good = filter(x in xs) of (x > 1)
  show xs; plot xs, total: total against x in xs by x
  table xs by x in xs
  expect total >= 0; expect length(good) <= variants
}
