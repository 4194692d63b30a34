op f(x: imag[c, h, w]) -> real = x[0] + y
op g(x: image[c, h, w, range: imagenet], x: real) -> image[c, h + 1, w] = x
op h(a: length, b: energy) -> bool = a + b
op i(x: real[n]) -> real[n] { o[i in 0..n] = x[i + 1] }
op j(x: real) -> real = f(x, by: 3, x, x)
augment k(x: real) -> real = choose { 0.5: x, 0.6: x }
