#include "runtime/data/folder.h"
#include "runtime/core/error.h"
#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <sys/stat.h>
#include <utility>

namespace gms::runtime {
namespace {

namespace fs = std::filesystem;

bool hasImageName(const std::string &name) {
  size_t dot = name.rfind('.');
  if (dot == std::string::npos)
    return false;
  std::string ending = name.substr(dot + 1);
  for (char &c : ending)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  constexpr std::array<std::string_view, 5> known = {"png", "jpg", "jpeg", "jpe", "jfif"};
  return std::find(known.begin(), known.end(), ending) != known.end();
}

/// One walk over a folder; a stack of folders instead of recursion, since depth is whatever the disk holds.
class FolderWalk {
public:
  explicit FolderWalk(ImageFolder &found) : folder(found) { pending.push_back({folder.path, ""}); }

  void walk() {
    while (!pending.empty()) {
      auto [path, prefix] = std::move(pending.back());
      pending.pop_back();
      if (isNew(path))
        list(path, prefix);
    }
  }

private:
  ImageFolder &folder;
  std::vector<std::pair<std::string, std::string>> pending; ///< path, relative name with its '/'
  std::set<std::pair<dev_t, ino_t>> entered;                ///< a link to a parent would never end

  bool isNew(const std::string &path) {
    struct stat status{};
    return stat(path.c_str(), &status) == 0 && entered.insert({status.st_dev, status.st_ino}).second;
  }

  void list(const std::string &path, const std::string &prefix) {
    std::vector<std::pair<std::string, std::string>> folders;
    std::error_code failed;
    for (fs::directory_iterator entry(path, failed), end; !failed && entry != end; entry.increment(failed)) {
      std::string name = entry->path().filename().string();
      std::error_code ignored;
      if (name[0] == '.')
        continue;
      if (entry->is_directory(ignored))
        folders.push_back({path + "/" + name, prefix + name + "/"});
      else if (hasImageName(name))
        folder.files.push_back({path + "/" + name, prefix + name, identityOf(prefix + name)});
      else
        ++folder.otherFiles;
    }
    if (failed)
      throw Error(ErrorKind::FolderUnreadable, {path, failed.message()});
    // Reversed, so that the stack gives them in order: which of two links to one folder names it must not
    // vary.
    std::sort(folders.rbegin(), folders.rend());
    pending.insert(pending.end(), folders.begin(), folders.end());
  }
};

void requireFolder(const std::string &path) {
  std::error_code failed;
  fs::file_status status = fs::status(path, failed);
  if (status.type() == fs::file_type::not_found)
    throw Error(ErrorKind::FolderMissing, {path});
  if (failed)
    throw Error(ErrorKind::FolderUnreadable, {path, failed.message()});
  if (status.type() != fs::file_type::directory)
    throw Error(ErrorKind::NotAFolder, {path});
}

std::string withoutLastSlashes(std::string path) {
  while (path.size() > 1 && path.back() == '/')
    path.pop_back();
  return path;
}

} // namespace

ImageFolder listImages(const std::string &path) {
  requireFolder(path);
  ImageFolder folder{withoutLastSlashes(path), {}, 0};
  FolderWalk(folder).walk();
  if (folder.files.empty()) {
    int64_t others = folder.otherFiles;
    std::string holds = others == 0   ? "it holds no file"
                        : others == 1 ? "it holds one other file"
                                      : "it holds " + std::to_string(others) + " other files";
    throw Error(ErrorKind::FolderWithoutImages, {path, holds});
  }
  std::sort(folder.files.begin(), folder.files.end(),
            [](const ImageFile &a, const ImageFile &b) { return a.name < b.name; });
  return folder;
}

uint64_t identityOf(std::string_view name) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (char c : name)
    hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3u;
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9u;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebu;
  return hash ^ (hash >> 31);
}

} // namespace gms::runtime
