// From the typed program to a plan: what the host does as data, and the functions that become kernels.
#pragma once
#include "compiler/import/signature.h"
#include "lang/diagnostics/diagnostics.h"
#include "lang/program/program.h"
#include <string>
#include <vector>

namespace gms::compiler {

/// A function that the plan calls as a kernel.
struct PlannedKernel {
  program::FunctionId function = 0;
  std::string name;  ///< of its symbol, and in the plan
  std::string shown; ///< what a person knows it by
};

struct PlannedProgram {
  std::vector<PlannedKernel> kernels;
  std::string json; ///< the plan (runtime/abi/plan.md), without draws

  /// The plan with the draws of its kernels, which are known once those were compiled; one signature a kernel, in order.
  std::string withDraws(const std::vector<Signature> &signatures) const;
};

/// Plans all experiments. Functions that are cut out of them are added to the program. Reports E0510 where an
/// expression can run neither on the host nor in a kernel.
PlannedProgram planExperiments(program::Program &program, const Sources &sources, uint32_t file, Diagnostics &diagnostics);

/// The inputs or outputs that a value of this type is flattened into: records and tuples field by field, strings left
/// out. The importer flattens by the same rule.
std::vector<SignatureItem> flatten(const program::TypeRef &type, const std::string &path, size_t parameter);

} // namespace gms::compiler
