// Between the evaluator's values and a kernel's flattened arguments.
#pragma once
#include "lang/eval/evaluate.h"
#include "runtime/abi/kernel.h"

namespace gms::compiler {

/// The value of that type that begins at `next`, which moves on: records and tuples field by field, strings left out.
eval::Value valueOf(const program::Type &type, const gms_tensor *&next);
/// Writes a value to where its outputs point; false where one has another shape than the caller made room for.
bool store(const eval::Value &value, const program::Type &type, gms_tensor *&next);
/// Fills the types and shapes of the outputs that hold a value.
void shapeOf(const eval::Value &value, const program::Type &type, gms_tensor *&next);

} // namespace gms::compiler
