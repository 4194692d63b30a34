#include "compiler/driver/commands/load_program.h"
#include "compiler/driver/commands/command_line.h"
#include "lang/sema/check.h"
#include "lang/syntax/parse.h"
#include "runtime/core/error.h"
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>

namespace gms::compiler {
namespace {

std::string readWhole(const std::string &path) {
  const auto fail = [&](int number) {
    return runtime::Error(runtime::ErrorKind::FileUnreadable, {path, runtime::systemReason(number)});
  };
  struct stat status;
  if (stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
    throw fail(EISDIR);
  std::FILE *file = std::fopen(path.c_str(), "rb");
  if (!file)
    throw fail(errno);
  std::string text;
  char part[1 << 16];
  // One byte more than the parser takes is enough for it to say that the file is too large.
  while (text.size() <= syntax::maxSourceBytes) {
    const size_t count = std::fread(part, 1, sizeof part, file);
    if (count == 0)
      break;
    text.append(part, count);
  }
  const int number = std::ferror(file) ? errno : 0;
  std::fclose(file);
  if (number)
    throw fail(number);
  return text;
}

/// The nearest stdlib/ at the executable's folder or up to four above it: build/bin/ and an installed tree alike.
std::string standardLibrary() {
  if (const char *given = std::getenv("GMS_STDLIB"))
    return given;
  std::error_code failed;
  std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe", failed).parent_path();
  for (int level = 0; level < 5 && !folder.empty(); ++level, folder = folder.parent_path())
    for (const char *place : {"stdlib", "share/gms/stdlib"})
      if (std::filesystem::is_directory(folder / place, failed))
        return (folder / place).string();
  return "";
}

} // namespace

uint32_t loadFile(Sources &sources, const std::string &path) { return sources.add(path, readWhole(path)); }

std::vector<std::string> importFolders(const std::vector<std::string> &given) {
  std::vector<std::string> folders = given;
  if (std::string standard = standardLibrary(); !standard.empty())
    folders.push_back(standard);
  return folders;
}

void showMessages(const Diagnostics &diagnostics, const Sources &sources, MessageForm form) {
  for (const Diagnostic &diagnostic : diagnostics.sorted()) {
    if (form == MessageForm::Json)
      std::printf("%s\n", renderJson(diagnostic, sources).c_str());
    else
      std::fprintf(stderr, "%s\n", render(diagnostic, sources, colouredErrors()).c_str());
  }
}

std::unique_ptr<LoadedProgram> loadProgram(const std::string &path, const std::vector<std::string> &imports) {
  auto loaded = std::make_unique<LoadedProgram>();
  loaded->file = loadFile(loaded->sources, path);
  sema::CheckOptions options;
  options.importPaths = importFolders(imports);
  loaded->program = sema::check(loaded->sources, loaded->file, options, loaded->diagnostics);
  if (loaded->diagnostics.failed())
    loaded->program = nullptr;
  return loaded;
}

std::unique_ptr<LoadedProgram> loadShown(const std::string &path, const std::vector<std::string> &imports) {
  std::unique_ptr<LoadedProgram> loaded = loadProgram(path, imports);
  showMessages(loaded->diagnostics, loaded->sources);
  return loaded->program ? std::move(loaded) : nullptr;
}

std::string stemOf(const std::string &path) { return std::filesystem::path(path).stem().string(); }

} // namespace gms::compiler
