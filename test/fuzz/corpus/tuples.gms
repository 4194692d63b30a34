op t(a: real, b: int) -> (real, (int, bool)) = (a, (b, b > 0))
op u(p: (real, int)) -> real = p[0] + p[1]
op v() -> {a: real, b: int} = {a: 1, b: 2}
v2 = v().a
w = ((1, 2), [(3, 4), (5, 6)])
