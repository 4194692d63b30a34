#include "runtime/data/read_image.h"
#include "runtime/core/error.h"
#include "runtime/core/interrupt.h"
#include "runtime/data/decoders.h"
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace gms::runtime {
namespace {

/// An open file that closes itself.
class OpenFile {
public:
  explicit OpenFile(const std::string &path)
      : number(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~OpenFile() {
    if (number >= 0)
      close(number);
  }
  OpenFile(const OpenFile &) = delete;
  OpenFile &operator=(const OpenFile &) = delete;
  const int number;
};

/// The size of a regular file. A pipe or a device, which may never end, is refused.
int64_t sizeOfFile(const OpenFile &file, const std::string &path, const ReadLimits &limits) {
  struct stat status{};
  if (file.number < 0 || fstat(file.number, &status) != 0)
    throw Error(ErrorKind::FileUnreadable, {path, systemReason(errno)});
  if (!S_ISREG(status.st_mode))
    throw Error(ErrorKind::FileUnreadable, {path, "it is not a file"});
  if (status.st_size == 0)
    throw Error(ErrorKind::FileEmpty, {path});
  if (status.st_size > limits.fileBytes)
    throw Error(ErrorKind::FileTooLarge,
                {path, std::to_string(status.st_size), std::to_string(limits.fileBytes)});
  return status.st_size;
}

/// A thread's buffer for file contents, reused, so that reading many files allocates only for their pixels.
/// One huge file does not stay in memory as long as its thread lives.
struct FileBuffer {
  std::vector<uint8_t> &bytes;

  FileBuffer() : bytes(ofThread()) {}
  ~FileBuffer() {
    if (bytes.capacity() > (size_t(16) << 20))
      std::vector<uint8_t>().swap(bytes);
  }
  static std::vector<uint8_t> &ofThread() {
    thread_local std::vector<uint8_t> buffer;
    return buffer;
  }
};

void readBytes(const std::string &path, const ReadLimits &limits, std::vector<uint8_t> &bytes) {
  OpenFile file(path);
  int64_t size = sizeOfFile(file, path, limits);
  try {
    bytes.resize(static_cast<size_t>(size));
  } catch (const std::bad_alloc &) {
    throw Error(ErrorKind::OutOfMemory, {std::to_string(size), path});
  }
  size_t filled = 0;
  while (filled < bytes.size()) {
    ssize_t got = read(file.number, bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      throw Error(ErrorKind::FileUnreadable, {path, systemReason(errno)});
    if (got == 0)
      break; // it shrank meanwhile; the decoder tells
    filled += static_cast<size_t>(got);
  }
  bytes.resize(filled);
}

bool beginsWith(std::span<const uint8_t> bytes, std::string_view magic, size_t at = 0) {
  return bytes.size() >= at + magic.size() && std::memcmp(bytes.data() + at, magic.data(), magic.size()) == 0;
}

/// What a file that cannot be read is, for the message.
std::string formatOf(std::span<const uint8_t> bytes) {
  using namespace std::string_view_literals;
  struct Magic {
    std::string_view bytes;
    size_t at;
    const char *name;
  };
  constexpr Magic known[] = {{"GIF8"sv, 0, "a GIF"},
                             {"WEBP"sv, 8, "a WebP"},
                             {"BM"sv, 0, "a BMP"},
                             {"II*\0"sv, 0, "a TIFF"},
                             {"MM\0*"sv, 0, "a TIFF"},
                             {"ftypavif"sv, 4, "an AVIF"},
                             {"ftyphei"sv, 4, "a HEIC"},
                             {"ftypmif1"sv, 4, "a HEIF"},
                             {"%PDF"sv, 0, "a PDF"},
                             {"PK\3\4"sv, 0, "a ZIP archive"},
                             {"\x1f\x8b"sv, 0, "a gzip archive"},
                             {"<svg"sv, 0, "an SVG"},
                             {"<!DOCTYPE"sv, 0, "a web page"},
                             {"<html"sv, 0, "a web page"},
                             {"version https://git-lfs"sv, 0, "a Git LFS pointer (run git lfs pull)"},
                             {"\xff\x0a"sv, 0, "a JPEG XL"}};
  for (const Magic &magic : known)
    if (beginsWith(bytes, magic.bytes, magic.at))
      return magic.name;
  bool text =
      std::all_of(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(std::min<size_t>(bytes.size(), 64)),
                  [](uint8_t byte) { return byte >= 32 || byte == '\n' || byte == '\r' || byte == '\t'; });
  return text ? "a text" : "of an unknown format";
}

int64_t defaultDecodedBytes() {
  int64_t memory = int64_t(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
  return memory > 0 ? memory / 4 * 3 : int64_t(8) << 30;
}

/// One file's outcome; empty where the file was not reached.
struct Outcome {
  std::optional<Tensor> pixels;
  std::optional<Error> error;
};

/// Decodes all files of a list; what it gives does not depend on the number of workers.
class FolderReading {
public:
  FolderReading(const ImageFolder &source, std::span<const ImageFile> list, const ReadOptions &wanted)
      : folder(source), files(list), options(wanted), outcomes(list.size()),
        allowance(wanted.limits.decodedBytes > 0 ? wanted.limits.decodedBytes : defaultDecodedBytes()) {}

  ImageSet run(ThreadPool &pool, int threads) {
    pool.parallelFor(
        static_cast<int64_t>(files.size()), threads,
        [this](int64_t first, int64_t last, int) {
          for (int64_t i = first; i < last; ++i)
            readOne(static_cast<size_t>(i));
        },
        1);
    return collect();
  }

private:
  const ImageFolder &folder;
  std::span<const ImageFile> files;
  const ReadOptions &options;
  std::vector<Outcome> outcomes;
  int64_t allowance;
  std::atomic<int64_t> decoded{0};
  std::atomic<size_t> firstBad{SIZE_MAX}; ///< no file after it matters where bad files stop

  void readOne(size_t i) {
    if (InterruptGuard::requested() || decoded > allowance || i > firstBad)
      return;
    try {
      outcomes[i].pixels = readImage(files[i].path, options.limits);
      decoded += outcomes[i].pixels->bytes();
    } catch (const Error &error) {
      outcomes[i].error = error;
      if (options.badFiles == BadFilePolicy::Stop)
        lowerFirstBad(i);
    }
    if (options.onFile)
      options.onFile();
  }

  void lowerFirstBad(size_t i) {
    size_t known = firstBad;
    while (i < known && !firstBad.compare_exchange_weak(known, i)) {
    }
  }

  ImageSet collect() {
    if (firstBad != SIZE_MAX)
      throw *outcomes[firstBad].error;
    if (decoded > allowance)
      throw Error(ErrorKind::ImagesTooLarge, {folder.path, std::to_string(allowance)});
    ImageSet set;
    size_t reached = 0;
    for (size_t i = 0; i < files.size(); ++i) {
      Outcome &outcome = outcomes[i];
      reached += outcome.pixels || outcome.error;
      if (outcome.pixels)
        set.images.push_back({files[i].name, files[i].identity, std::move(*outcome.pixels)});
      else if (outcome.error)
        set.skipped.push_back({files[i].name, outcome.error->code(), outcome.error->what()});
    }
    if (reached < files.size())
      throw Error(ErrorKind::Interrupted,
                  {std::to_string(reached), std::to_string(files.size()) + " images read"});
    if (set.images.empty() && !files.empty())
      throw Error(ErrorKind::NoImageReadable,
                  {std::to_string(files.size()), folder.path, set.skipped[0].reason});
    return set;
  }
};

} // namespace

void requirePixels(const std::string &path, int64_t width, int64_t height, const ReadLimits &limits) {
  if (width <= 0 || height <= 0)
    throw Error(ErrorKind::ImageCorrupt, {path, "its width or height is 0"});
  if (width > limits.pixels / height)
    throw Error(ErrorKind::ImageTooLarge,
                {path, std::to_string(width), std::to_string(height), std::to_string(limits.pixels)});
}

Tensor decodeImage(std::span<const uint8_t> bytes, const std::string &path, const ReadLimits &limits) {
  using namespace std::string_view_literals;
  if (bytes.empty())
    throw Error(ErrorKind::FileEmpty, {path});
  if (beginsWith(bytes, "\x89PNG\r\n\x1a\n"sv))
    return decodePng(bytes, path, limits);
  if (beginsWith(bytes, "\xff\xd8\xff"sv))
    return decodeJpeg(bytes, path, limits);
  // A file cut within its first bytes still tells what it was to be.
  if (bytes.size() < 8 && beginsWith(bytes, "\x89PNG\r\n\x1a\n"sv.substr(0, bytes.size())))
    throw Error(ErrorKind::ImageTruncated, {path, "PNG", std::to_string(bytes.size())});
  if (bytes.size() < 3 && beginsWith(bytes, "\xff\xd8"sv.substr(0, bytes.size())))
    throw Error(ErrorKind::ImageTruncated, {path, "JPEG", std::to_string(bytes.size())});
  throw Error(ErrorKind::NotAnImage, {path, formatOf(bytes)});
}

Tensor readImage(const std::string &path, const ReadLimits &limits) {
  FileBuffer buffer;
  readBytes(path, limits, buffer.bytes);
  return decodeImage(buffer.bytes, path, limits);
}

ImageSet readImages(const ImageFolder &folder, std::span<const ImageFile> files, const ReadOptions &options,
                    ThreadPool &pool, int threads) {
  return FolderReading(folder, files, options).run(pool, threads);
}

ImageSet readImages(const std::string &path, const ReadOptions &options, ThreadPool &pool, int threads) {
  ImageFolder folder = listImages(path);
  return readImages(folder, folder.files, options, pool, threads);
}

} // namespace gms::runtime
