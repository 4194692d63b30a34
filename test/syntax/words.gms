// Words of the grammar that stay names, and marks of punctuation close together.
op odd(step: int, by: int, d: real, type: real) -> real = by + step * d / 2 ^ -by - 3 m/s^2 / by
experiment names {
  model = 3; test = 4; weight = model; type = 5
  search = d
  by[i] = search[i, border: clamp]
  plot by by search against by
  q = 0..n |> f(g: 1..=2) == not a and b
  p = ?{a, b}(3).best[fraction: 20%].ap
  e = 1e3 + 1.5e-3 - 2_000 + 10%
  k = 2 m ^ 2 + (2 m)^2 + 3 kg*m/s^2
  o = record.unit + param.import(over: until, in_: to)
  repeat seeds in show { budget = prune }
  minimize maximize subject to subject
  (state, return) = (yield, expect)
}
