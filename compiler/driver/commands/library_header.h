// The C header of a library that `gms build --shared` makes.
#pragma once
#include "compiler/import/plan/plan_experiment.h"

namespace gms::compiler {

/// A header with a function for each kernel: DLPack tensors and scalars in, DLPack tensors out. `library` is the file's
/// name without ending; `signatures` are those of the kernels, in order.
std::string libraryHeader(const program::Program &program, const std::vector<PlannedKernel> &kernels,
                          const std::vector<Signature> &signatures, const std::string &library);

} // namespace gms::compiler
