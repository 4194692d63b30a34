// A rotated and brightened image with its draws is one launch without spills; draws are not contracted, reads are cached.
// RUN: %gms-cuda %s --emit=ptx --arch=sm_90 | FileCheck %s --check-prefix=PTX
// RUN: %gms-cuda %s --emit=plan | FileCheck %s --check-prefix=PLAN
// PTX: .target sm_90
// PTX: .visible .entry turn_0(
// PTX: cvt.rn.f32.u32 [[WORD:%r[0-9]+]]
// PTX-NEXT: mul.rn.f32 [[UNIT:%r[0-9]+]], [[WORD]], 0f33800000
// PTX-NEXT: add.rn.f32 {{%r[0-9]+}}, [[UNIT]], 0fBF000000
// PTX: ld.global.nc.b32
// PTX: min.NaN.f32
// PTX: st.global.b32
// PLAN: "kernel":"turn_0","kind":"tiles"
// PLAN-NOT: turn_1
func.func @turn(%image: tensor<?x?x?xf32>) -> (tensor<?x?x?xf32>) attributes {gms.kernel, gms.draws = [{place = "turn/angle", distribution = "uniform", type = "real"}, {place = "turn/gain", distribution = "uniform", type = "real"}]} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %h = tensor.dim %image, %c1 : tensor<?x?x?xf32>
  %w = tensor.dim %image, %c2 : tensor<?x?x?xf32>
  %c = tensor.dim %image, %c0 : tensor<?x?x?xf32>
  %lo = arith.constant -0.5 : f32
  %hi = arith.constant 0.5 : f32
  %half = arith.constant 0.5 : f32
  %one = arith.constant 1.0 : f32
  %zero = arith.constant 0.0 : f32
  %angle = aug.draw uniform(%lo, %hi : f32, f32) place "turn/angle" : f32
  %gain = aug.draw uniform(%lo, %hi : f32, f32) place "turn/gain" : f32
  %cos = math.cos %angle : f32
  %sin = math.sin %angle : f32
  %turned = aug.warp %image map {
  ^bb0(%y: f32, %x: f32):
    %hi32 = arith.index_cast %h : index to i32
    %wi32 = arith.index_cast %w : index to i32
    %hf = arith.sitofp %hi32 : i32 to f32
    %wf = arith.sitofp %wi32 : i32 to f32
    %cy = arith.mulf %hf, %half fastmath<contract> : f32
    %cx = arith.mulf %wf, %half fastmath<contract> : f32
    %dy = arith.subf %y, %cy fastmath<contract> : f32
    %dx = arith.subf %x, %cx fastmath<contract> : f32
    %a = arith.mulf %cos, %dy fastmath<contract> : f32
    %b = arith.mulf %sin, %dx fastmath<contract> : f32
    %p = arith.subf %a, %b fastmath<contract> : f32
    %d = arith.mulf %sin, %dy fastmath<contract> : f32
    %e = arith.mulf %cos, %dx fastmath<contract> : f32
    %q = arith.addf %d, %e fastmath<contract> : f32
    %iy = arith.addf %p, %cy fastmath<contract> : f32
    %ix = arith.addf %q, %cx fastmath<contract> : f32
    aug.yield %iy, %ix
  } extent(%h, %w) sampling(bilinear) border(zero) : tensor<?x?x?xf32> -> tensor<?x?x?xf32>
  %out = core.compute [%c, %h, %w] {
  ^bb0(%k: index, %i: index, %j: index):
    %v = core.read %turned[%k, %i, %j] border(proven) : tensor<?x?x?xf32>
    %s = arith.addf %v, %gain fastmath<contract> : f32
    %l = arith.maximumf %s, %zero : f32
    %r = arith.minimumf %l, %one : f32
    core.yield %r : f32
  } : tensor<?x?x?xf32>
  return %out : tensor<?x?x?xf32>
}
