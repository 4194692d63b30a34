op twice(x: image[c, h, w]) -> image[c, 2 * h, 2 * w] {
  out[k, i in 0 .. 2 * h, j in 0 .. 2 * w] = x[k, floor(i / 2), floor(j / 2)]
}
op joined(a: real[n], b: real[m]) -> real[n + m] {
  out[i in 0 .. n + m] = if i < n then a[i, border: clamp] else b[i - n, border: clamp]
}
op half(x: real[2 * n + 1]) -> real[min(n, 3)] { out[i in 0..min(n, 3)] = x[2 * i] }
