// Text to tree.
#pragma once
#include "lang/diagnostics/diagnostics.h"
#include "lang/syntax/tree.h"

namespace gms::syntax {

/// Limits that keep hostile texts from exhausting the machine; each is a coded error.
constexpr size_t maxSourceBytes = 8u << 20;
constexpr size_t maxNesting = 1000;

/// Parses a loaded file. Recovers from errors and reports several; the tree holds what could be read.
Tree parse(const Sources &sources, uint32_t file, Diagnostics &diagnostics);

/// The tree as text, one node a line, as `gms build --emit=tree` shows it.
std::string print(const Tree &tree);

} // namespace gms::syntax
