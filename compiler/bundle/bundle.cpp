#include "compiler/bundle/bundle.h"
#include "runtime/abi/bundle.h"
#include "runtime/abi/kernel.h"
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace gms::compiler {
namespace {

namespace fs = std::filesystem;

/// A folder for the linker's files, removed with all in it.
struct LinkFolder {
  fs::path path;
  LinkFolder() {
    std::error_code failed;
    std::string pattern = (fs::temp_directory_path(failed) / "gms-link-XXXXXX").string();
    if (mkdtemp(pattern.data()))
      path = pattern;
  }
  ~LinkFolder() {
    std::error_code ignored;
    if (!path.empty())
      fs::remove_all(path, ignored);
  }
};

bool readWhole(const fs::path &path, std::string &bytes) {
  std::ifstream in(path, std::ios::binary);
  bytes.assign(std::istreambuf_iterator<char>(in), {});
  return static_cast<bool>(in) || in.eof();
}

/// Runs a program found in PATH; its messages go to a file. False where it is not found or fails.
bool runTool(const std::vector<std::string> &words, const std::string &messages, bool &found) {
  std::vector<char *> arguments;
  for (const std::string &word : words)
    arguments.push_back(const_cast<char *>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, messages.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t child = 0;
  found = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ) == 0;
  posix_spawn_file_actions_destroy(&actions);
  int status = 1;
  if (found)
    waitpid(child, &status, 0);
  found = found && !(WIFEXITED(status) && WEXITSTATUS(status) == 127);
  return found && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void appendNumber(std::string &bytes, uint64_t number) {
  bytes.append(reinterpret_cast<const char *>(&number), sizeof number);
}

} // namespace

std::string linkShared(const std::vector<std::string> &objects, const std::vector<std::string> &archives,
                       const std::string &soname, std::string &reason) {
  const LinkFolder folder;
  if (folder.path.empty()) {
    reason = "no temporary folder could be made";
    return "";
  }
  const std::string out = (folder.path / "out.so").string(), messages = (folder.path / "messages").string();
  std::vector<std::string> inputs;
  for (size_t i = 0; i < objects.size(); ++i) {
    inputs.push_back((folder.path / (std::to_string(i) + ".o")).string());
    std::ofstream(inputs.back(), std::ios::binary) << objects[i];
  }
  inputs.insert(inputs.end(), archives.begin(), archives.end());
  for (const char *linker : {"ld.lld-22", "ld.lld", "ld"}) {
    std::vector<std::string> words = {linker, "-shared", "-o", out};
    if (!soname.empty())
      words.insert(words.end(), {"-soname", soname});
    words.insert(words.end(), inputs.begin(), inputs.end());
    bool found = false;
    if (std::string bytes; runTool(words, messages, found) && readWhole(out, bytes))
      return bytes;
    if (found) {
      readWhole(messages, reason);
      return "";
    }
  }
  reason = "no linker was found; install lld-22";
  return "";
}

std::string makeBundle(const std::string &planJson, const std::string &sharedObject, const std::vector<GpuCode> &gpu) {
  using Json = nlohmann::json;
  std::string parts;
  const auto part = [&](const std::string &bytes) {
    const Json place = {{"offset", parts.size()}, {"size", bytes.size()}};
    parts += bytes;
    return place;
  };
  const auto byArchitecture = [&](const std::map<int, std::string> &codes) {
    Json places = Json::object();
    for (const auto &[architecture, bytes] : codes)
      places[std::to_string(architecture)] = part(bytes);
    return places;
  };
  Json header;
  header["plan"] = Json::parse(planJson);
  header["kernels"] = part(sharedObject);
  header["gpu"] = Json::array();
  for (const GpuCode &code : gpu)
    header["gpu"].push_back({{"name", code.name},
                             {"launch", part(code.launchPlan)},
                             {"ptx", byArchitecture(code.ptx)},
                             {"cubin", byArchitecture(code.cubin)}});
  const std::string text = header.dump();
  std::string bytes;
  appendNumber(bytes, text.size());
  return bytes + text + parts;
}

bool writeReplacing(const std::string &path, const std::string &bytes, unsigned mode, std::string &reason) {
  const std::string temporary = path + "." + std::to_string(getpid()) + ".tmp";
  const auto fail = [&] {
    reason = std::strerror(errno);
    unlink(temporary.c_str());
    return false;
  };
  const int file = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (file < 0)
    return fail();
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = write(file, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0) {
      close(file);
      return fail();
    }
    done += static_cast<size_t>(count);
  }
  if (close(file) != 0 || rename(temporary.c_str(), path.c_str()) != 0)
    return fail();
  return true;
}

bool writeExecutable(const std::string &runner, const std::string &bundle, const std::string &path, std::string &reason) {
  std::string bytes;
  if (!readWhole(runner, bytes) || bytes.empty()) {
    reason = runner + " cannot be read";
    return false;
  }
  gms_bundle_trailer trailer{};
  trailer.offset = bytes.size();
  trailer.size = bundle.size();
  trailer.version = GMS_BUNDLE_VERSION;
  trailer.abi = GMS_ABI_VERSION;
  std::memcpy(trailer.magic, GMS_BUNDLE_MAGIC, sizeof trailer.magic);
  bytes += bundle;
  bytes.append(reinterpret_cast<const char *>(&trailer), sizeof trailer);
  return writeReplacing(path, bytes, 0777, reason);
}

} // namespace gms::compiler
