// Derivatives in bodies, of calls and by fields, through own derivatives and functions that are passed ([GRD-1] to [FUN-2]).
// RUN: %gmsc test --engines cpu,cpu-unfused,cpu-avx2,emulated %s
op own(x: real, w: real[n]) -> real {
  y = sum(i) of w[i] * x^2
  g[i in 0..n] = x^2
  d(y) / d(x) = 2 * y / x
  d(y) / d(w) = g
  return y
}
type functional = (real[n]) -> energy
op lda(n: real[g], scale: real = 0.5) -> energy = scale * sum(i) of n[i]^(4/3) * 1 hartree
op potential(xc: functional, n: real[g]) -> energy[g] = d(xc(n)) / d(n)
op slope(x: real, w: real[n]) -> real = d(own(x, w)) / d(x)
op of_w(x: real, w: real[n]) -> real[n] = d(own(x, w)) / d(w)
op second(x: real) -> real {
  y = x^3
  return d(d(y) / d(x)) / d(x)
}
test second(2) == 12
test second(f64(2)) == 12
test slope(2, [1.0, 2.0]) == 12
test of_w(2, [1.0, 2.0]) == [4.0, 4.0]
test potential(lda, f64([8.0])) == f64([1.3333333333333333]) * 1 hartree
test sum(x in [1.0, 2.0]) of d(x^2) / d(x) == 6
// The same derivative for each element, of a call that does not depend on the element: it is shared while derivatives are expanded.
op squares(x: real[n]) -> real = sum(j) of x[j]^2
op of_call(x: real[n]) -> real[3] {
  f[i in 0..3] = (d(squares(x)) / d(x))[i, border: zero]
  return f
}
test of_call([0.0, 1.0, 3.0]) == [0.0, 2.0, 6.0]
record molecule { charge: real, pos: length[n] }
/// Springs between neighbours.
op energy_of(m: molecule) -> energy =
  sum(i in 1..length(m.pos)) of 0.5 * m.charge * 1 eV/angstrom^2 * (m.pos[i] - m.pos[i - 1])^2
op forces(m: molecule) -> force[3] {
  f[i in 0..3] = -(d(energy_of(m)) / d(m.pos))[i, border: zero]
  return f
}
test forces({ charge: 2.0, pos: [0.0, 1.0, 3.0] angstrom }) == [2.0, 2.0, -4.0] eV/angstrom
