// What the verifiers refuse, and how they say it.
// RUN: %gms-opt %s --split-input-file --verify-diagnostics

func.func @rank(%n: index) {
  // expected-error@+1 {{has 1 extents and a result of rank 2}}
  %0 = core.compute [%n] {
  ^bb0(%i: index):
    %z = arith.constant 0.0 : f32
    core.yield %z : f32
  } : tensor<?x?xf32>
  return
}

// -----

func.func @yielded(%n: index) {
  // expected-error@+1 {{has a body that yields ('index') where ('f32') is expected}}
  %0 = core.compute [%n] {
  ^bb0(%i: index):
    core.yield %i : index
  } : tensor<?xf32>
  return
}

// -----

func.func @arguments(%n: index) {
  // expected-error@+1 {{has a body of 2 arguments where 1 are expected}}
  %0 = core.compute [%n] {
  ^bb0(%i: index, %j: index):
    %z = arith.constant 0.0 : f32
    core.yield %z : f32
  } : tensor<?xf32>
  return
}

// -----

func.func @indices(%x: tensor<?x?xf32>, %i: index) {
  // expected-error@+1 {{has 1 indices for a tensor of rank 2}}
  %0 = core.read %x[%i] border(zero) : tensor<?x?xf32>
  return
}

// -----

func.func @count(%n: index, %v: f32) {
  // expected-error@+1 {{counts i1 and gives an index}}
  %0 = core.reduce count (%n) to (%n) {
  ^bb0(%i: index):
    core.yield %v : f32
  } : index
  return
}

// -----

func.func @arms(%c: i1, %v: f32, %n: index) {
  // expected-error@+1 {{has a body that yields ('index') where ('f32') is expected}}
  %0 = core.branch %c -> (f32) {
    core.yield %v : f32
  } else {
    core.yield %n : index
  }
  return
}

// -----

func.func @scan(%n: index, %v: f64) {
  // expected-error@+1 {{gives a tensor of its first state}}
  %0 = core.scan [%n] init(%v : f64) {
  ^bb0(%i: index, %a: f64):
    core.yield %a : f64
  } : tensor<?xf32>
  return
}

// -----

func.func @histogram(%n: index) {
  // expected-error@+1 {{where a tensor of i64 of rank 1 or more is expected}}
  %0 = core.histogram [%n] (%n) to (%n) {
  ^bb0(%i: index):
    core.yield %i : index
  } : tensor<?xf32>
  return
}

// -----

func.func @numbers_of_a_histogram(%n: index, %v: i1) {
  // expected-error@+1 {{has a body that yields ('i1') where ('index') is expected}}
  %0 = core.histogram [%n] (%n) to (%n) {
  ^bb0(%i: index):
    core.yield %v : i1
  } : tensor<?xi64>
  return
}

// -----

func.func @distribution(%a: f32) {
  // expected-error@+1 {{has an argument of type 'f32' where 'index' is expected}}
  %0 = aug.draw integer(%a, %a : f32, f32) place "p" : index
  return
}

// -----

func.func @arguments_of_a_draw(%a: f32) {
  // expected-error@+1 {{has 1 arguments where 2 are expected}}
  %0 = aug.draw normal(%a : f32) place "p" : f32
  return
}

// -----

func.func @fill(%x: tensor<?x?xf32>, %h: index) {
  // expected-error@+1 {{has a fill value exactly where its border is `fill`}}
  %0 = aug.warp %x map {
  ^bb0(%i: f32, %j: f32):
    aug.yield %i, %j
  } extent(%h, %h) sampling(nearest) border(fill) : tensor<?x?xf32> -> tensor<?x?xf32>
  return
}

// -----

func.func @a_state_changes_its_type(%n: index, %v: f64) {
  // expected-error@+1 {{gives a state of type 'f32' that starts as 'f64'}}
  %0 = core.loop %n init(%v : f64) {
  ^bb0(%k: index, %a: f64):
    core.yield %a : f64
  } : f32
  return
}

// -----

func.func @a_state_of_the_body(%n: index, %v: f64) {
  // expected-error@+1 {{has a body whose state 0 is not of type 'f64'}}
  %0 = core.loop %n init(%v : f64) {
  ^bb0(%k: index, %a: f32):
    core.yield %v : f64
  } : f64
  return
}

// -----

func.func @a_loop_yields_too_little(%n: index, %v: f64) {
  // expected-error@+1 {{has 2 results and a body that yields 1 values}}
  %0:2 = core.loop %n init(%v : f64) {
  ^bb0(%k: index, %a: f64):
    core.yield %a : f64
  } : f64, tensor<?xf64>
  return
}

// -----

func.func @next_states(%n: index, %v: f64, %u: f32) {
  // expected-error@+1 {{has a body that yields the states ('f32') where ('f64') is expected}}
  %0 = core.loop %n init(%v : f64) {
  ^bb0(%k: index, %a: f64):
    core.yield %u : f32
  } : f64
  return
}

