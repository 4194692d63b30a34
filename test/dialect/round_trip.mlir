// Every operation of core and aug prints as it parses.
// RUN: %gms-opt %s | %gms-opt | FileCheck %s

// CHECK-LABEL: func.func @core_ops
func.func @core_ops(%x: tensor<?x4xf32>, %k: index, %c: i1) -> tensor<?x4xf32> {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  %zero = arith.constant 0.0 : f32
  %n = tensor.dim %x, %c0 : tensor<?x4xf32>
  // CHECK: core.require %{{.*}}, "a condition"
  core.require %c, "a condition"
  // CHECK: core.compute[%{{.*}}, %{{.*}}] {
  // CHECK: core.read %{{.*}}[%{{.*}}, %{{.*}}] border({{ *}}reflect) : tensor<?x4xf32>
  // CHECK: core.reduce {{ *}}max(%{{.*}}) to(%{{.*}}) {
  // CHECK: core.yield %{{.*}} : f32
  // CHECK: } : tensor<?x4xf32>
  %y = core.compute [%n, %c4] {
  ^bb0(%i: index, %j: index):
    %v = core.read %x[%i, %j] border(reflect) : tensor<?x4xf32>
    %m = core.reduce max (%c0) to (%c4) {
    ^bb0(%u: index):
      core.yield %v : f32
    } : f32
    core.yield %m : f32
  } : tensor<?x4xf32>
  // CHECK: core.scan[%{{.*}}] init(%{{.*}}, %{{.*}} : f32, index) {
  %s = core.scan [%n] init(%zero, %c0 : f32, index) {
  ^bb0(%i: index, %a: f32, %b: index):
    core.yield %a, %b : f32, index
  } : tensor<?xf32>
  // CHECK: core.histogram[%{{.*}}, %{{.*}}] (%{{.*}}) to(%{{.*}}) {
  %h = core.histogram [%n, %c4] (%c0) to (%k) {
  ^bb0(%i: index, %u: index):
    core.yield %u : index
  } : tensor<?x4xi64>
  // CHECK: core.branch %{{.*}} -> (tensor<?x4xf32>) {
  // CHECK: } else {
  %z = core.branch %c -> (tensor<?x4xf32>) {
    core.yield %y : tensor<?x4xf32>
  } else {
    core.yield %x : tensor<?x4xf32>
  }
  // CHECK: core.switch %{{.*}} -> (tensor<?x4xf32>, f32) {
  // CHECK: }, {
  %w:2 = core.switch %k -> (tensor<?x4xf32>, f32) {
    core.yield %z, %zero : tensor<?x4xf32>, f32
  }, {
    core.yield %y, %zero : tensor<?x4xf32>, f32
  }
  return %w#0 : tensor<?x4xf32>
}

// CHECK-LABEL: func.func @loops
func.func @loops(%x: tensor<?xf64>, %n: index, %v: f64, %c: i1) -> tensor<?x?xf64> {
  // CHECK: core.loop %{{.*}} init(%{{.*}}, %{{.*}} : tensor<?xf64>, f64) {
  // CHECK: } : tensor<?xf64>, f64, tensor<?x?xf64>, tensor<?xf64>
  %r:4 = core.loop %n init(%x, %v : tensor<?xf64>, f64) {
  ^bb0(%k: index, %s: tensor<?xf64>, %a: f64):
    core.yield %s, %a, %s, %a : tensor<?xf64>, f64, tensor<?xf64>, f64
  } : tensor<?xf64>, f64, tensor<?x?xf64>, tensor<?xf64>
  // CHECK: core.loop %{{.*}} init(%{{.*}} : f64) until {
  // CHECK: core.yield %{{.*}}, %{{.*}} : f64, i1
  // CHECK: } : f64, index
  %w:2 = core.loop %n init(%v : f64) until {
  ^bb0(%k: index, %a: f64):
    core.yield %a, %c : f64, i1
  } : f64, index
  return %r#2 : tensor<?x?xf64>
}

// CHECK-LABEL: func.func @derivatives
func.func @derivatives(%x: tensor<?xf64>, %s: f64, %n: index) -> (tensor<?xf64>, tensor<?xf64>) {
  %c0 = arith.constant 0 : index
  // CHECK: core.variable %{{.*}} : tensor<?xf64>
  %v = core.variable %x : tensor<?xf64>
  // CHECK: core.own_derivative %{{.*}} by(%{{.*}}, %{{.*}} : f64, tensor<?xf64>) partials(%{{.*}}, %{{.*}} : f64, tensor<?xf64>) : f64
  %o = core.own_derivative %s by (%s, %v : f64, tensor<?xf64>) partials (%s, %x : f64, tensor<?xf64>) : f64
  // CHECK: core.own_derivative %{{.*}} : f64
  %p = core.own_derivative %o : f64
  // CHECK: core.derivative %{{.*}} by %{{.*}} : f64, tensor<?xf64>
  %d = core.derivative %p by %v : f64, tensor<?xf64>
  // CHECK: core.scatter[%{{.*}}] (%{{.*}}) to(%{{.*}}) {
  // CHECK: core.yield %{{.*}}, %{{.*}} : f64, index
  // CHECK: } : tensor<?xf64>
  %t = core.scatter [%n] (%c0) to (%n) {
  ^bb0(%i: index):
    core.yield %s, %i : f64, index
  } : tensor<?xf64>
  return %d, %t : tensor<?xf64>, tensor<?xf64>
}

// CHECK-LABEL: func.func @aug_ops
func.func @aug_ops(%x: tensor<3x?x?xf32>, %h: index, %a: f32) -> tensor<3x?x?xf32> {
  // CHECK: aug.draw {{ *}}uniform(%{{.*}}, %{{.*}} : f32, f32) place "p/turn" : f32
  %u = aug.draw uniform(%a, %a : f32, f32) place "p/turn" : f32
  // CHECK: aug.draw {{ *}}integer(%{{.*}}, %{{.*}} : index, index) place "p/n" element %{{.*}} : index
  %n = aug.draw integer(%h, %h : index, index) place "p/n" element %h : index
  // CHECK: aug.categorical(%{{.*}}, %{{.*}}) place "p/k"
  %k = aug.categorical(%a, %u) place "p/k"
  // CHECK: aug.permutation place "p/o" : index, index
  %o:2 = aug.permutation place "p/o" : index, index
  // CHECK: aug.key : i64, i64, i32
  %seed, %sample, %epoch = aug.key : i64, i64, i32
  // CHECK: aug.warp %{{.*}} map {
  // CHECK: aug.yield %{{.*}}, %{{.*}}
  // CHECK: } extent(%{{.*}}, %{{.*}}) sampling({{ *}}bicubic) border({{ *}}fill) fill(%{{.*}} : f32)
  %w = aug.warp %x map {
  ^bb0(%i: f32, %j: f32):
    aug.yield %j, %i
  } extent(%h, %n) sampling(bicubic) border(fill) fill(%a : f32) : tensor<3x?x?xf32> -> tensor<3x?x?xf32>
  return %w : tensor<3x?x?xf32>
}
