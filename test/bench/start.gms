// The smallest run with a kernel: what a second run needs before its first kernel.
import vision

augment shaken(n: int) -> image[3, 32, 32] {
  grain[k in 0..3, i in 0..32, j in 0..32] ~ uniform(0, 1)
  out[k, i, j] = grain[k, i, j] + 0 * n
}
op darkest(x: image[c, h, w]) -> real = min(k, i, j) of x[k, i, j]

experiment start {
  pictures = map(n in 0..1) of (shaken(n) |> rotate(20 deg) |> brightness(0.1))
  expect min(p in pictures) of darkest(p) >= 0
}
