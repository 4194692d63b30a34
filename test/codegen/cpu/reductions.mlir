// A reduction of the whole image runs by vectors, each row into its own sums, and ends in a fixed tree.
// RUN: %gms-opt %s --gms-core --cpu-vectors="lanes=16" | FileCheck %s

// CHECK-LABEL: func.func private @total.sample
// CHECK: scf.if
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<16xf32>)
// CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<16xf32>)
// CHECK: llvm.load {{.*}} -> vector<16xf32>
// CHECK: arith.addf {{.*}} : vector<16xf32>
// CHECK: vector.shuffle {{.*}} : vector<16xf32>, vector<16xf32>
// CHECK: arith.addf {{.*}} : vector<8xf32>
// CHECK: arith.addf {{.*}} : vector<4xf32>
// CHECK: arith.addf {{.*}} : vector<2xf32>
// CHECK: arith.addf {{.*}} : vector<1xf32>
func.func @total(%x: tensor<?x?xf32>) -> tensor<f32> attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %h = tensor.dim %x, %c0 : tensor<?x?xf32>
  %w = tensor.dim %x, %c1 : tensor<?x?xf32>
  %s = core.reduce sum (%c0, %c0) to (%h, %w) {
  ^bb0(%i: index, %j: index):
    %v = core.read %x[%i, %j] border(proven) : tensor<?x?xf32>
    core.yield %v : f32
  } : f32
  %r = core.compute [] {
    core.yield %s : f32
  } : tensor<f32>
  return %r : tensor<f32>
}
