// Sums over exp(-a |x_i - x_j|) on a regular grid are found in index notation, with kernels of several widths, with factors
// that depend on either end, with the distance itself as a factor, and as double sums.
// RUN: %gms-opt %s --pass-pipeline="builtin.module(func.func(core-find-exponential-sums))" | FileCheck %s

// x[i] = (i - 256) * h; v[k, i] = n[i] * sum over j of n[j] * exp(-|x_i - x_j| / w_k) / (2 w_k)
// CHECK-LABEL: func.func @kernels
// CHECK-SAME: %[[N:[^:]*]]: tensor<513xf64>
// CHECK: %[[RATES:.*]] = core.compute[%dim] {
// CHECK-NEXT: ^bb0(%[[K:.*]]: index):
// CHECK: core.read %{{.*}}[%[[K]]]
// CHECK: arith.divf
// CHECK: math.absf
// CHECK: } : tensor<?xf64>
// CHECK: %[[SUMS:.*]] = core.exponential_sum %[[N]] rates %[[RATES]] power 0 : tensor<513xf64>, tensor<?xf64> -> tensor<?x513xf64>
// CHECK: core.read %[[SUMS]]
// CHECK-NOT: core.reduce
// CHECK: return
func.func @kernels(%n: tensor<513xf64>, %w: tensor<?xf64>, %h: f64) -> tensor<?x513xf64> {
  %c0 = arith.constant 0 : index
  %points = arith.constant 513 : index
  %middle = arith.constant 256.0 : f64
  %two = arith.constant 2.0 : f64
  %count = tensor.dim %w, %c0 : tensor<?xf64>
  %x = core.compute [%points] {
  ^bb0(%i: index):
    %a = arith.index_cast %i : index to i64
    %b = arith.sitofp %a : i64 to f64
    %c = arith.subf %b, %middle : f64
    %d = arith.mulf %c, %h : f64
    core.yield %d : f64
  } : tensor<513xf64>
  %v = core.compute [%count, %points] {
  ^bb0(%k: index, %i: index):
    %width = core.read %w[%k] border(proven) : tensor<?xf64>
    %twice = arith.mulf %width, %two : f64
    %here = core.read %n[%i] border(proven) : tensor<513xf64>
    %xi = core.read %x[%i] border(proven) : tensor<513xf64>
    %s = core.reduce sum (%c0) to (%points) {
    ^bb0(%j: index):
      %xj = core.read %x[%j] border(proven) : tensor<513xf64>
      %r = arith.subf %xi, %xj : f64
      %far = math.absf %r : f64
      %minus = arith.negf %far : f64
      %e = arith.divf %minus, %width : f64
      %p = math.exp %e : f64
      %q = arith.divf %p, %twice : f64
      %nj = core.read %n[%j] border(proven) : tensor<513xf64>
      %t = arith.mulf %nj, %q : f64
      core.yield %t : f64
    } : f64
    %u = arith.mulf %here, %s : f64
    core.yield %u : f64
  } : tensor<?x513xf64>
  return %v : tensor<?x513xf64>
}

// sum over i, j of n[i] m[j] |i - j| exp(-a |i - j|): what the derivative by a rate looks like
// CHECK-LABEL: func.func @pairs
// CHECK: core.exponential_sum %{{.*}} rates %{{.*}} power 1 : tensor<?xf64>, tensor<1xf64> -> tensor<1x?xf64>
// CHECK: core.reduce {{ *}}sum(%{{[^,]*}}) to(%{{[^,]*}})
func.func @pairs(%n: tensor<?xf64>, %m: tensor<?xf64>, %a: f64) -> tensor<f64> {
  %c0 = arith.constant 0 : index
  %points = tensor.dim %n, %c0 : tensor<?xf64>
  %e = core.compute [] {
    %s = core.reduce sum (%c0, %c0) to (%points, %points) {
    ^bb0(%i: index, %j: index):
      %d = arith.subi %i, %j : index
      %minus = arith.subi %c0, %d : index
      %whole = arith.maxsi %d, %minus : index
      %far = arith.index_cast %whole : index to i64
      %r = arith.sitofp %far : i64 to f64
      %scaled = arith.mulf %a, %r : f64
      %negative = arith.negf %scaled : f64
      %p = math.exp %negative : f64
      %ni = core.read %n[%i] border(proven) : tensor<?xf64>
      %mj = core.read %m[%j] border(proven) : tensor<?xf64>
      %t0 = arith.mulf %ni, %mj : f64
      %t1 = arith.mulf %t0, %p : f64
      %t2 = arith.mulf %t1, %r : f64
      core.yield %t2 : f64
    } : f64
    core.yield %s : f64
  } : tensor<f64>
  return %e : tensor<f64>
}

// Squares of distances are no distances, and a place that is not affine in its index makes no regular grid.
// CHECK-LABEL: func.func @others
// CHECK-NOT: core.exponential_sum
func.func @others(%n: tensor<?xf64>, %x: tensor<?xf64>) -> (tensor<?xf64>, tensor<?xf64>) {
  %c0 = arith.constant 0 : index
  %points = tensor.dim %n, %c0 : tensor<?xf64>
  %v = core.compute [%points] {
  ^bb0(%i: index):
    %xi = core.read %x[%i] border(proven) : tensor<?xf64>
    %s = core.reduce sum (%c0) to (%points) {
    ^bb0(%j: index):
      %xj = core.read %x[%j] border(proven) : tensor<?xf64>
      %r = arith.subf %xi, %xj : f64
      %far = math.absf %r : f64
      %minus = arith.negf %far : f64
      %p = math.exp %minus : f64
      core.yield %p : f64
    } : f64
    core.yield %s : f64
  } : tensor<?xf64>
  %g = core.compute [%points] {
  ^bb0(%i: index):
    %s = core.reduce sum (%c0) to (%points) {
    ^bb0(%j: index):
      %d = arith.subi %i, %j : index
      %whole = arith.index_cast %d : index to i64
      %r = arith.sitofp %whole : i64 to f64
      %square = arith.mulf %r, %r : f64
      %minus = arith.negf %square : f64
      %p = math.exp %minus : f64
      core.yield %p : f64
    } : f64
    core.yield %s : f64
  } : tensor<?xf64>
  return %v, %g : tensor<?xf64>, tensor<?xf64>
}
