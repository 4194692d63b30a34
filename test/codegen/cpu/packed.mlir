// The hot loops hold packed instructions, and no call: for a turned image of bytes, gathers that take two neighbouring
// pixels each, in two halves of a vector for each of the two rows, and requests for what the next row will read.
// RUN: %gms-opt %s --gms-core --cpu-llvm="lanes=16" --cpu-assembly="avx512=1" -o /dev/null | FileCheck %s --check-prefixes=CHECK,WIDE
// RUN: %gms-opt %s --gms-core --cpu-llvm="lanes=8" --cpu-assembly="avx512=0" -o /dev/null | FileCheck %s --check-prefixes=CHECK,NARROW

// CHECK-LABEL: turn.sample:
// CHECK-NOT: vpgatherdd
// WIDE-COUNT-4: vpgatherdq {{.*}}%zmm
// NARROW-COUNT-4: vpgatherdq {{.*}}%ymm
// CHECK-NOT: vpgather
// WIDE: vfmadd{{.*}}ps {{.*}}%zmm
// NARROW: vfmadd{{.*}}ps {{.*}}%ymm
// WIDE-DAG: vmovups %zmm
// NARROW-DAG: vmovups %ymm
// CHECK-DAG: prefetcht0
// CHECK-NOT: call
// CHECK-LABEL: turn_shape:
func.func @turn(%img: tensor<?x?x3xi8>, %cosine: tensor<f32>, %sine: tensor<f32>) -> tensor<3x224x224xf32> attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c224 = arith.constant 224 : index
  %h = tensor.dim %img, %c0 : tensor<?x?x3xi8>
  %w = tensor.dim %img, %c1 : tensor<?x?x3xi8>
  %cos = core.read %cosine[] border(proven) : tensor<f32>
  %sin = core.read %sine[] border(proven) : tensor<f32>
  %f = core.compute [%c3, %h, %w] {
  ^bb0(%k0: index, %i: index, %j: index):
    %b = core.read %img[%i, %j, %k0] border(proven) : tensor<?x?x3xi8>
    %v = arith.uitofp %b : i8 to f32
    %s255 = arith.constant 255.0 : f32
    %q = arith.divf %v, %s255 fastmath<contract> : f32
    core.yield %q : f32
  } : tensor<3x?x?xf32>
  %r = aug.warp %f map {
  ^bb0(%y: f32, %x: f32):
    %a = arith.mulf %cos, %y fastmath<contract> : f32
    %b = arith.mulf %sin, %x fastmath<contract> : f32
    %c = arith.addf %a, %b fastmath<contract> : f32
    %a2 = arith.mulf %cos, %x fastmath<contract> : f32
    %b2 = arith.mulf %sin, %y fastmath<contract> : f32
    %c2 = arith.subf %a2, %b2 fastmath<contract> : f32
    aug.yield %c, %c2
  } extent(%c224, %c224) sampling(bilinear) border(zero) : tensor<3x?x?xf32> -> tensor<3x224x224xf32>
  return %r : tensor<3x224x224xf32>
}
