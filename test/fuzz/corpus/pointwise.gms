/// Adds `by`.
op brightness(x: image[c, h, w], by: real) -> image[c, h, w] {
  out[k, i, j] = clamp(x[k, i, j] + by, 0, 1)
}
test brightness([[[0.5, 0.9]]], by: 0.2) == [[[0.7, 1.0]]]
