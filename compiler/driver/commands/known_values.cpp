#include "compiler/driver/commands/known_values.h"
#include "runtime/core/plan_run.h"

namespace gms::compiler {

std::map<std::string, KnownValue> knownValues(const program::Program &program, const PlannedKernel &kernel,
                                              const std::map<std::string, runtime::Value> &params) {
  std::map<std::string, KnownValue> known;
  const program::Function &function = program.function(kernel.function);
  for (const auto &[parameter, name] : kernel.params) {
    const auto value = params.find(name);
    if (value == params.end())
      continue;
    const std::string &path = function.local(function.parameters[parameter].local).name;
    if (const bool *truth = std::get_if<bool>(&value->second.data))
      known[path] = *truth;
    else if (const int64_t *whole = std::get_if<int64_t>(&value->second.data))
      known[path] = *whole;
  }
  return known;
}

std::map<std::string, runtime::Value> defaultParams(const PlannedProgram &planned) {
  std::map<std::string, runtime::Value> values;
  if (planned.json.empty())
    return values;
  const auto plan = runtime::readPlan(planned.json);
  for (const runtime::PlanExperiment &experiment : plan->experiments)
    for (auto &[name, value] : runtime::paramValues(*plan, experiment, {}))
      values.emplace(name, value);
  return values;
}

} // namespace gms::compiler
