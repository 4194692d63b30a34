// What does not depend on an index is made once, before the body; small tables of constants leave no tensor.
// RUN: %gmsc build --emit=aug %s | FileCheck %s
op centred(x: real[n]) -> real[n] {
  out[i in 0..n] = x[i] - mean(j) of x[j]
}
// CHECK-LABEL: func.func @centred(
// CHECK: core.reduce {{ ?}}sum
// CHECK: core.compute
// CHECK-NOT: core.reduce
op smooth(x: real[n]) -> real[n] {
  k = [1.0, 2.0, 1.0]
  out[i in 0..n] = sum(u) of k[u] / 4 * x[i + u - 1, border: clamp]
}
// CHECK-LABEL: func.func @smooth(
// CHECK-NOT: core.reduce
// CHECK: core.compute
// CHECK-COUNT-3: core.read %arg0{{.*}}border({{ ?}}clamp)
