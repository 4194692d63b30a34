// Augmentation: draws from the keyed generator, and warps whose maps are still symbolic.
#ifndef GMS_AUG_OPS
#define GMS_AUG_OPS

include "mlir/IR/OpBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/BuiltinTypeInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Aug_Dialect : Dialect {
  let name = "aug";
  let cppNamespace = "::gms::aug";
  let summary = "Draws and warps";
  let useDefaultAttributePrinterParser = 1;
}

def Aug_Distribution : I32EnumAttr<"Distribution", "what a draw follows", [
    I32EnumAttrCase<"Uniform", 0, "uniform">,        // low, high: f32
    I32EnumAttrCase<"Normal", 1, "normal">,          // mean, deviation: f32
    I32EnumAttrCase<"LogUniform", 2, "log_uniform">, // low, high: f32
    I32EnumAttrCase<"Integer", 3, "integer">,        // low, high (not included): index
    I32EnumAttrCase<"Bernoulli", 4, "bernoulli">]> { // probability: f32
  let cppNamespace = "::gms::aug";
  let genSpecializedAttr = 0;
}
def Aug_DistributionAttr : EnumAttr<Aug_Dialect, Aug_Distribution, "distribution">;

def Aug_Sampling : I32EnumAttr<"Sampling", "how a warp reads between pixels", [
    I32EnumAttrCase<"Nearest", 0, "nearest">, I32EnumAttrCase<"Bilinear", 1, "bilinear">,
    I32EnumAttrCase<"Bicubic", 2, "bicubic">, // a = -0.75, as OpenCV and torch
    I32EnumAttrCase<"Area", 3, "area">,       // mean of 4 x 4 bilinear samples a pixel
    I32EnumAttrCase<"Inherit", 4, "inherit">]> {
  let cppNamespace = "::gms::aug";
  let genSpecializedAttr = 0;
}
def Aug_SamplingAttr : EnumAttr<Aug_Dialect, Aug_Sampling, "sampling">;

def Aug_WarpBorder : I32EnumAttr<"WarpBorder", "what a warp reads outside its image", [
    I32EnumAttrCase<"Zero", 0, "zero">, I32EnumAttrCase<"Clamp", 1, "clamp">, I32EnumAttrCase<"Reflect", 2, "reflect">,
    I32EnumAttrCase<"Wrap", 3, "wrap">, I32EnumAttrCase<"Fill", 4, "fill">, I32EnumAttrCase<"Inherit", 5, "inherit">]> {
  let cppNamespace = "::gms::aug";
  let genSpecializedAttr = 0;
}
def Aug_WarpBorderAttr : EnumAttr<Aug_Dialect, Aug_WarpBorder, "warp_border">;

class Aug_Op<string mnemonic, list<Trait> traits = []> : Op<Aug_Dialect, mnemonic, traits>;

def Aug_DrawOp : Aug_Op<"draw", [Pure, AttrSizedOperandSegments]> {
  let summary = "One random number of a sample, keyed by the place; with `element`, one for each element of a tensor";
  let arguments = (ins Aug_DistributionAttr:$distribution, Variadic<AnyType>:$args, StrAttr:$place,
                       Optional<Index>:$element);
  let results = (outs AnyTypeOf<[F32, Index, I1]>:$result);
  let assemblyFormat = [{
    $distribution `(` $args `:` type($args) `)` `place` $place (`element` $element^)? attr-dict `:` type($result)
  }];
  let hasVerifier = 1;
}

def Aug_CategoricalOp : Aug_Op<"categorical", [Pure, AttrSizedOperandSegments]> {
  let summary = "The number of one of several weights (f32, their sum need not be 1), drawn in proportion to them";
  let arguments = (ins Variadic<F32>:$weights, StrAttr:$place, Optional<Index>:$element);
  let results = (outs Index:$result);
  let assemblyFormat = "`(` $weights `)` `place` $place (`element` $element^)? attr-dict";
  let hasVerifier = 1;
}

def Aug_PermutationOp : Aug_Op<"permutation", [Pure]> {
  let summary = "A random order of 0, 1, ..., as so many results; at most 16";
  let arguments = (ins StrAttr:$place);
  let results = (outs Variadic<Index>:$order);
  let assemblyFormat = "`place` $place attr-dict `:` type($order)";
  let hasVerifier = 1;
}

def Aug_KeyOp : Aug_Op<"key", [Pure]> {
  let summary = "What keys the draws of this sample (gms_key in runtime/abi/kernel.h); LowerDraws makes it";
  let results = (outs I64:$seed, I64:$sample, I32:$epoch);
  let assemblyFormat = "attr-dict `:` type($seed) `,` type($sample) `,` type($epoch)";
}

def Aug_WarpOp : Aug_Op<"warp", [Pure, SingleBlock]> {
  let summary = "Reads an image at mapped places: the last two axes are rows and columns, others stay";
  let description = [{
    `aug.warp %image map { ^bb0(%y: f32, %x: f32): ... aug.yield %iy, %ix } extent(%h, %w) sampling(bilinear) border(zero)
    : tensor<?x?x?xf32> -> tensor<?x?x?xf32>`.
    The map goes from output to input coordinates; pixel (i, j) has its centre at (i + 0.5, j + 0.5). Adjacent warps are
    one warp by meaning: the maps compose, and the outer one's sampling, border and fill hold unless it inherits them.
    A fill has the image's element type. Images of bytes are sampled in f32 and rounded half to even.
  }];
  let arguments = (ins AnyRankedTensor:$image, Index:$height, Index:$width, Optional<AnyType>:$fill,
                       Aug_SamplingAttr:$sampling, Aug_WarpBorderAttr:$border);
  let results = (outs AnyRankedTensor:$result);
  let regions = (region SizedRegion<1>:$map);
  let assemblyFormat = [{
    $image `map` $map `extent` `(` $height `,` $width `)` `sampling` `(` $sampling `)` `border` `(` $border `)`
    (`fill` `(` $fill^ `:` type($fill) `)`)? attr-dict `:` type($image) `->` type($result)
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def Aug_YieldOp : Aug_Op<"yield", [Pure, Terminator, ReturnLike]> {
  let summary = "Ends a warp's map with the input's row and column";
  let arguments = (ins F32:$y, F32:$x);
  let assemblyFormat = "$y `,` $x attr-dict";
}

#endif
