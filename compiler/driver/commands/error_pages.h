// The pages of docs/errors/, embedded when building.
#pragma once
#include "lang/diagnostics/diagnostics.h"
#include <string_view>

namespace gms::compiler {

/// The page of a code ("E0301"), or "" where none is written.
std::string_view errorPage(std::string_view code);

/// The text of a kind in kinds.def, with its holes.
std::string_view textOfKind(Kind kind);

} // namespace gms::compiler
