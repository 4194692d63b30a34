// Every form of core that can stand between a value and its variable: each test is a gradient on which all engines agree.
// RUN: %gmsc test %s --engines cpu,cpu-unfused,cpu-avx2,emulated
// RUN: sed 's/\breal\b/f64/g' %s > %t.gms && %gmsc test %t.gms --engines cpu,cpu-unfused,cpu-avx2,emulated
op ramp(n: int, s: real) -> real[n] {
  out[i in 0..n] = sin(0.7 * i + s) + 0.3 * i / n
  return out
}
op conv(x: real[n], w: real[3]) -> real {
  y[i in 0..n] = tanh(sum(u in 0..3) of x[i + u - 1, border: zero] * w[u])
  return sum(i in 0..n) of y[i] * y[i]
}
op gx(x: real[n], w: real[3]) -> real[n] = d(conv(x, w)) / d(x)
op gw(x: real[n], w: real[3]) -> real[3] = d(conv(x, w)) / d(w)
test gx(ramp(70, 0.1), [0.2, 0.5, -0.3])
test gw(ramp(70, 0.1), [0.2, 0.5, -0.3])
op conv2(x: real[c, n], w: real[q, c, 3]) -> real[q, n] {
  y[o in 0..q, i in 0..n] = sum(a in 0..c, u in 0..3) of x[a, i + u - 1, border: zero] * w[o, a, u]
  return y
}
op swish(x: real[q, n]) -> real[q, n] {
  y[o in 0..q, i in 0..n] = x[o, i] / (1 + exp(-x[o, i]))
  return y
}
op net(x: real[c, n], w: real[q, c, 3], v: real[p, q, 3]) -> real {
  h = swish(conv2(x, w))
  k = swish(conv2(h, v))
  return sum(i in 0..n, o in 0..p) of k[o, i]^2 * (i + 1)
}
op net_w(x: real[c, n], w: real[q, c, 3], v: real[p, q, 3]) -> real[q, c, 3] = d(net(x, w, v)) / d(w)
op net_v(x: real[c, n], w: real[q, c, 3], v: real[p, q, 3]) -> real[p, q, 3] = d(net(x, w, v)) / d(v)
op net_x(x: real[c, n], w: real[q, c, 3], v: real[p, q, 3]) -> real[c, n] = d(net(x, w, v)) / d(x)
op plane(n: int, m: int, s: real) -> real[n, m] {
  out[i in 0..n, j in 0..m] = sin(0.7 * i + s + 0.31 * j)
  return out
}
op cube(n: int, m: int, k: int, s: real) -> real[n, m, k] {
  out[i in 0..n, j in 0..m, l in 0..k] = cos(0.7 * i + s + 0.31 * j - 0.9 * l)
  return out
}
test net_w(plane(2, 33, 0.3), cube(4, 2, 3, 0.1), cube(3, 4, 3, 0.8))
test net_v(plane(2, 33, 0.3), cube(4, 2, 3, 0.1), cube(3, 4, 3, 0.8))
test net_x(plane(2, 33, 0.3), cube(4, 2, 3, 0.1), cube(3, 4, 3, 0.8))
// borders
op wrapped(x: real[n]) -> real[n] = d(sum(i in 0..n) of (x[i + 1, border: wrap] - x[i])^2 * x[i - 2, border: wrap]) / d(x)
op clamped(x: real[n]) -> real[n] = d(sum(i in 0..n) of (x[i + 1, border: clamp] - x[i])^2 * x[i - 2, border: clamp]) / d(x)
op reflected(x: real[n]) -> real[n] = d(sum(i in 0..n) of (x[i + 1, border: reflect] - x[i])^2 * x[i - 2, border: reflect]) / d(x)
op zeroed(x: real[n]) -> real[n] = d(sum(i in 0..n) of (x[i + 1, border: zero] - x[i])^2 * exp(x[i - 2, border: zero])) / d(x)
test wrapped(ramp(40, 0.2))
test clamped(ramp(40, 0.2))
test reflected(ramp(40, 0.2))
test zeroed(ramp(40, 0.2))
// tensor made with them, then used
op smooth(x: real[n]) -> real[n] {
  y[i in 0..n] = 0.25 * x[i - 1, border: reflect] + 0.5 * x[i] + 0.25 * x[i + 1, border: reflect]
  z[i in 0..n] = y[i - 1, border: clamp] * y[i]
  w[i in 0..n] = z[i - 1, border: wrap] * y[i]
  e = sum(i in 0..n) of w[i] * sin(w[i])
  return d(e) / d(x)
}
test smooth(ramp(37, 0.5))
// reductions
op norms(x: real[n]) -> real[n] {
  m = max(i in 0..n) of x[i]
  s = sum(i in 0..n) of exp(x[i] - m)
  e = m + log(s) + (min(i in 0..n) of x[i]^2)
  return d(e) / d(x)
}
test norms(ramp(23, 0.5))
op product(x: real[n]) -> real[n] = d(prod(i in 0..n) of (1 + 0.1 * x[i])) / d(x)
test product(ramp(23, 0.5))
op product0(x: real[n]) -> real[n] = d(prod(i in 0..n) of x[i]) / d(x)
test product0([0.0, 2.0, 3.0])
test product0([0.0, 2.0, 0.0])
op pool(x: real[n]) -> real[n] {
  y[i in 0..floor(n / 2)] = max(u in 0..2) of x[2 * i + u, border: zero]
  e = sum(i in 0..floor(n / 2)) of y[i]^2
  return d(e) / d(x)
}
test pool(ramp(41, 0.5))
op pool2(x: real[n]) -> real[n] {
  y[i in 0..floor(n / 40)] = max(u in 0..40) of x[40 * i + u, border: zero]
  e = sum(i in 0..floor(n / 40)) of y[i]^2
  return d(e) / d(x)
}
test pool2(ramp(241, 0.5))
op means(x: real[n]) -> real[n] = d((mean(i in 0..n) of x[i]^2) / (mean(i in 0..n) of x[i])) / d(x)
test means(ramp(41, 0.5))
op pairs(x: real[n]) -> real[n] {
  e = sum(i in 0..n) of sum(j in 0..i) of exp(-(x[i] - x[j])^2)
  return d(e) / d(x)
}
test pairs(ramp(33, 0.5))
op diagonal(a: real[n, n]) -> real[n, n] = d(sum(i in 0..n) of a[i, i]^2) / d(a)
test diagonal(plane(12, 12, 0.2))
op transpose(a: real[n, m], b: real[m, k]) -> real[n, m] {
  c[i in 0..n, j in 0..k] = sum(l in 0..m) of a[i, l] * b[l, j]
  e = sum(i in 0..n, j in 0..k) of c[i, j]^2
  return d(e) / d(a)
}
test transpose(plane(12, 17, 0.2), plane(17, 9, 0.3))
op fixed_row(a: real[n, m]) -> real[n, m] = d(sum(j in 0..m) of a[3, j, border: zero] * exp(a[0, j, border: zero])) / d(a)
test fixed_row(plane(12, 17, 0.2))
op indexed(a: real[n], k: int[m]) -> real[n] = d(sum(j in 0..m) of a[k[j], border: clamp]^2 * (j + 1)) / d(a)
test indexed(ramp(20, 0.2), [3, 3, 5, 0, 27, -4])
// scan
op filter(x: real[n], a: real) -> real {
  y = scan(s: 0.5, i in 0..n) of (a * s + tanh(x[i] * s))
  return sum(i in 0..n) of y[i]^2
}
op filter_x(x: real[n], a: real) -> real[n] = d(filter(x, a)) / d(x)
op filter_a(x: real[n], a: real) -> real = d(filter(x, a)) / d(a)
test filter_x(ramp(30, 0.2), 0.8)
test filter_a(ramp(30, 0.2), 0.8)
op oscillator(x: real[n], k: real) -> real {
  y = scan(p: 0.5, v: 0.1, i in 0..n) of (p + 0.1 * v, v - k * p * 0.1 + x[i])
  return sum(i in 0..n) of y[i]^2
}
op osc_x(x: real[n], k: real) -> real[n] = d(oscillator(x, k)) / d(x)
op osc_k(x: real[n], k: real) -> real = d(oscillator(x, k)) / d(k)
test osc_x(ramp(30, 0.2), 0.8)
test osc_k(ramp(30, 0.2), 0.8)
// conditions
op branchy(x: real[n], f: bool) -> real[n] {
  y[i in 0..n] = if x[i] > 0 then sqrt(x[i]) else x[i]^2 / (1 + x[i])
  z = if f then y * y else y + x
  e = sum(i in 0..n) of z[i]^3
  return d(e) / d(x)
}
test branchy(ramp(30, 0.2), true)
test branchy(ramp(30, 0.2), false)
op heavy(x: real[n]) -> real[n] {
  y[i in 0..n] = if x[i] > 0.2 then sum(j in 0..n) of exp(-x[i] * x[j]^2) else log(2 + x[i])
  e = sum(i in 0..n) of y[i]^2
  return d(e) / d(x)
}
test heavy(ramp(30, 0.2))
// scalars
op scalars(x: real) -> real = d(sin(atan2(x, 2 * x^2)) + tan(x) * erf(x) - cos(x) / x + x^2.5 + abs(x) + min(x, 3) + max(0, x)) / d(x)
test scalars(0.7)
test scalars(0.0)
op kinks(x: real) -> real = d(max(0, x) + max(x, 0) * 10 + min(x, 0) * 100 + min(0, x) * 1000 + abs(x) * 10000 + clamp(x, 0, 1) * 100000) / d(x)
test kinks(0.0)
test kinks(-0.5)
test kinks(0.5)
op roots(x: real) -> real = d(0 * sqrt(x) + 0 * log(x) + 0 / x) / d(x)
test roots(0.0)
// inside a body
op slope(q: real, k: real) -> real = d(k * exp(-q) * q^2) / d(q)
op forces(r: real[n], k: real) -> real[n] {
  f[i in 0..n] = slope(r[i], k)
  return f
}
test forces(ramp(30, 0.2), 0.3)
op each(x: real[n]) -> real[n] {
  out[i in 0..n] = d(sum(j in 0..n) of x[j]^2 * x[i]) / d(x)[i]
  return out
}
test each(ramp(30, 0.2))
op by_k(r: real[n], k: real) -> real[n] {
  q[j in 0..n] = exp(k * r[j])
  f[i in 0..n] = d(sum(j in 0..n) of q[j] * r[i]) / d(k)
  return f
}
test by_k(ramp(30, 0.2), 0.3)
// second derivatives
op hessian(x: real[n]) -> real[n, n] {
  e = sum(i in 0..n) of x[i]^2 * exp(x[i + 1, border: wrap])
  h[i in 0..n, j in 0..n] = d((d(e) / d(x))[i]) / d(x)[j]
  return h
}
test hessian(ramp(9, 0.2))
op second(x: real) -> real {
  y = x^3 * sin(x)
  return d(d(y) / d(x)) / d(x)
}
test second(0.6)
op trace(x: real[n], w: real[3]) -> real[3] {
  g = d(conv(x, w)) / d(x)
  return d(sum(i in 0..n) of g[i]^2) / d(w)
}
test trace(ramp(30, 0.2), [0.2, 0.4, -0.3])
op tower(x: real[n]) -> real[n] {
  e = norm_of(x)
  g = d(e) / d(x)
  return d(sum(i in 0..n) of g[i] * g[i]) / d(x)
}
op norm_of(x: real[n]) -> real = log(sum(i in 0..n) of exp(x[i]))
test tower(ramp(30, 0.2))
op scan2(x: real[n], a: real) -> real[n] {
  g = d(filter(x, a)) / d(a)
  return d(g) / d(x)
}
test scan2(ramp(12, 0.2), 0.8)
op product2(x: real[n]) -> real[n] {
  g = d(prod(i in 0..n) of x[i]) / d(x)
  return d(sum(i in 0..n) of g[i] * (i + 1)) / d(x)
}
test product2([0.0, 2.0, 3.0, 4.0])
// own derivatives
op own(x: real, w: real[n]) -> real {
  y = sum(i in 0..n) of w[i] * x^2
  g[i in 0..n] = x^2
  d(y) / d(x) = 2 * y / x
  d(y) / d(w) = g
  return y
}
op use_own(x: real, w: real[n]) -> real[n] = d(own(x * 2, w)^2) / d(w)
op use_own_x(x: real, w: real[n]) -> real = d(own(x * 2, w)^2) / d(x)
test use_own(0.5, ramp(12, 0.2))
test use_own_x(0.5, ramp(12, 0.2))
op mapped(x: real[n], w: real[n]) -> real[n] {
  y[i in 0..n] = own(x[i], w)
  e = sum(i in 0..n) of y[i]^2
  return d(e) / d(x)
}
op mapped_w(x: real[n], w: real[n]) -> real[n] {
  y[i in 0..n] = own(x[i], w)
  e = sum(i in 0..n) of y[i]^2
  return d(e) / d(w)
}
test mapped(ramp(12, 0.9), ramp(12, 0.2))
test mapped_w(ramp(12, 0.9), ramp(12, 0.2))
record molecule { charge: real, pos: real[n] }
op by_field(m: molecule) {
  e = sum(i) of m.charge * m.pos[i]^2
  return d(e) / d(m.pos)
}
test by_field({charge: 0.5, pos: ramp(12, 0.2)})
op alias(x: real) -> real {
  y = x
  return d(y * x) / d(y) + 10 * d(y * x) / d(x)
}
test alias(3.0)
op strided(x: real[n]) -> real[n] = d(sum(i in 0..floor(n / 2)) of x[2 * i] * exp(x[n - 1 - 2 * i])) / d(x)
test strided(ramp(31, 0.2))
op small(x: real[4]) -> real[4] = d(sum(i in 0..4) of x[i]^2 * x[3 - i]) / d(x)
test small([1.0, 2.0, 3.0, 4.0])
op shared(x: real, w: real[n], g: real[n]) -> real {
  y = x * sum(i in 0..n) of w[i]
  d(y) / d(x) = 1
  d(y) / d(w) = g
  d(y) / d(g) = 0
  return y
}
op mapped_shared(x: real[n], w: real[n], g: real[n]) -> real[n] {
  y[i in 0..n] = shared(x[i], w, g)
  e = sum(i in 0..n) of y[i]^2
  return d(e) / d(w)
}
op line(n: int, s: real) -> real[n] {
  out[i in 0..n] = s + i / n
  return out
}
test mapped_shared(line(400, 0.9), line(400, 0.2), line(400, 0.7))
