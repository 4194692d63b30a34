// The compiler's library: import, passes, code. One context a call at a time; contexts are kept and used
// again.
#include "compiler/driver/compile.h"
#include "compiler/driver/pipeline.h"
#include "compiler/import/import.h"
#include <cstdlib>
#include <mlir/IR/Diagnostics.h>
#include <mlir/IR/MLIRContext.h>
#include <mutex>

namespace gms::compiler {
namespace {

/// Contexts that no call uses at the moment. Loading the dialects costs more than many a compilation.
class Contexts {
public:
  std::unique_ptr<mlir::MLIRContext> take() {
    const std::lock_guard lock(mutex);
    if (idle.empty())
      return std::make_unique<mlir::MLIRContext>(mlir::MLIRContext::Threading::DISABLED);
    auto context = std::move(idle.back());
    idle.pop_back();
    return context;
  }
  void give(std::unique_ptr<mlir::MLIRContext> context) {
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(context));
  }

private:
  std::mutex mutex;
  std::vector<std::unique_ptr<mlir::MLIRContext>> idle;
};

/// One request on its way: its context, its module and what MLIR complains of.
class Compilation {
public:
  Compilation(Contexts &contexts, const CompileRequest &request, Diagnostics &diagnostics)
      : contexts(contexts), context(contexts.take()), request(request), diagnostics(diagnostics) {}
  ~Compilation() {
    module = {};
    contexts.give(std::move(context));
  }

  bool importProgram() {
    ImportOptions options;
    options.name = request.name;
    options.known.insert(request.known.begin(), request.known.end());
    options.extents = request.extents;
    options.literalsAreInputs = request.literalsAreInputs;
    module = import(*request.program, request.entry, options, *context, signature, diagnostics);
    if (const char *fault = std::getenv("GMS_PLANT"); module && fault)
      plantFault(*module, fault);
    return bool(module);
  }

  /// Runs a step; what it reports becomes one message about the function.
  template <typename Step> bool run(Step step) {
    std::string reports;
    mlir::ScopedDiagnosticHandler handler(context.get(), [&](mlir::Diagnostic &report) {
      if (report.getSeverity() == mlir::DiagnosticSeverity::Error)
        reports += (reports.empty() ? "" : "; ") + report.str();
      return mlir::success();
    });
    if (mlir::succeeded(step()))
      return true;
    const program::Function &function = request.program->function(request.entry);
    diagnostics.error(Kind::CompilerFault, function.nameSpan,
                      {function.name, reports.empty() ? "a pass failed" : reports});
    return false;
  }

  /// Complains of what no code for a GPU can be made of.
  bool runsOnGpu() {
    const char *what = onHostAlone(*module);
    const program::Function &function = request.program->function(request.entry);
    if (what)
      diagnostics.error(Kind::NotOnGpuYet, function.nameSpan, {function.name, what});
    return !what;
  }

  std::string text() {
    std::string out;
    llvm::raw_string_ostream stream(out);
    module->print(stream);
    return out;
  }

  mlir::OwningOpRef<mlir::ModuleOp> module;
  Signature signature;

private:
  Contexts &contexts;
  std::unique_ptr<mlir::MLIRContext> context;
  const CompileRequest &request;
  Diagnostics &diagnostics;
};

class CompilerLibrary : public Compiler {
public:
  std::optional<CompiledKernel> compile(const CompileRequest &request, Diagnostics &diagnostics) override {
    Compilation work(contexts, request, diagnostics);
    if (!work.importProgram())
      return std::nullopt;
    if (request.device == Device::Cuda && !work.runsOnGpu())
      return std::nullopt;
    CompiledKernel kernel;
    kernel.signature = work.signature;
    if (!work.run([&] { return makeKernel(*work.module, request, kernel); }))
      return std::nullopt;
    return kernel;
  }

  std::string emit(const CompileRequest &request, Stage stage, Diagnostics &diagnostics) override {
    Compilation work(contexts, request, diagnostics);
    if (!work.importProgram())
      return "";
    if (stage == Stage::Aug)
      return work.text();
    if (stage == Stage::Ptx && !work.runsOnGpu())
      return "";
    std::string out;
    if (!work.run([&] { return emitStage(*work.module, request, stage, out); }))
      return "";
    return out;
  }

  std::string explainFusion(const CompileRequest &request, Diagnostics &diagnostics) override {
    Compilation work(contexts, request, diagnostics);
    std::string out;
    if (!work.importProgram() || !work.run([&] { return explain(*work.module, request, out); }))
      return "";
    return out;
  }

private:
  Contexts contexts;
};

} // namespace
} // namespace gms::compiler

extern "C" gms::compiler::Compiler *gms_compiler_library(unsigned abiVersion) {
  // Never destroyed: code and contexts in static storage crash when the process ends.
  static auto *compiler = new gms::compiler::CompilerLibrary();
  return abiVersion == GMS_ABI_VERSION ? compiler : nullptr;
}
