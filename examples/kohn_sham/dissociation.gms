// The dissociation of H2 by a functional that is learned from two separations, with the Kohn-Sham equations in the loss.
import neural_xc

/// Trains on H2 at 1.28 and 3.84 bohr and draws the whole curve.
experiment dissociation {
  /// Steps of L-BFGS.
  param steps: int = 200
  /// The first seed.
  param first: int = 1000
  /// How many seeds.
  param seeds: int = 24
  truth = map(k in 4..76) of exact(k)
  train = filter(m in truth) of (m.steps == 16 or m.steps == 48)
  held = filter(m in truth) of (m.steps == 38 or m.steps == 75)
  // Each seed keeps the step that is best at two further separations, 3.04 and 6.00 bohr, where its iterations settled.
  fits = fit(f in start, m in train, by: lbfgs(steps, memory: 20), seeds: map(s in 0..seeds) of (first + s),
    keep: max(m in held) of (abs(result(f, m.steps).energy - m.energy) / 1 hartree + (if result(f, m.steps).drift > 0.1 mHa then 1 else 0))) of loss(f, m.steps, m.energy, m.density)
  curves = map(f in fits) of { seed: f.seed, points: map(m in truth) of result(f.model, m.steps) }
  settled = filter(c in curves) of (max(p in c.points) of p.drift <= 0.1 mHa)
  left = length(settled)
  worst = max(k in 0..72) of abs(truth[k].energy - (sum(c in settled) of c.points[k].energy) / left)
  show left, worst
  show map(c in curves) of (max(k in 0..72) of abs(truth[k].energy - c.points[k].energy))
  plot truth[k].energy, (sum(c in settled) of c.points[k].energy) / left against k in 0..72
  expect left >= 16
  expect worst < 1.6 mHa
}
