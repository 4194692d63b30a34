// The executable that `gms build` completes with a program: no compiler, no LLVM.
#include "runtime/core/error.h"
#include "runtime/core/plan_params.h"
#include "runtime/run/bundle.h"
#include "runtime/run/run_plan.h"
#include <cstdio>
#include <new>

namespace gms::runtime {
namespace {

std::string nameOf(const std::string &path) { return path.substr(path.rfind('/') + 1); }

std::string folderOf(const std::string &path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

/// The experiment is asked for before the params, and so the options, are known.
std::string experimentOf(const std::vector<std::string> &arguments) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--experiment" && i + 1 < arguments.size())
      return arguments[i + 1];
    if (arguments[i].starts_with("--experiment="))
      return arguments[i].substr(13);
  }
  return "";
}

int run(const std::string &program, const std::vector<std::string> &arguments) {
  const std::string file = ownFile(), name = nameOf(program);
  const Bundle bundle = readBundle(file);
  const std::unique_ptr<Plan> plan = readPlan(bundle.plan);
  const PlanExperiment &experiment = plan->experiment(experimentOf(arguments));
  std::vector<OptionSpec> specs = paramOptions(experiment);
  for (const OptionSpec &spec : runOptions())
    specs.push_back(spec);
  const Options options = OptionParser(name, specs).parse(arguments);
  if (options.has("--help")) {
    std::printf("%s", runHelp(name + " [OPTIONS]", *plan, experiment, runOptions()).c_str());
    return 0;
  }
  if (!options.positional().empty())
    throw Error(ErrorKind::UnexpectedArgument, {options.positional()[0], "params are given as --name value"});
  const std::unique_ptr<KernelProvider> kernels = openKernels(bundle, options.valueOr("--device", "cpu"));
  std::string command = name;
  for (const std::string &argument : arguments)
    command += " " + argument;
  return runPlan({*plan, experiment, options, *kernels, command, folderOf(file), bundle.plan});
}

} // namespace
} // namespace gms::runtime

int main(int count, char **values) {
  using namespace gms::runtime;
  try {
    return run(values[0], {values + 1, values + count});
  } catch (const Error &error) {
    std::fprintf(stderr, "%s\n", error.rendered().c_str());
    const int code = static_cast<int>(error.kind());
    return code >= 700 && code < 720 ? 2 : 1;
  } catch (const std::bad_alloc &) {
    std::fprintf(stderr, "%s\n", Error(ErrorKind::OutOfMemory, {"more", "the program"}).rendered().c_str());
  } catch (const std::exception &error) {
    std::fprintf(stderr, "error: %s\n", error.what());
  }
  return 1;
}
