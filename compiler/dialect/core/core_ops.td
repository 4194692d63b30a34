// The tensor core: index domains with scalar bodies, and reads with arbitrary indices and border rules.
#ifndef GMS_CORE_OPS
#define GMS_CORE_OPS

include "mlir/IR/OpBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/BuiltinTypeInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Core_Dialect : Dialect {
  let name = "core";
  let cppNamespace = "::gms::core";
  let summary = "Tensors as functions of their indices; what all other dialects are lowered to";
  let useDefaultAttributePrinterParser = 1;
}

def Core_Border : I32EnumAttr<"Border", "what a read outside the tensor gives", [
    I32EnumAttrCase<"Proven", 0, "proven">,   // never outside
    I32EnumAttrCase<"Zero", 1, "zero">,
    I32EnumAttrCase<"Clamp", 2, "clamp">,     // the nearest element
    I32EnumAttrCase<"Reflect", 3, "reflect">, // mirrored, the edge not repeated: period 2 (n - 1)
    I32EnumAttrCase<"Wrap", 4, "wrap">]> {    // periodic
  let cppNamespace = "::gms::core";
  let genSpecializedAttr = 0;
}
def Core_BorderAttr : EnumAttr<Core_Dialect, Core_Border, "border">;

def Core_Reduction : I32EnumAttr<"Reduction", "how values are combined", [
    I32EnumAttrCase<"Sum", 0, "sum">, I32EnumAttrCase<"Prod", 1, "prod">,
    I32EnumAttrCase<"Min", 2, "min">, I32EnumAttrCase<"Max", 3, "max">,
    I32EnumAttrCase<"Any", 4, "any">, I32EnumAttrCase<"All", 5, "all">,
    I32EnumAttrCase<"Count", 6, "count">, I32EnumAttrCase<"ArgMin", 7, "argmin">,
    I32EnumAttrCase<"ArgMax", 8, "argmax">]> {
  let cppNamespace = "::gms::core";
  let genSpecializedAttr = 0;
}
def Core_ReductionAttr : EnumAttr<Core_Dialect, Core_Reduction, "reduction">;

class Core_Op<string mnemonic, list<Trait> traits = []> : Op<Core_Dialect, mnemonic, traits>;

