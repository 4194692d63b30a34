// f64 through every engine: mathematics, reductions, borders, records, conversions both ways ([PRC-1] to [PRC-4]).
// RUN: %gmsc test --engines cpu,cpu-unfused,cpu-avx2,emulated %s
pi_times = 2 * pi
op square(x: real[n]) -> real[n] { out[i] = x[i]^2 }
op norm(x: real[n]) -> real = sqrt(sum(i) of x[i]^2)
op functions(x: real[n]) -> real[n] {
  out[i] = exp(-x[i]) + log(x[i] + 2) + tanh(x[i]) + erf(x[i]) + sin(x[i]) * cos(x[i]) + tan(x[i] / 4) + cos(atan2(x[i], 1.5)) + sqrt(x[i] + 1)
    + abs(x[i] - 1) + min(x[i], 1) + max(x[i], 0.5) + mod(x[i], 0.7) + x[i]^3 + x[i]^0.5 + floor(x[i]) + ceil(x[i]) + round(x[i])
}
op stats(x: real[n]) -> real[9] {
  a = sum(i) of x[i]
  b = prod(i) of x[i]
  c = min(i) of x[i]
  e = max(i) of x[i]
  f = mean(i) of x[i]
  g = median(i) of x[i]
  h = argmax(i) of x[i]
  s = scan(t: 0.0, i in 0..n) of (t + x[i])
  return [a, b, c, e, f, g, h, s[0, border: zero], if a > 2 then 1/3 else pi_times]
}
op inverse_squares(n: int) -> f64 = sum(i in 0..n) of 1 / f64(i + 1)^2
op branch(x: real[n], by: real) -> real[n] = if by > 0.5 then x * by else x
record pair { a: real, v: real[n] }
op of_pair(p: pair) -> pair { return { a: p.a * 2, v: p.v * p.a } }
test norm(f64([3.0, 4.0])) == 5
test functions(f64([0.1, 0.25, 0.9, 1.7]))
test functions([0.1, 0.25, 0.9, 1.7])
test stats(f64([0.1, 0.7, 1.9, 0.3]))
test inverse_squares(1000)
test branch(f64([0.1, 0.2]), 0.7)
test of_pair({ a: f64(0.1), v: [1.0, 2.0] })
test square(f64([0.1])) == f64([0.01])
op grid(n: int, scale: f64) -> f64[n] { out[i in 0..n] = scale * (i + 0.5) / n }
test functions(grid(1003, 3))
test norm(grid(1003, 3))
test stats(grid(103, 3))
test square(grid(1003, 1/3))
test sum(i in 0..1003) of functions(grid(1003, 2))[i]
op conv(x: real[n], k: real[m]) -> real[n] { out[i] = sum(j in 0..m) of k[j] * x[i + j - floor(m / 2), border: reflect] }
test conv(grid(1003, 1), f64([0.1, 0.3, 0.5, 0.3, 0.1]))
op ints(x: real[n]) -> int[n] { out[i] = floor(x[i] * 10) }
test ints(grid(101, 1))
op narrow(x: f64[n]) -> f32[n] { out[i] = f32(x[i]) }
test narrow(grid(101, 1/3))
op widened(x: f32[n]) -> f64[n] { out[i] = f64(x[i]) / 3 }
test widened(narrow(grid(101, 1/3)))
