// gms test: the tests of a program, on the evaluator and on the compiled code, which must agree.
#include "compiler/driver/commands/command_line.h"
#include "compiler/driver/commands/load_program.h"
#include "compiler/driver/differential.h"
#include "lang/eval/check_derivatives.h"
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

/// "file.gms:12: `name`", or of a derivative in it its own place.
std::string place(const eval::SlopeCheck &check, const Sources &sources) {
  const Span span = check.derivative ? check.derivative->span : check.function->nameSpan;
  const SourceFile &file = sources.file(span.file);
  const LineColumn at = file.at(span.begin);
  return file.path() + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " + (check.derivative ? "a derivative in " : "") + "`" + check.function->name + "`";
}

/// Shows what the derivatives of a program's functions are worth; whether all agree and none is left out.
bool derivativesHold(const program::Program &program, const Sources &sources, bool verbose, std::ostream &out) {
  size_t slopes = 0, kinks = 0, faults = 0, missing = 0;
  for (const eval::SlopeCheck &check : eval::checkDerivatives(program)) {
    const std::string name = place(check, sources);
    slopes += check.compared;
    kinks += check.kinks;
    faults += check.faults.size();
    for (const std::string &fault : check.faults)
      out << name << ": " << fault << "\n";
    if (!check.compared && !check.derivative) {
      ++missing;
      out << name << (check.kinks ? ": no test applies it where it is smooth\n" : ": no test applies it\n");
    } else if (verbose)
      out << name << ": " << check.compared << " slopes compared, " << check.kinks << " at kinks\n";
  }
  out << slopes - faults << " slopes agree with differences, " << faults << " do not, " << kinks
      << " lie at kinks; functions of which nothing is compared: " << missing << "\n";
  return !faults && !missing;
}

} // namespace

int testPrograms(const Command &command, const std::vector<std::string> &arguments) {
  const auto options = readOptions(command, arguments,
                                   {importOption(),
                                    {"--engines", "NAMES", "besides the evaluator: cpu, cpu-unfused, cpu-avx2, emulated, cuda (default cpu,emulated)", "", false},
                                    {"--derivatives", "", "compares derivatives with differences at what the tests call, instead of running the tests", "", false},
                                    {"--verbose", "", "shows the tests that pass as well", "-v", false}});
  if (!options)
    return ExitOk;
  if (options->positional().empty())
    throw runtime::Error(runtime::ErrorKind::MissingArgument, {"the file to test", command.usage});
  const std::vector<Engine> engines = enginesOf(options->valueOr("--engines", "cpu,emulated"));
  TestCounts all;
  bool hold = true;
  for (const std::string &path : options->positional()) {
    const auto loaded = loadShown(path, options->values("--import"));
    if (!loaded)
      return ExitFailed;
    if (options->has("--derivatives")) {
      hold = derivativesHold(*loaded->program, loaded->sources, options->has("--verbose"), std::cout) && hold;
      continue;
    }
    const TestCounts counts = runTests(*loaded->program, loaded->sources, engines, options->has("--verbose"), std::cout);
    all.passed += counts.passed;
    all.failed += counts.failed;
    all.refused += counts.refused;
  }
  if (options->has("--derivatives"))
    return hold ? ExitOk : ExitFailed;
  std::cout << all.passed << " passed, " << all.failed << " failed";
  if (all.refused)
    std::cout << ", " << all.refused << " not compiled";
  std::cout << "\n";
  return all.failed ? ExitFailed : ExitOk;
}

} // namespace gms::compiler
