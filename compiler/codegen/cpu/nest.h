// How the loops of a compute are made.
#pragma once
#include "compiler/codegen/cpu/sample_emitter.h"
#include "compiler/codegen/cpu/table_code.h"

namespace gms::compiler::cpu {

/// Whether an axis may be written out: no loop's count depends on it.
bool canWriteOut(core::ComputeOp op, unsigned axis);

struct SampleEmitter::Nest {
  int lanes = -1;            ///< the axis along which vectors run; -1: none
  std::vector<bool> written; ///< axes that are written out inside all loops
  std::vector<int64_t> tile;  ///< so many elements along an axis are made at once (1: no tile)
  int64_t vectors = 1;       ///< and so many vectors
  ColumnTables tables;       ///< memory for what depends on the lanes' axis alone
  bool tiled() const { return vectors > 1 || llvm::any_of(tile, [](int64_t n) { return n > 1; }); }
};

} // namespace gms::compiler::cpu
