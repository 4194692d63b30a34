#include "compiler/driver/commands/stages.h"
#include "compiler/driver/commands/command.h"
#include "compiler/driver/open_compiler.h"
#include "compiler/import/plan/outline.h"
#include "lang/syntax/parse.h"
#include "runtime/core/error.h"
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <functional>

namespace gms::compiler {
namespace {

using program::Function;
using program::FunctionKind;

int emitTree(const std::string &path) {
  Sources sources;
  Diagnostics diagnostics;
  const uint32_t file = loadFile(sources, path);
  const syntax::Tree tree = syntax::parse(sources, file, diagnostics);
  showMessages(diagnostics, sources);
  std::printf("%s", syntax::print(tree).c_str());
  return diagnostics.failed() ? ExitFailed : ExitOk;
}

int emitPlan(LoadedProgram &loaded) {
  Diagnostics diagnostics;
  const PlannedProgram planned = planExperiments(*loaded.program, loaded.sources, loaded.file, diagnostics);
  showMessages(diagnostics, loaded.sources);
  std::printf("%s\n", planned.json.c_str());
  return diagnostics.failed() ? ExitFailed : ExitOk;
}

/// Calls `show` for each kernel; fails where one cannot be compiled.
int eachKernel(LoadedProgram &loaded, Device device, const std::string &cudaTarget, const std::string &cudaPath,
               const std::function<std::string(Compiler &, const CompileRequest &, Diagnostics &)> &show) {
  Compiler &compiler = theCompiler();
  bool failed = false;
  for (const PlannedKernel &kernel : kernelsOf(loaded)) {
    CompileRequest request;
    request.program = loaded.program.get();
    request.entry = kernel.function;
    request.name = kernel.name;
    request.device = device;
    request.cudaTarget = cudaTarget;
    request.cudaPath = cudaPath;
    Diagnostics diagnostics;
    const std::string text = show(compiler, request, diagnostics);
    showMessages(diagnostics, loaded.sources);
    failed |= diagnostics.failed();
    std::printf("%s%s", text.c_str(), text.empty() || text.back() == '\n' ? "" : "\n");
  }
  return failed ? ExitFailed : ExitOk;
}

} // namespace

Compiler &theCompiler() {
  std::string reason;
  if (Compiler *compiler = openCompiler(reason))
    return *compiler;
  throw runtime::Error(runtime::ErrorKind::CompilerMissing, {reason});
}

/// A name for C: an instance's is marked by what it was made for.
static std::string symbolOf(const Function &function) {
  std::string name = function.name + (function.instance.empty() ? "" : "_" + function.instance);
  std::replace_if(name.begin() + static_cast<std::ptrdiff_t>(function.name.size()), name.end(),
                  [](unsigned char c) { return !std::isalnum(c); }, '_');
  return name;
}

std::vector<PlannedKernel> exportedFunctions(const program::Program &program) {
  std::vector<PlannedKernel> kernels;
  for (program::FunctionId id = 0; id < program.functions.size(); ++id) {
    const Function &function = program.function(id);
    bool passes = !function.imported && function.body && function.captures.empty() &&
                  (function.kind == FunctionKind::Op || function.kind == FunctionKind::Augment) &&
                  Outliner::passes(*function.result, true);
    for (const program::Parameter &parameter : function.parameters)
      passes = passes && Outliner::passes(*function.local(parameter.local).type, true);
    if (passes)
      kernels.push_back({id, symbolOf(function), symbolOf(function)});
  }
  return kernels;
}

std::vector<PlannedKernel> kernelsOf(LoadedProgram &loaded, PlannedProgram *planned) {
  if (loaded.program->experiments.empty())
    return exportedFunctions(*loaded.program);
  Diagnostics diagnostics;
  PlannedProgram made = planExperiments(*loaded.program, loaded.sources, loaded.file, diagnostics);
  showMessages(diagnostics, loaded.sources);
  std::vector<PlannedKernel> kernels = made.kernels;
  if (planned)
    *planned = std::move(made);
  return kernels;
}

int emitStage(const std::string &stage, const std::string &path, const std::vector<std::string> &imports,
              const std::string &cudaTarget, const std::string &cudaPath) {
  if (stage == "tree")
    return emitTree(path);
  static constexpr std::pair<const char *, Stage> stages[] = {
      {"aug", Stage::Aug}, {"core", Stage::Core}, {"llvm", Stage::Llvm}, {"ptx", Stage::Ptx}};
  const auto *found = std::find_if(std::begin(stages), std::end(stages), [&](const auto &s) { return stage == s.first; });
  if (found == std::end(stages) && stage != "program" && stage != "plan")
    throw runtime::Error(runtime::ErrorKind::BadOptionValue, {"--emit", stage, "tree, program, aug, core, llvm, ptx or plan"});
  const auto loaded = loadShown(path, imports);
  if (!loaded)
    return ExitFailed;
  if (stage == "program") {
    std::printf("%s", program::print(*loaded->program).c_str());
    return ExitOk;
  }
  if (stage == "plan")
    return emitPlan(*loaded);
  const Stage wanted = found->second;
  return eachKernel(*loaded, wanted == Stage::Ptx ? Device::Cuda : Device::Cpu, cudaTarget, cudaPath,
                    [&](Compiler &compiler, const CompileRequest &request, Diagnostics &diagnostics) {
                      return compiler.emit(request, wanted, diagnostics);
                    });
}

int explainFusion(const std::string &path, const std::vector<std::string> &imports) {
  const auto loaded = loadShown(path, imports);
  if (!loaded)
    return ExitFailed;
  return eachKernel(*loaded, Device::Cpu, "sm_80", "",
                    [&](Compiler &compiler, const CompileRequest &request, Diagnostics &diagnostics) {
                      return compiler.explainFusion(request, diagnostics);
                    });
}

} // namespace gms::compiler
