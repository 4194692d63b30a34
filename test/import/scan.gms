// An ordered recurrence, an int kept as i64 in memory, a check of extents that no type proves.
// RUN: %gmsc build --emit=aug %s | FileCheck %s
op running(x: int[n]) -> int[n] = scan(total: 0, i in 0..n) of (total + x[i])
// CHECK-LABEL: func.func @running(%arg0: tensor<?xi64>
// CHECK: core.scan{{.*}} init(%{{.*}} : i64)
op both(a: real[n], b: real[n]) -> real[n] { out[i] = a[i] * b[i] }
// CHECK-LABEL: func.func @both(
// CHECK: core.require {{.*}}, "both: extent 0 of `b` must be n"
