// Photographs from files that are not trusted, as 8-bit RGB.
//
// Whatever a file holds, the tensor is u8 [h, w, 3], converted as Pillow's `convert("RGB")` does:
// - grey is repeated; a palette is looked up; alpha and transparent colours are dropped, the colour beneath
// is kept as
//   stored (it is not laid over black or white);
// - 16 bits keep their high byte, as Pillow's of colour do (its 16-bit grey is clipped at 255 instead);
// - four inks are read in Adobe's inverted convention, 255 being no ink: r = k - (255 - c) k / 255; colour
// profiles and
//   gamma chunks are not applied;
// - the EXIF orientation, of a JPEG or PNG, is applied (Pillow's `exif_transpose`).
// The format is that of the first bytes, whatever the name says. Interlaced PNG and progressive JPEG are
// read.
#pragma once
#include "runtime/core/tensor.h"
#include "runtime/core/thread_pool.h"
#include "runtime/data/folder.h"
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace gms::runtime {

/// Beyond these a file is refused before memory for it is taken.
struct ReadLimits {
  int64_t pixels = 178'956'970;         ///< width times height; the number at which Pillow refuses
  int64_t fileBytes = int64_t(1) << 30; ///< of one file
  int64_t decodedBytes = 0; ///< of all images that `readImages` gives; 0: three quarters of the memory
};

enum class BadFilePolicy {
  Stop, ///< the first bad file, in the order of names, throws
  Skip, ///< bad files are left out and listed
};

struct ReadOptions {
  ReadLimits limits;
  BadFilePolicy badFiles = BadFilePolicy::Stop;
  /// Called after each file, from any worker, possibly at once.
  std::function<void()> onFile;
};

struct Image {
  std::string name;      ///< relative to its folder, with '/'
  uint64_t identity = 0; ///< keys the draws of this image
  Tensor pixels;         ///< u8 [h, w, 3]
};

struct SkippedFile {
  std::string name;
  std::string code;   ///< "E0648"
  std::string reason; ///< the message, with the file's name
};

struct ImageSet {
  std::vector<Image> images; ///< in the order of the files given
  std::vector<SkippedFile> skipped;
};

/// Decodes one file. `path` is what messages show. Throws FileUnreadable, FileEmpty, FileTooLarge,
/// NotAnImage, ImageTruncated, ImageCorrupt, ImageTooLarge, ImageUnsupported or OutOfMemory.
Tensor readImage(const std::string &path, const ReadLimits &limits = {});
/// Decodes a file's bytes. Throws as `readImage`.
Tensor decodeImage(std::span<const uint8_t> bytes, const std::string &path, const ReadLimits &limits = {});

/// Decodes the files on the pool, one a worker at a time. Throws as `readImage` under BadFilePolicy::Stop;
/// NoImageReadable where each was skipped; ImagesTooLarge; Interrupted.
ImageSet readImages(const ImageFolder &folder, std::span<const ImageFile> files, const ReadOptions &options,
                    ThreadPool &pool, int threads);
/// Lists a folder and decodes all of it. Throws as `listImages` and the other `readImages`.
ImageSet readImages(const std::string &folder, const ReadOptions &options, ThreadPool &pool, int threads);

} // namespace gms::runtime
