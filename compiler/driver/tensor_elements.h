// Elements of a kernel's tensors as the evaluator's numbers.
#pragma once
#include "lang/eval/value.h"
#include "runtime/abi/kernel.h"

namespace gms::compiler {

/// How an element lies in memory.
gms_type memoryType(program::Element element);
/// An element of any type as a double.
double elementAt(const gms_tensor &tensor, int64_t at);
/// Writes an element of any type.
void setElement(const gms_tensor &tensor, int64_t at, double number);
/// A scalar of any type as a double; 0 where the value is no scalar.
double scalarOf(const eval::Value &value);
/// A scalar or a tensor of that type, copied.
eval::Value leafOf(const program::Type &type, const gms_tensor &tensor);

} // namespace gms::compiler
