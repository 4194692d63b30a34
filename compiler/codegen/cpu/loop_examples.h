// For tests: kernels with loops.
#pragma once
#include <string>

namespace gms::compiler {

inline std::string with(std::string text, const std::string &word, const std::string &by) {
  for (size_t at; (at = text.find(word)) != std::string::npos;)
    text.replace(at, word.size(), by);
  return text;
}

// A line that relaxes: x' = the mean of its neighbours; energy is the sum of squares of x'.
inline const char *const relaxingLoop = R"(
func.func @relaxing(%x: tensor<?xf64>) -> (tensor<?xf64>, tensor<7xf64>, tensor<7x?xf64>) attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %half = arith.constant 0.5 : f64
  %n = tensor.dim %x, %c0 : tensor<?xf64>
  %r:3 = core.loop %c7 init(%x : tensor<?xf64>) {
  ^bb0(%k: index, %s: tensor<?xf64>):
    %next = core.compute [%n] {
    ^bb0(%i: index):
      %low = arith.subi %i, %c1 : index
      %high = arith.addi %i, %c1 : index
      %a = core.read %s[%low] border(clamp) : tensor<?xf64>
      %b = core.read %s[%high] border(clamp) : tensor<?xf64>
      %sum = arith.addf %a, %b : f64
      %v = arith.mulf %sum, %half : f64
      core.yield %v : f64
    } : tensor<?xf64>
    %e = core.reduce sum (%c0) to (%n) {
    ^bb0(%i: index):
      %v = core.read %next[%i] border(proven) : tensor<?xf64>
      %q = arith.mulf %v, %v : f64
      core.yield %q : f64
    } : f64
    core.yield %next, %e, YIELDED : tensor<?xf64>, f64, tensor<?xf64>
  } : tensor<?xf64>, tensor<7xf64>, tensor<7x?xf64>
  return %r#0, %r#1, %r#2 : tensor<?xf64>, tensor<7xf64>, tensor<7x?xf64>
}
)";

// States are exchanged, scalars carried, and one state stays.
inline const char *const exchangingLoop = R"(
func.func @exchange(%x: tensor<4xf32>, %y: tensor<4xf32>, %passes: tensor<i64>)
    -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<f64>, tensor<i64>) attributes {gms.kernel} {
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %count = core.read %passes[] border(proven) : tensor<i64>
  %n = arith.index_cast %count : i64 to index
  %zero = arith.constant 0.0 : f64
  %third = arith.constant 0.25 : f64
  %two = arith.constant 2.0 : f32
  %i0 = arith.constant 0 : i64
  %i3 = arith.constant 3 : i64
  %r:5 = core.loop %n init(%x, %y, %x, %zero, %i0 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, f64, i64) {
  ^bb0(%k: index, %a: tensor<4xf32>, %b: tensor<4xf32>, %same: tensor<4xf32>, %t: f64, %m: i64):
    %t2 = arith.addf %t, %third : f64
    %m2 = arith.addi %m, %i3 : i64
    core.yield %b, %a, %same, %t2, %m2 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, f64, i64
  } : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, f64, i64
  %t = core.compute [] {
    core.yield %r#3 : f64
  } : tensor<f64>
  %m = core.compute [] {
    core.yield %r#4 : i64
  } : tensor<i64>
  return %r#0, %r#1, %r#2, %t, %m : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<f64>, tensor<i64>
}
)";

// Newton's root of a, until two passes differ by little; a tensor goes along, and a loop and a branch stand inside.
inline const char *const newtonLoop = R"(
func.func @newton(%a: tensor<f64>) -> (tensor<20xf64>, tensor<20x3xf64>, tensor<3xf64>, tensor<i64>) attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c20 = arith.constant 20 : index
  %one = arith.constant 1.0 : f64
  %half = arith.constant 0.5 : f64
  %small = arith.constant 1.0e-9 : f64
  %v = core.read %a[] border(proven) : tensor<f64>
  %start = core.compute [%c3] {
  ^bb0(%i: index):
    core.yield %one : f64
  } : tensor<3xf64>
  %r:5 = core.loop %c20 init(%v, %start : f64, tensor<3xf64>) until {
  ^bb0(%k: index, %x: f64, %w: tensor<3xf64>):
    %q = arith.divf %v, %x : f64
    %s = arith.addf %x, %q : f64
    %next = arith.mulf %s, %half : f64
    %inner = core.loop %c2 init(%w : tensor<3xf64>) {
    ^bb0(%j: index, %u: tensor<3xf64>):
      %n = core.compute [%c3] {
      ^bb0(%i: index):
        %o = core.read %u[%i] border(proven) : tensor<3xf64>
        %p = arith.mulf %o, %half : f64
        core.yield %p : f64
      } : tensor<3xf64>
      core.yield %n : tensor<3xf64>
    } : tensor<3xf64>
    %i2 = arith.remui %k, %c2 : index
    %odd = arith.cmpi ne, %i2, %c0 : index
    %chosen = core.branch %odd -> (tensor<3xf64>) {
      core.yield %inner : tensor<3xf64>
    } else {
      %m = core.compute [%c3] {
      ^bb0(%i: index):
        %o = core.read %inner[%i] border(proven) : tensor<3xf64>
        %p = arith.addf %o, %next : f64
        core.yield %p : f64
      } : tensor<3xf64>
      core.yield %m : tensor<3xf64>
    }
    %d = arith.subf %next, %x : f64
    %ad = math.absf %d : f64
    %done = arith.cmpf olt, %ad, %small : f64
    core.yield %next, %chosen, %next, %chosen, %done : f64, tensor<3xf64>, f64, tensor<3xf64>, i1
  } : f64, tensor<3xf64>, tensor<20xf64>, tensor<20x3xf64>, index
  %m = core.compute [] {
    %i = arith.index_cast %r#4 : index to i64
    core.yield %i : i64
  } : tensor<i64>
  return %r#2, %r#3, %r#1, %m : tensor<20xf64>, tensor<20x3xf64>, tensor<3xf64>, tensor<i64>
}
)";

} // namespace gms::compiler
