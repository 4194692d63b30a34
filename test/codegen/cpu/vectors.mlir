// Explicit vectors: neighbours are loaded and stored whole, and small rows have a loop of scalars.
// RUN: %gms-opt %s --gms-core --cpu-vectors="lanes=8" | FileCheck %s

// CHECK-LABEL: func.func private @gain.sample
// CHECK: scf.if
// CHECK: scf.for
// CHECK: scf.for
// CHECK: arith.minsi
// CHECK: llvm.load {{.*}} -> vector<8xf32>
// CHECK: arith.mulf {{.*}} : vector<8xf32>
// CHECK: llvm.store {{.*}} : vector<8xf32>
// CHECK: } else {
// CHECK: llvm.load {{.*}} -> f32
// CHECK: llvm.store {{.*}} : f32
// CHECK-LABEL: func.func @gain_shape
// CHECK-LABEL: func.func @gain(
func.func @gain(%x: tensor<?x?xf32>, %a: tensor<f32>) -> tensor<?x?xf32> attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %h = tensor.dim %x, %c0 : tensor<?x?xf32>
  %w = tensor.dim %x, %c1 : tensor<?x?xf32>
  %g = core.read %a[] border(proven) : tensor<f32>
  %r = core.compute [%h, %w] {
  ^bb0(%i: index, %j: index):
    %v = core.read %x[%i, %j] border(proven) : tensor<?x?xf32>
    %m = arith.mulf %v, %g : f32
    core.yield %m : f32
  } : tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}
