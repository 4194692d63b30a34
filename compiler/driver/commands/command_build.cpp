// gms build: an executable, a library, or one stage as text.
#include "compiler/driver/commands/command_line.h"
#include "compiler/driver/commands/load_program.h"
#include "lang/syntax/parse.h"
#include "runtime/core/error.h"
#include <cstdio>

namespace gms::compiler {
namespace {

int emitTree(const std::string &path) {
  Sources sources;
  Diagnostics diagnostics;
  const uint32_t file = loadFile(sources, path);
  const syntax::Tree tree = syntax::parse(sources, file, diagnostics);
  showMessages(diagnostics, sources);
  std::printf("%s", syntax::print(tree).c_str());
  return diagnostics.failed() ? ExitFailed : ExitOk;
}

int emitProgram(const std::string &path, const std::vector<std::string> &imports) {
  const auto loaded = loadShown(path, imports);
  if (!loaded)
    return ExitFailed;
  std::printf("%s", program::print(*loaded->program).c_str());
  return ExitOk;
}

} // namespace

int runBuild(const Command &command, const std::vector<std::string> &arguments) {
  const auto options = readOptions(
      command, arguments,
      {importOption(), {"--emit", "STAGE", "shows a stage: tree, program, aug, core, llvm, ptx or plan", "", false}});
  if (!options)
    return ExitOk;
  if (options->positional().empty())
    throw runtime::Error(runtime::ErrorKind::MissingArgument, {"the program", command.usage});
  const std::string path = options->positional()[0];
  const std::string stage = options->valueOr("--emit", "");
  if (stage == "tree")
    return emitTree(path);
  if (stage == "program")
    return emitProgram(path, options->values("--import"));
  throw runtime::Error(runtime::ErrorKind::BadOptionValue,
                       {"--emit", stage, "tree, program, aug, core, llvm, ptx or plan"});
}

} // namespace gms::compiler
