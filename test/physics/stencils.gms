// Central differences: exact for polynomials up to degree order + 1, and their known eigenvalues.
// RUN: %gmsc test --engines cpu,cpu-unfused,emulated %s
import physics

op points_of(n: int, periodic: bool = false) -> grid = line(n, 1 bohr, periodic)
/// x^p at the points, and its second derivative.
op powers(g: grid, p: int) -> f64[g] { out[i] = (g.x[i] / 1 bohr)^p }
op curvatures(g: grid, p: int) -> f64[g, unit: 1 / length^2] { out[i] = p * (p - 1) * (g.x[i] / 1 bohr)^max(p - 2, 0) / (1 bohr)^2 }
/// The largest error where the stencil lies inside the grid.
op inner_error(order: int, p: int) -> f64[unit: 1 / length^2] {
  g = points_of(17)
  found = laplacian(g, order) * powers(g, p)
  wanted = curvatures(g, p)
  return max(i in 4..13) of abs(found[i, border: zero] - wanted[i, border: zero])
}
test max(p in 0..4) of inner_error(2, p) * (1 bohr)^2 < 1e-11
test inner_error(2, 4) * (1 bohr)^2 > 1
test max(p in 0..6) of inner_error(4, p) * (1 bohr)^2 < 1e-11
test inner_error(4, 6) * (1 bohr)^2 > 1
test max(p in 0..8) of inner_error(6, p) * (1 bohr)^2 < 1e-10
test inner_error(6, 8) * (1 bohr)^2 > 1
test max(p in 0..10) of inner_error(8, p) * (1 bohr)^2 < 1e-9
test inner_error(8, 10) * (1 bohr)^2 > 1

/// The weights as whole fractions: those of order 8 are -205/72, 8/5, -1/5, 8/315, -1/560.
op row_of(order: int) -> f64[9] {
  g = points_of(9)
  one[i in 0..9] = if i == 4 then 1 else 0
  curvature = laplacian(g, order) * one
  out[i] = curvature[i] * (1 bohr)^2
}
test row_of(2) == [0, 0, 0, 1, -2, 1, 0, 0, 0], tolerance: 1e-14
test row_of(4) == [0, 0, -1 / 12, 4 / 3, -5 / 2, 4 / 3, -1 / 12, 0, 0], tolerance: 1e-14
test row_of(6) == [0, 1 / 90, -3 / 20, 3 / 2, -49 / 18, 3 / 2, -3 / 20, 1 / 90, 0], tolerance: 1e-14
test row_of(8) == [-1 / 560, 8 / 315, -1 / 5, 8 / 5, -205 / 72, 8 / 5, -1 / 5, 8 / 315, -1 / 560], tolerance: 1e-14

/// On a ring a constant has no curvature and a wave has that of its stencil, everywhere.
op wave(g: grid) -> f64[g] { out[i] = cos(2 * pi * i / length(g.x)) }
op ring_error(order: int) -> f64 {
  g = points_of(12, periodic: true)
  w = wave(g)
  found = laplacian(g, order) * w
  eigenvalue = found[0, border: zero] / w[0, border: zero]
  return max(i) of abs(found[i] - eigenvalue * w[i]) * (1 bohr)^2
}
test max(m in 1..5) of ring_error(2 * m) < 1e-13

/// The box: eigenvalues (1 - cos(q pi / (n + 1))) / dx^2 of the 3-point kinetic operator, q from 1.
op lowest_three(g: grid, order: int) -> energy[3] {
  (e, phi) = lowest(3, kinetic(g, order))
  return e
}
op box(n: int, dx: f64[unit: length]) -> energy[3] { out[q in 0..3] = (1 - cos((q + 1) * pi / (n + 1))) * (1 bohr / dx)^2 * 1 hartree }
test lowest_three(line(9, 0.5 bohr), 2) == box(9, 0.5 bohr), tolerance: 1e-11
/// The ring: (1 - cos(2 pi q / n)) / dx^2, every one but the first twice.
op ring(n: int, dx: f64[unit: length]) -> energy[3] { out[q in 0..3] = (1 - cos(2 * pi * floor((q + 1) / 2) / n)) * (1 bohr / dx)^2 * 1 hartree }
test lowest_three(line(8, 0.5 bohr, periodic: true), 2) == ring(8, 0.5 bohr), tolerance: 1e-10

/// A pair on a plane has the sums of two.
op pair_energies(n: int) -> energy[2] {
  (e, psi) = lowest(2, kinetic_of_pair(square(n, 0.5 bohr), 2))
  return e
}
op pair_sums(n: int) -> energy[2] {
  e = lowest_three(line(n, 0.5 bohr), 2)
  return [2 * e[0], e[0] + e[1]]
}
test pair_energies(5) == pair_sums(5), tolerance: 1e-10
