// gms run: plan, compile what is not cached, execute.
#include "compiler/driver/commands/command_line.h"
#include "compiler/driver/commands/evaluator_kernels.h"
#include "compiler/driver/commands/load_program.h"
#include "compiler/import/plan/plan_experiment.h"
#include "runtime/core/error.h"
#include "runtime/core/plan_params.h"
#include "runtime/jit/jit_kernels.h"
#include "runtime/run/run_plan.h"
#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace gms::compiler {
namespace {

using runtime::OptionSpec;

/// The program among the arguments: the first that ends in .gms, else the first that is no option.
size_t programAt(const std::vector<std::string> &arguments) {
  size_t first = arguments.size();
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i].empty() || arguments[i][0] == '-')
      continue;
    if (arguments[i].ends_with(".gms"))
      return i;
    first = std::min(first, i);
  }
  return first;
}

std::string commandText(const std::vector<std::string> &arguments) {
  std::string text = "gms run";
  for (const std::string &argument : arguments)
    text += " " + argument;
  return text;
}

/// The value of an option before the params are known: imports and the experiment's name.
std::vector<std::string> earlyValues(const std::vector<std::string> &arguments, const std::string &name) {
  std::vector<std::string> values;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == name && i + 1 < arguments.size())
      values.push_back(arguments[++i]);
    else if (arguments[i].starts_with(name + "="))
      values.push_back(arguments[i].substr(name.size() + 1));
  }
  return values;
}

std::vector<OptionSpec> sharedOptions() {
  std::vector<OptionSpec> specs = runtime::runOptions();
  specs.insert(specs.begin(), importOption());
  return specs;
}

std::optional<Device> deviceOf(const std::string &name) {
  if (name == "cpu")
    return Device::Cpu;
  if (name == "cuda")
    return Device::Cuda;
  if (name == "emulated")
    return Device::Emulated;
  return std::nullopt;
}

struct Prepared {
  std::unique_ptr<runtime::KernelProvider> kernels;
  std::string plan;
};

/// Kernels on the device asked for; nothing after errors, which are shown.
std::optional<Prepared> prepare(LoadedProgram &loaded, const PlannedProgram &planned, const std::string &device, int threads) {
  Prepared prepared;
  if (device == "evaluator") {
    auto evaluator = std::make_unique<EvaluatorKernels>(*loaded.program, planned.kernels);
    prepared.plan = planned.withDraws(evaluator->signatures());
    prepared.kernels = std::move(evaluator);
    return prepared;
  }
  const std::optional<Device> target = deviceOf(device);
  if (!target)
    throw runtime::Error(runtime::ErrorKind::BadOptionValue, {"--device", device, "cpu, cuda or evaluator"});
  std::vector<runtime::JitRequest> requests;
  for (const PlannedKernel &kernel : planned.kernels)
    requests.push_back({kernel.function, kernel.name});
  Diagnostics diagnostics;
  auto compiled = std::make_unique<runtime::JitKernels>(*loaded.program, requests, *target, threads, diagnostics);
  showMessages(diagnostics, loaded.sources);
  if (!compiled->complete())
    return std::nullopt;
  prepared.plan = planned.withDraws(compiled->signatures());
  prepared.kernels = std::move(compiled);
  return prepared;
}

} // namespace

int runProgram(const Command &command, const std::vector<std::string> &given) {
  std::vector<std::string> arguments = given;
  const size_t at = programAt(arguments);
  if (at == arguments.size()) {
    if (!readOptions(command, arguments, sharedOptions()))
      return ExitOk;
    throw runtime::Error(runtime::ErrorKind::MissingArgument, {"the program", command.usage});
  }
  const std::string path = arguments[at];
  arguments.erase(arguments.begin() + static_cast<ptrdiff_t>(at));

  std::vector<std::string> imports = earlyValues(arguments, "--import");
  for (const std::string &folder : earlyValues(arguments, "-I"))
    imports.push_back(folder);
  const auto loaded = loadShown(path, imports);
  if (!loaded)
    return ExitFailed;
  Diagnostics diagnostics;
  const PlannedProgram planned = planExperiments(*loaded->program, loaded->sources, loaded->file, diagnostics);
  showMessages(diagnostics, loaded->sources);
  if (diagnostics.failed())
    return ExitFailed;
  const auto draft = runtime::readPlan(planned.json);
  const std::vector<std::string> names = earlyValues(arguments, "--experiment");
  const std::string name = names.empty() ? "" : names.back();
  const runtime::PlanExperiment &known = draft->experiment(name);

  std::vector<OptionSpec> specs = runtime::paramOptions(known);
  for (const OptionSpec &spec : sharedOptions())
    specs.push_back(spec);
  const runtime::Options options = runtime::OptionParser("gms run " + path, specs).parse(arguments);
  if (options.has("--help")) {
    std::printf("%s", runtime::runHelp("gms run " + path + " [OPTIONS]", *draft, known, sharedOptions()).c_str());
    return ExitOk;
  }
  if (!options.positional().empty())
    throw runtime::Error(runtime::ErrorKind::UnexpectedArgument, {options.positional()[0], "params are given as --name value"});
  runtime::readParams(*draft, known, options); // a bad value is reported before anything is compiled
  auto prepared = prepare(*loaded, planned, options.valueOr("--device", "cpu"), runtime::threadsOf(options));
  if (!prepared)
    return ExitFailed;
  const auto plan = runtime::readPlan(prepared->plan);
  std::string folder = std::filesystem::path(path).parent_path().string();
  return runtime::runPlan({*plan, plan->experiment(name), options, *prepared->kernels, commandText(given),
                           folder.empty() ? "." : folder, prepared->plan});
}

} // namespace gms::compiler
