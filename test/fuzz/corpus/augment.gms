op bright(x: image[c, h, w], by: real) -> image[c, h, w] { out[k, i, j] = x[k, i, j] + by }
augment strong(x: image[c, h, w]) -> image[c, h, w] {
  a ~ uniform(-0.4, 0.4); b ~ normal(0, 0.1); c0 ~ log_uniform(0.5, 2); n ~ integer(0..=3)
  q ~ bernoulli(0.3); s ~ categorical([0.2, 0.8]); t ~ choice([0.1, 0.2]); p ~ permutation(4)
  grain[k in 0..c, i in 0..h, j in 0..w] ~ normal(0, 0.1)
  y = x |> maybe(0.5, bright(a)) |> one_of([bright(b), bright(t)]) |> some_of(2, [bright(1), bright(2), bright(3)])
  z = y |> repeat(k in 0..n) of bright(real(p[0, border: clamp]))
  return choose { 0.7: z, 0.3: z |> bright(c0 * (if q then 1 else 2)) |> bright(real(s)) }
}
