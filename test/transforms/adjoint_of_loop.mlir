// A derivative through a loop: the loop keeps what each pass began with, and nothing runs it a second time; another loop goes
// back through the passes.
// RUN: %gms-opt %s --core-differentiate --core-simplify-loops | FileCheck %s

// CHECK-LABEL: func.func @growth(
// The end and the history of the states.
// CHECK: %[[L:.*]]:2 = core.loop %[[N:.*]] init(%{{.*}} : f64) {
// CHECK: } : f64, tensor<5xf64>
// CHECK-NOT: until
// The adjoints of the state and of %w.
// CHECK: core.loop %[[N]] init(%{{.*}}, %{{.*}} : f64, f64) {
// CHECK-NEXT: ^bb0(%[[K:.*]]: index,
// CHECK: core.read %[[L]]#1[
// CHECK: core.yield %{{.*}}, %{{.*}} : f64, f64
// CHECK-NEXT: } : f64, f64
// CHECK-NOT: core.loop
// CHECK: return
func.func @growth(%a: f64, %b: f64) -> f64 {
  %c5 = arith.constant 5 : index
  %w = core.variable %b : f64
  %r = core.loop %c5 init(%a : f64) {
  ^bb0(%k: index, %x: f64):
    %q = arith.mulf %x, %x : f64
    %n = arith.mulf %q, %w : f64
    core.yield %n : f64
  } : f64
  %d = core.derivative %r by %w : f64, f64
  return %d : f64
}

// With until: passes that were not made are left out, and their entries count for the last one.
// CHECK-LABEL: func.func @ended(
// CHECK: %[[L:.*]]:3 = core.loop %[[N:.*]] init(%{{.*}} : f64) until {
// CHECK: } : f64, tensor<5xf64>, index
// CHECK: core.loop %[[N]] init(%{{.*}}, %{{.*}} : f64, f64) {
// CHECK: %[[MADE:.*]] = arith.cmpi slt, %{{.*}}, %[[L]]#2 : index
// CHECK: core.branch %[[MADE]] -> (f64, f64) {
func.func @ended(%a: f64, %b: f64) -> f64 {
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %w = core.variable %b : f64
  %r:3 = core.loop %c5 init(%a : f64) until {
  ^bb0(%k: index, %x: f64):
    %q = arith.mulf %x, %x : f64
    %n = arith.mulf %q, %w : f64
    %e = arith.cmpf ogt, %n, %a : f64
    core.yield %n, %q, %e : f64, f64, i1
  } : f64, tensor<5xf64>, index
  %last = core.read %r#1[%c4] border(proven) : tensor<5xf64>
  %sum = arith.addf %last, %r#0 : f64
  %d = core.derivative %sum by %w : f64, f64
  return %d : f64
}
