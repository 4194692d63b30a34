// Files that appear whole or not at all.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace gms::runtime {

/// A file being written under a temporary name beside its place; `commit` gives it its name. Destroyed before
/// that, it leaves nothing behind. Readers see the old file or the new one, also after a power cut.
class AtomicFile {
public:
  /// Opens the temporary file. Throws FileNotWritten (no such folder, no permission) or DiskFull.
  explicit AtomicFile(std::string path);
  ~AtomicFile();
  AtomicFile(const AtomicFile &) = delete;
  AtomicFile &operator=(const AtomicFile &) = delete;

  /// Appends. After a failure the temporary file is gone. Throws FileNotWritten or DiskFull.
  void write(std::span<const uint8_t> bytes);
  void write(std::string_view text);
  /// Flushes to the disk and gives the file its name, replacing an older one. Throws FileNotWritten or
  /// DiskFull.
  void commit();

private:
  std::string path;
  std::string temporary;
  int file = -1;

  void discard();
  [[noreturn]] void fail(int errorNumber);
};

/// Writes a whole file, or throws and leaves what was there.
void writeWholeFile(const std::string &path, std::span<const uint8_t> bytes);
void writeWholeFile(const std::string &path, std::string_view text);

/// Writes all bytes to an open file, in as many calls as it takes; gives an errno, or 0.
int writeFully(int file, std::span<const uint8_t> bytes);

} // namespace gms::runtime
