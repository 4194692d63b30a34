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
  if (!dataFolder.empty()) {
    std::error_code failed;
    const fs::path below = fs::path(dataFolder) / path;
    return fs::exists(below, failed) ? below.string() : dataFolder;
  }
  return programFolder.empty() ? path : (fs::path(programFolder) / path).string();
}

} // namespace gms::runtime
