// A module's reference page, in Markdown, from its `///` docs.
#pragma once
#include "lang/program/program.h"
#include <string>

namespace gms::compiler {

/// One section a declaration, in the order of the text: its signature with shapes, units and defaults as written, its
/// docs, and the tests that call it as examples. Records and units come first, experiments with their params last.
/// `title` is the module's name; `file` its number among the sources.
std::string referencePage(const program::Program &program, const Sources &sources, uint32_t file, const std::string &title);

} // namespace gms::compiler
