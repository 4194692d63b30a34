// The image files of a folder, in an order that does not depend on the file system.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gms::runtime {

struct ImageFile {
  std::string path;
  std::string name;      ///< relative to the folder, with '/'
  uint64_t identity = 0; ///< identityOf(name)
};

struct ImageFolder {
  std::string path;
  std::vector<ImageFile> files; ///< sorted by the bytes of their names
  int64_t otherFiles = 0;       ///< not images by their names
};

/// Lists, recursively, the files whose names end in .png, .jpg, .jpeg, .jpe or .jfif, in any case. Names that
/// begin with a dot are left out; links are followed, each folder is entered once. Throws FolderMissing,
/// NotAFolder, FolderUnreadable or FolderWithoutImages.
ImageFolder listImages(const std::string &folder);

/// What keys the draws of a sample with that name: FNV-1a of its bytes in 64 bits, then the finaliser of
/// SplitMix64, which spreads the last bytes over all bits. The same wherever the folder lies.
uint64_t identityOf(std::string_view name);

} // namespace gms::runtime
