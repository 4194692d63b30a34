// Operators of our own. A program beside this file says `import my_ops`.
import vision

/// Darkens an image towards its corners, as an old lens does: `strength` is what is lost in the corner, from 0 to 1.
op vignette(x: image[c, h, w], strength: real = 0.5) -> image[c, h, w] {
  out[k, i, j] = x[k, i, j] * (1 - strength * (from_middle(i, h)^2 + from_middle(j, w)^2) / 2)
}
/// How far the centre of pixel `i` of `n` lies from the middle: 0 there, 1 at the edge.
op from_middle(i: int, n: int) -> real = abs(2 * (i + 0.5) / n - 1)
test from_middle(0, 4) == 0.75
test vignette([[[1.0, 1.0], [1.0, 1.0]]]) == [[[0.875, 0.875], [0.875, 0.875]]]
test vignette([[[0.3, 0.6, 0.9]]], strength: 0.0) == [[[0.3, 0.6, 0.9]]]

/// A vignette of random strength, in half of all images.
augment old_lens(x: image[c, h, w], most: real = 0.8) -> image[c, h, w] {
  strength ~ uniform(0, most)
  return x |> maybe(0.5, vignette(strength))
}
