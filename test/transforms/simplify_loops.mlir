// Loops carry and keep only what something needs.
// RUN: %gms-opt %s --core-simplify-loops | FileCheck %s

// The history of %e and the state %t reach nothing; %same is its start.
// CHECK-LABEL: func.func @unused(
// CHECK: core.loop %{{.*}} init(%arg0 : tensor<4xf64>) {
// CHECK-NEXT: ^bb0(%{{.*}}: index, %[[S:.*]]: tensor<4xf64>):
// CHECK-NEXT: core.compute
// CHECK: core.read %[[S]][
// CHECK: core.read %arg1[
// CHECK-NOT: core.reduce
// CHECK: core.yield %{{.*}} : tensor<4xf64>
// CHECK-NEXT: } : tensor<4xf64>
// CHECK: return %{{.*}}, %arg1 :
func.func @unused(%x: tensor<4xf64>, %y: tensor<4xf64>, %v: f64) -> (tensor<4xf64>, tensor<4xf64>) {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %r:4 = core.loop %c4 init(%x, %v, %y : tensor<4xf64>, f64, tensor<4xf64>) {
  ^bb0(%k: index, %s: tensor<4xf64>, %t: f64, %same: tensor<4xf64>):
    %n = core.compute [%c4] {
    ^bb0(%i: index):
      %a = core.read %s[%i] border(proven) : tensor<4xf64>
      %b = core.read %same[%i] border(proven) : tensor<4xf64>
      %q = arith.mulf %a, %b : f64
      core.yield %q : f64
    } : tensor<4xf64>
    %e = core.reduce sum (%c0) to (%c4) {
    ^bb0(%i: index):
      %a = core.read %n[%i] border(proven) : tensor<4xf64>
      %b = arith.mulf %a, %t : f64
      core.yield %b : f64
    } : f64
    %t2 = arith.addf %t, %e : f64
    core.yield %n, %t2, %same, %e : tensor<4xf64>, f64, tensor<4xf64>, f64
  } : tensor<4xf64>, f64, tensor<4xf64>, tensor<4xf64>
  return %r#0, %r#2 : tensor<4xf64>, tensor<4xf64>
}

// What decides the end, and what is required, counts; so does a state that is read by a state that counts.
// CHECK-LABEL: func.func @counts(
// CHECK: core.loop %{{.*}} init(%{{.*}}, %{{.*}} : f64, f64) until {
// CHECK: core.require
// CHECK: core.yield %{{.*}}, %{{.*}}, %{{.*}} : f64, f64, i1
func.func @counts(%v: f64, %u: f64) -> index {
  %c4 = arith.constant 4 : index
  %r:4 = core.loop %c4 init(%v, %v, %v : f64, f64, f64) until {
  ^bb0(%k: index, %a: f64, %b: f64, %c: f64):
    %a2 = arith.addf %a, %b : f64
    %b2 = arith.mulf %b, %u : f64
    %c2 = arith.mulf %c, %u : f64
    %low = arith.cmpf olt, %b, %u : f64
    core.require %low, "b below u"
    %end = arith.cmpf olt, %a2, %u : f64
    core.yield %a2, %b2, %c2, %end : f64, f64, f64, i1
  } : f64, f64, f64, index
  return %r#3 : index
}
