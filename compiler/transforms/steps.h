// Whether a value's last bits can decide something.
#pragma once
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/IR/Operation.h>

namespace gms::compiler {

/// Whether a real value is, by whatever is computed of it, rounded, compared or made an index, so that an ulp could
/// become a whole step. Minima, maxima and cuts to a range have no steps, nor has what leaves the kernel. A map that
/// ends in aug.yield has none of its own.
bool reachesStep(mlir::Value value);

/// Lets code multiply by the divisor's reciprocal.
void allowReciprocal(mlir::arith::DivFOp division);

} // namespace gms::compiler
