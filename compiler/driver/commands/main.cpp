// The compiler's executable: finds the command and shows what went wrong.
#include "compiler/driver/commands/command_line.h"
#include "runtime/core/error.h"
#include <cstdio>
#include <cstdlib>
#include <exception>

#ifndef GMS_VERSION
#define GMS_VERSION "0.1.0"
#endif

namespace gms::compiler {
namespace {

constexpr Command commands[] = {
    {"run", "gms run PROGRAM.gms [OPTIONS]", "compiles and runs a program's experiment", runProgram},
    {"check", "gms check [--json] PROGRAM.gms...", "shows what is wrong with a program", runCheck},
    {"build", "gms build PROGRAM.gms -o FILE [OPTIONS]", "makes an executable, a library or one stage's text", runBuild},
    {"fmt", "gms fmt [--check] FILE.gms...   (- for the standard input)", "writes programs in their canonical form", runFormat},
    {"test", "gms test [OPTIONS] FILE.gms...", "runs the tests of a program", testPrograms},
    {"explain", "gms explain CODE | gms explain --fusion PROGRAM.gms", "explains a message, or what became one kernel", runExplain},
    {"doc", "gms doc [-o FOLDER] FILE.gms...", "writes reference pages from `///` docs", runDoc},
};

int showHelp() {
  std::printf("GMS: one small language for experiments, compiled to fused kernels for CPU and GPU\n\n"
              "usage: gms COMMAND [ARGUMENTS]\n\n");
  for (const Command &command : commands)
    std::printf("  %-9s %s\n", command.name, command.summary);
  std::printf("  %-9s %s\n  %-9s %s\n\n`gms COMMAND --help` lists the options of one.\n", "version", "shows the version", "help",
              "shows this");
  return ExitOk;
}

int dispatch(const std::vector<std::string> &arguments) {
  if (arguments.empty() || arguments[0] == "help" || arguments[0] == "--help" || arguments[0] == "-h") {
    if (arguments.size() < 2)
      return showHelp();
    return dispatch({arguments[1], "--help"});
  }
  if (arguments[0] == "version" || arguments[0] == "--version") {
    std::printf("gms %s\n", GMS_VERSION);
    return ExitOk;
  }
  std::vector<std::string> names = {"version", "help"};
  for (const Command &command : commands) {
    names.push_back(command.name);
    if (arguments[0] == command.name)
      return command.run(command, {arguments.begin() + 1, arguments.end()});
  }
  const std::string near = runtime::nearestWord(arguments[0], names);
  throw runtime::Error(runtime::ErrorKind::UnknownCommand,
                       {arguments[0], near.empty() ? "" : "; did you mean " + near + "?"});
}

bool isUsage(runtime::ErrorKind kind) {
  const int number = static_cast<int>(kind);
  return number >= 700 && number < 720;
}

} // namespace
} // namespace gms::compiler

int main(int count, char **values) {
  using namespace gms;
  try {
    return compiler::dispatch({values + 1, values + count});
  } catch (const runtime::Error &error) {
    std::fprintf(stderr, "%s\n", error.rendered().c_str());
    return compiler::isUsage(error.kind()) ? compiler::ExitUsage : compiler::ExitFailed;
  } catch (const std::bad_alloc &) {
    std::fprintf(stderr, "%s\n", runtime::Error(runtime::ErrorKind::OutOfMemory, {"more", "the program"}).rendered().c_str());
  } catch (const std::exception &error) {
    std::fprintf(stderr, "error: %s\n", error.what());
  }
  return compiler::ExitFailed;
}
