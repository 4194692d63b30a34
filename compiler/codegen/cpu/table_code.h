// What a nest of loops computes anew in every row, though it depends on the column alone.
#pragma once
#include <mlir/Dialect/SCF/IR/SCF.h>

namespace gms::compiler::cpu {

/// Memory for rows of vectors, one after another, each as long as the lanes' axis.
struct ColumnTables {
  static constexpr int64_t wordBytes = 4; ///< of an element of one slot
  static constexpr int slots = 12;        ///< an element of 8 bytes takes two
  mlir::Value pointer;                    ///< null: there is no memory
  mlir::Value slotBytes;                  ///< i64: of one row
};

/// Moves vector arithmetic of the loop `inner` that uses nothing of the loops around it, up to and with `outer`,
/// into a loop of its own before `outer`, which writes tables that `inner` reads. `column` is the first lane's
/// position along the axis (index), a value of `inner`'s body.
void tabulateColumns(mlir::scf::ForOp outer, mlir::scf::ForOp inner, mlir::Value column, const ColumnTables &tables);

} // namespace gms::compiler::cpu
