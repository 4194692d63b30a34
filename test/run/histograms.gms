// Counts for each of many numbers become one pass; few numbers, numbers outside the table, boxes that are shorter than a
// vector and tables that a result needs as they are.
// RUN: %gmsc test %s --engines cpu,cpu-unfused,cpu-avx2,emulated,emulated-unfused | FileCheck %s
// CHECK: 0 failed

op seen(x: int[h, w]) -> int[16] {
  out[b in 0..16] = count(i, j) of (x[i, j] == b)
}
test seen([[3, 3, 15], [16, -1, 0]]) == [1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
op ramp(n: int, m: int) -> int[n, m] {
  out[i in 0..n, j in 0..m] = floor((i * 7 + j * j) / 3) - 2
}
test seen(ramp(3, 5)) == seen(ramp(3, 5))
op difference(n: int, m: int) -> int {
  x    = ramp(n, m)
  many = seen(x)
  return max(b in 0..16) of abs(many[b] - (sum(i in 0..n, j in 0..m) of (if x[i, j] == b then 1 else 0)))
}
test difference(3, 5) == 0
test difference(9, 16) == 0
test difference(40, 37) == 0
/// Each row counts on its own, and what is counted depends on it.
op by_row(x: int[h, w], from: int) -> int[h, 9] {
  out[k in 0..h, b in 0..9] = 2 * (count(j in from..w) of (b == x[k, j, border: clamp] + k)) + 1
}
test by_row([[1, 2, 2], [7, 8, 0]], 1) == [[1, 1, 5, 1, 1, 1, 1, 1, 1], [1, 3, 1, 1, 1, 1, 1, 1, 1]]
test by_row([[1, 2, 2], [7, 8, 0]], 3) == [[1, 1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1]]
/// Few numbers are counted one by one.
op classes(x: int[n]) -> int[3] {
  out[b in 0..3] = count(i) of (x[i] == b)
}
test classes([0, 2, 2, 5]) == [1, 0, 2]
/// The table goes on being used.
op cumulative(x: int[h, w]) -> int[16] {
  many = seen(x)
  out[b in 0..16] = sum(a in 0..=b) of many[a]
}
test cumulative([[3, 3, 15], [16, -1, 0]]) == [1, 1, 1, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4]
