p = ?{a, b}(3)
q = ?uniform(0, 1) + ?
space s(x: real) -> real = ?{x, 2 * x}
