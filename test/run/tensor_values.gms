// RUN: %gmsc test %s --engines cpu,cpu-unfused,emulated
// Tensors by index: a body's value of ints becomes one of reals, a bound may be any int.
op counted(x: real[n]) -> real[n] { out[i in 0..n] = i }
op length_of(x: real[n]) -> int = n
op ones(x: real[n]) -> real[n] { out[i in 0..length_of(x)] = 1 }
op sums(x: real[n]) -> real[n] {
  all[i in 0..length_of(x), j in 0..length_of(x)] = i + j
  out[i in 0..length_of(x)] = sum(j in 0..length_of(x)) of all[i, j, border: zero]
}
op rest(x: real[n], m: int) -> real {
  y[i in 0..max(length_of(x) - m, 0)] = 1.0
  return sum(i) of y[i]
}
test counted([1.0, 1.0]) == [0.0, 1.0]
test ones([1.0, 1.0]) == [1.0, 1.0]
test sums([1.0, 1.0]) == [1.0, 3.0]
test rest([1.0, 1.0], 1) == 1.0
