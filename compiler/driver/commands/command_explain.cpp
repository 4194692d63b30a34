// gms explain: what a code means, or what became which kernel.
#include "compiler/driver/commands/command_line.h"
#include "compiler/driver/commands/error_pages.h"
#include "compiler/driver/commands/stages.h"
#include "runtime/core/error.h"
#include <cctype>
#include <cstdio>
#include <cstdlib>

namespace gms::compiler {
namespace {

/// "E0301" of "e301", "301" or "E0301"; "" where it is no code.
std::string normalised(const std::string &given) {
  size_t at = given.empty() || std::isdigit(static_cast<unsigned char>(given[0])) ? 0 : 1;
  const char letter = at ? static_cast<char>(std::toupper(static_cast<unsigned char>(given[0]))) : 'E';
  const std::string digits = given.substr(at);
  if (digits.empty() || digits.size() > 4 || digits.find_first_not_of("0123456789") != std::string::npos ||
      (letter != 'E' && letter != 'W'))
    return "";
  char text[8];
  std::snprintf(text, sizeof text, "%c%04d", std::atoi(digits.c_str()) >= 900 ? 'W' : 'E', std::atoi(digits.c_str()));
  return text;
}

/// The message of a code, from the front end's list or the runtime's.
std::string messageOf(const std::string &code) {
  Kind kind;
  if (findKind(code, kind))
    return std::string(textOfKind(kind));
  for (const auto &[error, name] : runtime::allErrorKinds())
    if (runtime::codeOf(error) == code)
      return std::string(runtime::textOf(error));
  return "";
}

int listCodes() {
  for (const auto &[kind, name] : allKinds())
    std::printf("%s  %s\n", codeOf(kind).c_str(), std::string(textOfKind(kind)).c_str());
  for (const auto &[error, name] : runtime::allErrorKinds())
    std::printf("%s  %s\n", runtime::codeOf(error).c_str(), std::string(runtime::textOf(error)).c_str());
  return ExitOk;
}

int explainCode(const std::string &given) {
  const std::string code = normalised(given);
  const std::string message = code.empty() ? "" : messageOf(code);
  if (message.empty())
    throw runtime::Error(runtime::ErrorKind::NoSuchTopic, {given, ""});
  const std::string_view page = errorPage(code);
  if (!page.empty())
    std::printf("%s", std::string(page).c_str());
  else
    std::printf("# %s\n\n    %s\n", code.c_str(), message.c_str());
  return ExitOk;
}

} // namespace

int runExplain(const Command &command, const std::vector<std::string> &arguments) {
  const auto options = readOptions(command, arguments,
                                   {importOption(),
                                    {"--fusion", "", "shows which operators of a program became which kernel", "", false},
                                    {"--list", "", "lists all codes", "", false}});
  if (!options)
    return ExitOk;
  if (options->has("--list"))
    return listCodes();
  if (options->positional().empty())
    throw runtime::Error(runtime::ErrorKind::MissingArgument, {"a code or a program", command.usage});
  if (options->has("--fusion"))
    return explainFusion(options->positional()[0], options->values("--import"));
  return explainCode(options->positional()[0]);
}

} // namespace gms::compiler
