// RUN: %gmsc test %s --engines cpu,cpu-unfused,emulated
// A record value is taken by its fields' names; each value is converted as a value by itself is ([NAM-7], [TYP-5], [TYP-7]).
record pair { first: real, second: real[n], kinds: labels[n] }
op sum_of(p: pair) -> real = p.first + p.second[0, border: zero]
op made(x: real[n]) -> pair {
  twice[i] = 2 * x[i]
  kind[i in 0..length_of(x)] = i
  return { kinds: kind, second: twice, first: 1 }
}
op length_of(x: real[n]) -> int = n
op other(x: real) -> { second: real[1], kinds: int[1], first: real } = { first: x, kinds: [1], second: [x] }
op named(x: real) -> pair {
  r = other(x)
  return r
}
test sum_of({ kinds: [1, 2], second: [2.0, 3.0], first: 1 }) == 3.0
test made([4.0, 5.0]).second == [8.0, 10.0]
test made([4.0, 5.0]).kinds == [0, 1]
test made([4.0, 5.0]).first == 1.0
test sum_of(named(3)) == 6.0
test sum_of((1.0, [2.0], [3])) == 3.0
