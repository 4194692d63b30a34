// The commands of `gms`, one file each.
#pragma once
#include <string>
#include <vector>

namespace gms::compiler {

/// What main's exit status says.
enum ExitStatus : int {
  ExitOk = 0,
  ExitFailed = 1, ///< the program has errors, a claim failed, a file could not be read
  ExitUsage = 2,  ///< the command line was not understood
};

struct Command {
  const char *name;
  const char *usage;   ///< "gms fmt [--check] FILE..."
  const char *summary; ///< a line of `gms help`
  int (*run)(const Command &command, const std::vector<std::string> &arguments);
};

int runProgram(const Command &command, const std::vector<std::string> &arguments);
int runCheck(const Command &command, const std::vector<std::string> &arguments);
int runBuild(const Command &command, const std::vector<std::string> &arguments);
int runFormat(const Command &command, const std::vector<std::string> &arguments);
int testPrograms(const Command &command, const std::vector<std::string> &arguments);
int runExplain(const Command &command, const std::vector<std::string> &arguments);
int runDoc(const Command &command, const std::vector<std::string> &arguments);

} // namespace gms::compiler
