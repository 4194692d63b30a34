// Derivatives through loops on every engine: of the end, of single passes, twice, past `until`, by what the passes only read.
// RUN: %gmsc test %s --engines cpu,cpu-unfused,cpu-avx2,emulated
solver relax(x: real[n]) {
  v[i in 0..n] = exp(-x[i] * x[i])
  state s = x
  repeat k in 0..7 {
    s[i in 0..n] = 0.5 * (s[i + 1, border: clamp] + s[i - 1, border: clamp]) + 0.01 * v[i] * s[i] ^ 2
    yield energy: sum(i) of s[i] ^ 2, shape: s
  }
}
op slope(x: f64[n]) -> f64[n] {
  e = relax(x).energy
  return d(e) / d(x)
}
op tracewise(x: f64[n]) -> f64[n] {
  run = relax(x)
  e = run.trace[2].energy + 3 * run.trace[5].energy + run.shape[0, border: clamp] * run.trace[4].shape[1, border: clamp]
  return d(e) / d(x)
}
op twice(x: f64[n]) -> f64[n] {
  g = slope(x)
  s = sum(i) of g[i] ^ 2
  return d(s) / d(x)
}
solver root(a: real, passes: int) {
  state x = 1.0
  repeat passes until abs(x * x - a) < 1e-12 {
    half = x / 2
    x    = half + a / (2 * x)
    yield root: x, error: abs(x * x - a)
  }
}
op droot(a: f64) -> f64 {
  r = root(a, passes: 20).root
  return d(r) / d(a)
}
op ddroot(a: f64) -> f64 {
  r = droot(a)
  return d(r) / d(a)
}
solver final(a: real[n], w: real) -> real {
  state x = a
  state t = 1.0
  state pair = (a, w)
  repeat k in 0..5 {
    x[i in 0..n] = x[i] * w + 0.1 * x[i - 1, border: wrap]
    t = t * w + sum(i) of x[i] ^ 2
    (p, q) = pair
    pair = (x, q * 0.9)
  }
  (p, q) = pair
  return t + q + p[0, border: clamp]
}
op dfinal(a: f64[n], w: f64) -> f64[n] {
  e = final(a, w)
  return d(e) / d(a)
}
op dw(a: f64[n], w: f64) -> f64 {
  e = final(a, w)
  return d(e) / d(w)
}
op ddw(a: f64[n], w: f64) -> f64 {
  e = dw(a, w)
  return d(e) / d(w)
}
test slope([0.5, 1.0, 2.0, -1.0, 0.25])
test tracewise([0.5, 1.0, 2.0, -1.0, 0.25])
test twice([0.5, 1.0, 2.0, -1.0, 0.25])
test droot(7)
test ddroot(7)
test dfinal([0.5, 1.0, 2.0, -1.0, 0.25], 0.7)
test dw([0.5, 1.0, 2.0, -1.0, 0.25], 0.7)
test ddw([0.5, 1.0, 2.0, -1.0, 0.25], 0.7)
/// A solver in a solver, in an arm that only some passes take.
solver inner(a: real[n], w: real) -> real[n] {
  state x = a
  repeat 3 { x[i in 0..n] = 0.5 * x[i] + 0.1 * w * sum(j) of x[j] ^ 2 }
  return x
}
solver outer(a: real[n], w: real) {
  state x = a
  repeat k in 0..4 {
    y = inner(x, w)
    x = if sum(i) of y[i] > 2 then inner(y, 2 * w) else y
    yield x: x
  }
}
op douter(a: f64[n], w: f64) -> f64[n] {
  x = outer(a, w).x
  e = sum(i) of x[i] ^ 3
  return d(e) / d(a)
}
op dwouter(a: f64[n], w: f64) -> f64 {
  x = outer(a, w).x
  e = sum(i) of x[i] ^ 3
  return d(e) / d(w)
}
test douter([0.5, 1.0, 2.0, -1.0, 0.25], 0.3)
test dwouter([0.5, 1.0, 2.0, -1.0, 0.25], 0.3)
