#include "compiler/driver/open_compiler.h"
#include "compiler/driver/kernel_cache.h"
#include <cstdlib>
#include <dlfcn.h>
#include <fstream>
#include <mutex>
#include <sys/stat.h>
#include <unistd.h>

namespace gms::compiler {
namespace {

constexpr const char *libraryName = "libgms_compiler.so";

std::string executableFolder() {
  char buffer[4096];
  const ssize_t size = readlink("/proc/self/exe", buffer, sizeof buffer - 1);
  if (size <= 0)
    return ".";
  const std::string path(buffer, static_cast<size_t>(size));
  return path.substr(0, path.rfind('/'));
}

/// A library's file, "" where it is not beside the executable. Unit tests stand two folders deeper.
std::string fileOf(const char *name) {
  const std::string folder = executableFolder();
  for (const char *place : {"/../lib/", "/", "/../../lib/"})
    if (access((folder + place + name).c_str(), R_OK) == 0)
      return folder + place + name;
  return "";
}

std::string libraryFile() { return fileOf(libraryName); }

/// A kernel compiled by another build of the compiler is another kernel.
std::string compilerStamp() {
  struct stat facts;
  if (stat(libraryFile().c_str(), &facts) != 0)
    return "none";
  return std::to_string(facts.st_size) + "-" + std::to_string(facts.st_mtim.tv_sec) + "-" +
         std::to_string(facts.st_mtim.tv_nsec);
}

/// What the machine's CPU can do: a home folder may be shared by several machines.
std::string cpuStamp() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);)
    if (line.rfind("flags", 0) == 0)
      return std::to_string(std::hash<std::string>()(line));
  return "unknown";
}

} // namespace

Compiler *openCompiler(std::string &reason) {
  static std::mutex mutex;
  static Compiler *opened = nullptr;
  static std::string failure;
  const std::lock_guard lock(mutex);
  if (!opened && failure.empty()) {
    const std::string file = libraryFile();
    void *library = dlopen(file.empty() ? libraryName : file.c_str(), RTLD_NOW | RTLD_LOCAL);
    auto *door =
        library ? reinterpret_cast<Compiler *(*)(unsigned)>(dlsym(library, "gms_compiler_library")) : nullptr;
    if (door)
      opened = door(GMS_ABI_VERSION);
    if (!opened) {
      const char *message = dlerror();
      failure = message ? message : "its version differs from this program's";
    }
  }
  reason = failure;
  return opened;
}

std::string cacheFolder() {
  if (const char *off = std::getenv("GMS_CACHE"); off && std::string_view(off) == "off")
    return "";
  if (const char *folder = std::getenv("XDG_CACHE_HOME"); folder && *folder)
    return std::string(folder) + "/gms";
  if (const char *home = std::getenv("HOME"); home && *home)
    return std::string(home) + "/.cache/gms";
  return "";
}

std::optional<CompiledKernel> compileCached(const CompileRequest &request, Diagnostics &diagnostics) {
  static const std::string stamp = compilerStamp() + "-" + cpuStamp();
  // GPU kernels carry their launch code in the compiler's own process: they are not kept yet.
  // A planted fault (GMS_PLANT, in tests) must not stay behind.
  const bool kept = request.device == Device::Cpu && !std::getenv("GMS_PLANT");
  const KernelCache cache(kept ? cacheFolder() : "", kept ? fileOf("libgms_runtime_physics.a") : "");
  const std::string key = kernelKey(request) + "-" + stamp;
  if (auto kernel = cache.open(key, request))
    return kernel;
  std::string reason;
  Compiler *compiler = openCompiler(reason);
  if (!compiler) {
    diagnostics.error(Kind::CompilerNotOpened, {}, {reason});
    return std::nullopt;
  }
  auto kernel = compiler->compile(request, diagnostics);
  if (kernel)
    cache.keep(key, *kernel);
  return kernel;
}

} // namespace gms::compiler
