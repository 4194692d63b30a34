// A loop that looks for eigenvectors hands them to its next pass; the first begins with zeros, which are no guess.
// RUN: %gms-opt %s --pass-pipeline="builtin.module(func.func(core-warm-starts))" | FileCheck %s

// CHECK-LABEL: func.func @passes
// CHECK: %[[NONE:.*]] = arith.constant dense<0.000000e+00> : tensor<1x9xf64>
// CHECK: core.loop %{{.*}} init(%arg0, %[[NONE]] : tensor<3x9xf64>, tensor<1x9xf64>)
// CHECK: ^bb0(%{{.*}}: index, %[[BANDS:.*]]: tensor<3x9xf64>, %[[GUESS:.*]]: tensor<1x9xf64>):
// CHECK: %[[E:.*]], %[[V:.*]] = core.lowest %[[BANDS]] near %[[GUESS]]
// CHECK: core.yield %[[BANDS]], %[[V]], %[[E]]
func.func @passes(%bands: tensor<3x9xf64>) -> tensor<4x1xf64> {
  %c4 = arith.constant 4 : index
  %0:2 = core.loop %c4 init(%bands : tensor<3x9xf64>) {
  ^bb0(%k: index, %b: tensor<3x9xf64>):
    %e, %v = core.lowest %b : tensor<3x9xf64> -> tensor<1xf64>, tensor<1x9xf64>
    core.yield %b, %e : tensor<3x9xf64>, tensor<1xf64>
  } : tensor<3x9xf64>, tensor<4x1xf64>
  return %0#1 : tensor<4x1xf64>
}
