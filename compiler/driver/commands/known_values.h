// Values of params that a kernel may be specialised for.
#pragma once
#include "compiler/driver/compile.h"
#include "compiler/import/plan/plan_experiment.h"
#include "runtime/core/value.h"

namespace gms::compiler {

/// By the path of the kernel's parameter.
std::map<std::string, KnownValue> knownValues(const program::Program &program, const PlannedKernel &kernel,
                                              const std::map<std::string, runtime::Value> &params);

/// The defaults of all experiments' params; of one name the first experiment's.
std::map<std::string, runtime::Value> defaultParams(const PlannedProgram &planned);

} // namespace gms::compiler
