// Work on f64 fills the registers too: half the lanes of f32, packed functions, no call.
// RUN: %gms-opt %s --gms-core --cpu-vectors="lanes=8" | FileCheck %s --check-prefix=VECTORS
// RUN: %gms-opt %s --gms-core --cpu-llvm="lanes=16" --cpu-assembly="avx512=1" -o /dev/null | FileCheck %s --check-prefixes=CHECK,WIDE
// RUN: %gms-opt %s --gms-core --cpu-llvm="lanes=8" --cpu-assembly="avx512=0" -o /dev/null | FileCheck %s --check-prefixes=CHECK,NARROW

// VECTORS-LABEL: func.func private @gated.sample(
// VECTORS: llvm.load {{.*}} -> vector<4xf64>
// VECTORS-NOT: vector<8xf64>
// VECTORS: llvm.store {{.*}} : vector<4xf64>
// VECTORS-LABEL: func.func private @narrowed.sample(
// VECTORS: arith.truncf {{.*}} : vector<4xf64> to vector<4xf32>
// VECTORS: llvm.store {{.*}} : vector<4xf32>

// CHECK-LABEL: gated.sample:
// WIDE: vfmadd{{.*}}pd {{.*}}%zmm
// NARROW: vfmadd{{.*}}pd {{.*}}%ymm
// WIDE: vdivpd {{.*}}%zmm
// NARROW: vdivpd {{.*}}%ymm
// WIDE: vmovupd %zmm
// NARROW: vmovupd %ymm
// CHECK-NOT: call
// CHECK-LABEL: gated_shape:
func.func @gated(%x: tensor<513xf64>) -> tensor<513xf64> attributes {gms.kernel} {
  %c513 = arith.constant 513 : index
  %one = arith.constant 1.0 : f64
  %r = core.compute [%c513] {
  ^bb0(%i: index):
    %v = core.read %x[%i] border(proven) : tensor<513xf64>
    %m = arith.negf %v : f64
    %e = math.exp %m : f64
    %d = arith.addf %e, %one : f64
    %s = arith.divf %v, %d : f64
    core.yield %s : f64
  } : tensor<513xf64>
  return %r : tensor<513xf64>
}

// CHECK-LABEL: narrowed.sample:
// WIDE: vcvtpd2ps %zmm
// NARROW: vcvtpd2ps {{.*}}%xmm
// CHECK-LABEL: narrowed_shape:
func.func @narrowed(%x: tensor<513xf64>, %y: tensor<513xf32>) -> tensor<513xf32> attributes {gms.kernel} {
  %c513 = arith.constant 513 : index
  %r = core.compute [%c513] {
  ^bb0(%i: index):
    %v = core.read %x[%i] border(proven) : tensor<513xf64>
    %w = core.read %y[%i] border(proven) : tensor<513xf32>
    %u = arith.extf %w : f32 to f64
    %s = arith.mulf %v, %u : f64
    %n = arith.truncf %s : f64 to f32
    core.yield %n : f32
  } : tensor<513xf32>
  return %r : tensor<513xf32>
}

// A sum runs along vectors, and a tree joins them.
// VECTORS-LABEL: func.func private @total.sample(
// VECTORS: scf.for {{.*}} iter_args({{.*}}) -> (vector<4xf64>
// CHECK-LABEL: total.sample:
// WIDE: v{{mul|fmadd[0-9]+}}pd {{.*}}%zmm
// NARROW: v{{mul|fmadd[0-9]+}}pd {{.*}}%ymm
// CHECK-LABEL: total_shape:
func.func @total(%x: tensor<513xf64>) -> tensor<f64> attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %c513 = arith.constant 513 : index
  %t = core.reduce sum (%c0) to (%c513) {
  ^bb0(%i: index):
    %v = core.read %x[%i] border(proven) : tensor<513xf64>
    %s = arith.mulf %v, %v fastmath<contract> : f64
    core.yield %s : f64
  } : f64
  %r = core.compute [] {
    core.yield %t : f64
  } : tensor<f64>
  return %r : tensor<f64>
}
