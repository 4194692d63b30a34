#include "runtime/core/atomic_file.h"
#include "runtime/core/error.h"
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace gms::runtime {
namespace {

std::atomic<uint32_t> temporaryCount{0};

std::string temporaryName(const std::string &path) {
  return path + ".part-" + std::to_string(getpid()) + "-" + std::to_string(temporaryCount++);
}

std::string folderOf(const std::string &path) {
  size_t slash = path.rfind('/');
  if (slash == std::string::npos)
    return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

/// The new name itself must reach the disk. A file system that cannot flush a folder (EINVAL) is as safe as
/// it gets.
int flushFolder(const std::string &folder) {
  int opened = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0)
    return errno;
  int result = fsync(opened) == 0 || errno == EINVAL ? 0 : errno;
  close(opened);
  return result;
}

} // namespace

int writeFully(int file, std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    size_t part = std::min<size_t>(bytes.size(), size_t(1) << 30);
    ssize_t written = ::write(file, bytes.data(), part);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return written < 0 ? errno : EIO;
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return 0;
}

AtomicFile::AtomicFile(std::string target) : path(std::move(target)), temporary(temporaryName(path)) {
  file = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0)
    fail(errno);
}

AtomicFile::~AtomicFile() { discard(); }

void AtomicFile::write(std::span<const uint8_t> bytes) {
  if (int failed = file < 0 ? EBADF : writeFully(file, bytes))
    fail(failed);
}

void AtomicFile::write(std::string_view text) {
  write(std::span(reinterpret_cast<const uint8_t *>(text.data()), text.size()));
}

void AtomicFile::commit() {
  if (file < 0)
    fail(EBADF);
  if (fsync(file) != 0 && errno != EINVAL)
    fail(errno);
  // Network file systems tell of a full disk only here.
  if (close(std::exchange(file, -1)) != 0) {
    int failed = errno;
    unlink(temporary.c_str());
    fail(failed);
  }
  if (rename(temporary.c_str(), path.c_str()) != 0) {
    int failed = errno;
    unlink(temporary.c_str());
    fail(failed);
  }
  if (int failed = flushFolder(folderOf(path)))
    throw Error(ErrorKind::FileNotWritten, {path, systemReason(failed)});
}

void AtomicFile::discard() {
  if (file < 0)
    return;
  close(std::exchange(file, -1));
  unlink(temporary.c_str());
}

void AtomicFile::fail(int errorNumber) {
  discard();
  bool full = errorNumber == ENOSPC || errorNumber == EDQUOT;
  throw Error(full ? ErrorKind::DiskFull : ErrorKind::FileNotWritten, {path, systemReason(errorNumber)});
}

void writeWholeFile(const std::string &path, std::span<const uint8_t> bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

void writeWholeFile(const std::string &path, std::string_view text) {
  writeWholeFile(path, std::span(reinterpret_cast<const uint8_t *>(text.data()), text.size()));
}

} // namespace gms::runtime
