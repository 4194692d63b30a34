// Values of an experiment's params from a command line.
#pragma once
#include "runtime/core/options.h"
#include "runtime/core/plan.h"
#include <map>

namespace gms::runtime {

/// Reads "30 deg", "0.5", "true", "some text": a number of a dimension needs a unit of it. Throws BadOptionValue, which
/// names what was expected.
Value readParam(const std::string &option, const std::string &text, const HostType &type, const std::vector<PlanUnit> &units);

/// An option for each param, with its docs, type and default.
std::vector<OptionSpec> paramOptions(const PlanExperiment &experiment);

/// The params that a command line gives, by name. Throws as `readParam`.
std::map<std::string, Value> readParams(const Plan &plan, const PlanExperiment &experiment, const Options &options);

} // namespace gms::runtime
