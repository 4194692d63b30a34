// What every command does with its arguments before its own work.
#pragma once
#include "compiler/driver/commands/command.h"
#include "runtime/core/options.h"
#include <optional>

namespace gms::compiler {

/// Parses a command's options; `--help` is among them and, where it is given, is answered here: nothing comes back.
/// Throws runtime::Error for what it does not understand.
std::optional<runtime::Options> readOptions(const Command &command, const std::vector<std::string> &arguments,
                                            std::vector<runtime::OptionSpec> specs);

/// Whether messages on the standard error may be coloured: a terminal, and NO_COLOR is not set.
bool colouredErrors();

/// The specs that commands share.
runtime::OptionSpec importOption();

} // namespace gms::compiler
