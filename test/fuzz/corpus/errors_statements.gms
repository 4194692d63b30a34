x
a == 3
f(a = 1)
y = if a then b
z = (if a then b) +
sum(i) x[i]
1. + .5
y = a |>
opp f(x: real) -> real = 1
