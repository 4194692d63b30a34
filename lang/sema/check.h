// Tree to typed program: names, types, extents, units, roles, ranges.
#pragma once
#include "lang/diagnostics/diagnostics.h"
#include "lang/program/program.h"
#include <memory>
#include <string>
#include <vector>

namespace gms::sema {

struct CheckOptions {
  std::vector<std::string> importPaths; ///< folders searched for `import name`, after the program's own
};

/// Checks a loaded file and what it imports (loaded into `sources`). Always gives a program; where
/// `diagnostics.failed()` it holds only what could be understood and must not be run.
std::unique_ptr<program::Program> check(Sources &sources, uint32_t file, const CheckOptions &options,
                                        Diagnostics &diagnostics);

} // namespace gms::sema
