// Computes are inlined where that costs less than memory, with the border rule of the read.
// RUN: %gms-opt %s --split-input-file --pass-pipeline="builtin.module(func.func(core-fuse-computes))" | FileCheck %s

// CHECK-LABEL: func.func @chain
// CHECK: core.compute
// CHECK: core.read %arg0
// CHECK: arith.addf
// CHECK: arith.mulf
// CHECK-NOT: core.compute
func.func @chain(%x: tensor<?xf32>, %n: index, %a: f32) -> tensor<?xf32> {
  %0 = core.compute [%n] {
  ^bb0(%i: index):
    %v = core.read %x[%i] border(proven) : tensor<?xf32>
    %w = arith.addf %v, %a : f32
    core.yield %w : f32
  } : tensor<?xf32>
  %1 = core.compute [%n] {
  ^bb0(%i: index):
    %v = core.read %0[%i] border(proven) : tensor<?xf32>
    %w = arith.mulf %v, %a : f32
    core.yield %w : f32
  } : tensor<?xf32>
  return %1 : tensor<?xf32>
}

// -----

// A read outside gives 0, not what the inlined body makes of a 0.
// CHECK-LABEL: func.func @zero_border
// CHECK: %[[IN:.*]] = arith.andi
// CHECK: core.read %arg0[%{{.*}}] border({{ *}}proven)
// CHECK: %[[V:.*]] = arith.addf
// CHECK: arith.select %[[IN]], %[[V]], %{{.*}} : f32
func.func @zero_border(%x: tensor<?xf32>, %n: index, %a: f32) -> tensor<?xf32> {
  %c1 = arith.constant 1 : index
  %0 = core.compute [%n] {
  ^bb0(%i: index):
    %v = core.read %x[%i] border(proven) : tensor<?xf32>
    %w = arith.addf %v, %a : f32
    core.yield %w : f32
  } : tensor<?xf32>
  %1 = core.compute [%n] {
  ^bb0(%i: index):
    %k = arith.addi %i, %c1 : index
    %v = core.read %0[%k] border(zero) : tensor<?xf32>
    core.yield %v : f32
  } : tensor<?xf32>
  return %1 : tensor<?xf32>
}

// -----

// What is read many times and costs much stays in memory.
// CHECK-LABEL: func.func @costly
// CHECK: core.compute
// CHECK: math.exp
// CHECK: core.compute
// CHECK: core.reduce
// CHECK-NOT: math.exp
func.func @costly(%x: tensor<?xf32>, %n: index) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %c5 = arith.constant 5 : index
  %0 = core.compute [%n] {
  ^bb0(%i: index):
    %v = core.read %x[%i] border(proven) : tensor<?xf32>
    %w = math.exp %v : f32
    core.yield %w : f32
  } : tensor<?xf32>
  %1 = core.compute [%n] {
  ^bb0(%i: index):
    %s = core.reduce sum (%c0) to (%c5) {
    ^bb0(%u: index):
      %k = arith.addi %i, %u : index
      %v = core.read %0[%k] border(clamp) : tensor<?xf32>
      core.yield %v : f32
    } : f32
    core.yield %s : f32
  } : tensor<?xf32>
  return %1 : tensor<?xf32>
}

// -----

// A read that stays inside for all sizes needs no border.
// CHECK-LABEL: func.func @inside
// CHECK: core.read %arg0[%{{.*}}] border({{ *}}proven)
func.func @inside(%x: tensor<?xf32>) -> tensor<?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %last = arith.subi %n, %c1 : index
  %1 = core.compute [%n] {
  ^bb0(%i: index):
    %k = arith.subi %last, %i : index
    %v = core.read %x[%k] border(clamp) : tensor<?xf32>
    core.yield %v : f32
  } : tensor<?xf32>
  return %1 : tensor<?xf32>
}

// -----

// The extremes of a whole image are found once, not as a part of each of its pixels; a stencil's sum becomes one.
// CHECK-LABEL: func.func @whole_and_stencil
// CHECK: %[[HIGH:.*]] = core.compute[%{{.*}}] {
// CHECK: core.reduce {{ *}}max
// CHECK: core.compute[%{{.*}}, %{{.*}}, %{{.*}}] {
// CHECK: core.reduce {{ *}}sum
// CHECK: core.read %[[HIGH]]
// CHECK-NOT: core.compute
func.func @whole_and_stencil(%x: tensor<?x?x?xf32>, %c: index, %h: index, %w: index) -> tensor<?x?x?xf32> {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %high = core.compute [%c] {
  ^bb0(%k: index):
    %most = core.reduce max (%c0, %c0) to (%h, %w) {
    ^bb0(%i: index, %j: index):
      %v = core.read %x[%k, %i, %j] border(clamp) : tensor<?x?x?xf32>
      core.yield %v : f32
    } : f32
    core.yield %most : f32
  } : tensor<?xf32>
  %near = core.compute [%c, %h, %w] {
  ^bb0(%k: index, %i: index, %j: index):
    %sum = core.reduce sum (%c0) to (%c3) {
    ^bb0(%u: index):
      %at = arith.addi %j, %u : index
      %v = core.read %x[%k, %i, %at] border(clamp) : tensor<?x?x?xf32>
      core.yield %v : f32
    } : f32
    core.yield %sum : f32
  } : tensor<?x?x?xf32>
  %out = core.compute [%c, %h, %w] {
  ^bb0(%k: index, %i: index, %j: index):
    %v = core.read %near[%k, %i, %j] border(proven) : tensor<?x?x?xf32>
    %m = core.read %high[%k] border(proven) : tensor<?xf32>
    %q = arith.divf %v, %m : f32
    core.yield %q : f32
  } : tensor<?x?x?xf32>
  return %out : tensor<?x?x?xf32>
}
