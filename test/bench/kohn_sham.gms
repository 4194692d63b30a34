// What `./gms bench kohn_sham` times: loss and gradient by all 1,568 weights of one molecule.
import neural_xc

op gradient(eta: f64[15], first: f64[16, 16, 3], second: f64[16, 16, 3], last: f64[16], gate: f64, steps: int, target: f64, density: f64[513]) {
  f = { eta: eta, first: first, second: second, last: last, gate: gate }
  n[i] = density[i] / 1 bohr
  l = loss(f, steps, target * 1 hartree, n)
  return { loss: l, eta: d(l) / d(eta), first: d(l) / d(first), second: d(l) / d(second), last: d(l) / d(last), gate: d(l) / d(gate) }
}
op forward(eta: f64[15], first: f64[16, 16, 3], second: f64[16, 16, 3], last: f64[16], gate: f64, steps: int, target: f64, density: f64[513]) {
  f = { eta: eta, first: first, second: second, last: last, gate: gate }
  n[i] = density[i] / 1 bohr
  l = loss(f, steps, target * 1 hartree, n)
  return { loss: l }
}
