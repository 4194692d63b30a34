op f(x: real) -> real = g(x)
op g(x: real) -> real = f(x)
import recursion, fuzz
