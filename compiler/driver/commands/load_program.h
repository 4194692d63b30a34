// From a path to a tree or a typed program, with the messages shown.
#pragma once
#include "lang/diagnostics/diagnostics.h"
#include "lang/program/program.h"
#include "lang/syntax/tree.h"
#include <memory>
#include <string>
#include <vector>

namespace gms::compiler {

/// Reads a file into `sources`. Throws runtime::Error FileUnreadable.
uint32_t loadFile(Sources &sources, const std::string &path);

/// Folders where imports are looked for after the program's own: those given, then the standard library, which lies
/// in `stdlib/` beside the executable or above it, or where GMS_STDLIB says.
std::vector<std::string> importFolders(const std::vector<std::string> &given);

enum class MessageForm { Text, Json };

/// Shows all messages on the standard error, as JSON lines on the standard output.
void showMessages(const Diagnostics &diagnostics, const Sources &sources, MessageForm form = MessageForm::Text);

/// A checked program and the texts that it came from.
struct LoadedProgram {
  Sources sources;
  Diagnostics diagnostics;
  uint32_t file = 0;
  std::unique_ptr<program::Program> program; ///< null where the texts have errors
};

/// Reads and checks a program; messages are not shown yet. Throws runtime::Error FileUnreadable.
std::unique_ptr<LoadedProgram> loadProgram(const std::string &path, const std::vector<std::string> &imports);

/// As `loadProgram`, with its messages shown; null where there were errors.
std::unique_ptr<LoadedProgram> loadShown(const std::string &path, const std::vector<std::string> &imports);

/// The file's own name without folders and ending: "photos" of "a/photos.gms".
std::string stemOf(const std::string &path);

} // namespace gms::compiler
