#include "compiler/driver/commands/command_line.h"
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace gms::compiler {

std::optional<runtime::Options> readOptions(const Command &command, const std::vector<std::string> &arguments,
                                            std::vector<runtime::OptionSpec> specs) {
  if (std::none_of(specs.begin(), specs.end(), [](const runtime::OptionSpec &spec) { return spec.name == "--help"; }))
    specs.push_back({"--help", "", "shows this", "-h", false});
  const runtime::OptionParser parser(std::string("gms ") + command.name, std::move(specs));
  runtime::Options options = parser.parse(arguments);
  if (!options.has("--help"))
    return options;
  std::printf("%s\n\nusage: %s\n\n%s", command.summary, command.usage, parser.help().c_str());
  return std::nullopt;
}

bool colouredErrors() {
  static const bool coloured = isatty(2) && !std::getenv("NO_COLOR");
  return coloured;
}

runtime::OptionSpec importOption() {
  return {"--import", "FOLDER", "another folder where `import name` finds name.gms", "-I", true};
}

} // namespace gms::compiler
