// Where a line ends a statement and where it does not.
a = 1; b = 2;; c = 3

x = a
  - b
  + sum(i, j) of -c[i] * (d[i] + 1)
  and
  true
y = f(
  a, b,
  c
)
z = if a then b
    else if c then d
    else e
w = xs
  |> f
  |> g(1)
  .field
r = {
  a: 1
  b: { c: 2, d: 3 }, e: [1, 2,

    3]
}
op braces(x: real) -> real
{
  return x
}
op listed(
  // parameters may stand one a line
  first = 3,
  second: real[3, 3],
) -> real[3] = second[0]
t = choose {
  a: b

  not c: d
  if e then 1 else 2: f
}
u = [1, 2] bohr
v = [1, 2]
bohr = 3
s = "a // b \" \\ \n \u{e9}"  // é
/// documented
n = -2 ^ -b ^ c * -d
