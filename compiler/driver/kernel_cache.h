// Compiled kernels on disk, by the key of what they were made from: a shared object and its description each.
#pragma once
#include "compiler/driver/compile.h"

namespace gms::compiler {

class KernelCache {
public:
  /// An empty folder's name means no cache.
  /// `archive` holds what kernels call; it may be empty.
  explicit KernelCache(std::string folder, std::string archive = "")
      : folder(std::move(folder)), archive(std::move(archive)) {}

  /// The kernel, opened; nothing where it is not there or cannot be used.
  std::optional<CompiledKernel> open(const std::string &key, const CompileRequest &request) const;
  /// Writes the description and starts the linking of the shared object (by ld.lld or ld), which goes on
  /// beside this process. Failures are silent: the next run compiles again.
  void keep(const std::string &key, const CompiledKernel &kernel) const;

private:
  std::string folder, archive;
  std::string path(const std::string &key, const char *ending) const { return folder + "/" + key + ending; }
};

/// The description as JSON: paths and positions, without types.
std::string describe(const Signature &signature);
/// The reverse; types come from the function's own parameters and result. Throws std::exception on damaged
/// text.
Signature readDescription(const std::string &text, const program::Function &function);

/// Opens a shared object and finds its kernel. Null `entry` where that fails.
CompiledKernel openKernelFile(const std::string &path, const std::string &symbol);

} // namespace gms::compiler
