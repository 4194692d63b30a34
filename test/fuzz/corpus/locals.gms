op outer(x: real[n]) -> real {
  op inner(y: real) -> real = y + x[0, border: clamp]
  recipe r(z: real) -> real { k ~ uniform(0, 1); return k * z }
  (a, b) = (inner(1), inner(2))
  return a + b
}
