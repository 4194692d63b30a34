// RUN: %gms-opt %s --pass-pipeline="builtin.module(func.func(core-hoist-requirements))" | FileCheck %s

// CHECK-LABEL: func.func @arm
// CHECK: %[[SMALL:.*]] = arith.cmpi slt
// CHECK: %[[TAKEN:.*]] = arith.cmpi eq, %{{.*}}, %{{.*}} : index
// CHECK: %[[OTHER:.*]] = arith.xori %[[TAKEN]]
// CHECK: %[[HOLDS:.*]] = arith.ori %[[OTHER]], %[[SMALL]]
// CHECK: core.require %[[HOLDS]], "small enough"
// CHECK: core.switch
// CHECK-NOT: core.require
func.func @arm(%x: tensor<?xf32>, %k: index) -> tensor<?xf32> {
  %r = core.switch %k -> (tensor<?xf32>) {
    %c0 = arith.constant 0 : index
    %c9 = arith.constant 9 : index
    %n = tensor.dim %x, %c0 : tensor<?xf32>
    %ok = arith.cmpi slt, %n, %c9 : index
    core.require %ok, "small enough"
    core.yield %x : tensor<?xf32>
  }, {
    core.yield %x : tensor<?xf32>
  }
  return %r : tensor<?xf32>
}
