// gms test: the tests of a program, on the evaluator and on the compiled code, which must agree.
#include "compiler/driver/commands/command_line.h"
#include "compiler/driver/commands/load_program.h"
#include "compiler/driver/differential.h"
#include "runtime/core/error.h"
#include <algorithm>
#include <iostream>

namespace gms::compiler {
namespace {

/// "cpu,emulated" as engines; "evaluator" adds none, since the evaluator always runs. Throws BadOptionValue.
std::vector<Engine> enginesOf(const std::string &names) {
  std::vector<Engine> engines;
  for (size_t at = 0; at < names.size();) {
    const size_t end = std::min(names.find(',', at), names.size());
    const std::string name = names.substr(at, end - at);
    at = end + 1;
    if (name == "evaluator")
      continue;
    const auto engine = findEngine(name);
    if (!engine)
      throw runtime::Error(runtime::ErrorKind::BadOptionValue,
                           {"--engines", name, "evaluator, cpu, cpu-unfused, cpu-avx2, emulated, emulated-unfused or cuda"});
    engines.push_back(*engine);
  }
  return engines;
}

} // namespace

int testPrograms(const Command &command, const std::vector<std::string> &arguments) {
  const auto options = readOptions(command, arguments,
                                   {importOption(),
                                    {"--engines", "NAMES", "besides the evaluator: cpu, cpu-unfused, cpu-avx2, emulated, cuda (default cpu,emulated)", "", false},
                                    {"--verbose", "", "shows the tests that pass as well", "-v", false}});
  if (!options)
    return ExitOk;
  if (options->positional().empty())
    throw runtime::Error(runtime::ErrorKind::MissingArgument, {"the file to test", command.usage});
  const std::vector<Engine> engines = enginesOf(options->valueOr("--engines", "cpu,emulated"));
  TestCounts all;
  for (const std::string &path : options->positional()) {
    const auto loaded = loadShown(path, options->values("--import"));
    if (!loaded)
      return ExitFailed;
    const TestCounts counts = runTests(*loaded->program, loaded->sources, engines, options->has("--verbose"), std::cout);
    all.passed += counts.passed;
    all.failed += counts.failed;
    all.refused += counts.refused;
  }
  std::cout << all.passed << " passed, " << all.failed << " failed";
  if (all.refused)
    std::cout << ", " << all.refused << " not compiled";
  std::cout << "\n";
  return all.failed ? ExitFailed : ExitOk;
}

} // namespace gms::compiler
