// Cut-out functions in a form of their own: only the locals in use, numbered in the order of their use, so that equal
// work is one kernel and a change elsewhere in an experiment leaves compiled kernels valid.
#pragma once
#include "lang/program/program.h"

namespace gms::compiler {

/// Renumbers a function's locals; those that nothing reads are dropped.
void compact(program::Function &function);

/// Whether two compacted functions do the same: equal parameters, extents, results and bodies. Places in the source do
/// not count.
bool sameWork(const program::Function &a, const program::Function &b);

} // namespace gms::compiler
