// The name of a compiled kernel by what it was made from.
#pragma once
#include "compiler/driver/compile.h"

namespace gms::compiler {

/// 32 hexadecimal digits: equal for requests whose functions (the entry and all it calls), options and target
/// are equal. Places in the source do not count, so a comment changes nothing.
std::string kernelKey(const CompileRequest &request);

} // namespace gms::compiler
