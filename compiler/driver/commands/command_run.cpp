#include "compiler/driver/commands/command_line.h"

namespace gms::compiler {

int runProgram(const Command &command, const std::vector<std::string> &arguments) {
  readOptions(command, arguments, {});
  return ExitFailed;
}

} // namespace gms::compiler
