// `maybe(0.5, hflip)`: one warp whose map asks; the mirror stays a move of whole pixels.
// RUN: %gms-opt %s --pass-pipeline="builtin.module(func.func(aug-merge-warps))" | FileCheck %s
// RUN: %gms-opt %s --gms-core | FileCheck %s --check-prefix=CORE

// CHECK-LABEL: func.func @maybe
// CHECK: aug.warp
// CHECK: arith.select %{{.*}}, %{{.*}}, %{{.*}} : f32
// CHECK: aug.yield
// CHECK-NOT: core.branch

// One read an element, without interpolation.
// CORE-LABEL: func.func @maybe
// CORE: core.compute
// CORE: arith.select %{{.*}}, %{{.*}}, %{{.*}} : index
// CORE: core.read
// CORE-NOT: core.read
// CORE: core.yield
func.func @maybe(%x: tensor<3x?x?xf32>, %c: i1) -> tensor<3x?x?xf32> attributes {gms.kernel} {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %h = tensor.dim %x, %c1 : tensor<3x?x?xf32>
  %w = tensor.dim %x, %c2 : tensor<3x?x?xf32>
  %w32 = arith.index_cast %w : index to i32
  %wf = arith.sitofp %w32 : i32 to f32
  %r = core.branch %c -> (tensor<3x?x?xf32>) {
    %f = aug.warp %x map {
    ^bb0(%i: f32, %j: f32):
      %m = arith.subf %wf, %j : f32
      aug.yield %i, %m
    } extent(%h, %w) sampling(bilinear) border(zero) : tensor<3x?x?xf32> -> tensor<3x?x?xf32>
    core.yield %f : tensor<3x?x?xf32>
  } else {
    core.yield %x : tensor<3x?x?xf32>
  }
  return %r : tensor<3x?x?xf32>
}
