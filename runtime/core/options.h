// Options of a command line, for the compiler's commands and for the programs that it builds.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gms::runtime {

/// `--name` or `--name VALUE`; `-o` style short names are aliases.
struct OptionSpec {
  std::string name;        ///< with its dashes
  std::string value;       ///< what stands for the value in the help, "N"; empty for a switch
  std::string help;        ///< a line
  std::string alias;       ///< another spelling, "-o"; may be empty
  bool repeatable = false; ///< several values are kept; else the last one counts
};

/// What a command line said. Options are found by their `name`, whatever spelling was used.
class Options {
public:
  bool has(const std::string &name) const { return found.count(name) != 0; }
  std::optional<std::string> value(const std::string &name) const;
  std::vector<std::string> values(const std::string &name) const;
  std::string valueOr(const std::string &name, const std::string &otherwise) const;
  const std::vector<std::string> &positional() const { return places; }

private:
  friend class OptionParser;
  std::map<std::string, std::vector<std::string>> found;
  std::vector<std::string> places;
};

/// Reads `--name value`, `--name=value` and `-o value`; `--` ends the options.
class OptionParser {
public:
  /// `command` is what messages call the program, "gms run".
  OptionParser(std::string command, std::vector<OptionSpec> specs);

  /// Throws UnknownOption (with the nearest one offered), OptionWithoutValue or OptionWithValue.
  Options parse(const std::vector<std::string> &arguments) const;
  /// The options, one a line, names in a column.
  std::string help() const;

private:
  std::string command;
  std::vector<OptionSpec> specs;

  const OptionSpec &find(const std::string &spelling) const;
};

/// The candidate nearest to a misspelt word by edit distance, or "" where none is near enough to offer.
std::string nearestWord(std::string_view word, const std::vector<std::string> &candidates);

/// A whole number from `low` to `high`. Throws BadOptionValue, naming the option.
int64_t wholeNumber(const std::string &option, const std::string &text, int64_t low, int64_t high);
/// As `wholeNumber`, of 64 bits without sign.
uint64_t unsignedNumber(const std::string &option, const std::string &text);

} // namespace gms::runtime
