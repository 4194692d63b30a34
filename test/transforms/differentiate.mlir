// Derivatives become ordinary operations: gathers where a read can be solved for its indices, scatters elsewhere.
// RUN: %gms-opt %s --split-input-file --pass-pipeline="builtin.module(func.func(core-differentiate))" | FileCheck %s

// The adjoint of a convolution is a convolution, and that of its weights a sum along it; the sum under tanh lies in memory.
// CHECK-LABEL: func.func @conv(
// CHECK: %[[SUM:.*]] = core.compute
// CHECK: %[[Y:.*]] = core.compute
// CHECK: math.tanh
// CHECK-NOT: core.scatter
// CHECK: %[[A:.*]] = core.compute
// CHECK: core.read %[[Y]]
// CHECK-NOT: math.tanh
// CHECK: core.compute[%c3] {
// CHECK: core.reduce {{ *}}sum(%c0) to(%{{.*}}) {
// CHECK: core.read %arg0
// CHECK: core.compute[%{{.*}}] {
// CHECK: core.reduce {{ *}}sum
// CHECK: core.read %{{.*}}[%{{.*}}] border({{ *}}zero)
// CHECK: core.read %arg1
// CHECK-NOT: core.variable
// CHECK-NOT: core.derivative
func.func @conv(%x: tensor<?xf64>, %w: tensor<3xf64>) -> (tensor<f64>, tensor<?xf64>, tensor<3xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %n = tensor.dim %x, %c0 : tensor<?xf64>
  %xv = core.variable %x : tensor<?xf64>
  %wv = core.variable %w : tensor<3xf64>
  %y = core.compute [%n] {
  ^bb0(%i: index):
    %s = core.reduce sum (%c0) to (%c3) {
    ^bb0(%u: index):
      %p = arith.addi %i, %u : index
      %q = arith.subi %p, %c1 : index
      %a = core.read %xv[%q] border(zero) : tensor<?xf64>
      %b = core.read %wv[%u] border(proven) : tensor<3xf64>
      %m = arith.mulf %a, %b : f64
      core.yield %m : f64
    } : f64
    %t = math.tanh %s : f64
    core.yield %t : f64
  } : tensor<?xf64>
  %e = core.reduce sum (%c0) to (%n) {
  ^bb0(%i: index):
    %a = core.read %y[%i] border(proven) : tensor<?xf64>
    %m = arith.mulf %a, %a : f64
    core.yield %m : f64
  } : f64
  %dx = core.derivative %e by %xv : f64, tensor<?xf64>
  %dw = core.derivative %e by %wv : f64, tensor<3xf64>
  %r = core.compute [] { core.yield %e : f64 } : tensor<f64>
  return %r, %dx, %dw : tensor<f64>, tensor<?xf64>, tensor<3xf64>
}

// -----

// Several points read one element: their parts are added at places.
// CHECK-LABEL: func.func @clamped
// CHECK: core.scatter[%{{.*}}] (%{{.*}}) to(%{{.*}}) {
// CHECK: arith.minsi
// CHECK: core.yield %{{.*}}, %{{.*}} : f64, index
func.func @clamped(%x: tensor<?xf64>) -> tensor<?xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c0 : tensor<?xf64>
  %v = core.variable %x : tensor<?xf64>
  %e = core.reduce sum (%c0) to (%n) {
  ^bb0(%i: index):
    %j = arith.addi %i, %c1 : index
    %a = core.read %v[%j] border(clamp) : tensor<?xf64>
    %b = arith.mulf %a, %a : f64
    core.yield %b : f64
  } : f64
  %d = core.derivative %e by %v : f64, tensor<?xf64>
  return %d : tensor<?xf64>
}

// -----

// A wrapped index that runs over one period is solved for modulo the extent.
// CHECK-LABEL: func.func @wrapped
// CHECK-NOT: core.scatter
// CHECK: core.compute
// CHECK: arith.remsi
// CHECK-NOT: core.scatter
func.func @wrapped(%x: tensor<?xf64>) -> tensor<?xf64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c0 : tensor<?xf64>
  %v = core.variable %x : tensor<?xf64>
  %y = core.compute [%n] {
  ^bb0(%i: index):
    %j = arith.addi %i, %c1 : index
    %a = core.read %v[%j] border(wrap) : tensor<?xf64>
    %b = arith.mulf %a, %a : f64
    core.yield %b : f64
  } : tensor<?xf64>
  %e = core.reduce sum (%c0) to (%n) {
  ^bb0(%i: index):
    %a = core.read %y[%i] border(proven) : tensor<?xf64>
    %b = math.exp %a : f64
    core.yield %b : f64
  } : f64
  %d = core.derivative %e by %v : f64, tensor<?xf64>
  return %d : tensor<?xf64>
}

// -----

// What is not differentiable gives zero, and an op's own derivative is taken as stated.
// CHECK-LABEL: func.func @stated
// CHECK-SAME: (%[[X:.*]]: f64, %[[P:.*]]: f64)
// CHECK: %[[ZERO:.*]] = arith.constant 0.000000e+00 : f64
// CHECK: return %[[ZERO]], %[[P]]
func.func @stated(%x: f64, %p: f64) -> (f64, f64) {
  %v = core.variable %x : f64
  %f = math.floor %v : f64
  %d0 = core.derivative %f by %v : f64, f64
  %y = math.sin %v : f64
  %o = core.own_derivative %y by (%v : f64) partials (%p : f64) : f64
  %d1 = core.derivative %o by %v : f64, f64
  return %d0, %d1 : f64, f64
}
