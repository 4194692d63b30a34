op two(x: real[n]) -> real[n] = scan(a: 0, b: 1, i in 0..n) of (a + b * x[i], b + 1)
op short(x: real[n]) -> real[n] = scan(a: 0.0, b: 1.0, i in 0..n) of (0.5 * b)
op kinds(x: real[n]) -> real[n] = scan(a: 0.0, b: 1.0, i in 0..n) of (0.5 * b, true)
