op running(x: real[n]) -> real[n] = scan(t: 0, i in 0..n) of (t + x[i])
op both(x: real[n]) -> real[n] = scan(a: 0.0, b: 1.0, i in 0..n) of (a + b * x[i], 0.5 * b)
test running([1.0, 2.0]) == [1.0, 3.0]
