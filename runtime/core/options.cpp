#include "runtime/core/options.h"
#include "runtime/core/error.h"
#include <algorithm>
#include <charconv>

namespace gms::runtime {

std::optional<std::string> Options::value(const std::string &name) const {
  const auto at = found.find(name);
  if (at == found.end() || at->second.empty())
    return std::nullopt;
  return at->second.back();
}

std::vector<std::string> Options::values(const std::string &name) const {
  const auto at = found.find(name);
  return at == found.end() ? std::vector<std::string>{} : at->second;
}

std::string Options::valueOr(const std::string &name, const std::string &otherwise) const {
  return value(name).value_or(otherwise);
}

OptionParser::OptionParser(std::string command, std::vector<OptionSpec> specs)
    : command(std::move(command)), specs(std::move(specs)) {}

const OptionSpec &OptionParser::find(const std::string &spelling) const {
  std::vector<std::string> names;
  for (const OptionSpec &spec : specs) {
    if (spec.name == spelling || (!spec.alias.empty() && spec.alias == spelling))
      return spec;
    names.push_back(spec.name);
  }
  const std::string near = nearestWord(spelling, names);
  throw Error(ErrorKind::UnknownOption, {spelling, command, near.empty() ? "" : "; did you mean " + near + "?"});
}

Options OptionParser::parse(const std::vector<std::string> &arguments) const {
  Options options;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string &argument = arguments[i];
    if (argument == "--") {
      options.places.insert(options.places.end(), arguments.begin() + static_cast<ptrdiff_t>(i) + 1, arguments.end());
      break;
    }
    if (argument.size() < 2 || argument[0] != '-') {
      options.places.push_back(argument);
      continue;
    }
    const size_t equals = argument.rfind("--", 0) == 0 ? argument.find('=') : std::string::npos;
    const OptionSpec &spec = find(argument.substr(0, equals));
    std::vector<std::string> &values = options.found[spec.name];
    if (spec.value.empty()) {
      if (equals != std::string::npos)
        throw Error(ErrorKind::OptionWithValue, {spec.name, argument.substr(equals + 1)});
      continue;
    }
    if (!spec.repeatable)
      values.clear();
    if (equals != std::string::npos)
      values.push_back(argument.substr(equals + 1));
    else if (i + 1 < arguments.size())
      values.push_back(arguments[++i]);
    else
      throw Error(ErrorKind::OptionWithoutValue, {spec.name, spec.help});
  }
  return options;
}

std::string OptionParser::help() const {
  const auto left = [](const OptionSpec &spec) {
    return (spec.alias.empty() ? "" : spec.alias + ", ") + spec.name + (spec.value.empty() ? "" : " " + spec.value);
  };
  size_t width = 0;
  for (const OptionSpec &spec : specs)
    width = std::max(width, std::min<size_t>(left(spec).size(), 30));
  std::string text;
  for (const OptionSpec &spec : specs) {
    const std::string start = left(spec);
    text += "  " + start;
    if (start.size() > width)
      text += "\n  " + std::string(width, ' ');
    else
      text += std::string(width - start.size(), ' ');
    text += "  " + spec.help + "\n";
  }
  return text;
}

std::string nearestWord(std::string_view word, const std::vector<std::string> &candidates) {
  std::string best;
  size_t bestDistance = std::max<size_t>(1, word.size() / 3) + 1;
  for (const std::string &candidate : candidates) {
    std::vector<size_t> row(candidate.size() + 1);
    for (size_t j = 0; j < row.size(); ++j)
      row[j] = j;
    for (size_t i = 1; i <= word.size(); ++i) {
      size_t diagonal = row[0];
      row[0] = i;
      for (size_t j = 1; j < row.size(); ++j) {
        const size_t above = row[j];
        row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (word[i - 1] != candidate[j - 1])});
        diagonal = above;
      }
    }
    if (row.back() < bestDistance) {
      bestDistance = row.back();
      best = candidate;
    }
  }
  return best;
}

int64_t wholeNumber(const std::string &option, const std::string &text, int64_t low, int64_t high) {
  int64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || value < low || value > high)
    throw Error(ErrorKind::BadOptionValue, {option, text,
                                            "a whole number from " + std::to_string(low) + " to " + std::to_string(high)});
  return value;
}

uint64_t unsignedNumber(const std::string &option, const std::string &text) {
  uint64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size())
    throw Error(ErrorKind::BadOptionValue, {option, text, "a whole number from 0 to 18446744073709551615"});
  return value;
}

} // namespace gms::runtime
