// How the loops of a compute are made.
#pragma once
#include "compiler/codegen/cpu/sample_emitter.h"
#include "compiler/codegen/cpu/table_code.h"

namespace gms::compiler::cpu {

struct SampleEmitter::Nest {
  int lanes = -1;            ///< the axis along which vectors run; -1: none
  std::vector<bool> written; ///< axes that are written out inside all loops
  ColumnTables tables;       ///< memory for what depends on the lanes' axis alone
};

} // namespace gms::compiler::cpu
