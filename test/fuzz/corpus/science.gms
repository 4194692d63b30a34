type functional = (density[g]) -> energy
model network(width: int = 16) (x: features[n]) -> { energy: energy, forces: force[n, 3] } {
  weight w[i in 0..n, j in 0..width]
  d(e) / d(x) = 3
}
solver relax(x: real[n]) -> real[n] { repeat k in 0..10 until x[0] < 1 { state x = x - 1 }; yield x }
search best over w in 1..10 { minimize loss(w) subject to w < 4; budget 3 h; prune by median; seeds 3 }
extern fit(f in model, m in dataset, by: optimiser = lbfgs(20), seeds: int) of real -> trained
