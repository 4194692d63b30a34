// A convolution of 16 channels with 16 filters is made in tiles: a dozen sums in registers, loads shared among them, the taps
// written out, and no question about the border inside of the line.
// RUN: %gms-opt %s --gms-core --cpu-llvm="lanes=16" --cpu-assembly="avx512=1" -o /dev/null | FileCheck %s --check-prefixes=CHECK,WIDE
// RUN: %gms-opt %s --gms-core --cpu-llvm="lanes=8" --cpu-assembly="avx512=0" -o /dev/null | FileCheck %s --check-prefixes=CHECK,NARROW
// RUN: %gms-opt %s --gms-core --cpu-vectors="lanes=16" | FileCheck %s --check-prefix=VECTORS

// VECTORS-LABEL: func.func private @convolve.sample(
// VECTORS: scf.if
// VECTORS: %{{.*}}:12 = scf.for {{.*}} -> (vector<8xf64>,
// VECTORS-NOT: scf.if
// VECTORS: scf.yield
// CHECK-LABEL: convolve.sample:
// WIDE-COUNT-36: vfmadd{{[0-9]+}}pd {{.*}}%zmm
// NARROW-COUNT-24: vfmadd{{[0-9]+}}pd {{.*}}%ymm
// CHECK-LABEL: convolve_shape:
func.func @convolve(%x: tensor<16x513xf64>, %w: tensor<16x16x3xf64>) -> tensor<16x513xf64> attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c16 = arith.constant 16 : index
  %c513 = arith.constant 513 : index
  %r = core.compute [%c16, %c513] {
  ^bb0(%f: index, %i: index):
    %s = core.reduce sum (%c0, %c0) to (%c16, %c3) {
    ^bb0(%c: index, %t: index):
      %a = arith.addi %i, %t : index
      %p = arith.subi %a, %c1 : index
      %v = core.read %x[%c, %p] border(zero) : tensor<16x513xf64>
      %u = core.read %w[%f, %c, %t] border(proven) : tensor<16x16x3xf64>
      %m = arith.mulf %v, %u fastmath<contract> : f64
      core.yield %m : f64
    } : f64
    core.yield %s : f64
  } : tensor<16x513xf64>
  return %r : tensor<16x513xf64>
}
