record sample { image: image[c, h, w]; mask: mask[h, w]
  /// In pixels.
  boxes: boxes[n], weight: real }
op invert(x: image[c, h, w]) -> image[c, h, w] { out[k, i, j] = 1 - x[k, i, j] }
warp flip() (y, x) = (y, input.w - x)
op both(s: sample) -> sample = s |> flip |> invert
op area(s: sample) -> real = s.weight * (sum(i in 0..1) of real(s.mask[i, i, border: zero]))
record more { a: real,
  /// One.
  /// Two.
  b: { x: real
    /// Three.
    y: real }
}
