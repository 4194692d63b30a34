// gms doc: reference pages.
#include "compiler/driver/commands/command_line.h"
#include "compiler/driver/commands/load_program.h"
#include "compiler/driver/commands/reference_page.h"
#include "runtime/core/atomic_file.h"
#include "runtime/core/error.h"
#include <cstdio>
#include <filesystem>

namespace gms::compiler {

int runDoc(const Command &command, const std::vector<std::string> &arguments) {
  const auto options = readOptions(command, arguments,
                                   {importOption(), {"--out", "FOLDER", "writes a page NAME.md a file there, not on the standard output", "-o", false}});
  if (!options)
    return ExitOk;
  if (options->positional().empty())
    throw runtime::Error(runtime::ErrorKind::MissingArgument, {"the file to document", command.usage});
  const std::string folder = options->valueOr("--out", "");
  if (std::error_code failed; !folder.empty() && !std::filesystem::create_directories(folder, failed) && failed)
    throw runtime::Error(runtime::ErrorKind::FolderNotMade, {folder, failed.message()});
  bool failed = false;
  for (const std::string &path : options->positional()) {
    const auto loaded = loadShown(path, options->values("--import"));
    if (!loaded) {
      failed = true;
      continue;
    }
    const std::string page = referencePage(*loaded->program, loaded->sources, loaded->file, stemOf(path));
    if (folder.empty())
      std::fwrite(page.data(), 1, page.size(), stdout);
    else
      runtime::writeWholeFile(folder + "/" + stemOf(path) + ".md", page);
  }
  return failed ? ExitFailed : ExitOk;
}

} // namespace gms::compiler
