// Draws become Philox on the sample's key: ten rounds, no fast-math flag; scalars in arms move to the top, and what was
// drawn is the last result.
// RUN: %gms-opt %s --pass-pipeline="builtin.module(func.func(aug-lower-draws))" | FileCheck %s

// CHECK-LABEL: func.func @draws
// CHECK-SAME: -> (tensor<2xf32>, tensor<2xf64>)
// CHECK-NEXT: %[[SEED:.*]], %{{.*}}, %{{.*}} = aug.key : i64, i64, i32
// CHECK: arith.xori %[[SEED]], %{{.*}} : i64
// CHECK-COUNT-40: arith.mului_extended
// CHECK-NOT: arith.mului_extended
// CHECK-NOT: fastmath
// CHECK: core.branch
// CHECK: %[[DRAWN:.*]] = tensor.from_elements %{{.*}}, %{{.*}} : tensor<2xf64>
// CHECK: return %{{.*}}, %[[DRAWN]]
func.func @draws(%a: f32, %b: f32, %c: i1, %n: index) -> tensor<2xf32>
    attributes {gms.kernel, gms.draws = [{place = "p/turn"}, {place = "p/inner"}]} {
  %c2 = arith.constant 2 : index
  %u = aug.draw uniform(%a, %b : f32, f32) place "p/turn" : f32
  %r = core.branch %c -> (tensor<2xf32>) {
    %v = aug.draw bernoulli(%a : f32) place "p/inner" : i1
    %s = core.compute [%c2] {
    ^bb0(%i: index):
      %w = arith.select %v, %u, %a : f32
      core.yield %w : f32
    } : tensor<2xf32>
    core.yield %s : tensor<2xf32>
  } else {
    %s = core.compute [%c2] {
    ^bb0(%i: index):
      core.yield %u : f32
    } : tensor<2xf32>
    core.yield %s : tensor<2xf32>
  }
  return %r : tensor<2xf32>
}
