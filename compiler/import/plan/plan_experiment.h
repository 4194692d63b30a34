// From the typed program to a plan: what the host does as data, and the functions that become kernels.
#pragma once
#include "compiler/import/signature.h"
#include "lang/diagnostics/diagnostics.h"
#include "lang/program/program.h"
#include <map>
#include <set>
#include <string>
#include <vector>

namespace gms::compiler {

/// A function that the plan calls as a kernel.
struct PlannedKernel {
  program::FunctionId function = 0;
  std::string name;                    ///< of its symbol, and in the plan
  std::string shown;                   ///< what a person knows it by
  std::map<size_t, std::string> params; ///< parameters that are always given the same param, a bool or an int: the kernel
                                        ///< may be specialised for its value
  std::set<std::string> experiments;   ///< that call it
};

struct PlannedProgram {
  std::vector<PlannedKernel> kernels;
  std::string json; ///< the plan (runtime/abi/plan.md), without draws

  /// The plan with what is known once kernels were compiled, by their names: their draws, and the inputs that are left
  /// where a kernel was specialised. `fixed` params keep their defaults: kernels were specialised for these.
  std::string completed(const std::map<std::string, Signature> &signatures, const std::set<std::string> &fixed = {}) const;
};

/// Plans all experiments. Functions that are cut out of them are added to the program. Reports E0510 where an
/// expression can run neither on the host nor in a kernel.
PlannedProgram planExperiments(program::Program &program, const Sources &sources, uint32_t file, Diagnostics &diagnostics);

/// The inputs or outputs that a value of this type is flattened into: records and tuples field by field, strings left
/// out. The importer flattens by the same rule.
std::vector<SignatureItem> flatten(const program::TypeRef &type, const std::string &path, size_t parameter);

} // namespace gms::compiler
