// A warp of a warp is one warp: the outer map first, then the inner one; what the outer warp inherits is the inner one's.
// RUN: %gms-opt %s --split-input-file --pass-pipeline="builtin.module(func.func(aug-compose-warps))" | FileCheck %s

// CHECK-LABEL: func.func @two
// CHECK-SAME: (%[[X:.*]]: tensor<3x?x?xf32>, %[[H:.*]]: index, %[[W:.*]]: index, %[[A:.*]]: f32)
// CHECK: %[[R:.*]] = aug.warp %[[X]] map {
// CHECK-NEXT: ^bb0(%[[Y0:.*]]: f32, %[[X0:.*]]: f32):
// CHECK-NEXT: %[[Y1:.*]] = arith.addf %[[Y0]], %[[A]]
// CHECK-NEXT: %[[X1:.*]] = arith.mulf %[[X0]], %[[A]]
// CHECK-NEXT: aug.yield %[[X1]], %[[Y1]]
// CHECK-NEXT: } extent(%[[W]], %[[W]]) sampling({{ *}}bilinear) border({{ *}}fill) fill(%[[A]] : f32)
// CHECK-NOT: aug.warp
// CHECK: return %[[R]]
func.func @two(%x: tensor<3x?x?xf32>, %h: index, %w: index, %a: f32) -> tensor<3x?x?xf32> {
  %inner = aug.warp %x map {
  ^bb0(%i: f32, %j: f32):
    %m = arith.mulf %j, %a : f32
    aug.yield %m, %i
  } extent(%h, %h) sampling(nearest) border(fill) fill(%a : f32) : tensor<3x?x?xf32> -> tensor<3x?x?xf32>
  %outer = aug.warp %inner map {
  ^bb0(%i: f32, %j: f32):
    %s = arith.addf %i, %a : f32
    aug.yield %s, %j
  } extent(%w, %w) sampling(bilinear) border(inherit) : tensor<3x?x?xf32> -> tensor<3x?x?xf32>
  return %outer : tensor<3x?x?xf32>
}
