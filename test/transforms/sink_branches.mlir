// A branch between cheap computes becomes one compute that asks inside.
// RUN: %gms-opt %s --pass-pipeline="builtin.module(func.func(core-sink-branches))" | FileCheck %s

// CHECK-LABEL: func.func @two
// CHECK-NOT: core.branch
// CHECK: core.compute
// CHECK: scf.if
// CHECK: arith.addf
// CHECK: } else {
// CHECK: core.read
// CHECK: core.yield
func.func @two(%x: tensor<?xf32>, %a: f32, %c: i1) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %r = core.branch %c -> (tensor<?xf32>) {
    %0 = core.compute [%n] {
    ^bb0(%i: index):
      %v = core.read %x[%i] border(proven) : tensor<?xf32>
      %w = arith.addf %v, %a : f32
      core.yield %w : f32
    } : tensor<?xf32>
    core.yield %0 : tensor<?xf32>
  } else {
    core.yield %x : tensor<?xf32>
  }
  return %r : tensor<?xf32>
}

// What takes several stages stays a branch.
// CHECK-LABEL: func.func @scan
// CHECK: core.branch
func.func @scan(%x: tensor<?xf32>, %a: f32, %c: i1) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %r = core.branch %c -> (tensor<?xf32>) {
    %0 = core.scan [%n] init(%a : f32) {
    ^bb0(%i: index, %s: f32):
      core.yield %s : f32
    } : tensor<?xf32>
    core.yield %0 : tensor<?xf32>
  } else {
    core.yield %x : tensor<?xf32>
  }
  return %r : tensor<?xf32>
}
