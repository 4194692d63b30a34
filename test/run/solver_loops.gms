// Solvers on every engine: tensors, tuples and numbers as states, `until`, loops in loops and in conditionals, series.
// RUN: %gmsc test %s --engines cpu,cpu-unfused,cpu-avx2,emulated
solver relax(x: real[n]) {
  v[i in 0..n] = exp(-x[i] * x[i])
  state s = x
  repeat k in 0..7 {
    s[i in 0..n] = 0.5 * (s[i + 1, border: clamp] + s[i - 1, border: clamp]) + 0.01 * v[i]
    yield energy: sum(i) of s[i] ^ 2, shape: s
  }
}
op energies(x: f64[n]) -> f64[7] {
  run = relax(x)
  out[k in 0..7] = run.trace[k].energy
}
solver root(a: real, passes: int = 6) {
  state x = 1.0
  repeat passes until abs(x * x - a) < 1e-12 {
    half = x / 2
    x    = half + a / (2 * x)
    yield root: x, error: abs(x * x - a)
  }
}
op use(x: f64) -> f64 {
  r = root(x)
  return r.root + r.trace[2].error + r.steps
}
op fewer(x: f64) -> f64 {
  r = root(x, passes: 20)
  return r.root + r.trace[19].error + r.steps
}
solver mixed(n: real[p], weight: real) -> real[p] {
  scale = 2 * weight
  state u = n
  state total = 0.0
  state count = 0
  state pair = (n, 1.0)
  repeat k in 1..=15 {
    u[i in 0..p] = u[clamp(i - 1, 0, p - 1)] * 0.9^k + scale
    total = sum(i) of u[i]
    u = u / total
    (a, b) = pair
    pair = (u, b * 0.5)
    count = count + 1
  }
  (a, b) = pair
  out[i in 0..p] = u[i] + total + count + b * a[i]
  return out
}
solver swap(a: real[n], b: real[n], passes: int) -> real[n] {
  state x = a
  state y = b
  repeat passes {
    t = x
    x = y
    y = t
  }
  out[i in 0..n] = x[i] + 10 * y[i]
  return out
}
solver inner(a: real[n]) -> real[n] {
  state x = a
  repeat 3 { x[i in 0..n] = 0.5 * x[i] + 0.1 * sum(j) of x[j] }
  return x
}
solver outer(a: real[n]) {
  state x = a
  repeat k in 0..4 {
    y = inner(x)
    x = if sum(i) of y[i] > 3 then inner(y) else y
    yield x: x
  }
}
solver already(a: real[n], bound: real) -> real[n] {
  state x = a
  state k = 0
  repeat 9 until sum(i) of x[i] > bound {
    x[i in 0..n] = 1.5 * x[i] + 0.25
    k = k + 1
  }
  out[i in 0..n] = x[i] + 100 * k
  return out
}
/// The number of passes is an extent.
solver steps_of(a: real[n]) {
  state x = 1.0
  repeat k in 0..n {
    x = 0.5 * x + a[k]
    yield x: x, all: a
  }
}
op long(x: f64[n]) -> f64[n] = outer(x).x
test relax([0.5, 1.0, 2.0, -1.0, 0.25]).energy
test relax([0.5, 1.0, 2.0, -1.0, 0.25]).shape
test energies([0.5, 1.0, 2.0, -1.0, 0.25])
test relax([0.5, 1.0, 2.0, -1.0, 0.25]).trace[3].shape
test use(7)
test fewer(7)
test root(9, passes: 30).trace[29].root
test root(9, passes: 30).steps
test mixed([0.5, 1.0, 2.0, -1.0, 0.25], 0.3)
test swap([0.5, 1.0, 2.0, -1.0, 0.25], [1.0, 2, 3, 4, 5], 3)
test swap([0.5, 1.0, 2.0, -1.0, 0.25], [1.0, 2, 3, 4, 5], 4)
test long([0.5, 1.0, 2.0, -1.0, 0.25])
test outer([0.5, 1.0, 2.0, -1.0, 0.25]).trace[1].x
test already([0.5, 1.0], 1)
test already([0.5, 1.0], 1.5)
test already([0.5, 1.0], 40)
test steps_of([0.5, 1.0, 2.0, 3.0]).x
test steps_of([0.5, 1.0, 2.0, 3.0]).trace[2].all
