// For tests: a folder of their own, the kind of failure that a call gives, and whether a sanitizer looks on.
#pragma once
#include "runtime/core/error.h"
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

// A sanitizer brings its own allocator, and takes terabytes of address space.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define GMS_SANITIZED 1
#elif defined(__has_feature)
#define GMS_SANITIZED (__has_feature(thread_sanitizer) || __has_feature(address_sanitizer))
#else
#define GMS_SANITIZED 0
#endif

namespace gms::runtime {

struct TemporaryFolder {
  std::filesystem::path path;

  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "gms-test-XXXXXX").string();
    path = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  TemporaryFolder(const TemporaryFolder &) = delete;
  TemporaryFolder &operator=(const TemporaryFolder &) = delete;

  std::string at(const std::string &name) const { return (path / name).string(); }
  size_t entries() const {
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(path), {}));
  }
};

inline std::string readText(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The kind of Error that a call throws; a kind of number 0 where it throws none.
template <typename Function> ErrorKind kindThrownBy(Function function) {
  try {
    function();
  } catch (const Error &error) {
    return error.kind();
  }
  return ErrorKind{};
}

/// Its message, or "".
template <typename Function> std::string messageThrownBy(Function function) {
  try {
    function();
  } catch (const Error &error) {
    return error.what();
  }
  return "";
}

} // namespace gms::runtime