// -----

func.func @a_history_of_something_else(%n: index, %v: tensor<4xf64>) {
  // expected-error@+1 {{has the history 'tensor<?x5xf64>' of values of type 'tensor<4xf64>'}}
  %0 = core.loop %n {
  ^bb0(%k: index):
    core.yield %v : tensor<4xf64>
  } : tensor<?x5xf64>
  return
}

// -----

func.func @until_is_a_condition(%n: index, %v: f64) {
  // expected-error@+1 {{asks an i1 whether the loop ends}}
  %0:2 = core.loop %n init(%v : f64) until {
  ^bb0(%k: index, %a: f64):
    core.yield %a, %k : f64, index
  } : f64, index
  return
}

// -----

func.func @passes_are_an_index(%n: index, %v: f64, %c: i1) {
  // expected-error@+1 {{gives the number of passes as an index}}
  %0:2 = core.loop %n init(%v : f64) until {
  ^bb0(%k: index, %a: f64):
    core.yield %a, %c : f64, i1
  } : f64, i64
  return
}

// -----

func.func @bands_of_f32(%b: tensor<2x?xf32>) {
  // expected-error@+1 {{takes f64, not 'f32', for bands}}
  %e, %v = core.lowest %b : tensor<2x?xf32> -> tensor<1xf64>, tensor<1x?xf64>
  return
}

// -----

func.func @points_that_differ(%b: tensor<2x7xf64>) {
  // expected-error@+1 {{has 7 and 8 for the number of points}}
  %e, %v = core.lowest %b : tensor<2x7xf64> -> tensor<1xf64>, tensor<1x8xf64>
  return
}

// -----

func.func @pairs_not_known(%b: tensor<2x?xf64>) {
  // expected-error@+1 {{needs a number of pairs that is known and at least 1}}
  %e, %v = core.lowest %b : tensor<2x?xf64> -> tensor<?xf64>, tensor<?x?xf64>
  return
}

// -----

func.func @another_guess(%b: tensor<2x?xf64>, %g: tensor<2x?xf64>) {
  // expected-error@+1 {{has a guess of another type than its vectors}}
  %e, %v = core.lowest %b near %g : tensor<2x?xf64>, tensor<2x?xf64> -> tensor<1xf64>, tensor<1x?xf64>
  return
}

// -----

func.func @plane_of_a_line(%a: tensor<2x?xf64>, %d: tensor<?xf64>) {
  // expected-error@+1 {{has the diagonal of rank 1 where 2 is expected}}
  %e, %v = core.lowest_plane %a, %a, %d : tensor<2x?xf64>, tensor<2x?xf64>, tensor<?xf64> -> tensor<1xf64>, tensor<1x?x?xf64>
  return
}

// -----

func.func @too_high_a_power(%f: tensor<?xf64>, %a: tensor<1xf64>) {
  // expected-error@+1 {{has power 9 where 0 to 8 are possible}}
  %s = core.exponential_sum %f rates %a power 9 : tensor<?xf64>, tensor<1xf64> -> tensor<1x?xf64>
  return
}

// -----

func.func @extents_missing(%f: tensor<?xf64>, %n: index) {
  // expected-error@+1 {{has 1 extents and results of 2 axes}}
  %s:2 = core.library "f"(%f : tensor<?xf64>) sizes(%n) extents(%n) -> tensor<?xf64>, tensor<?xf64>
  return
}

// -----

func.func @derivative_by_index(%e: f64, %n: index) {
  // expected-error@+1 {{is by a 'index' where a float or a tensor of floats is expected}}
  %d = core.derivative %e by %n : f64, index
  return
}

// -----

func.func @partial_missing(%e: f64, %x: f64) {
  // expected-error@+1 {{has 1 partials for 2 inputs}}
  %d = core.own_derivative %e by (%x, %x : f64, f64) partials (%x : f64) : f64
  return
}

// -----

func.func @partial_of_another_form(%e: f64, %x: tensor<?xf64>) {
  // expected-error@+1 {{has a partial of type 'f64' for an input of type 'tensor<?xf64>'}}
  %d = core.own_derivative %e by (%x : tensor<?xf64>) partials (%e : f64) : f64
  return
}

// -----

func.func @scattered_places(%v: f64, %n: index) {
  %c0 = arith.constant 0 : index
  // expected-error@+1 {{has a body that yields ('f64') where ('f64', 'index') is expected}}
  %t = core.scatter [%n] (%c0) to (%n) {
  ^bb0(%i: index):
    core.yield %v : f64
  } : tensor<?xf64>
  return
}

// -----

func.func @scattered_whole_numbers(%n: index) {
  // expected-error@+1 {{adds 'i64' where floats are expected}}
  %t = core.scatter [%n] () to () {
    %v = arith.constant 1 : i64
    core.yield %v, %n : i64, index
  } : tensor<?xi64>
  return
}
