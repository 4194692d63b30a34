// gms build: an executable, a library, or one stage as text.
#include "compiler/driver/commands/command_line.h"
#include "compiler/driver/commands/stages.h"
#include "runtime/core/error.h"

namespace gms::compiler {

int runBuild(const Command &command, const std::vector<std::string> &arguments) {
  const auto options = readOptions(
      command, arguments,
      {importOption(),
       {"--emit", "STAGE", "shows a stage: tree, program, aug, core, llvm, ptx or plan", "", false},
       {"--target", "TARGETS", "cuda:sm_80,sm_90: embeds PTX, and a cubin for each where ptxas is found", "", false}});
  if (!options)
    return ExitOk;
  if (options->positional().empty())
    throw runtime::Error(runtime::ErrorKind::MissingArgument, {"the program", command.usage});
  const std::string path = options->positional()[0];
  if (const auto stage = options->value("--emit"))
    return emitStage(*stage, path, options->values("--import"), "sm_80");
  throw runtime::Error(runtime::ErrorKind::MissingArgument, {"-o FILE or --emit STAGE", command.usage});
}

} // namespace gms::compiler
