op all_of_them(x: real[n, m]) -> real {
  a = (sum(i, j) of x[i, j]) + (prod(i, j) of x[i, j]) + (min(i, j) of x[i, j]) + (mean(i, j) of x[i, j])
  b = real(count(i, j) of (x[i, j] > 0)) + real(argmax(i, j) of x[i, j]) + (median(i, j) of x[i, j])
  c = if (any(i, j) of (x[i, j] > 1)) and not (all(i, j) of (x[i, j] > 0)) then 1 else 2
  return a + b + c
}
