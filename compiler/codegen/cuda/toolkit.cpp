#include "compiler/codegen/cuda/toolkit.h"
#include <cstdlib>
#include <filesystem>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Program.h>
#include <llvm/Support/raw_ostream.h>
#include <regex>

namespace gms::compiler::cuda {
namespace fs = std::filesystem;

namespace {

std::string environment(const char *name) {
  const char *value = std::getenv(name);
  return value ? value : "";
}

/// The folders in which wheels put NVIDIA's parts, of all Python environments at hand.
std::vector<fs::path> wheelFolders() {
  std::vector<fs::path> roots, found;
  if (const std::string venv = environment("VIRTUAL_ENV"); !venv.empty())
    roots.push_back(fs::path(venv) / "lib");
  if (const std::string home = environment("HOME"); !home.empty())
    roots.push_back(fs::path(home) / ".local/lib");
  roots.insert(roots.end(), {"/usr/local/lib", "/usr/lib"});
  std::error_code ignored;
  for (const fs::path &root : roots)
    for (const fs::directory_entry &python : fs::directory_iterator(root, ignored)) {
      if (python.path().filename().string().rfind("python3", 0) != 0)
        continue;
      for (const char *packages : {"site-packages", "dist-packages"})
        for (const fs::directory_entry &part : fs::directory_iterator(python.path() / packages / "nvidia", ignored))
          found.push_back(part.path());
    }
  return found;
}

void lookIn(const fs::path &folder, Toolkit &toolkit) {
  std::error_code ignored;
  if (toolkit.ptxas.empty() && fs::is_regular_file(folder / "bin/ptxas", ignored))
    toolkit.ptxas = folder / "bin/ptxas";
  if (toolkit.libdevice.empty() && fs::is_regular_file(folder / "nvvm/libdevice/libdevice.10.bc", ignored))
    toolkit.libdevice = folder / "nvvm/libdevice/libdevice.10.bc";
}

std::string state(const Toolkit &toolkit, const std::string &cudaPath) {
  if (!toolkit.ptxas.empty() && !toolkit.libdevice.empty())
    return "CUDA toolkit: " + toolkit.ptxas + ", " + toolkit.libdevice;
  const std::string where =
      cudaPath.empty() ? "CUDA_HOME, /usr/local/cuda, the wheels nvidia-cuda-nvcc and nvidia-nvvm, and PATH" : cudaPath;
  std::string missing = toolkit.ptxas.empty() ? "ptxas was not found, so there is PTX and no cubin" : "";
  if (toolkit.libdevice.empty())
    missing += std::string(missing.empty() ? "" : "; ") + "libdevice was not found, so functions such as exp are polynomials";
  return "CUDA toolkit: " + missing + " (looked in " + where + ")";
}

/// A temporary file that is removed at the end.
class Scratch {
public:
  explicit Scratch(const char *suffix) { llvm::sys::fs::createTemporaryFile("gms", suffix, path); }
  ~Scratch() { llvm::sys::fs::remove(path); }
  Scratch(const Scratch &) = delete;
  Scratch &operator=(const Scratch &) = delete;

  llvm::StringRef name() const { return path; }
  bool write(const std::string &text) const {
    std::error_code code;
    llvm::raw_fd_ostream out(path, code);
    out << text;
    out.close();
    return !code && !out.has_error();
  }
  std::string read() const {
    auto buffer = llvm::MemoryBuffer::getFile(path);
    return buffer ? (*buffer)->getBuffer().str() : "";
  }

private:
  llvm::SmallString<128> path;
};

} // namespace

Toolkit findToolkit(const std::string &cudaPath) {
  Toolkit toolkit;
  std::vector<fs::path> folders;
  if (!cudaPath.empty()) {
    folders.push_back(cudaPath);
  } else {
    for (const char *name : {"CUDA_HOME", "CUDA_ROOT"})
      if (const std::string folder = environment(name); !folder.empty())
        folders.push_back(folder);
    folders.push_back("/usr/local/cuda");
    for (const fs::path &wheel : wheelFolders())
      folders.push_back(wheel);
  }
  for (const fs::path &folder : folders)
    lookIn(folder, toolkit);
  if (cudaPath.empty() && toolkit.ptxas.empty())
    if (auto found = llvm::sys::findProgramByName("ptxas"))
      toolkit.ptxas = *found;
  toolkit.statement = state(toolkit, cudaPath);
  return toolkit;
}

std::vector<KernelResources> readResources(const std::string &report) {
  static const std::regex entry("Compiling entry function '([^']+)'"), spill("(\\d+) bytes spill (?:stores|loads)"),
      registers("Used (\\d+) registers"), shared("(\\d+) bytes smem");
  std::vector<KernelResources> all;
  size_t at = 0;
  while (at < report.size()) {
    const size_t end = std::min(report.find('\n', at), report.size());
    std::string line = report.substr(at, end - at);
    at = end + 1;
    std::smatch match;
    if (std::regex_search(line, match, entry))
      all.push_back({match[1], 0, 0, 0});
    if (all.empty())
      continue;
    for (std::string rest = line; std::regex_search(rest, match, spill); rest = match.suffix())
      all.back().spillBytes += std::stoi(match[1]);
    if (std::regex_search(line, match, registers))
      all.back().registers = std::stoi(match[1]);
    if (std::regex_search(line, match, shared))
      all.back().sharedBytes = std::stoi(match[1]);
  }
  return all;
}

std::optional<Assembled> assemble(const Toolkit &toolkit, const std::string &ptx, const std::string &arch,
                                  std::string &error) {
  const Scratch source("ptx"), object("cubin"), report("txt");
  if (!source.write(ptx)) {
    error = "a temporary file for ptxas could not be written";
    return {};
  }
  const std::string architecture = "-arch=" + arch;
  const std::vector<llvm::StringRef> arguments{toolkit.ptxas, architecture, "-O3", "-v", source.name(), "-o", object.name()};
  const std::optional<llvm::StringRef> redirects[] = {llvm::StringRef(""), report.name(), report.name()};
  std::string reason;
  const int status = llvm::sys::ExecuteAndWait(toolkit.ptxas, arguments, std::nullopt, redirects, 0, 0, &reason);
  if (status != 0) {
    error = "ptxas refused the code for " + arch + ": " + (reason.empty() ? report.read() : reason);
    return {};
  }
  return Assembled{object.read(), readResources(report.read())};
}

} // namespace gms::compiler::cuda
