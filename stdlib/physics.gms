// Electrons in one dimension: grids, kinetic operators, the exponential Coulomb interaction, and the parts of a Kohn-Sham
// energy. Energies in hartree and lengths in bohr, or any unit of energy and length; densities are per length.
// Everything is computed in f64, since grids are.

// ---- grids -----------------------------------------------------------------------------------------------------------

/// Equally spaced points on a line, centred on 0.
record grid {
  /// The places of the points, ascending.
  x: f64[n, unit: length],
  /// The distance of neighbours.
  dx: f64[unit: length],
  /// The number of points times `dx`: what an integral of 1 gives; of a ring the way round.
  length: f64[unit: length],
  /// Whether the last point is a neighbour of the first.
  periodic: bool
}
/// Equally spaced points on a plane, centred on 0: the places of two particles on one line.
record plane {
  x: f64[n, unit: length],
  y: f64[m, unit: length],
  dx: f64[unit: length],
  /// dx squared: the measure of one point.
  area: f64[unit: length^2],
  periodic: bool
}
/// `points` points, `spacing` apart, centred on 0. Of an odd number the middle one lies at 0.
op line(points: int, spacing: f64[unit: length], periodic: bool = false) -> grid {
  x[i in 0..points] = (i - 0.5 * (points - 1)) * spacing
  return { x: x, dx: spacing, length: points * spacing, periodic: periodic }
}
/// The square of such points.
op square(points: int, spacing: f64[unit: length], periodic: bool = false) -> plane {
  g = line(points, spacing)
  return { x: g.x, y: g.x, dx: spacing, area: spacing^2, periodic: periodic }
}
test line(3, 0.5 bohr).x == [-0.5, 0.0, 0.5] bohr
test line(4, 1 bohr).x == [-1.5, -0.5, 0.5, 1.5] bohr
test line(4, 0.5 bohr).length == 2 bohr

// ---- differences and kinetic energy ----------------------------------------------------------------------------------

/// The second derivative by central differences, exact for polynomials up to degree order + 1 away from the ends: order 2, 4, 6
/// or 8, or any even number. Beyond the ends of a grid that is not periodic functions are 0.
/// The weight of the neighbours k steps away is 2 (-1)^(k + 1) (m!)^2 / (k^2 (m - k)! (m + k)!) / dx^2, m = order / 2
/// (Fornberg, Math. Comput. 51, 699, 1988), and of the point itself minus twice their sum.
op laplacian(g: grid, order: int = 4) -> operator[g, unit: 1 / length^2] {
  m = max(1, floor(order / 2))
  weight[k in 0 .. m + 1] = central_weight(k, m, g.dx)
  bands[k in 0 .. m + 1, i in 0..length(g.x)] = if k == 0
    then -2 * sum(s in 1 .. m + 1) of weight[s, border: zero]
    else weight[k]
  return banded(bands, periodic: g.periodic)
}
/// The weight of the neighbours `k` steps away, k from 1 to m, in a difference of order 2 m; of whole numbers until its one division.
op central_weight(k: int, m: int, dx: f64[unit: length]) -> f64[unit: 1 / length^2] {
  above = prod(j in 1..=k) of (m - k + j)
  below = prod(j in 1..=k) of (m + j)
  sign = 2 * mod(k, 2) - 1
  return 2 * sign * above / (below * max(k, 1)^2 * dx^2)
}
/// -1/2 d^2/dx^2 of one electron, in units of energy.
op kinetic(g: grid, order: int = 4) -> operator[g, unit: energy] = -0.5 hartree*bohr^2 * laplacian(g, order)
/// The kinetic energy of two electrons on a line: the Kronecker sum of that of each.
op kinetic_of_pair(p: plane, order: int = 4) -> operator[p, unit: energy] {
  one = kinetic({ x: p.x, dx: p.dx, length: length(p.x) * p.dx, periodic: p.periodic }, order)
  two = kinetic({ x: p.y, dx: p.dx, length: length(p.y) * p.dx, periodic: p.periodic }, order)
  return kronecker_sum(one, two)
}

// ---- interactions ----------------------------------------------------------------------------------------------------

/// The exponential Coulomb interaction of two unit charges at a distance: A exp(-k |r|) with A = 1.071295 hartree and
/// k = 1 / (2.385345 bohr). Source: Baker, Stoudenmire, Wagner, Burke and White, Phys. Rev. B 91, 235141 (2015).
op exp_coulomb(r: length) -> energy = 1.071295 hartree * exp(-abs(r) / 2.385345 bohr)
test exp_coulomb(0 bohr) == 1.071295 hartree
test exp_coulomb(-2.385345 bohr) == 0.3941076 hartree

/// Point charges: in units of the proton's, and where they are.
record nuclei { charge: f64[a], at: f64[a, unit: length] }
/// Two protons, `distance` apart, around 0.
op h2(distance: f64[unit: length]) -> nuclei {
  at[q in 0..2] = (q - 0.5) * distance
  return { charge: [1.0, 1.0], at: at }
}
/// The potential that an electron feels at the points of a grid.
op attraction(atoms: nuclei, g: grid) -> energy[g] {
  v[i] = sum(q) of -atoms.charge[q] * exp_coulomb(g.x[i] - atoms.at[q])
}
/// The energy of the nuclei among themselves.
op repulsion(atoms: nuclei) -> energy =
  0.5
    * sum(p, q) of (if p == q then 0 hartree
      else atoms.charge[p] * atoms.charge[q] * exp_coulomb(atoms.at[p] - atoms.at[q]))
