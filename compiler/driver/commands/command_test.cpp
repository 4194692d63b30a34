// gms test: the tests of a program, on the evaluator and on the compiled code, which must agree.
#include "compiler/driver/commands/command_line.h"
#include "compiler/driver/commands/kernel_values.h"
#include "compiler/driver/commands/load_program.h"
#include "compiler/import/plan/plan_experiment.h"
#include "lang/eval/tests.h"
#include "runtime/core/error.h"
#include "runtime/core/tensor.h"
#include "runtime/core/thread_pool.h"
#include "runtime/jit/jit_kernels.h"
#include <cstdio>

namespace gms::compiler {
namespace {

struct Tally {
  size_t passed = 0, failed = 0, left = 0;
};

struct TestRun {
  const LoadedProgram &loaded;
  Tally &tally;
  bool verbose;

  std::string placeOf(const program::Test &test) const {
    const SourceFile &file = loaded.sources.file(test.span.file);
    return file.path() + ":" + std::to_string(file.at(test.span.begin).line);
  }

  void report(const program::Test &test, const char *device, bool passed, const std::string &sides) {
    ++(passed ? tally.passed : tally.failed);
    if (!passed || verbose)
      std::printf("%s %s on %s: %s\n%s", passed ? "ok  " : "FAIL", placeOf(test).c_str(), device,
                  std::string(loaded.sources.text(test.span)).c_str(), passed ? "" : sides.c_str());
  }

  void evaluator() {
    for (const eval::TestOutcome &outcome : eval::runTests(*loaded.program)) {
      if (loaded.program->function(outcome.test->function).imported)
        continue;
      std::string sides = outcome.error.empty() ? "     left:  " + outcome.left + "\n" : "     " + outcome.error + "\n";
      if (!outcome.right.empty())
        sides += "     right: " + outcome.right + "\n";
      report(*outcome.test, "the evaluator", outcome.passed, sides);
    }
  }

  /// Calls a test's kernel, which takes nothing, for one sample.
  eval::Value call(const runtime::Kernel &kernel, const program::Function &function, bool drawn) {
    std::vector<gms_tensor> arguments(flatten(function.result, "", 0).size() + (drawn ? 1 : 0));
    int64_t workspaceBytes = 0;
    if (kernel.shape(arguments.data(), &workspaceBytes))
      throw runtime::Error(runtime::ErrorKind::KernelFailed, {function.name, "its shapes are unknown"});
    std::vector<runtime::Tensor> memory;
    for (gms_tensor &argument : arguments) {
      memory.push_back(runtime::Tensor::make(static_cast<gms_type>(argument.type),
                                             std::span<const int64_t>(argument.shape, static_cast<size_t>(argument.rank))));
      argument.data = memory.back().raw();
    }
    runtime::Tensor workspace = runtime::Tensor::make(GMS_U8, {workspaceBytes + 64});
    const gms_key key{};
    gms_call call{};
    call.version = GMS_ABI_VERSION;
    call.argument_count = static_cast<uint32_t>(arguments.size());
    call.samples = 1;
    call.arguments = arguments.data();
    call.keys = &key;
    call.workspace = workspace.raw();
    call.workspace_bytes = workspaceBytes;
    if (const int32_t status = kernel.run(call, 0, 1))
      throw runtime::Error(runtime::ErrorKind::KernelFailed, {function.name, "status " + std::to_string(status)});
    const gms_tensor *next = arguments.data();
    return valueOf(*function.result, next);
  }

  void compiled(Device device, const char *shown) {
    for (const program::Test &test : loaded.program->tests) {
      const program::Function &function = loaded.program->function(test.function);
      if (function.imported)
        continue;
      Diagnostics diagnostics;
      runtime::JitKernels kernels(*loaded.program, {{test.function, function.name}}, device, 1, diagnostics);
      if (!kernels.complete()) {
        leftOut(test, shown, diagnostics);
        continue;
      }
      try {
        const eval::Value value = call(kernels.get(function.name), function, kernels.signatures()[0].usesDraws);
        report(test, shown, eval::passes(test, value), "     it gave " + eval::print(value) + "\n");
      } catch (const runtime::Error &error) {
        report(test, shown, false, "     " + error.rendered() + "\n");
      }
    }
  }

  /// What cannot be compiled by its nature is not held against a test; anything else is.
  void leftOut(const program::Test &test, const char *shown, const Diagnostics &diagnostics) {
    for (const Diagnostic &message : diagnostics.all())
      if (message.kind == Kind::CompilerNotOpened)
        throw runtime::Error(runtime::ErrorKind::CompilerMissing, {message.text});
    ++tally.left;
    std::printf("left %s on %s: %s\n     %s\n", placeOf(test).c_str(), shown, std::string(loaded.sources.text(test.span)).c_str(),
                diagnostics.all().empty() ? "it cannot be compiled" : diagnostics.all().front().text.c_str());
  }
};

} // namespace

int runTests(const Command &command, const std::vector<std::string> &arguments) {
  const auto options = readOptions(command, arguments,
                                   {importOption(),
                                    {"--device", "DEVICE", "evaluator, cpu, cuda, emulated or all (default: evaluator and cpu)", "", true},
                                    {"--verbose", "", "shows the tests that pass as well", "-v", false}});
  if (!options)
    return ExitOk;
  if (options->positional().empty())
    throw runtime::Error(runtime::ErrorKind::MissingArgument, {"the file to test", command.usage});
  std::vector<std::string> devices = options->values("--device");
  if (devices.empty())
    devices = {"evaluator", "cpu"};
  if (devices == std::vector<std::string>{"all"})
    devices = {"evaluator", "cpu", "emulated"};
  Tally tally;
  for (const std::string &path : options->positional()) {
    const auto loaded = loadShown(path, options->values("--import"));
    if (!loaded)
      return ExitFailed;
    TestRun run{*loaded, tally, options->has("--verbose")};
    for (const std::string &device : devices) {
      if (device == "evaluator")
        run.evaluator();
      else if (device == "cpu" || device == "cuda" || device == "emulated")
        run.compiled(device == "cpu" ? Device::Cpu : device == "cuda" ? Device::Cuda : Device::Emulated, device.c_str());
      else
        throw runtime::Error(runtime::ErrorKind::BadOptionValue, {"--device", device, "evaluator, cpu, cuda, emulated or all"});
    }
  }
  std::printf("%zu passed, %zu failed%s\n", tally.passed, tally.failed,
              tally.left ? (", " + std::to_string(tally.left) + " not compiled").c_str() : "");
  return tally.failed ? ExitFailed : ExitOk;
}

} // namespace gms::compiler
