op f(x: real[n) -> real = (x[0]
op g(x: real) -> real = x)
a = [1, (2, 3]
}
b = { a: 1, b: }
