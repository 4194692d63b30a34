// RUN: %gmsc test %s --engines cpu,cpu-unfused,cpu-avx2,emulated
// An extent of more than one name is solved for the one that is not known ([DIM-1]).
record pair { long: real[2 * n + 1], other: real[m] }

op middle(k: real[2 * n + 1]) -> real = k[n]
op half_width(k: real[2 * n + 1]) -> int = n
op length_of(x: real[n]) -> int = n
op weighted(k: real[2 * n + 1, 2 * n + 1], x: real[h, w]) -> real[h, w] {
  out[i, j] = sum(u in 0..2 * n + 1, v in 0..2 * n + 1) of (k[u, v] * x[i + u - n, j + v - n, border: clamp])
}
test middle([1.0, 2.0, 3.0]) == 2.0
test half_width([1.0, 2.0, 3.0, 4.0, 5.0]) == 2
test half_width([1.0]) == 0
test weighted([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]], [[1.0, 2.0, 3.0]]) == [[2.0, 3.0, 3.0]]

// What else is known may stand beside it, before or behind, and its sign may be either.
op tail(k: real[n + 3]) -> real[n] { out[i] = k[i + 3] }
op missing(k: real[5 - n]) -> int = n
op behind(n: int, k: real[n + m]) -> int = m
op later(a: real[n + m], b: real[m]) -> int = n
op mixed(k: real[2 * n + 1, m - 1], x: real[m]) -> real[n + m] { out[i in 0..n + m] = real(n + 10 * m) }
op of_record(p: pair) -> int = half_width(p.long) + length_of(p.other)
op of_field(p: { a: real[2 * n + 1] }) -> int = n
test tail([1.0, 2.0, 3.0, 4.0]) == [4.0]
test missing([1.0, 2.0]) == 3
test behind(2, [1.0, 2.0, 3.0]) == 1
test later([1.0, 2.0, 3.0], [1.0]) == 2
test mixed([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]], [1.0, 2.0, 3.0]) == [31.0, 31.0, 31.0, 31.0]
test of_record({ long: [1.0, 2.0, 3.0], other: [1.0, 2.0] }) == 3
test of_field({ a: [1.0, 2.0, 3.0] }) == 1

// The argument's extent may be unknown itself: what the callee finds is in terms of it.
op odd_only(x: real[h]) -> int = half_width(x)
op odd_always(x: real[h]) -> int {
  y[i in 0..4 * h + 3] = 1.0
  return half_width(y)
}
test odd_only([1.0, 2.0, 3.0]) == 1
test odd_always([1.0, 2.0, 3.0]) == 7

// A result's extent by floor division, on every engine.
op every_second(x: real[n]) -> real[floor(n / 2)] { out[i] = x[2 * i] }
test every_second([1.0, 2.0, 3.0]) == [1.0]
