// Types of the typed program as a table of the plan.
#pragma once
#include "lang/program/program.h"
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace gms::compiler {

using Json = nlohmann::json;

/// The word of the plan for an element type.
const char *wordOf(program::Element element);
/// Adds each distinct type once and gives its number.
class HostTypes {
public:
  size_t add(const program::TypeRef &type);
  const Json &table() const { return types; }
  const std::set<std::string> &units() const { return used; }

private:
  Json types = Json::array();
  std::map<std::string, size_t> known; ///< by their JSON
  std::set<std::string> used;
};

/// The units that a user may give a param in, and those that results are shown in, for the dimensions in use.
void addUnits(Json &plan, const program::Program &program, const std::set<std::string> &used);

} // namespace gms::compiler
