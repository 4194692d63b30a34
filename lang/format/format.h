// Canonical text from the tree: two spaces a block, 110 columns, comments kept, at most one blank line in a
// row.
#pragma once
#include "lang/syntax/tree.h"
#include <string>

namespace gms::format {

/// Columns after which a statement is broken, at the outermost place that can be.
constexpr size_t lineWidth = 110;

/// The canonical text of a file that was parsed without errors. Parsing it gives the same tree; formatting it
/// gives the same text. Numbers, units and strings stay as they were written.
std::string format(const Sources &sources, const syntax::Tree &tree);

} // namespace gms::format
