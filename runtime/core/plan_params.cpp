#include "runtime/core/plan_params.h"
#include "runtime/core/error.h"
#include "runtime/core/plan_evaluator.h"
#include <algorithm>
#include <charconv>
#include <cstring>

namespace gms::runtime {
namespace {

std::string optionOf(const std::string &param) {
  std::string name = "--" + param;
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

std::string unitsOf(const std::string &base, const std::vector<PlanUnit> &units) {
  std::string names;
  for (const PlanUnit &unit : units)
    if (unit.base == base)
      names += (names.empty() ? "" : ", ") + unit.name;
  return names.empty() ? base : names;
}

std::string expectedOf(const HostType &type, const std::vector<PlanUnit> &units) {
  if (type.element == GMS_BOOL)
    return "true or false";
  if (type.element != GMS_F32 && type.element != GMS_F64)
    return "a whole number";
  return type.unit.empty() ? "a number" : "a number with a unit (" + unitsOf(type.unit, units) + ")";
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

/// The number at the start of a text, and what follows it; false where there is none.
bool number(std::string_view text, double &value, std::string_view &rest) {
  if (!text.empty() && text.front() == '+')
    text.remove_prefix(1);
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  rest = trimmed(text.substr(static_cast<size_t>(end - text.data())));
  return failed == std::errc();
}

/// The scale of a unit as written; 0 where it does not fit.
double scaleOf(std::string_view written, const std::string &base, const std::vector<PlanUnit> &units) {
  if (written == "%" && base.empty())
    return 0.01;
  if (written == base)
    return 1;
  for (const PlanUnit &unit : units)
    if (unit.name == written && unit.base == base)
      return unit.scale;
  return 0;
}

const char *wordOf(const HostType &type) {
  if (type.kind == HostKind::String)
    return "TEXT";
  if (type.element == GMS_BOOL)
    return "BOOL";
  return type.element == GMS_F32 || type.element == GMS_F64 ? "NUMBER" : "N";
}

} // namespace

Value readParam(const std::string &option, const std::string &text, const HostType &type,
                const std::vector<PlanUnit> &units) {
  if (type.kind == HostKind::String)
    return Value(text);
  const auto fail = [&] { return Error(ErrorKind::BadOptionValue, {option, text, expectedOf(type, units)}); };
  if (type.kind != HostKind::Scalar)
    throw Error(ErrorKind::BadOptionValue, {option, text, "nothing: a param of this type keeps its default"});
  if (type.element == GMS_BOOL) {
    if (text == "true" || text == "yes" || text == "on" || text == "1")
      return Value(true);
    if (text == "false" || text == "no" || text == "off" || text == "0")
      return Value(false);
    throw fail();
  }
  double value = 0;
  std::string_view rest;
  if (!number(trimmed(text), value, rest))
    throw fail();
  const double scale = scaleOf(rest, type.unit, units);
  if (scale == 0)
    throw fail();
  if (type.element == GMS_F32 || type.element == GMS_F64)
    return convertScalar(Value(value * scale), type.element);
  int64_t whole = 0;
  const std::string_view digits = trimmed(text);
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), whole);
  if (failed != std::errc() || end != digits.data() + digits.size())
    throw fail();
  return Value(whole);
}

std::vector<OptionSpec> paramOptions(const PlanExperiment &experiment) {
  std::vector<OptionSpec> specs;
  for (const PlanParam &param : experiment.params) {
    std::string help;
    for (const std::string &line : param.docs)
      help += (help.empty() ? "" : " ") + line;
    if (help.empty())
      help = "a param of the experiment";
    if (!param.type->unit.empty())
      help += " [" + param.type->unit + "]";
    help += param.defaultText.empty() ? (param.defaultValue ? "" : " (must be given)") : " (default " + param.defaultText + ")";
    const std::string option = optionOf(param.name);
    specs.push_back({option, wordOf(*param.type), help, "--" + param.name == option ? "" : "--" + param.name, false});
  }
  return specs;
}

std::map<std::string, Value> readParams(const Plan &plan, const PlanExperiment &experiment, const Options &options) {
  std::map<std::string, Value> values;
  for (const PlanParam &param : experiment.params)
    if (const auto text = options.value(optionOf(param.name)))
      values[param.name] = readParam(optionOf(param.name), *text, *param.type, plan.units);
  return values;
}

} // namespace gms::runtime
