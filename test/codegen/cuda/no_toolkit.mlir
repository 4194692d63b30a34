// Without the toolkit there is PTX with polynomials, no cubin, and a clear statement; f64 functions are an error.
// RUN: mkdir -p %t.none
// RUN: %gms-cuda %s --emit=resources --cuda-path=%t.none | FileCheck %s --check-prefix=STATE
// RUN: %gms-cuda %s --emit=ptx --cuda-path=%t.none | FileCheck %s --check-prefix=PTX
// RUN: sed 's/f32/f64/g' %s > %t.mlir
// RUN: not %gms-cuda %t.mlir --emit=ptx --cuda-path=%t.none 2>&1 | FileCheck %s --check-prefix=ERROR
// RUN: not %gms-cuda %s --emit=ptx --arch=sm_nothing 2>&1 | FileCheck %s --check-prefix=ARCH
// STATE: ptxas was not found, so there is PTX and no cubin; libdevice was not found
// PTX: .visible .entry k_0(
// PTX-NOT: __nv_
// ERROR: error: these functions need libdevice of the CUDA toolkit, which was not found: __nv_exp; give its folder by --cuda-path
// ARCH: error: "sm_nothing" is no GPU architecture
func.func @k(%x: tensor<?xf32>) -> tensor<?xf32> attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %y = core.compute [%n] {
  ^bb0(%i: index):
    %v = core.read %x[%i] border(proven) : tensor<?xf32>
    %e = math.exp %v : f32
    core.yield %e : f32
  } : tensor<?xf32>
  return %y : tensor<?xf32>
}