def Core_ComputeOp : Core_Op<"compute", [Pure, SingleBlock]> {
  let summary = "A tensor by its elements: element (i, j, ...) is what the body yields for these indices";
  let description = [{
    `core.compute [%h, %w] { ^bb0(%i: index, %j: index): ... core.yield %v : f32 } : tensor<?x?xf32>`.
    One extent an axis, also where the type is static; indices run from 0 to below the extent. The body has no effects and
    may use any value from above.
  }];
  let arguments = (ins Variadic<Index>:$extents);
  let results = (outs AnyRankedTensor:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "`[` $extents `]` $body attr-dict `:` type($result)";
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def Core_ReadOp : Core_Op<"read", [Pure, TypesMatchWith<"the result is an element", "tensor", "result",
                           "::llvm::cast<::mlir::ShapedType>($_self).getElementType()">]> {
  let summary = "One element of a tensor; indices outside follow the border rule";
  let arguments = (ins AnyRankedTensor:$tensor, Variadic<Index>:$indices,
                       DefaultValuedAttr<Core_BorderAttr, "::gms::core::Border::Proven">:$border);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$tensor `[` $indices `]` `border` `(` $border `)` attr-dict `:` type($tensor)";
  let hasVerifier = 1;
}

def Core_ReduceOp : Core_Op<"reduce", [Pure, SameVariadicOperandSize, SingleBlock]> {
  let summary = "Combines what the body yields for all indices of a box, whose ends are not included";
  let description = [{
    `core.reduce sum (%lo0, %lo1) to (%hi0, %hi1) { ^bb0(%u: index, %v: index): ... core.yield %x : f32 } : f32`.
    Of an empty box: sum 0, prod 1, min +inf (or the largest integer), max -inf, any false, all true, count 0, argmin and
    argmax 0. any, all and count take i1; argmin and argmax give the row-major position in the box of the first best.
    The order of a floating-point sum is the compiler's.
  }];
  let arguments = (ins Core_ReductionAttr:$kind, Variadic<Index>:$lows, Variadic<Index>:$highs);
  let results = (outs AnyType:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$kind `(` $lows `)` `to` `(` $highs `)` $body attr-dict `:` type($result)";
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def Core_ScanOp : Core_Op<"scan", [Pure, SingleBlock]> {
  let summary = "An ordered recurrence: element i is the first state after pass i";
  let description = [{
    `core.scan [%n] init(%s0, %s1 : f32, f32) { ^bb0(%i: index, %a: f32, %b: f32): ... core.yield %a2, %b2 : f32, f32 }
    : tensor<?xf32>`.
  }];
  let arguments = (ins Index:$count, Variadic<AnyType>:$inits);
  let results = (outs AnyRankedTensor:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat =
      "`[` $count `]` `init` `(` $inits `:` type($inits) `)` $body attr-dict `:` type($result)";
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def Core_HistogramOp : Core_Op<"histogram", [Pure, AttrSizedOperandSegments, SingleBlock]> {
  let summary = "How often each of a row of whole numbers occurs";
  let description = [{
    `core.histogram [%c, %n] (%lo0, %lo1) to (%hi0, %hi1) { ^bb0(%k: index, %u: index, %v: index): ... core.yield %b :
    index } : tensor<?x?xi64>`. Element (k, b) says for how many (u, v) of the box, whose ends are not included, the body
    yields b; all extents but the last are those of its first indices. A number outside of 0 to n counts nowhere.
  }];
  let arguments = (ins Variadic<Index>:$extents, Variadic<Index>:$lows, Variadic<Index>:$highs);
  let results = (outs AnyRankedTensor:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "`[` $extents `]` `(` $lows `)` `to` `(` $highs `)` $body attr-dict `:` type($result)";
  let extraClassDeclaration = [{
    /// How many of the body's indices stand before those of the box.
    unsigned outerCount() { return getExtents().size() - 1; }
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def Core_BranchOp : Core_Op<"branch", [RecursiveMemoryEffects, SingleBlock]> {
  let summary = "Values of one of two regions, of which only the one taken runs; the condition is the same for a sample";
  let arguments = (ins I1:$condition);
  let results = (outs Variadic<AnyType>:$results);
  let regions = (region SizedRegion<1>:$taken, SizedRegion<1>:$otherwise);
  let assemblyFormat = "$condition `->` `(` type($results) `)` $taken `else` $otherwise attr-dict";
  let hasRegionVerifier = 1;
}

def Core_SwitchOp : Core_Op<"switch", [RecursiveMemoryEffects, SingleBlock]> {
  let summary = "Values of one of several regions, of which only arm `selector` runs; the last one where it is too large";
  let arguments = (ins Index:$selector);
  let results = (outs Variadic<AnyType>:$results);
  let regions = (region VariadicRegion<SizedRegion<1>>:$arms);
  let assemblyFormat = "$selector `->` `(` type($results) `)` $arms attr-dict";
  let hasRegionVerifier = 1;
}

// ---- derivatives: gone after core-differentiate -----------------------------------------------------------------------

def Core_VariableOp : Core_Op<"variable", [Pure, AllTypesMatch<["value", "result"]>]> {
  let summary = "The value itself, known by a name of its own, so that something can be differentiated by it";
  let arguments = (ins AnyType:$value);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

def Core_DerivativeOp : Core_Op<"derivative", [Pure, TypesMatchWith<"the result is of the variable's form", "variable",
                                 "result", "$_self">]> {
  let summary = "The derivative of a real scalar by a variable, through everything that was computed from it";
  let description = [{
    `core.derivative %e by %x : f64, tensor<?xf64>`. What reaches %e without passing %x is held fixed.
  }];
  let arguments = (ins AnyFloat:$of, AnyType:$variable);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$of `by` $variable attr-dict `:` type($of) `,` type($variable)";
  let hasVerifier = 1;
}

def Core_OwnDerivativeOp : Core_Op<"own_derivative", [Pure, AttrSizedOperandSegments,
                                    AllTypesMatch<["value", "result"]>]> {
  let summary = "A real scalar whose derivative by inputs[k] is partials[k], of that input's form, and by all else 0";
  let arguments = (ins AnyFloat:$value, Variadic<AnyType>:$inputs, Variadic<AnyType>:$partials);
  let results = (outs AnyFloat:$result);
  let assemblyFormat = [{
    $value (`by` `(` $inputs^ `:` type($inputs) `)` `partials` `(` $partials `:` type($partials) `)`)? attr-dict `:` type($value)
  }];
  let hasVerifier = 1;
}

def Core_ScatterOp : Core_Op<"scatter", [Pure, AttrSizedOperandSegments, SingleBlock]> {
  let summary = "A tensor of zeros, to which every element of a box adds a value at a place";
  let description = [{
    `core.scatter [%n, %m] (%lo0) to (%hi0) { ^bb0(%u: index): ... core.yield %v, %i, %j : f64, index, index }
    : tensor<?x?xf64>` adds %v at (%i, %j); places outside are left out. Additions run in the row-major order of the box.
  }];
  let arguments = (ins Variadic<Index>:$extents, Variadic<Index>:$lows, Variadic<Index>:$highs);
  let results = (outs AnyRankedTensor:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "`[` $extents `]` `(` $lows `)` `to` `(` $highs `)` $body attr-dict `:` type($result)";
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

// ---- solvers -----------------------------------------------------------------------------------------------------------

def Core_LoopOp : Core_Op<"loop", [RecursiveMemoryEffects, SingleBlock]> {
  let summary = "States that are refined by repetition, and what each pass yields";
  let description = [{
    `%finals..., %histories... = core.loop %count init(%s0, ... : types) { ^bb0(%k: index, %a0: type, ...):
    ... core.yield %next0, ..., %y0, ... : types } : result types`. States are scalars or tensors, whose extents do not
    change; k runs from 0 to below count. The first results are the states at the end. Every further result is the
    history of what a pass yields, with a first axis of count: tensor<count x ...>. With the attribute `until` the last
    value that the body yields is an i1, asked of the states that the pass gave: where it is true no further pass is made
    and the histories' remaining entries repeat the last; the last result is then the index number of passes made.
  }];
  let arguments = (ins Index:$count, Variadic<AnyType>:$inits, UnitAttr:$until);
  let results = (outs Variadic<AnyType>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat =
      "$count (`init` `(` $inits^ `:` type($inits) `)`)? (`until` $until^)? $body attr-dict `:` type($results)";
  let extraClassDeclaration = [{
    /// The states at the end; the histories; the number of passes made, null without `until`.
    ::mlir::ResultRange getFinals() { return getResults().take_front(getInits().size()); }
    ::mlir::ResultRange getHistories() { return getResults().drop_front(getInits().size()).drop_back(getUntil() ? 1 : 0); }
    ::mlir::Value getPasses() { return getUntil() ? ::mlir::Value(getResults().back()) : ::mlir::Value(); }
    /// Of the body: the number of the pass, the states, and what it yields as next states, to the histories, and as the end.
    ::mlir::BlockArgument getIndex() { return getBody().getArgument(0); }
    ::mlir::Block::BlockArgListType getStates() { return getBody().getArguments().drop_front(); }
    ::mlir::OperandRange getNexts() { return getBody().front().getTerminator()->getOperands().take_front(getInits().size()); }
    ::mlir::OperandRange getYields() {
      return getBody().front().getTerminator()->getOperands().drop_front(getInits().size()).drop_back(getUntil() ? 1 : 0);
    }
    ::mlir::Value getEnd() {
      return getUntil() ? ::mlir::Value(getBody().front().getTerminator()->getOperands().back()) : ::mlir::Value();
    }
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

// ---- structured operators: gone after core-lower-library ---------------------------------------------------------------
// A symmetric matrix on n points is its bands [rows, n]: elements (i, i + d) and (i + d, i) are bands[d, i]. What reaches past
// the end is not read; with the attribute `periodic` it goes round, and what meets there is added. On a plane of n x m points
// it is A x 1 + 1 x B + diagonal [n, m], of which A acts on the first index.

class Core_NumericOp<string mnemonic, list<Trait> traits = []> : Core_Op<mnemonic, !listconcat([NoMemoryEffect], traits)> {
  let hasVerifier = 1;
}

def Core_LowestOp : Core_NumericOp<"lowest"> {
  let summary = "The k lowest eigenvalues of a matrix on a line, ascending, and their eigenvectors of norm 1";
  let description = [{
    `%e, %v = core.lowest %bands near %guess : tensor<3x?xf64>, tensor<2x?xf64> -> tensor<2xf64>, tensor<2x?xf64>`: k is the
    first extent of the results. Of a vector the first element of at least half the largest magnitude is positive. A guess
    of the vectors saves time and changes nothing. The kernel ends with GMS_NOT_CONVERGED where it finds none.
  }];
  let arguments = (ins AnyRankedTensor:$bands, Optional<AnyRankedTensor>:$guess, UnitAttr:$periodic);
  let results = (outs AnyRankedTensor:$values, AnyRankedTensor:$vectors);
  let assemblyFormat = [{
    $bands (`near` $guess^)? (`periodic` $periodic^)? attr-dict `:` type($bands) (`,` type($guess)^)? `->` type($values) `,`
    type($vectors)
  }];
}

def Core_ResponseOp : Core_NumericOp<"response", [AllTypesMatch<["vectors", "right", "result"]>]> {
  let summary = "For each eigenpair m of core.lowest: (H - values[m])^+ P right[m]";
  let description = [{
    P takes out the m-th vector and those of the vectors whose eigenvalue is the same to 1e-10 of the spectrum's bound.
  }];
  let arguments = (ins AnyRankedTensor:$bands, AnyRankedTensor:$values, AnyRankedTensor:$vectors, AnyRankedTensor:$right,
                       UnitAttr:$periodic);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = [{
    $bands `,` $values `,` $vectors `,` $right (`periodic` $periodic^)? attr-dict `:` type($bands) `,` type($values) `,`
    type($result)
  }];
}

def Core_SolveOp : Core_NumericOp<"solve", [AllTypesMatch<["right", "result"]>]> {
  let summary = "H result = right, for one right side [n] or several [count, n]; GMS_SINGULAR where H is";
  let arguments = (ins AnyRankedTensor:$bands, AnyRankedTensor:$right, UnitAttr:$periodic);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = [{
    $bands `,` $right (`periodic` $periodic^)? attr-dict `:` type($bands) `,` type($result)
  }];
}

def Core_LowestPlaneOp : Core_NumericOp<"lowest_plane"> {
  let summary = "core.lowest on a plane: vectors are [k, n, m]";
  let arguments = (ins AnyRankedTensor:$first, AnyRankedTensor:$second, AnyRankedTensor:$diagonal,
                       Optional<AnyRankedTensor>:$guess, UnitAttr:$firstPeriodic, UnitAttr:$secondPeriodic);
  let results = (outs AnyRankedTensor:$values, AnyRankedTensor:$vectors);
  let assemblyFormat = [{
    $first `,` $second `,` $diagonal (`near` $guess^)? (`first_periodic` $firstPeriodic^)?
    (`second_periodic` $secondPeriodic^)? attr-dict `:` type($first) `,` type($second) `,` type($diagonal)
    (`,` type($guess)^)? `->` type($values) `,` type($vectors)
  }];
}

def Core_ResponsePlaneOp : Core_NumericOp<"response_plane", [AllTypesMatch<["vectors", "right", "result"]>]> {
  let summary = "core.response on a plane";
  let arguments = (ins AnyRankedTensor:$first, AnyRankedTensor:$second, AnyRankedTensor:$diagonal, AnyRankedTensor:$values,
                       AnyRankedTensor:$vectors, AnyRankedTensor:$right, UnitAttr:$firstPeriodic, UnitAttr:$secondPeriodic);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = [{
    $first `,` $second `,` $diagonal `,` $values `,` $vectors `,` $right (`first_periodic` $firstPeriodic^)?
    (`second_periodic` $secondPeriodic^)? attr-dict `:` type($first) `,` type($second) `,` type($diagonal) `,`
    type($values) `,` type($result)
  }];
}

def Core_SymmetricOp : Core_NumericOp<"symmetric", [AllTypesMatch<["tensor", "result"]>]> {
  let summary = "The tensor [n, n] itself; the kernel ends with GMS_NOT_SYMMETRIC where it is not symmetric but for rounding";
  let arguments = (ins AnyRankedTensor:$tensor);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = "$tensor attr-dict `:` type($tensor)";
}

def Core_ExponentialSumOp : Core_NumericOp<"exponential_sum"> {
  let summary = "Sums with exponential kernels, O(n) a kernel";
  let description = [{
    `core.exponential_sum %f rates %a power 0 : tensor<?xf64>, tensor<?xf64> -> tensor<?x?xf64>`: element (k, i) is the sum
    over j of |i - j|^power exp(-a[k] |i - j|) f[j], or f[k, j] where f has rank 2. Powers run from 0 to 8.
  }];
  let arguments = (ins AnyRankedTensor:$source, AnyRankedTensor:$rates, I64Attr:$power);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = "$source `rates` $rates `power` $power attr-dict `:` type($source) `,` type($rates) `->` type($result)";
}

def Core_LibraryOp : Core_Op<"library", [NoMemoryEffect, AttrSizedOperandSegments]> {
  let summary = "Tensors that a function of the runtime computes";
  let description = [{
    `%r:2 = core.library "gms_physics_lowest" (%bands : tensor<3x?xf64>) sizes(%rows, %n) extents(%k, %k, %n) ->
    tensor<2xf64>, tensor<2x?xf64>` calls `int32_t gms_physics_lowest(inputs' data..., int64_t sizes..., results' data...)`.
    A status other than 0 becomes the kernel's. The results' extents follow one another. A result that nothing reads is a
    workspace.
  }];
  let arguments = (ins StrAttr:$symbol, Variadic<AnyRankedTensor>:$inputs, Variadic<Index>:$sizes, Variadic<Index>:$extents);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    $symbol `(` ($inputs^ `:` type($inputs))? `)` `sizes` `(` $sizes `)` `extents` `(` $extents `)` attr-dict `->`
    type($results)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The extents of one result.
    ::mlir::OperandRange extentsOf(unsigned result);
  }];
}

def Core_RequireOp : Core_Op<"require"> {
  let summary = "Ends the kernel with a status where the condition is false";
  let description = [{
    The status is GMS_BAD_SHAPE, with `first_pass` it is GMS_NO_PASS. Outside of arms and loops the kernel ends before
    anything is written; inside of them the sample goes on, and the status is told at its end.
  }];
  let arguments = (ins I1:$condition, StrAttr:$text, UnitAttr:$first_pass);
  let assemblyFormat = "$condition `,` $text attr-dict";
}

def Core_YieldOp : Core_Op<"yield", [Pure, Terminator, ReturnLike]> {
  let summary = "Ends a body with its values";
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "attr-dict ($values^ `:` type($values))?";
}

#endif
