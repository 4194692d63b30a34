// RUN: not %gms-opt %s --pass-pipeline="builtin.module(func.func(aug-lower-warps))" 2>&1 | FileCheck %s
// CHECK: a warp without a warp before it has nothing to inherit
func.func @nothing_to_inherit(%x: tensor<?x?xf32>, %h: index) -> tensor<?x?xf32> {
  %0 = aug.warp %x map {
  ^bb0(%i: f32, %j: f32):
    aug.yield %i, %j
  } extent(%h, %h) sampling(inherit) border(zero) : tensor<?x?xf32> -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}
