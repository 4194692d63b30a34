a = 1; b = 2;; c = 3

x = a
  - b
  + sum(i, j) of -c[i] * (d[i] + 1)
  and
  true
// a comment
y = f( // why
  a, b,
  c // last
)
