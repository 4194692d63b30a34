// Warps become computes: four reads for bilinear sampling, one for nearest and for maps that keep to whole pixels, sixteen
// for bicubic; area sampling is a mean of 4 x 4 bilinear samples.
// RUN: %gms-opt %s --split-input-file --pass-pipeline="builtin.module(func.func(aug-lower-warps))" | FileCheck %s

// CHECK-LABEL: func.func @bilinear
// CHECK: core.compute[%{{.*}}, %{{.*}}, %{{.*}}] {
// CHECK: math.floor
// CHECK: math.floor
// CHECK-COUNT-4: core.read %{{.*}} border({{ *}}zero)
// CHECK-NOT: core.read
// CHECK: core.yield
func.func @bilinear(%x: tensor<3x?x?xf32>, %h: index, %a: f32) -> tensor<3x?x?xf32> {
  %r = aug.warp %x map {
  ^bb0(%i: f32, %j: f32):
    %m = arith.mulf %j, %a : f32
    %n = arith.mulf %i, %a : f32
    aug.yield %m, %n
  } extent(%h, %h) sampling(bilinear) border(zero) : tensor<3x?x?xf32> -> tensor<3x?x?xf32>
  return %r : tensor<3x?x?xf32>
}

// -----

// CHECK-LABEL: func.func @shift
// CHECK: core.compute
// CHECK-NOT: math.floor
// CHECK: core.read %{{.*}} border({{ *}}clamp)
// CHECK-NOT: core.read
func.func @shift(%x: tensor<?x?xf32>, %h: index) -> tensor<?x?xf32> {
  %three = arith.constant 3.0 : f32
  %r = aug.warp %x map {
  ^bb0(%i: f32, %j: f32):
    %m = arith.addf %j, %three : f32
    aug.yield %i, %m
  } extent(%h, %h) sampling(bilinear) border(clamp) : tensor<?x?xf32> -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}

// -----

// CHECK-LABEL: func.func @bicubic
// CHECK-COUNT-16: core.read %{{.*}} border({{ *}}reflect)
// CHECK-NOT: core.read
func.func @bicubic(%x: tensor<?x?xf32>, %h: index, %a: f32) -> tensor<?x?xf32> {
  %r = aug.warp %x map {
  ^bb0(%i: f32, %j: f32):
    %m = arith.mulf %j, %a : f32
    %n = arith.mulf %i, %a : f32
    aug.yield %m, %n
  } extent(%h, %h) sampling(bicubic) border(reflect) : tensor<?x?xf32> -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}

// -----

// CHECK-LABEL: func.func @area
// CHECK: core.reduce {{ *}}sum
// CHECK-COUNT-4: core.read
// CHECK-NOT: core.read
// CHECK: arith.mulf %{{.*}}, %{{.*}} fastmath<contract> : f32
func.func @area(%x: tensor<?x?xf32>, %h: index, %a: f32) -> tensor<?x?xf32> {
  %r = aug.warp %x map {
  ^bb0(%i: f32, %j: f32):
    %m = arith.mulf %j, %a : f32
    %n = arith.mulf %i, %a : f32
    aug.yield %m, %n
  } extent(%h, %h) sampling(area) border(clamp) : tensor<?x?xf32> -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}

// -----

// Masks of bytes are sampled in f32 and rounded half to even.
// CHECK-LABEL: func.func @bytes
// CHECK: arith.uitofp
// CHECK: math.roundeven
// CHECK: arith.trunci %{{.*}} : i32 to i8
func.func @bytes(%x: tensor<?x?xi8>, %h: index, %a: f32) -> tensor<?x?xi8> {
  %r = aug.warp %x map {
  ^bb0(%i: f32, %j: f32):
    %m = arith.mulf %j, %a : f32
    aug.yield %m, %i
  } extent(%h, %h) sampling(bilinear) border(clamp) : tensor<?x?xi8> -> tensor<?x?xi8>
  return %r : tensor<?x?xi8>
}

// -----

// Bytes that were divided are sampled undivided: one division a pixel instead of four.
// CHECK-LABEL: func.func @divided
// CHECK: core.compute
// CHECK: arith.divf
// CHECK: core.compute
// CHECK: arith.uitofp
// CHECK-NEXT: core.yield
// CHECK: core.compute
// CHECK-COUNT-4: core.read
// CHECK: arith.divf
// CHECK-NEXT: core.yield
func.func @divided(%b: tensor<?x?xi8>, %h: index, %a: f32) -> tensor<?x?xf32> {
  %s = arith.constant 255.0 : f32
  %x = core.compute [%h, %h] {
  ^bb0(%i: index, %j: index):
    %v = core.read %b[%i, %j] border(clamp) : tensor<?x?xi8>
    %f = arith.uitofp %v : i8 to f32
    %d = arith.divf %f, %s : f32
    core.yield %d : f32
  } : tensor<?x?xf32>
  %r = aug.warp %x map {
  ^bb0(%i: f32, %j: f32):
    %m = arith.mulf %j, %a : f32
    %n = arith.mulf %i, %a : f32
    aug.yield %m, %n
  } extent(%h, %h) sampling(bilinear) border(zero) : tensor<?x?xf32> -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}
