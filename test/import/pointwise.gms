// An op of a parameter list becomes one function: extents once, one compute, the constants folded.
// RUN: %gmsc build --emit=aug %s | FileCheck %s
op dim(x: image[c, h, w], by: real) -> image[c, h, w] {
  half = 1 / 2
  out[k, i, j] = clamp(half * x[k, i, j] + by, 0, 1)
}
// CHECK-LABEL: func.func @dim(%arg0: tensor<?x?x?xf32> {gms.path = "x", gms.role = "image"}, %arg1: tensor<f32> {gms.path = "by"})
// CHECK: %[[BY:.*]] = core.read %arg1[]
// CHECK: core.compute
// CHECK: %[[X:.*]] = core.read %arg0
// CHECK: %[[P:.*]] = arith.mulf {{.*}} fastmath<contract>
// CHECK: arith.addf %[[P]], %[[BY]]
// CHECK-NOT: core.compute
