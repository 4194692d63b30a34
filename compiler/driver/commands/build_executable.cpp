#include "compiler/bundle/bundle.h"
#include "compiler/driver/commands/build_targets.h"
#include "compiler/driver/commands/command.h"
#include "compiler/driver/commands/compile_objects.h"
#include "runtime/core/error.h"
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace gms::compiler {

std::string besideExecutable(const std::string &name) {
  std::error_code failed;
  const std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe", failed).parent_path();
  for (const char *place : {".", "../lib", "../libexec/gms"})
    if (std::filesystem::exists(folder / place / name, failed))
      return (folder / place / name).lexically_normal().string();
  return "";
}

std::optional<CompiledObjects> compileObjects(LoadedProgram &loaded, const std::vector<PlannedKernel> &kernels) {
  CompiledObjects made;
  Compiler &compiler = theCompiler();
  bool failed = false;
  for (const PlannedKernel &kernel : kernels) {
    CompileRequest request;
    request.program = loaded.program.get();
    request.entry = kernel.function;
    request.name = kernel.name;
    Diagnostics diagnostics;
    auto compiled = compiler.compile(request, diagnostics);
    showMessages(diagnostics, loaded.sources);
    failed |= !compiled;
    if (!compiled)
      continue;
    made.signatures.push_back(compiled->signature);
    made.objects.push_back(std::move(compiled->object));
  }
  if (failed)
    return std::nullopt;
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
  const auto compiled = compileObjects(*loaded, kernels);
  if (!compiled)
    return ExitFailed;
  std::string reason;
  const std::string object = linkShared(compiled->objects, {}, "", reason);
  if (object.empty())
    throw runtime::Error(runtime::ErrorKind::FileNotWritten, {request.out, reason});
  const std::string runner = besideExecutable("gms_runner");
  if (runner.empty())
    throw runtime::Error(runtime::ErrorKind::FileUnreadable, {"gms_runner", "it is not beside gmsc"});
  if (!writeExecutable(runner, makeBundle(planned.withDraws(compiled->signatures), object), request.out, reason))
    throw runtime::Error(runtime::ErrorKind::FileNotWritten, {request.out, reason});
  std::printf("%s: %zu kernels\n", request.out.c_str(), kernels.size());
  return ExitOk;
}

} // namespace gms::compiler
