// gms fmt: canonical text.
#include "compiler/driver/commands/command_line.h"
#include "compiler/driver/commands/load_program.h"
#include "lang/format/format.h"
#include "lang/syntax/parse.h"
#include "runtime/core/atomic_file.h"
#include "runtime/core/error.h"
#include <cstdio>
#include <iostream>
#include <iterator>

namespace gms::compiler {
namespace {

/// The canonical text of a loaded file; false where it has errors, which are shown.
bool formatted(const Sources &sources, uint32_t file, std::string &text) {
  Diagnostics diagnostics;
  const syntax::Tree tree = syntax::parse(sources, file, diagnostics);
  showMessages(diagnostics, sources);
  if (!diagnostics.failed())
    text = format::format(sources, tree);
  return !diagnostics.failed();
}

int formatInput() {
  Sources sources;
  const uint32_t file =
      sources.add("(standard input)", std::string(std::istreambuf_iterator<char>(std::cin), {}));
  std::string text;
  if (!formatted(sources, file, text))
    return ExitFailed;
  std::fwrite(text.data(), 1, text.size(), stdout);
  return ExitOk;
}

} // namespace

int runFormat(const Command &command, const std::vector<std::string> &arguments) {
  const auto options =
      readOptions(command, arguments, {{"--check", "", "changes nothing; fails and names the files that would change", "", false}});
  if (!options)
    return ExitOk;
  if (options->positional().empty())
    throw runtime::Error(runtime::ErrorKind::MissingArgument, {"the file to format", command.usage});
  if (options->positional() == std::vector<std::string>{"-"})
    return formatInput();
  bool failed = false;
  for (const std::string &path : options->positional()) {
    Sources sources;
    const uint32_t file = loadFile(sources, path);
    std::string text;
    if (!formatted(sources, file, text)) {
      failed = true;
      continue;
    }
    if (text == sources.file(file).text())
      continue;
    if (options->has("--check")) {
      std::printf("%s\n", path.c_str());
      failed = true;
    } else {
      runtime::writeWholeFile(path, text);
    }
  }
  return failed ? ExitFailed : ExitOk;
}

} // namespace gms::compiler
