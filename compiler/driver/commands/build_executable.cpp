#include "compiler/bundle/bundle.h"
#include "compiler/driver/commands/build_targets.h"
#include "compiler/driver/commands/command.h"
#include "compiler/driver/commands/compile_objects.h"
#include "compiler/driver/commands/known_values.h"
#include "runtime/core/error.h"
#include "runtime/jit/jit_kernels.h"
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>

namespace gms::compiler {

std::string besideExecutable(const std::string &name) {
  std::error_code failed;
  const std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe", failed).parent_path();
  for (const char *place : {".", "../lib", "../libexec/gms"})
    if (std::filesystem::exists(folder / place / name, failed))
      return (folder / place / name).lexically_normal().string();
  return "";
}

namespace {

using Params = std::map<std::string, runtime::Value>;

/// Compiles each kernel by a request that `prepare` completes; false where one fails. Messages are shown.
bool compileEach(LoadedProgram &loaded, const std::vector<PlannedKernel> &kernels, const Params &params,
                 const std::function<void(CompileRequest &)> &prepare,
                 const std::function<void(const PlannedKernel &, CompiledKernel &, bool specialised)> &take) {
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
    if (!compiled && runtime::needsKnownValues(diagnostics)) {
      request.known = knownValues(*loaded.program, kernel, params);
      if (!request.known.empty()) {
        diagnostics = {};
        compiled = compiler.compile(request, diagnostics);
      }
    }
    showMessages(diagnostics, loaded.sources);
    good &= compiled.has_value();
    if (compiled)
      take(kernel, *compiled, !request.known.empty());
  }
  return good;
}

} // namespace

std::optional<CompiledObjects> compileObjects(LoadedProgram &loaded, const std::vector<PlannedKernel> &kernels,
                                              const Params &params, CpuLevel level) {
  CompiledObjects made;
  const auto prepare = [&](CompileRequest &request) {
    request.level = level;
    request.load = false;
  };
  const auto take = [&](const PlannedKernel &kernel, CompiledKernel &compiled, bool specialised) {
    made.signatures[kernel.name] = std::move(compiled.signature);
    made.objects.push_back(std::move(compiled.object));
    for (const auto &[parameter, name] : kernel.params)
      if (specialised)
        made.fixed.insert(name);
  };
  if (!compileEach(loaded, kernels, params, prepare, take))
    return std::nullopt;
  return made;
}

std::optional<std::vector<GpuCode>> compileForGpus(LoadedProgram &loaded, const std::vector<PlannedKernel> &kernels,
                                                   const Params &params, const std::vector<std::string> &gpus,
                                                   const std::string &cudaPath) {
  std::vector<GpuCode> made;
  std::string toolkit;
  const auto prepare = [&](CompileRequest &request) {
    request.device = Device::Cuda;
    request.cudaTargets = gpus;
    request.cudaPath = cudaPath;
  };
  const auto take = [&](const PlannedKernel &kernel, CompiledKernel &compiled, bool) {
    toolkit = compiled.toolkit;
    made.push_back({kernel.name, std::move(compiled.launchPlan), std::move(compiled.ptx), std::move(compiled.cubin)});
  };
  if (!compileEach(loaded, kernels, params, prepare, take))
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
  const Params params = defaultParams(planned);
  const auto compiled = compileObjects(*loaded, kernels, params, request.level);
  if (!compiled)
    return ExitFailed;
  std::vector<GpuCode> gpu;
  if (!request.gpus.empty()) {
    auto made = compileForGpus(*loaded, kernels, params, request.gpus, request.cudaPath);
    if (!made)
      return ExitFailed;
    gpu = std::move(*made);
  }
  std::string reason;
  const std::string object = linkShared(compiled->objects, {}, "", reason);
  if (object.empty())
    throw runtime::Error(runtime::ErrorKind::FileNotWritten, {request.out, reason});
  const std::string runner = besideExecutable("gms_runner");
  if (runner.empty())
    throw runtime::Error(runtime::ErrorKind::FileUnreadable, {"gms_runner", "it is not beside gmsc"});
  if (!writeExecutable(runner, makeBundle(planned.completed(compiled->signatures, compiled->fixed), object, gpu), request.out, reason))
    throw runtime::Error(runtime::ErrorKind::FileNotWritten, {request.out, reason});
  std::printf("%s: %zu kernels\n", request.out.c_str(), kernels.size());
  return ExitOk;
}

} // namespace gms::compiler
