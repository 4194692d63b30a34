a = 2 * sum(i) of x[i] * y[i] + c
b = a + x |> f < 3 == not p and q or r
c = -x^2^-y / 2 m/s^2
d = 0..n + 1 step 2
e = if a then b else if c then d else (if p then q else r)
f = xs[0](1).best[fraction: 20%].ap
