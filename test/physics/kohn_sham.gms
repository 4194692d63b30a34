// Interactions, the local density approximation, and a whole self-consistent solver on small grids; the numbers come from
// another program with dense matrices.
// RUN: %gmsc test --engines cpu,cpu-unfused,emulated %s
import physics

op gaussian(g: grid) -> density[g] { n[i] = exp(-(g.x[i] / 1 bohr)^2) / 1 bohr }
op hartree_of_gaussian() -> energy {
  g = line(41, 0.4 bohr)
  return hartree_energy(gaussian(g), g)
}
op lda_of_gaussian() -> energy {
  g = line(41, 0.4 bohr)
  return lda(gaussian(g), g)
}
test hartree_of_gaussian() == 1.2478693394863487 hartree, tolerance: 1e-12
test lda_of_gaussian() == -0.6423672303999037 hartree, tolerance: 1e-12
op exchange_at(y: real[4]) -> real[4] { out[i] = lda_exchange(y[i] / 1 bohr) / 1 hartree }
op correlation_at(y: real[4]) -> real[4] { out[i] = lda_correlation(y[i] / 1 bohr) / 1 hartree }
test exchange_at(f64([0.1, 0.5, 1, 3])) == [-0.11789513, -0.32336237, -0.39835805, -0.47326005], tolerance: 1e-8
test correlation_at(f64([0.1, 0.5, 1, 3])) == [-0.08504663, -0.02160915, -0.0077107, -0.00127015], tolerance: 1e-8
// Much electron: the exchange energy ends at -A / 2, correlation at 0; few: -A y / (2 pi), y = pi n / k.
test lda_exchange(f64(1e7) / 1 bohr) == -0.5356475 hartree, tolerance: 1e-5
test lda_correlation(f64(1e4) / 1 bohr) == 0 hartree, tolerance: 1e-4
test lda_exchange(f64(1e-6) / 1 bohr) / 1 hartree == -1.071295 / 2 * 2.385345 * 1e-6, tolerance: 1e-15
// The series and the closed form meet.
test lda_exchange(f64(0.00013343) / 1 bohr) / f64(0.00013343) == lda_exchange(f64(0.00013346) / 1 bohr) / f64(0.00013346), tolerance: 1e-7
test repulsion(h2(1.4 bohr)) == 0.5956815901354744 hartree
test mirrored([1.0, 2.0, 4.0] / 1 bohr) == [2.5, 2.0, 2.5] / 1 bohr
test mirrored([7.0, 1.0, 2.0, 4.0] / 1 bohr, from: 1) == [7.0, 2.5, 2.0, 2.5] / 1 bohr

/// H2 by Kohn-Sham: the mixing of the densities falls as 0.5 * 0.9^k.
solver kohn_sham(atoms: nuclei, electrons: int, g: grid) {
  outer = attraction(atoms, g)
  state n = noninteracting(outer, electrons, g)
  repeat k in 0..15 {
    v        = outer + hartree(n, g) + d(lda(n, g)) / d(n) / g.dx
    (e, phi) = lowest(floor((electrons + 1) / 2), kinetic(g, order: 4) + diagonal(v), measure: g.dx)
    out      = filled(phi, electrons)
    n        = n + 0.5 * 0.9^k * (out - n)
    yield energy: total_energy(e, electrons, v, outer, out, lda(out, g), g), density: n
  }
}
op energies(atoms: nuclei, passes: int) -> energy[15] {
  run = kohn_sham(atoms, 2, line(33, 0.4 bohr))
  out[k in 0..15] = run.trace[k].energy
}
op middle(atoms: nuclei) -> f64[unit: 1 / length] {
  run = kohn_sham(atoms, 2, line(33, 0.4 bohr))
  return run.density[16, border: zero]
}

test abs(energies(h2(1.6 bohr), 15)[14] / 1 hartree + f64(1.962127975716269)) < 1e-8

/// Two electrons without approximation, on a plane of 13 x 13.
op pair() -> (energy, f64[unit: 1 / length]) {
  run = exact_two_electrons(h2(1.4 bohr), line(13, 0.8 bohr))
  return (run.energy, run.density[6, border: zero])
}
test pair()[0] == -2.04329681 hartree, tolerance: 3e-7
test abs(pair()[1] * 1 bohr - f64(0.6640912386128057)) < 1e-9
