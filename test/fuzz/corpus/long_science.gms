// Units, solvers, models, searches and experiments.
unit angstrom = 1e-10 m
unit cm
unit kayser = 1 / 1 cm^-1
type functional = (density[g]) -> energy
type pair = (real, int)
extern fit(f in model, m in dataset, by: optimiser = lbfgs(20), seeds: int) of real -> trained
extern measured -> dataset
param steps: int = 200
param where: path

model network(width: int = 16) (x: features[n]) -> { energy: energy, forces: force[n, 3] } {
  weight eta[k in 0..15] ~ normal(0, 1)
  state h[i] = embed(x[i], width)
  repeat 3 { h[i] = h[i] + mlp(h[i]) }
  return { energy: sum(i) of h[i] * 1 eV, forces: -d(h) / d(x) }
}

solver settle(start: crystal[n], e: energy_model) -> crystal[n] {
  state c = start
  repeat 500 until max(abs(forces(c, e))) < 0.01 eV/angstrom and not stuck(c) {
    c = c + 0.1 * forces(c, e)
    yield energy: e(c), place: c
  }
  return c
}

space cells(f: composition) -> crystal = random_cell(f, volume: ?real(0.7, 1.4) * 2, kind: ?{cubic, hexagonal}, more: ?)

scale family(budget: flops) -> network {
  width = snap(16 * (budget / 4.6 GFLOPs)^0.2, to: 8)
  maximize flops(network(width)) subject to flops(network(width)) <= budget
}

search best over c in cells("Li2O") {
  found = settle(c, net)
  minimize net(found) / found.atoms
  by random
  budget 2_000 trials
}

experiment claims {
  distances = 0.32 ..= 6.0 bohr step 0.08
  some = curve[d: [1.28, 3.84] bohr]
  runs = fit(f in network, m in some, by: lbfgs(steps), seeds: 3) of mse(f(m), m.energy, unit: 1 eV)
       + 1 eV^2
  recipe learned(d: length) -> energy = mean(f in runs) of f(h2(d)).energy
  plot truth[d: d].energy, learned(d) against d in distances by m in zoo
  table m in [runs, plain] show error(m), if m.fast then 1 else 2 seeds 5
  expect max(d in distances) of abs(learned(d)) < 1.6 mHa
  expect gain(20%) > gain(50%) > gain(100%)
  expect all(i, j) of (a[i, j] != b[i, j] or c[i] == 3)
}
