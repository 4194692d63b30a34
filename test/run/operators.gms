// RUN: %gmsc test %s --engines cpu,cpu-unfused,cpu-avx2,emulated
// RUN: %gmsc run %s -o %t
// RUN: %gmsc build %s -o %t.program && env -i PATH= %t.program -o %t.again
// Operators of the language on every engine, in a run and in an executable.

/// The harmonic well's levels on a grid: 1/2, 3/2, 5/2, ...
op levels(points: int, spacing: f64) -> f64[3] {
  x[i in 0..points] = (i - 0.5 * (points - 1)) * spacing
  b[d in 0..3, i in 0..points] = (if d == 0 then 2.5 else if d == 1 then -4 / 3 else 1 / 12) / (2 * spacing^2)
  v[i] = 0.5 * x[i]^2
  (e, phi) = lowest(3, banded(b) + diagonal(v))
  return e
}
test levels(161, 0.1) == [0.5, 1.5, 2.5], tolerance: 2e-4

/// What is left of a shift after a smoothing and its reverse.
op undone(x: f64[n], by: f64) -> f64[n] {
  b[d in 0..2, i in 0..n] = if d == 1 then -by else 1 + 2 * by
  a = banded(b, periodic: true)
  return solve(a, a * x)
}
test undone([0.5, 1, -2, 0.25, 3], 0.4) == [0.5, 1, -2, 0.25, 3]

/// All that fills its matrix, applied.
op filled(x: f64[n], c: f64[n], a: f64[n, n]) -> f64[n] = (toeplitz(c) - 2 * exponential(0.3, length(x)) + dense(a)) * x
test filled([1.0, 2, 3], [2.0, 1, 0], [[1.0, 2, 3], [2, 5, 6], [3, 6, 9]])

/// Two particles in one well that do not see each other: their energies add.
op pair(points: int, spacing: f64) -> f64[1] {
  x[i in 0..points] = (i - 0.5 * (points - 1)) * spacing
  b[d in 0..2, i in 0..points] = (if d == 0 then 1 else -0.5) / spacing^2
  v[i, j] = 0.5 * (x[i]^2 + x[j]^2)
  (e, psi) = lowest(1, kronecker_sum(banded(b), banded(b)) + diagonal(v))
  return e
}
test pair(31, 0.35) == [1.0], tolerance: 0.01

/// A sum over falling exponentials, which is a recurrence in fused code.
op screened(n: f64[g], spacing: f64, width: f64) -> f64[g] {
  x[i in 0..g] = (i - 3) * spacing
  v[i] = sum(j) of n[j] * exp(-abs(x[i] - x[j]) / width) / (2 * width)
  return v
}
test screened([1.0, 0, 0, 2, 0, 0, 0, 0.5, 0, 0, 0, 0, -1, 0, 0, 0, 0, 3, 0, 0], 0.4, 0.7)

experiment operators {
  e = levels(161, 0.1)
  expect abs(e[0] - 0.5) < 1e-4
  expect abs(pair(31, 0.35)[0] - 1) < 0.01
}
