// Gathers that jump from row to row are not foreseen by the processor: their memory is asked for a row ahead.
#pragma once
#include <mlir/Dialect/SCF/IR/SCF.h>

namespace gms::compiler::cpu {

/// For each gather of the loop `inner` whose places are arithmetic on the index of the loop `row` around it, asks
/// for what it will read in the next row.
void prefetchNextRow(mlir::scf::ForOp row, mlir::scf::ForOp inner);

} // namespace gms::compiler::cpu
