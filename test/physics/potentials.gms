// Eigenvalues that are known in closed form: the harmonic oscillator, and the atom of the exponential interaction, whose even
// states are the zeros of J'(nu) and whose odd ones those of J(nu) of order nu = 2 sqrt(-2 E) / k at 2 sqrt(2 A) / k.
// RUN: %gmsc test --engines cpu,cpu-unfused,emulated %s
import physics

op harmonic(g: grid) -> energy[g] { v[i] = 0.5 * (g.x[i] / 1 bohr)^2 * 1 hartree }
op lowest_three(v: energy[g], g: grid, order: int) -> energy[3] {
  (e, phi) = lowest(3, kinetic(g, order) + diagonal(v))
  return e
}
op oscillator(points: int, spacing: f64[unit: length], order: int) -> energy[3] {
  g = line(points, spacing)
  return lowest_three(harmonic(g), g, order)
}
test oscillator(31, 0.4 bohr, 8) == [0.5, 1.5, 2.5] hartree, tolerance: 0.005
test oscillator(57, 0.25 bohr, 8) == [0.5, 1.5, 2.5] hartree, tolerance: 2e-4
// Eight orders less of error where the spacing is halved would be 256 times; here at least 100.
op error_of(points: int, spacing: f64[unit: length], order: int) -> energy {
  e = oscillator(points, spacing, order)
  return abs(e[0] - 0.5 hartree)
}
test error_of(23, 0.6 bohr, 8) > 100 * error_of(45, 0.3 bohr, 8)
test error_of(23, 0.6 bohr, 4) > 12 * error_of(45, 0.3 bohr, 4)

op atom(points: int, spacing: f64[unit: length], order: int) -> energy[3] {
  g = line(points, spacing)
  return lowest_three(attraction({ charge: [1], at: [0 bohr] }, g), g, order)
}
// The same grid by another program's dense eigenvalues, order 4: -0.67170904, -0.26849038, -0.10592155.
test atom(81, 0.25 bohr, 4) == [-0.67170904, -0.26849038, -0.10592155] hartree, tolerance: 3e-7
// Without a grid: -0.669776866, -0.268508764, -0.107130540. The cusp at the nucleus leaves an error of second order.
test atom(101, 0.2 bohr, 8) == [-0.669776866, -0.268508764, -0.107130540] hartree, tolerance: 0.04

/// Orbitals are normalised on the grid, and two electrons fill the lowest.
op filled_number(points: int, electrons: int) -> f64 {
  g = line(points, 0.4 bohr)
  return electrons_in(noninteracting(harmonic(g), electrons, g), g)
}
test filled_number(21, 1) == 1, tolerance: 1e-12
test filled_number(21, 2) == 2, tolerance: 1e-12
test filled_number(21, 5) == 5, tolerance: 1e-12
test occupation(0, 5) == 2
test occupation(2, 5) == 1
test occupation(3, 5) == 0

/// Against a Gaussian of the oscillator: density exp(-x^2) / sqrt(pi) of one electron, in bohr.
op density_error(points: int) -> f64 {
  g = line(points, 0.25 bohr)
  n = noninteracting(harmonic(g), 1, g, order: 8)
  return max(i) of abs(n[i] * 1 bohr - exp(-(g.x[i] / 1 bohr)^2) / sqrt(pi))
}
test density_error(49) < 2e-6
