// A learned exchange-correlation functional inside a Kohn-Sham solver. Source: Li, Hoyer, Pederson, Sun, Cubuk, Riley and
// Burke, "Kohn-Sham equations as regularizer", Phys. Rev. Lett. 126, 036401 (2021), with 1,568 weights.
import physics

// ---- the network -----------------------------------------------------------------------------------------------------

/// The weights: widths of the global kernels, two convolutions [out, in, tap], one 1x1 convolution, the gate's width.
record network {
  eta: f64[15],
  first: f64[16, 16, 3],
  second: f64[16, 16, 3],
  last: f64[16],
  gate: f64
}

/// Weights drawn by He's rule (He et al., ICCV 2015): deviation sqrt(2 / inputs).
augment start() -> network {
  eta[k in 0..15] ~ normal(0, 0.01)
  first[q in 0..16, p in 0..16, t in 0..3] ~ normal(0, sqrt(2 / 48))
  second[q in 0..16, p in 0..16, t in 0..3] ~ normal(0, sqrt(2 / 48))
  last[q in 0..16] ~ normal(0, sqrt(2 / 16))
  return { eta: eta, first: first, second: second, last: last, gate: 1.0 }
}

op sigmoid(x: real) -> real = 1 / (1 + exp(-x))
op swish(x: real) -> real = x / (1 + exp(-x))
test swish(0.0) == 0.0
test sigmoid(0.0) == 0.5

/// A convolution of 16 channels along a line, three wide, without bias.
op convolution(w: f64[16, 16, 3], x: f64[16, n]) -> f64[16, n] {
  out[q, i in 0..n] = sum(p in 0..16, t in 0..3) of w[q, p, t] * x[p, i + t - 1, border: zero]
}
/// The energy of an electron at each point, in hartree: what the density is there and, by exponential kernels of 15 widths
/// between 0.1 and 2.385345 bohr, around there, goes through the convolutions.
op energy_per_electron(f: network, n: density[g], g: grid) -> energy[g] {
  width[k] = (0.1 + 2.285345 * sigmoid(f.eta[k])) * 1 bohr
  around[k, i] = sum(j) of n[j]
    * exp(-abs(g.x[i] - g.x[j]) / width[k])
    / (2 * width[k])
    * g.dx
    * 1 bohr
  seen[q in 0..16, i in 0..length(n)] = if q == 0 then n[i] * 1 bohr else around[q - 1, i, border: clamp]
  one = convolution(f.first, seen)
  h[q, i] = swish(one[q, i])
  two = convolution(f.second, h)
  e[i] = -swish(sum(q in 0..16) of f.last[q] * swish(two[q, i])) * 1 hartree
}
/// The functional: the gate mixes in minus half the electrostatic potential, which is exact for one electron.
op learned(f: network, n: density[g], g: grid, electrons: int, from: int) -> energy {
  one = exp(-((electrons - 1) / f.gate)^2)
  m = mirrored(n, from)
  e = energy_per_electron(f, m, g)
  return -one * hartree_energy(n, g) + (1 - one) * energy_in(e, m, g)
}

// ---- the molecules -----------------------------------------------------------------------------------------------------

/// Two protons `steps` grid spacings apart. Where that is odd they lie around a point half a spacing above 0.
op protons(steps: int, g: grid) -> nuclei {
  at[q in 0..2] = (q - 0.5) * steps * g.dx + 0.5 * mod(steps, 2) * g.dx
  return { charge: [1.0, 1.0], at: at }
}
op points() -> grid = line(513, 0.08 bohr)
/// H2 without approximation: energy, without the protons' repulsion, and density.
op exact(steps: int) {
  g = points()
  run = exact_two_electrons(protons(steps, g), g)
  return { steps: steps, distance: steps * g.dx, energy: run.energy, density: run.density }
}

// ---- self-consistency --------------------------------------------------------------------------------------------------

/// Fifteen iterations from electrons that do not feel one another, mixed by 0.5 * 0.9^k; densities are kept symmetric.
solver kohn_sham(f: network, steps: int, electrons: int = 2) {
  g = line(513, 0.08 bohr)
  from = mod(steps, 2)
  v = attraction(protons(steps, g), g)
  state n = mirrored(noninteracting(v, electrons, g), from)
  repeat k in 0..15 {
    xc = learned(f, n, g, electrons, from)
    vs = v + hartree(n, g) + d(xc) / d(n) / g.dx
    (e, phi) = lowest(1, kinetic(g) + diagonal(vs), measure: g.dx)
    out = mirrored(filled(phi, electrons), from)
    total = total_energy(e, electrons, vs, v, out, learned(f, out, g, electrons, from), g)
    n = n + 0.5 * 0.9^k * (out - n)
    yield energy: total, density: n
  }
}
/// Energies of the last five iterations, later ones counting more, and the final density, against exact ones.
op loss(f: network, steps: int, energy: energy, density: density[m]) -> real {
  run = kohn_sham(f, steps)
  energies = sum(k in 10..15) of 0.9^(14 - k) * ((run.trace[k].energy - energy) / 1 hartree)^2 / 2
  missing = sum(i) of (run.density[i] - density[i, border: zero])^2 * 0.08 bohr * 1 bohr / 2
  return energies + missing
}
/// The energy after the last iteration, and how far that still moved it.
op result(f: network, steps: int) {
  run = kohn_sham(f, steps)
  return { energy: run.energy, drift: abs(run.trace[14].energy - run.trace[13].energy) }
}

// ---- for comparison ----------------------------------------------------------------------------------------------------

/// The same network as a direct map from the density to the energy, without any equation.
op direct(f: network, steps: int, density: density[m]) -> energy {
  g = line(513, 0.08 bohr)
  n[i in 0..513] = density[i, border: zero]
  s = mirrored(n, mod(steps, 2))
  return energy_in(energy_per_electron(f, s, g), s, g)
}
/// The local density approximation in the same iterations.
solver kohn_sham_lda(steps: int) {
  g = line(513, 0.08 bohr)
  v = attraction(protons(steps, g), g)
  state n = noninteracting(v, 2, g)
  repeat k in 0..15 {
    vs = v + hartree(n, g) + d(lda(n, g)) / d(n) / g.dx
    (e, phi) = lowest(1, kinetic(g) + diagonal(vs), measure: g.dx)
    out = filled(phi, 2)
    n = n + 0.5 * 0.9^k * (out - n)
    yield energy: total_energy(e, 2, vs, v, out, lda(out, g), g)
  }
}
op lda_energy(steps: int) -> energy = kohn_sham_lda(steps).energy
