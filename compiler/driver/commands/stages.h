// Stages of a program as text: `gms build --emit=STAGE` and `gms explain --fusion`.
#pragma once
#include "compiler/driver/commands/load_program.h"
#include "compiler/import/plan/plan_experiment.h"

namespace gms::compiler {

class Compiler;

/// The compiler's library. Throws runtime::Error CompilerMissing with the reason.
Compiler &theCompiler();

/// All that becomes kernels: those of the experiments or, where the program has none, its own ops and augments.
std::vector<PlannedKernel> kernelsOf(LoadedProgram &loaded, PlannedProgram *planned = nullptr);

/// The program's own functions that a caller of a library may call, by their names.
std::vector<PlannedKernel> exportedFunctions(const program::Program &program);

/// Shows a stage on the standard output; gives the exit status.
int emitStage(const std::string &stage, const std::string &path, const std::vector<std::string> &imports,
              const std::string &cudaTarget, const std::string &cudaPath);

/// Shows what became which kernel.
int explainFusion(const std::string &path, const std::vector<std::string> &imports);

} // namespace gms::compiler
