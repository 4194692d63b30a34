// Kernels of functionals on a line, for gms_kernel_speed: what a Kohn-Sham loop spends its time in.
/// A convolution of 16 channels with 16 filters of width 3.
op convolve(x: f64[16, 513], w: f64[16, 16, 3], b: f64[16]) -> f64[16, 513] {
  out[f in 0..16, i in 0..513] = b[f] + sum(c in 0..16, t in 0..3) of w[f, c, t] * x[c, i + t - 1, border: zero]
}
op convolve32(x: f32[16, 513], w: f32[16, 16, 3], b: f32[16]) -> f32[16, 513] {
  out[f in 0..16, i in 0..513] = b[f] + sum(c in 0..16, t in 0..3) of w[f, c, t] * x[c, i + t - 1, border: zero]
}
/// The first one: one channel.
op first(x: f64[513], w: f64[16, 3], b: f64[16]) -> f64[16, 513] {
  out[f in 0..16, i in 0..513] = b[f] + sum(t in 0..3) of w[f, t] * x[i + t - 1, border: zero]
}
/// The derivative by the weights.
op weights(x: f64[16, 513], a: f64[16, 513]) -> f64[16, 16, 3] {
  out[f in 0..16, c in 0..16, t in 0..3] = sum(i in 0..513) of a[f, i] * x[c, i + t - 1, border: zero]
}
op swish(x: f64[16, 513]) -> f64[16, 513] {
  out[f in 0..16, i in 0..513] = x[f, i] / (1 + exp(-x[f, i]))
}
op product(a: f64[513, 513], x: f64[513]) -> f64[513] {
  out[i in 0..513] = sum(j in 0..513) of a[i, j] * x[j]
}
op dot(a: f64[8208], x: f64[8208]) -> f64 = sum(j in 0..8208) of a[j] * x[j]
