#include "compiler/bundle/bundle.h"
#include "compiler/driver/commands/build_targets.h"
#include "compiler/driver/commands/command.h"
#include "compiler/driver/commands/compile_objects.h"
#include "compiler/driver/commands/library_header.h"
#include "runtime/core/error.h"
#include <cstdio>
#include <filesystem>

namespace gms::compiler {

int buildLibrary(const BuildRequest &request) {
  const auto loaded = loadShown(request.path, request.imports);
  if (!loaded)
    return ExitFailed;
  std::vector<PlannedKernel> functions = exportedFunctions(*loaded->program);
  if (functions.empty())
    throw runtime::Error(runtime::ErrorKind::NothingToExport, {request.path});
  for (PlannedKernel &function : functions)
    function.name = "gms_kernel_" + function.name; // the plain name is the wrapper's
  const auto compiled = compileObjects(*loaded, functions, request.level);
  if (!compiled)
    return ExitFailed;
  const std::string invoke = besideExecutable("libgms_invoke.a");
  if (invoke.empty())
    throw runtime::Error(runtime::ErrorKind::FileUnreadable, {"libgms_invoke.a", "it is not in ../lib of gmsc"});
  const std::filesystem::path out(request.out);
  std::string reason;
  // The whole archive: nothing in the kernels calls it, but the header's functions do.
  const std::string library =
      linkShared(compiled->objects, {"--whole-archive", invoke, "--no-whole-archive", calledByKernels()}, out.filename().string(), reason);
  if (library.empty() || !writeReplacing(request.out, library, 0777, reason))
    throw runtime::Error(runtime::ErrorKind::FileNotWritten, {request.out, reason});
  const std::string headerPath = std::filesystem::path(out).replace_extension(".h").string();
  const std::string header = libraryHeader(*loaded->program, functions, compiled->signatures, out.stem().string());
  if (!writeReplacing(headerPath, header, 0666, reason))
    throw runtime::Error(runtime::ErrorKind::FileNotWritten, {headerPath, reason});
  std::printf("%s, %s: %zu functions\n", request.out.c_str(), headerPath.c_str(), functions.size());
  return ExitOk;
}

} // namespace gms::compiler
