// Structured operators print what they read.
// RUN: %gms-opt %s | %gms-opt | FileCheck %s
// RUN: %gms-opt %s --pass-pipeline="builtin.module(func.func(core-lower-library))" | FileCheck %s --check-prefix=CALLS

// CHECK-LABEL: func.func @line
// CHECK: core.lowest %{{.*}} : tensor<3x?xf64> -> tensor<2xf64>, tensor<2x?xf64>
// CHECK: core.lowest %{{.*}} near %{{.*}} periodic : tensor<3x?xf64>, tensor<2x?xf64> -> tensor<2xf64>, tensor<2x?xf64>
// CHECK: core.response %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<3x?xf64>, tensor<2xf64>, tensor<2x?xf64>
// CHECK: core.solve %{{.*}}, %{{.*}} periodic : tensor<3x?xf64>, tensor<2x?xf64>
// CHECK: core.exponential_sum %{{.*}} rates %{{.*}} power 2 : tensor<2x?xf64>, tensor<2xf64> -> tensor<2x?xf64>
// CALLS-LABEL: func.func @line
// CALLS: core.library "gms_physics_lowest"(%{{.*}} : tensor<3x?xf64>) sizes({{.*}}) extents({{.*}}) -> tensor<2xf64>, tensor<2x?xf64>, tensor<?xf64>
// CALLS: core.library "gms_physics_lowest_near"
// CALLS: core.library "gms_physics_response"
// CALLS: core.library "gms_physics_solve"
// CALLS: core.library "gms_physics_exponential_sum_f64"
func.func @line(%b: tensor<3x?xf64>) -> tensor<2x?xf64> {
  %e, %v = core.lowest %b : tensor<3x?xf64> -> tensor<2xf64>, tensor<2x?xf64>
  %f, %w = core.lowest %b near %v periodic : tensor<3x?xf64>, tensor<2x?xf64> -> tensor<2xf64>, tensor<2x?xf64>
  %y = core.response %b, %e, %v, %w : tensor<3x?xf64>, tensor<2xf64>, tensor<2x?xf64>
  %x = core.solve %b, %y periodic : tensor<3x?xf64>, tensor<2x?xf64>
  %s = core.exponential_sum %x rates %f power 2 : tensor<2x?xf64>, tensor<2xf64> -> tensor<2x?xf64>
  return %s : tensor<2x?xf64>
}

// CHECK-LABEL: func.func @plane
// CHECK: core.lowest_plane %{{.*}}, %{{.*}}, %{{.*}} second_periodic : tensor<3x?xf64>, tensor<2x7xf64>, tensor<?x7xf64> -> tensor<1xf64>, tensor<1x?x7xf64>
// CHECK: core.response_plane %{{.*}} second_periodic : tensor<3x?xf64>, tensor<2x7xf64>, tensor<?x7xf64>, tensor<1xf64>, tensor<1x?x7xf64>
// CALLS-LABEL: func.func @plane
// CALLS: core.library "gms_physics_lowest_plane"
// CALLS: core.library "gms_physics_response_plane"
func.func @plane(%a: tensor<3x?xf64>, %b: tensor<2x7xf64>, %d: tensor<?x7xf64>) -> tensor<1x?x7xf64> {
  %e, %v = core.lowest_plane %a, %b, %d second_periodic : tensor<3x?xf64>, tensor<2x7xf64>, tensor<?x7xf64> -> tensor<1xf64>, tensor<1x?x7xf64>
  %y = core.response_plane %a, %b, %d, %e, %v, %v second_periodic : tensor<3x?xf64>, tensor<2x7xf64>, tensor<?x7xf64>, tensor<1xf64>, tensor<1x?x7xf64>
  return %y : tensor<1x?x7xf64>
}
