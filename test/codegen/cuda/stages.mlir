// Means, a switch with stencils and reductions, a scan and requirements: what does not depend on each other shares launches.
// RUN: %gms-cuda %s --emit=plan | FileCheck %s --check-prefix=PLAN
// RUN: %gms-cuda %s --emit=ptx | FileCheck %s --check-prefix=PTX
// PLAN: "checks":true
// PLAN-SAME: "kernel":"mix_0","kind":"block"
// PLAN-SAME: "kernel":"mix_1","kind":"tiles"
// PLAN-SAME: "requirements":[{"text":"at least one row"
// PTX-DAG: .shared .align 16 .b8 shared_0_f32[1024]
// PTX-DAG: .visible .entry mix_0(
// PTX-DAG: bar.sync
func.func @mix(%image: tensor<?x?x3xi8>, %curve: tensor<?xf32>, %which: tensor<i64>, %limit: tensor<f32>)
    -> (tensor<3x?x?xf32>, tensor<?xf32>, tensor<f32>, tensor<?x?xf32>, tensor<i64>) attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %h = tensor.dim %image, %c0 : tensor<?x?x3xi8>
  %w = tensor.dim %image, %c1 : tensor<?x?x3xi8>
  %n = tensor.dim %curve, %c0 : tensor<?xf32>
  %scale = arith.constant 0.003921569 : f32
  %kernel = arith.constant dense<[[0.0625, 0.125, 0.0625], [0.125, 0.25, 0.125], [0.0625, 0.125, 0.0625]]> : tensor<3x3xf32>
  %sum = core.reduce sum (%c0, %c0, %c0) to (%h, %w, %c3) {
  ^bb0(%i: index, %j: index, %k: index):
    %b = core.read %image[%i, %j, %k] border(proven) : tensor<?x?x3xi8>
    %f = arith.uitofp %b : i8 to f32
    core.yield %f : f32
  } : f32
  %hw = arith.muli %h, %w : index
  %hwc = arith.muli %hw, %c3 : index
  %ci = arith.index_cast %hwc : index to i64
  %cf = arith.sitofp %ci : i64 to f32
  %mean = arith.divf %sum, %cf : f32
  %meanout = core.compute [] { core.yield %mean : f32 } : tensor<f32>
  %lim = core.read %limit[] border(proven) : tensor<f32>
  %ok = arith.cmpf olt, %lim, %mean : f32
  core.require %ok, "limit below the mean"
  %hok = arith.cmpi sge, %h, %c1 : index
  core.require %hok, "at least one row"
  %best = core.reduce argmax (%c0) to (%n) {
  ^bb0(%i: index):
    %v = core.read %curve[%i] border(proven) : tensor<?xf32>
    core.yield %v : f32
  } : index
  %bestout = core.compute [] { %x = arith.index_cast %best : index to i64
    core.yield %x : i64 } : tensor<i64>
  %sel = core.read %which[] border(proven) : tensor<i64>
  %seli = arith.index_cast %sel : i64 to index
  %zero = arith.constant 0.0 : f32
  %run = core.scan [%n] init(%zero : f32) {
  ^bb0(%i: index, %a: f32):
    %v = core.read %curve[%i] border(proven) : tensor<?xf32>
    %s = arith.addf %a, %v : f32
    core.yield %s : f32
  } : tensor<?xf32>
  %grey = core.compute [%h, %w] {
  ^bb0(%i: index, %j: index):
    %s = core.reduce sum (%c0) to (%c3) {
    ^bb0(%k: index):
      %b = core.read %image[%i, %j, %k] border(proven) : tensor<?x?x3xi8>
      %f = arith.uitofp %b : i8 to f32
      core.yield %f : f32
    } : f32
    %g = arith.mulf %s, %scale fastmath<contract> : f32
    core.yield %g : f32
  } : tensor<?x?xf32>
  %chosen = core.switch %seli -> (tensor<?x?xf32>) {
    %blurred = core.compute [%h, %w] {
    ^bb0(%i: index, %j: index):
      %s = core.reduce sum (%c0, %c0) to (%c3, %c3) {
      ^bb0(%u: index, %v: index):
        %y0 = arith.addi %i, %u : index
        %y = arith.subi %y0, %c1 : index
        %x0 = arith.addi %j, %v : index
        %x = arith.subi %x0, %c1 : index
        %p = core.read %grey[%y, %x] border(reflect) : tensor<?x?xf32>
        %q = core.read %kernel[%u, %v] border(proven) : tensor<3x3xf32>
        %m = arith.mulf %p, %q fastmath<contract> : f32
        core.yield %m : f32
      } : f32
      core.yield %s : f32
    } : tensor<?x?xf32>
    core.yield %blurred : tensor<?x?xf32>
  }, {
    core.yield %grey : tensor<?x?xf32>
  }, {
    %top = core.reduce max (%c0, %c0) to (%h, %w) {
    ^bb0(%i: index, %j: index):
      %v = core.read %grey[%i, %j] border(proven) : tensor<?x?xf32>
      core.yield %v : f32
    } : f32
    %normal = core.compute [%h, %w] {
    ^bb0(%i: index, %j: index):
      %v = core.read %grey[%i, %j] border(proven) : tensor<?x?xf32>
      %r = arith.divf %v, %top : f32
      core.yield %r : f32
    } : tensor<?x?xf32>
    core.yield %normal : tensor<?x?xf32>
  }
  %chw = core.compute [%c3, %h, %w] {
  ^bb0(%k: index, %i: index, %j: index):
    %b = core.read %image[%i, %j, %k] border(proven) : tensor<?x?x3xi8>
    %f = arith.uitofp %b : i8 to f32
    %d = arith.subf %f, %mean fastmath<contract> : f32
    %r = arith.mulf %d, %scale fastmath<contract> : f32
    core.yield %r : f32
  } : tensor<3x?x?xf32>
  return %chw, %run, %meanout, %chosen, %bestout : tensor<3x?x?xf32>, tensor<?xf32>, tensor<f32>, tensor<?x?xf32>, tensor<i64>
}
