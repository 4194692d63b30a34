// What is counted for each of many numbers is counted in one pass; the compute that asked reads the table.
// RUN: %gms-opt %s --split-input-file --pass-pipeline="builtin.module(func.func(core-find-histograms))" | FileCheck %s

// The number's row is an index of the table; what it is made of moves along.
// CHECK-LABEL: func.func @rows
// CHECK: %[[TABLE:.*]] = core.histogram[%[[C:.*]], %[[N:.*]]] (%{{.*}}) to(%[[W:.*]]) {
// CHECK-NEXT: ^bb0(%[[K:.*]]: index, %[[J:.*]]: index):
// CHECK-NEXT: %[[LEFT:.*]] = arith.addi %[[K]]
// CHECK-NEXT: %[[X:.*]] = core.read %arg0[%[[LEFT]], %[[J]]]
// CHECK-NEXT: %[[I:.*]] = arith.index_cast %[[X]]
// CHECK-NEXT: core.yield %[[I]] : index
// CHECK: core.compute[%[[N]], %[[C]]]
// CHECK-NEXT: ^bb0(%[[B:.*]]: index, %[[Q:.*]]: index):
// CHECK: %[[SEEN:.*]] = core.read %[[TABLE]][%[[Q]], %[[B]]] border( proven)
// CHECK-NOT: core.reduce
func.func @rows(%x: tensor<?x?xi64>, %c: index, %n: index, %w: index) -> tensor<?x?xi64> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = core.compute [%n, %c] {
  ^bb0(%b: index, %k: index):
    %left = arith.addi %k, %c1 : index
    %count = core.reduce count (%c0) to (%w) {
    ^bb0(%j: index):
      %v = core.read %x[%left, %j] border(clamp) : tensor<?x?xi64>
      %wide = arith.index_cast %b : index to i64
      %same = arith.cmpi eq, %wide, %v : i64
      core.yield %same : i1
    } : index
    %out = arith.index_cast %count : index to i64
    core.yield %out : i64
  } : tensor<?x?xi64>
  return %0 : tensor<?x?xi64>
}

// -----

// A number that depends on the bin, a box that does, another comparison, and a few bins stay as they are.
// CHECK-LABEL: func.func @kept
// CHECK-NOT: core.histogram
// CHECK-COUNT-4: core.reduce {{ *}}count
func.func @kept(%x: tensor<?xindex>, %n: index, %w: index) -> (tensor<?xindex>, tensor<?xindex>, tensor<?xindex>, tensor<3xindex>) {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %0 = core.compute [%n] {
  ^bb0(%b: index):
    %count = core.reduce count (%c0) to (%w) {
    ^bb0(%j: index):
      %at = arith.addi %j, %b : index
      %v = core.read %x[%at] border(clamp) : tensor<?xindex>
      %same = arith.cmpi eq, %v, %b : index
      core.yield %same : i1
    } : index
    core.yield %count : index
  } : tensor<?xindex>
  %1 = core.compute [%n] {
  ^bb0(%b: index):
    %count = core.reduce count (%b) to (%w) {
    ^bb0(%j: index):
      %v = core.read %x[%j] border(clamp) : tensor<?xindex>
      %same = arith.cmpi eq, %v, %b : index
      core.yield %same : i1
    } : index
    core.yield %count : index
  } : tensor<?xindex>
  %2 = core.compute [%n] {
  ^bb0(%b: index):
    %count = core.reduce count (%c0) to (%w) {
    ^bb0(%j: index):
      %v = core.read %x[%j] border(clamp) : tensor<?xindex>
      %less = arith.cmpi slt, %v, %b : index
      core.yield %less : i1
    } : index
    core.yield %count : index
  } : tensor<?xindex>
  %3 = core.compute [%c3] {
  ^bb0(%b: index):
    %count = core.reduce count (%c0) to (%w) {
    ^bb0(%j: index):
      %v = core.read %x[%j] border(clamp) : tensor<?xindex>
      %same = arith.cmpi eq, %v, %b : index
      core.yield %same : i1
    } : index
    core.yield %count : index
  } : tensor<3xindex>
  return %0, %1, %2, %3 : tensor<?xindex>, tensor<?xindex>, tensor<?xindex>, tensor<3xindex>
}
