// Sums over the same range that are added are one sum, where none of them leaves a loop that the other one stays in.
// RUN: %gms-opt %s --split-input-file --pass-pipeline="builtin.module(func.func(core-merge-sums))" | FileCheck %s

// CHECK-LABEL: func.func @merged
// CHECK: core.reduce sum
// CHECK: %[[A:.*]] = core.read %arg0
// CHECK: %[[B:.*]] = core.read %arg1
// CHECK: %[[S:.*]] = arith.addf %[[A]], %[[B]]
// CHECK: core.yield %[[S]]
// CHECK-NOT: core.reduce
// CHECK: return
func.func @merged(%x: tensor<8x9xf64>, %y: tensor<8x9xf64>) -> tensor<8xf64> {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %c9 = arith.constant 9 : index
  %0 = core.compute [%c8] {
  ^bb0(%i: index):
    %a = core.reduce sum(%c0) to(%c9) {
    ^bb0(%k: index):
      %v = core.read %x[%i, %k] border(proven) : tensor<8x9xf64>
      core.yield %v : f64
    } : f64
    %b = core.reduce sum(%c0) to(%c9) {
    ^bb0(%k: index):
      %v = core.read %y[%i, %k] border(proven) : tensor<8x9xf64>
      core.yield %v : f64
    } : f64
    %s = arith.addf %a, %b : f64
    core.yield %s : f64
  } : tensor<8xf64>
  return %0 : tensor<8xf64>
}

// -----

// The second sum is the same for all elements; and one that is used twice stays.
// CHECK-LABEL: func.func @apart
// CHECK-COUNT-4: core.reduce sum
func.func @apart(%x: tensor<8x9xf64>, %y: tensor<9xf64>) -> (tensor<8xf64>, tensor<8xf64>) {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %c9 = arith.constant 9 : index
  %0 = core.compute [%c8] {
  ^bb0(%i: index):
    %a = core.reduce sum(%c0) to(%c9) {
    ^bb0(%k: index):
      %v = core.read %x[%i, %k] border(proven) : tensor<8x9xf64>
      core.yield %v : f64
    } : f64
    %b = core.reduce sum(%c0) to(%c9) {
    ^bb0(%k: index):
      %v = core.read %y[%k] border(proven) : tensor<9xf64>
      core.yield %v : f64
    } : f64
    %s = arith.addf %a, %b : f64
    core.yield %s : f64
  } : tensor<8xf64>
  %1 = core.compute [%c8] {
  ^bb0(%i: index):
    %a = core.reduce sum(%c0) to(%c9) {
    ^bb0(%k: index):
      %v = core.read %x[%i, %k] border(proven) : tensor<8x9xf64>
      core.yield %v : f64
    } : f64
    %b = core.reduce sum(%c0) to(%c9) {
    ^bb0(%k: index):
      %v = core.read %x[%i, %k] border(proven) : tensor<8x9xf64>
      %w = arith.mulf %v, %v : f64
      core.yield %w : f64
    } : f64
    %s = arith.addf %a, %b : f64
    %t = arith.mulf %s, %b : f64
    core.yield %t : f64
  } : tensor<8xf64>
  return %0, %1 : tensor<8xf64>, tensor<8xf64>
}
