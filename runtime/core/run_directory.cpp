#include "runtime/core/run_directory.h"
#include "runtime/core/atomic_file.h"
#include "runtime/core/error.h"
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace gms::runtime {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr uintmax_t kLargestRecord = 1 << 20;

/// True where this call made the folder, false where it was there.
bool makeFolder(const std::string &path) {
  std::error_code failed;
  bool made = fs::create_directories(path, failed);
  if (failed)
    throw Error(ErrorKind::FolderNotMade, {path, failed.message()});
  return made;
}

/// The number of a run's folder, or 0 where the name is not one.
int runNumberOf(const std::string &name) {
  int number = 0;
  auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), number);
  bool whole = failed == std::errc() && end == name.data() + name.size();
  return whole && number > 0 && number < 2'000'000'000 ? number : 0;
}

int lastRun(const std::string &parent) {
  int last = 0;
  std::error_code failed;
  for (fs::directory_iterator entry(parent, failed), end; !failed && entry != end; entry.increment(failed))
    last = std::max(last, runNumberOf(entry->path().filename().string()));
  return last;
}

std::string withoutSlashes(std::string path) {
  while (path.size() > 1 && path.back() == '/')
    path.pop_back();
  return path.empty() ? "." : path;
}

} // namespace

RunDirectory::RunDirectory(std::string baseFolder, std::string name)
    : base(withoutSlashes(std::move(baseFolder))) {
  if (name.empty() || name[0] == '.' || name.find_first_of(std::string("/\0", 2)) != std::string::npos)
    throw Error(ErrorKind::BadRunName, {name});
  parent = base + "/" + name;
  makeNumbered();
  try {
    record("running");
  } catch (...) {
    remove();
    throw;
  }
}

std::unique_ptr<RunDirectory> RunDirectory::resume(const std::string &folder, const std::string &name) {
  const RunRecord found = readRunRecord(folder);
  if (found.name != name)
    throw Error(ErrorKind::NothingToResume, {folder, "it is a run of " + found.name + ", not of " + name});
  if (found.state == "complete")
    throw Error(ErrorKind::NothingToResume, {folder, "that run is complete"});
  std::unique_ptr<RunDirectory> made(new RunDirectory);
  made->folder = withoutSlashes(folder);
  made->parent = (fs::path(made->folder).parent_path().parent_path() / name).string();
  made->runNumber = found.number;
  made->kept = true;
  made->record("running");
  return made;
}

RunDirectory::~RunDirectory() {
  if (!kept)
    remove();
}

/// mkdir decides who owns a number: it fails where another run was faster. ENOENT means that a failing run
/// has just removed the empty parent that it had made.
void RunDirectory::makeNumbered() {
  madeBase = makeFolder(base);
  madeParent = makeFolder(parent);
  runNumber = lastRun(parent) + 1;
  for (int tries = 0; tries < 10000; ++tries) {
    folder = parent + "/" + std::to_string(runNumber);
    if (mkdir(folder.c_str(), 0777) == 0)
      return;
    if (errno == EEXIST)
      ++runNumber;
    else if (errno == ENOENT)
      makeFolder(parent);
    else
      break;
  }
  throw Error(ErrorKind::FolderNotMade, {folder, systemReason(errno)});
}

void RunDirectory::complete() {
  record("complete");
  kept = true;
}

void RunDirectory::keepInterrupted() {
  record("interrupted");
  kept = true;
}

void RunDirectory::record(const char *state) const {
  std::string name = fs::path(parent).filename().string();
  Json json = {{"format", kRunFormat}, {"name", name}, {"number", runNumber}, {"state", state}};
  writeWholeFile(file("run.json"), json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

/// Parents go only where this run made them and nothing else is in them.
void RunDirectory::remove() noexcept {
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  if (madeParent)
    rmdir(parent.c_str());
  if (madeBase)
    rmdir(base.c_str());
}

RunRecord readRunRecord(const std::string &folder) {
  std::string path = withoutSlashes(folder) + "/run.json";
  std::error_code failed;
  uintmax_t size = fs::file_size(path, failed);
  if (failed)
    throw Error(ErrorKind::RunRecordUnreadable, {path, failed.message()});
  if (size > kLargestRecord)
    throw Error(ErrorKind::RunRecordUnreadable, {path, "it has " + std::to_string(size) + " bytes"});
  std::ifstream file(path, std::ios::binary);
  Json json = Json::parse(file, nullptr, false);
  if (!json.is_object() || !json.contains("format") || !json["format"].is_number_integer())
    throw Error(ErrorKind::RunRecordUnreadable, {path, "it names no format"});
  auto format = json["format"].get<int64_t>();
  if (format > kRunFormat)
    throw Error(ErrorKind::RunFormatTooNew, {path, std::to_string(format), std::to_string(kRunFormat)});
  auto isText = [&](const char *key) { return json.contains(key) && json[key].is_string(); };
  if (!isText("name") || !isText("state") || !json.contains("number") || !json["number"].is_number_integer())
    throw Error(ErrorKind::RunRecordUnreadable, {path, "its name, number or state is missing"});
  return {static_cast<int>(format), json["name"], json["number"].get<int>(), json["state"]};
}

} // namespace gms::runtime
