#include "runtime/core/externs.h"
#include "runtime/core/error.h"
#include <filesystem>

namespace gms::runtime {

const ExternFunction &ExternRegistry::get(const std::string &name) const {
  const auto found = functions.find(name);
  if (found == functions.end())
    throw Error(ErrorKind::UnknownExtern, {name});
  return found->second;
}

std::string ExternContext::resolve(const std::string &path) const {
  namespace fs = std::filesystem;
  if (fs::path(path).is_absolute())
    return path;
  std::error_code failed;
  if (!dataFolder.empty()) {
    const fs::path below = fs::path(dataFolder) / path;
    if (fs::exists(below, failed))
      return below.string();
    // `--data photos` for a program that reads "photos", or that reads any one folder
    if (fs::path(dataFolder).filename() == fs::path(path).filename() || !fs::exists(fs::path(programFolder) / path, failed))
      return dataFolder;
  }
  return programFolder.empty() ? path : (fs::path(programFolder) / path).string();
}

} // namespace gms::runtime
