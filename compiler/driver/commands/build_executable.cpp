#include "compiler/bundle/bundle.h"
#include "compiler/driver/commands/build_targets.h"
#include "compiler/driver/commands/command.h"
#include "compiler/driver/commands/compile_objects.h"
#include "runtime/core/error.h"
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iterator>

namespace gms::compiler {

std::string besideExecutable(const std::string &name) {
  std::error_code failed;
  const std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe", failed).parent_path();
  for (const char *place : {".", "../lib", "../libexec/gms"})
    if (std::filesystem::exists(folder / place / name, failed))
      return (folder / place / name).lexically_normal().string();
  return "";
}

std::string calledByKernels() {
  const std::string archive = besideExecutable("libgms_runtime_physics.a");
  if (archive.empty())
    throw runtime::Error(runtime::ErrorKind::FileUnreadable, {"libgms_runtime_physics.a", "it is not in ../lib of gmsc"});
  return archive;
}

namespace {

/// Compiles each kernel by a request that `prepare` completes; false where one fails. Messages are shown.
bool compileEach(LoadedProgram &loaded, const std::vector<PlannedKernel> &kernels,
                 const std::function<void(CompileRequest &)> &prepare, const std::function<void(CompiledKernel &)> &take) {
  Compiler &compiler = theCompiler();
  bool good = true;
  for (const PlannedKernel &kernel : kernels) {
    CompileRequest request;
    request.program = loaded.program.get();
    request.entry = kernel.function;
    request.name = kernel.name;
    prepare(request);
    Diagnostics diagnostics;
    auto compiled = compiler.compile(request, diagnostics);
    showMessages(diagnostics, loaded.sources);
    good &= compiled.has_value();
    if (compiled)
      take(*compiled);
  }
  return good;
}

} // namespace

std::optional<CompiledObjects> compileObjects(LoadedProgram &loaded, const std::vector<PlannedKernel> &kernels,
                                              CpuLevel level) {
  CompiledObjects made;
  const auto prepare = [&](CompileRequest &request) {
    request.level = level;
    request.load = false;
  };
  const auto take = [&](CompiledKernel &kernel) {
    made.signatures.push_back(std::move(kernel.signature));
    made.objects.push_back(std::move(kernel.object));
    std::move(kernel.more.begin(), kernel.more.end(), std::back_inserter(made.objects));
  };
  if (!compileEach(loaded, kernels, prepare, take))
    return std::nullopt;
  return made;
}

std::optional<std::vector<GpuCode>> compileForGpus(LoadedProgram &loaded, const std::vector<PlannedKernel> &kernels,
                                                   const std::vector<std::string> &gpus, const std::string &cudaPath) {
  std::vector<GpuCode> made;
  std::string toolkit;
  const auto prepare = [&](CompileRequest &request) {
    request.device = Device::Cuda;
    request.cudaTargets = gpus;
    request.cudaPath = cudaPath;
  };
  const auto take = [&](CompiledKernel &kernel) {
    toolkit = kernel.toolkit;
    made.push_back({kernels[made.size()].name, std::move(kernel.launchPlan), std::move(kernel.ptx), std::move(kernel.cubin)});
  };
  if (!compileEach(loaded, kernels, prepare, take))
    return std::nullopt;
  if (!toolkit.empty())
    std::printf("%s\n", toolkit.c_str());
  return made;
}

int buildExecutable(const BuildRequest &request) {
  const auto loaded = loadShown(request.path, request.imports);
  if (!loaded)
    return ExitFailed;
  if (loaded->program->experiments.empty())
    throw runtime::Error(runtime::ErrorKind::NoExperiment, {""});
  PlannedProgram planned;
  const std::vector<PlannedKernel> kernels = kernelsOf(*loaded, &planned);
  const auto compiled = compileObjects(*loaded, kernels, request.level);
  if (!compiled)
    return ExitFailed;
  std::vector<GpuCode> gpu;
  if (!request.gpus.empty()) {
    auto made = compileForGpus(*loaded, kernels, request.gpus, request.cudaPath);
    if (!made)
      return ExitFailed;
    gpu = std::move(*made);
  }
  std::string reason;
  const std::string object = linkShared(compiled->objects, {calledByKernels()}, "", reason);
  if (object.empty())
    throw runtime::Error(runtime::ErrorKind::FileNotWritten, {request.out, reason});
  const std::string runner = besideExecutable("gms_runner");
  if (runner.empty())
    throw runtime::Error(runtime::ErrorKind::FileUnreadable, {"gms_runner", "it is not beside gmsc"});
  if (!writeExecutable(runner, makeBundle(planned.withDraws(compiled->signatures), object, gpu), request.out, reason))
    throw runtime::Error(runtime::ErrorKind::FileNotWritten, {request.out, reason});
  std::printf("%s: %zu kernels\n", request.out.c_str(), kernels.size());
  return ExitOk;
}

} // namespace gms::compiler
