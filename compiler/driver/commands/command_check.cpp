// gms check: messages only.
#include "compiler/driver/commands/command_line.h"
#include "compiler/driver/commands/load_program.h"
#include "runtime/core/error.h"

namespace gms::compiler {

int runCheck(const Command &command, const std::vector<std::string> &arguments) {
  const auto options = readOptions(command, arguments,
                                   {importOption(), {"--json", "", "one JSON object a message, on the standard output", "", false}});
  if (!options)
    return ExitOk;
  if (options->positional().empty())
    throw runtime::Error(runtime::ErrorKind::MissingArgument, {"the program", command.usage});
  bool failed = false;
  for (const std::string &path : options->positional()) {
    const auto loaded = loadProgram(path, options->values("--import"));
    showMessages(loaded->diagnostics, loaded->sources, options->has("--json") ? MessageForm::Json : MessageForm::Text);
    failed |= loaded->diagnostics.failed();
  }
  return failed ? ExitFailed : ExitOk;
}

} // namespace gms::compiler
