op blur(x: image[c, h, w], k: real[n, n]) -> image[c, h, w] {
  out[q, i, j] = sum(u in 0..n, v in 0..n) of k[u, v] * x[q, i + u - floor(n/2), j + v - floor(n/2), border: reflect]
}
