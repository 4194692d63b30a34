// gms build: an executable, a library, or one stage as text.
#include "compiler/driver/commands/build_targets.h"
#include "compiler/driver/commands/command_line.h"
#include "compiler/driver/commands/stages.h"
#include "runtime/core/error.h"
#include <algorithm>

namespace gms::compiler {
namespace {

/// "cuda:sm_80,sm_90" as its architectures.
std::vector<std::string> gpusOf(const std::string &target) {
  const auto fail = [&] {
    return runtime::Error(runtime::ErrorKind::BadOptionValue, {"--target", target, "cpu or cuda:sm_80,sm_90 (sm_80 or newer)"});
  };
  if (target == "cpu")
    return {};
  if (!target.starts_with("cuda:"))
    throw fail();
  std::vector<std::string> gpus;
  for (size_t at = 5; at < target.size();) {
    const size_t end = std::min(target.find(',', at), target.size());
    gpus.push_back(target.substr(at, end - at));
    if (!gpus.back().starts_with("sm_") || gpus.back().size() < 5)
      throw fail();
    at = end + 1;
  }
  if (gpus.empty())
    throw fail();
  return gpus;
}

CpuLevel levelOf(const std::string &name) {
  if (name == "any")
    return CpuLevel::Loading;
  if (name == "avx2")
    return CpuLevel::Avx2;
  if (name == "avx512")
    return CpuLevel::Avx512;
  if (name == "native")
    return CpuLevel::Native;
  throw runtime::Error(runtime::ErrorKind::BadOptionValue, {"--cpu", name, "any, avx2, avx512 or native"});
}

} // namespace

int runBuild(const Command &command, const std::vector<std::string> &arguments) {
  const auto options = readOptions(
      command, arguments,
      {importOption(),
       {"--out", "FILE", "the executable or library to write", "-o", false},
       {"--shared", "", "makes a shared library and a C header of the program's own ops and augments", "", false},
       {"--emit", "STAGE", "shows a stage: tree, program, aug, core, llvm, ptx or plan", "", false},
       {"--cpu", "LEVEL", "what the CPU that runs it can do: any (default: code for AVX2 and AVX-512, chosen when loaded), avx2, avx512 or native", "", false},
       {"--cuda-path", "FOLDER", "NVIDIA's toolkit, where it is not found by CUDA_HOME or in the usual place", "", false},
       {"--target", "TARGETS", "cuda:sm_80,sm_90: embeds PTX, and a cubin for each where ptxas is found", "", false}});
  if (!options)
    return ExitOk;
  if (options->positional().empty())
    throw runtime::Error(runtime::ErrorKind::MissingArgument, {"the program", command.usage});
  BuildRequest request;
  request.path = options->positional()[0];
  request.imports = options->values("--import");
  request.out = options->valueOr("--out", "");
  request.gpus = gpusOf(options->valueOr("--target", "cpu"));
  request.level = levelOf(options->valueOr("--cpu", "any"));
  request.cudaPath = options->valueOr("--cuda-path", "");
  if (const auto stage = options->value("--emit"))
    return emitStage(*stage, request.path, request.imports, request.gpus.empty() ? "sm_80" : request.gpus.front(), request.cudaPath);
  if (request.out.empty())
    throw runtime::Error(runtime::ErrorKind::MissingArgument, {"-o FILE or --emit STAGE", command.usage});
  if (options->has("--shared") && !request.gpus.empty())
    throw runtime::Error(runtime::ErrorKind::BadOptionValue,
                         {"--target", options->valueOr("--target", ""), "cpu: a shared library holds kernels for the CPU"});
  return options->has("--shared") ? buildLibrary(request) : buildExecutable(request);
}

} // namespace gms::compiler
