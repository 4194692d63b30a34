// Solvers on the evaluator: states and their order in a pass, `until`, ranges that do not start at 0, the record of the result ([SOL-1] to [SOL-10]).
// RUN: %gmsc test --engines evaluator %s
solver root(a: real, passes: int = 8) {
  state x = 1.0
  repeat passes until abs(x * x - a) < 1e-12 * a {
    half = x / 2
    x    = half + a / (2 * x)
    yield root: x, error: abs(x * x - a)
  }
}
test abs(root(2).root - f64(1.4142135623730951)) < 1e-15
test root(2).steps == 5
test root(2).trace[0].error == 0.25
test length(root(2).trace) == 8
// The passes that `until` left out repeat the last.
test root(2).trace[7].root == root(2).trace[4].root
test root(2, passes: 2).steps == 2
test sum(k in 0..2) of root(2, passes: 2).trace[k].root == 1.5 + 17 / 12

/// A state is seen in its new version by what follows in the pass.
solver order(a: real) {
  state x = a
  state y = 10.0
  repeat 2 {
    before = x
    x = x + 1
    y = y + x
    x = 2 * x
    yield before: before, x: x, y: y
  }
}
test order(1).trace[0] == { before: 1, x: 4, y: 12 }
test order(1).trace[1] == { before: 4, x: 10, y: 17 }
test order(1).x == 10

/// Pairs, ints, a range from 3, and the number of the pass.
solver fibonacci(n: int) -> (int, int) {
  state a = 0
  state b = 1
  state sum_of_passes = 0
  repeat k in 3 .. n + 3 {
    next = a + b
    (a, b) = (b, next)
    sum_of_passes = sum_of_passes + k
  }
  return (a, sum_of_passes)
}
test fibonacci(10)[0] == 55
test fibonacci(4)[1] == 3 + 4 + 5 + 6

/// A tensor by index, and a record.
record rod { t: real[n], heat: real }
solver settle(start: real[n], passes: int) -> rod {
  state r = { t: start, heat: 0.0 }
  state calm = start
  repeat passes {
    calm[i] = if i == 0 or i == n - 1 then r.t[i] else 0.5 * (r.t[i - 1, border: clamp] + r.t[i + 1, border: clamp])
    r = { t: calm, heat: r.heat + sum(i) of calm[i] }
  }
  return r
}
test settle([0, 4, 0, 0], 1).t == [0.0, 0, 2, 0]
test settle([0, 4, 0, 0], 2).t == [0.0, 1, 0, 0]
test settle([0, 4, 0, 0], 2).heat == 3

/// No state: a function in f64. A third in f32 would be 1e-8 off.
solver third() -> real { return 1 / 3 }
test abs(3 * third() - 1) < 1e-15

/// Solvers inside solvers, and inside index notation.
solver nested(a: real) {
  state x = a
  repeat 3 {
    x = root(x + 1).root
    yield x: x
  }
}
test abs(nested(1).x - f64(1.5980531824786175)) < 1e-14
op roots(x: real[n]) -> f64[n] { out[i] = root(x[i]).root }
test roots([4, 9, 16]) == [2.0, 3.0, 4.0]