/// The electrostatic potential of a density, and its energy.
op hartree(n: density[g], g: grid) -> energy[g] {
  v[i] = sum(j) of n[j] * exp_coulomb(g.x[i] - g.x[j]) * g.dx
}
op hartree_energy(n: density[g], g: grid) -> energy = 0.5 * energy_in(hartree(n, g), n, g)
/// The energy of a density in a potential: the integral of v n.
op energy_in(v: energy[g], n: density[g], g: grid) -> energy = sum(i) of v[i] * n[i] * g.dx
/// The number of electrons in a density.
op electrons_in(n: density[g], g: grid) -> real = sum(i) of n[i] * g.dx

// ---- the local density approximation ---------------------------------------------------------------------------------

/// Exchange and correlation of the uniform gas with this interaction, locally: the integral of n (e_x(n) + e_c(n)) with
/// y = pi n / k, e_x = A / (2 pi) (ln(1 + y^2) / y - 2 arctan y) and e_c = -A y / (pi (2 - 1.00077 y^0.5 + 6.26099 y
/// - 11.9041 y^1.5 + 9.62614 y^2 - 1.48334 y^2.5 + pi k^2 / A y^3)), A and k in atomic units.
/// Source: the same paper, equations 17 and 24; not polarised.
op lda(n: density[g], g: grid) -> energy {
  total = sum(i) of n[i] * (lda_exchange(n[i]) + lda_correlation(n[i])) * g.dx
}
/// The exchange energy of an electron in the uniform gas. Below y = 0.001 by its series, which differs by 1e-22 there.
op lda_exchange(n: real[unit: 1 / length]) -> energy {
  y = pi * n * 2.385345 bohr
  wide = max(y, 0.001)
  closed = log(1 + wide^2) / wide - 2 * atan2(wide, 1) / 1 rad
  return 1.071295 hartree / (2 * pi) * (if y < 0.001 then -y + y^3 / 6 - y^5 / 15 else closed)
}
/// The correlation energy of an electron in the uniform gas. Below y = 1e-12 it is that of y = 1e-12, where its root has a slope.
op lda_correlation(n: real[unit: 1 / length]) -> energy {
  y = max(pi * n * 2.385345 bohr, 1e-12)
  r = sqrt(y)
  cubic = pi / (1.071295 * 2.385345^2)
  below = 2 - 1.00077 * r + 6.26099 * y - 11.9041 * r * y + 9.62614 * y^2 - 1.48334 * r * y^2 + cubic * y^3
  return -1.071295 hartree * y / (pi * below)
}

// ---- electrons in a potential ----------------------------------------------------------------------------------------

/// How many electrons are in orbital `m`, counted from 0, where the lowest are filled with two.
op occupation(m: int, electrons: int) -> int = clamp(electrons - 2 * m, 0, 2)
/// The density of electrons in the lowest orbitals.
/// The density of electrons that fill the lowest orbitals, two in each. Orbitals as `lowest` gives them with `measure: g.dx`.
op filled(phi: real[k, n, unit: 1 / length^0.5], electrons: int) -> density[n] {
  out[i] = sum(m) of occupation(m, electrons) * phi[m, i]^2
}
/// The density of electrons that do not feel one another: where an iteration starts.
op noninteracting(v: energy[g], electrons: int, g: grid, order: int = 4) -> density[g] {
  (e, phi) = lowest(floor((electrons + 1) / 2), kinetic(g, order) + diagonal(v), measure: g.dx)
  return filled(phi, electrons)
}
/// The mean of a density and its mirror image. `from` leaves out the first points: with `from: 1` the mirror of a grid of an
/// odd number of points lies half a spacing above 0, where molecules of some separations have their centre.
op mirrored(n: density[m], from: int = 0) -> density[m] {
  out[i] = if i < from then n[i] else 0.5 * (n[i] + n[m - 1 + from - i, border: clamp])
}
/// The energy of a Kohn-Sham step: of the orbitals with eigenvalues `e` in the potential `v`, with their density `n`, in the
/// nuclei's potential `outer`; `xc` is the exchange and correlation energy of n. Without the nuclei's own repulsion.
op total_energy(
  e: energy[k],
  electrons: int,
  v: energy[g],
  outer: energy[g],
  n: density[g],
  xc: energy,
  g: grid
) -> energy {
  orbitals = sum(m) of occupation(m, electrons) * e[m]
  return orbitals - energy_in(v, n, g) + energy_in(outer, n, g) + hartree_energy(n, g) + xc
}
/// Two interacting electrons in the nuclei's potential, without approximation: the lowest state on the plane of both places.
/// Its energy, without the nuclei's own repulsion, and its density.
solver exact_two_electrons(atoms: nuclei, g: grid = line(513, 0.08 bohr), order: int = 4) {
  one = kinetic(g, order) + diagonal(attraction(atoms, g))
  between[i, j] = exp_coulomb(g.x[i] - g.x[j])
  (e, psi) = lowest(1, kronecker_sum(one, one) + diagonal(between), measure: g.dx^2)
  density[i] = 2 * sum(j) of psi[0, i, j]^2 * g.dx
  return { energy: e[0], density: density }
}
