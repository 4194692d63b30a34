op step(x: real[n], k: int) -> real {
  a = x[clamp(k, 0, n - 1)] + x[mod(k, 2), border: wrap]
  b = if 0 < k <= 3 and x[0, border: zero] != 2 then a else -a
  return max(a, b) ^ 0.5
}
