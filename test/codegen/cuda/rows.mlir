// What is the same for a channel is made once, by a block for each channel, before the pixels read it.
// RUN: %gms-cuda %s --emit=plan | FileCheck %s --check-prefix=PLAN
// RUN: %gms-cuda %s --emit=kernels | FileCheck %s
// PLAN: "kernel":"stretch_0","kind":"rows"
// PLAN-SAME: "kernel":"stretch_1","kind":"tiles"
// CHECK: gpu.func @stretch_0
// CHECK: gpu.barrier
// CHECK: gpu.func @stretch_1
// CHECK-NOT: gpu.barrier
func.func @stretch(%x: tensor<3x?x?xf32>) -> tensor<3x?x?xf32> attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %h = tensor.dim %x, %c1 : tensor<3x?x?xf32>
  %w = tensor.dim %x, %c2 : tensor<3x?x?xf32>
  %y = core.compute [%c3, %h, %w] {
  ^bb0(%k: index, %i: index, %j: index):
    %top = core.reduce max (%c0, %c0) to (%h, %w) {
    ^bb0(%a: index, %b: index):
      %p = core.read %x[%k, %a, %b] border(proven) : tensor<3x?x?xf32>
      core.yield %p : f32
    } : f32
    %v = core.read %x[%k, %i, %j] border(proven) : tensor<3x?x?xf32>
    %r = arith.divf %v, %top : f32
    core.yield %r : f32
  } : tensor<3x?x?xf32>
  return %y : tensor<3x?x?xf32>
}
