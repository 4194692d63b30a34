augment shaken(x: image[c, h, w], by: real = 0.1) -> image[c, h, w] {
  op add(y: image[c, h, w], z: real) -> image[c, h, w] { out[k, i, j] = y[k, i, j] + z * by }
  z ~ uniform(0, by)
  f = add(z) |> add(2)
  return x |> f |> maybe(by, add(1) |> add(2))
}
