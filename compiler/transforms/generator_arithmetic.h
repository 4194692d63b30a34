// The generator, version 1, as operations: op by op what lang/eval/generator.h computes, so that draws are
// the same bits.
#pragma once
#include "compiler/transforms/scalar_builder.h"
#include <cstdint>
#include <string_view>

namespace gms::compiler {

/// FNV-1a of a place's bytes (docs/language.md, GEN-1).
uint64_t hashOfPlace(std::string_view place);

/// Builds the generator's arithmetic. No operation carries a fast-math flag: nothing may be contracted.
class GeneratorArithmetic {
public:
  using Value = mlir::Value;
  struct Key {
    Value seed, sample, epoch; ///< i64, i64, i32
  };
  GeneratorArithmetic(ScalarBuilder &builder, Key key) : s(builder), key(key) {}

  /// Word 0 of Philox4x32-10 for a place; `element` is an index, or null for a scalar.
  Value word(std::string_view place, Value element);
  /// In [0, 1), of a word: f32.
  Value unit(Value word);
  Value uniform(Value word, Value low, Value high);
  Value logUniform(Value word, Value low, Value high);
  Value normal(Value word, Value mean, Value deviation);
  Value integer(Value word, Value low, Value high); ///< index
  Value bernoulli(Value word, Value probability);   ///< i1
  Value logarithm(Value x);
  Value exponential(Value x);

private:
  ScalarBuilder &s;
  Key key;
  Value polynomial(Value x, llvm::ArrayRef<float> coefficients);
  Value inverseNormal(Value p);
};

} // namespace gms::compiler
