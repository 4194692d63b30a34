#include "runtime/fit/evaluation_log.h"
#include "runtime/core/atomic_file.h"
#include "runtime/core/error.h"
#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace gms::runtime {
namespace {

struct Header {
  char magic[8] = {'G', 'M', 'S', 'E', 'V', 'A', 'L', '1'};
  uint64_t size = 0, key = 0;
};

/// FNV-1a over the bits of x.
double digestOf(std::span<const double> x) {
  uint64_t digest = 0xcbf29ce484222325;
  for (double each : x)
    digest = (digest ^ std::bit_cast<uint64_t>(each)) * 0x100000001b3;
  return std::bit_cast<double>(digest >> 12); // a finite number
}

std::span<const uint8_t> bytesOf(const void *data, size_t bytes) { return {static_cast<const uint8_t *>(data), bytes}; }

} // namespace

EvaluationLog::EvaluationLog(std::string path, size_t size, uint64_t key)
    : path(std::move(path)), record(size + 2) {
  file = ::open(this->path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  struct stat found {};
  if (file < 0 || ::fstat(file, &found) != 0)
    throw Error(ErrorKind::FileNotWritten, {this->path, systemReason(errno)});
  Header wanted, header;
  wanted.size = size;
  wanted.key = key;
  const size_t bytes = static_cast<size_t>(found.st_size), each = record.size() * sizeof(double);
  if (bytes < sizeof header) {
    if (const int error = ::ftruncate(file, 0) ? errno : writeFully(file, bytesOf(&wanted, sizeof wanted)))
      throw Error(error == ENOSPC ? ErrorKind::DiskFull : ErrorKind::FileNotWritten, {this->path, systemReason(error)});
    return;
  }
  if (::pread(file, &header, sizeof header, 0) != static_cast<ssize_t>(sizeof header))
    throw Error(ErrorKind::FileUnreadable, {this->path, systemReason(errno)});
  if (std::memcmp(&header, &wanted, sizeof header) != 0)
    throw Error(ErrorKind::EvaluationLogOther, {this->path});
  before = (bytes - sizeof header) / each;
  const off_t whole = static_cast<off_t>(sizeof header + before * each);
  if (::ftruncate(file, whole) != 0 || ::lseek(file, whole, SEEK_SET) != whole)
    throw Error(ErrorKind::FileUnreadable, {this->path, systemReason(errno)});
}

EvaluationLog::~EvaluationLog() {
  if (file >= 0)
    ::close(file);
}

void EvaluationLog::readRecord(size_t index) {
  const size_t bytes = record.size() * sizeof(double);
  if (::pread(file, record.data(), bytes, static_cast<off_t>(sizeof(Header) + index * bytes)) != static_cast<ssize_t>(bytes))
    throw Error(ErrorKind::FileUnreadable, {path, systemReason(errno)});
}

void EvaluationLog::append() {
  if (const int error = writeFully(file, bytesOf(record.data(), record.size() * sizeof(double))))
    throw Error(error == ENOSPC ? ErrorKind::DiskFull : ErrorKind::FileNotWritten, {path, systemReason(error)});
}

Evaluate EvaluationLog::around(Evaluate evaluate) {
  return [this, evaluate = std::move(evaluate)](std::span<const double> x, std::span<double> gradient) {
    const double digest = digestOf(x);
    if (next < before) {
      readRecord(next++);
      if (std::bit_cast<uint64_t>(record[0]) != std::bit_cast<uint64_t>(digest))
        throw Error(ErrorKind::EvaluationLogOther, {path});
      std::copy(record.begin() + 2, record.end(), gradient.begin());
      return record[1];
    }
    record[0] = digest;
    record[1] = evaluate(x, gradient);
    std::copy(gradient.begin(), gradient.end(), record.begin() + 2);
    append();
    return record[1];
  };
}

} // namespace gms::runtime
