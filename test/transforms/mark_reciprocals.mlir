// A division may become a multiplication by a reciprocal where its last bits decide nothing afterwards.
// RUN: %gms-opt %s --split-input-file --pass-pipeline="builtin.module(func.func(core-mark-reciprocals))" | FileCheck %s

// What is cut to a range, kept in memory and multiplied stays smooth.
// CHECK-LABEL: func.func @smooth
// CHECK-COUNT-2: arith.divf {{.*}} fastmath<{{.*}}arcp{{.*}}>
func.func @smooth(%x: tensor<?xf32>, %n: index, %a: f32) -> tensor<?xf32> {
  %one = arith.constant 1.0 : f32
  %0 = core.compute [%n] {
  ^bb0(%i: index):
    %v = core.read %x[%i] border(proven) : tensor<?xf32>
    %q = arith.divf %v, %a fastmath<contract> : f32
    %over = arith.cmpf olt, %one, %q : f32
    %cut = arith.select %over, %one, %q : f32
    core.yield %cut : f32
  } : tensor<?xf32>
  %1 = core.compute [%n] {
  ^bb0(%i: index):
    %v = core.read %0[%i] border(proven) : tensor<?xf32>
    %m = arith.mulf %v, %a fastmath<contract> : f32
    %q = arith.divf %m, %a fastmath<contract> : f32
    core.yield %q : f32
  } : tensor<?xf32>
  return %1 : tensor<?xf32>
}

// -----

// What is compared, rounded or becomes an index, here or where it is read, has steps.
// CHECK-LABEL: func.func @steps
// CHECK-NOT: arcp
func.func @steps(%x: tensor<?xf32>, %n: index, %a: f32) -> (tensor<?xf32>, tensor<?xi1>, tensor<?xf32>, f32) {
  %c0 = arith.constant 0 : index
  %0 = core.compute [%n] {
  ^bb0(%i: index):
    %v = core.read %x[%i] border(proven) : tensor<?xf32>
    %q = arith.divf %v, %a : f32
    core.yield %q : f32
  } : tensor<?xf32>
  %1 = core.compute [%n] {
  ^bb0(%i: index):
    %v = core.read %0[%i] border(proven) : tensor<?xf32>
    %f = math.floor %v : f32
    core.yield %f : f32
  } : tensor<?xf32>
  %2 = core.compute [%n] {
  ^bb0(%i: index):
    %v = core.read %x[%i] border(proven) : tensor<?xf32>
    %q = arith.divf %v, %a : f32
    %same = arith.cmpf oeq, %q, %a : f32
    core.yield %same : i1
  } : tensor<?xi1>
  %3 = core.compute [%n] {
  ^bb0(%i: index):
    %v = core.read %x[%i] border(proven) : tensor<?xf32>
    %q = arith.divf %v, %a : f32
    %whole = arith.fptosi %q : f32 to i32
    %at = arith.index_cast %whole : i32 to index
    %w = core.read %x[%at] border(clamp) : tensor<?xf32>
    core.yield %w : f32
  } : tensor<?xf32>
  %first = core.reduce argmax (%c0) to (%n) {
  ^bb0(%i: index):
    %v = core.read %0[%i] border(proven) : tensor<?xf32>
    core.yield %v : f32
  } : index
  %place = core.read %x[%first] border(clamp) : tensor<?xf32>
  return %1, %2, %3, %place : tensor<?xf32>, tensor<?xi1>, tensor<?xf32>, f32
}

// -----

// Doubles: by a number that exp has rounded, whatever follows; by any other not.
// CHECK-LABEL: func.func @doubles
// CHECK: %[[D:.*]] = arith.addf
// CHECK: %[[R:.*]] = arith.divf %{{.*}}, %[[D]]
// CHECK: arith.mulf %{{.*}}, %[[R]]
// CHECK: arith.mulf %{{.*}}, %[[R]]
// CHECK-COUNT-2: arith.divf %{{.*}}, %arg2
func.func @doubles(%x: tensor<8xf64>, %n: index, %a: f64) -> tensor<8xf64> {
  %one = arith.constant 1.0 : f64
  %c8 = arith.constant 8 : index
  %0 = core.compute [%c8] {
  ^bb0(%i: index):
    %v = core.read %x[%i] border(proven) : tensor<8xf64>
    %e = math.exp %v : f64
    %d = arith.addf %e, %one : f64
    %p = arith.divf %v, %d : f64
    %q = arith.divf %e, %d : f64
    %r = arith.divf %p, %a : f64
    %s = arith.divf %q, %a : f64
    %t = arith.addf %r, %s : f64
    core.yield %t : f64
  } : tensor<8xf64>
  return %0 : tensor<8xf64>
}
