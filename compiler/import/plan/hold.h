// Values of an experiment that exist in kernels alone: what a solver yields, with its trace, and linear operators.
#pragma once
#include "compiler/import/plan/outline.h"

namespace gms::compiler {

/// Takes the definitions of such values out of an experiment's steps, and puts each in front of the expressions that use it,
/// which become kernels as a whole: a solver runs once for each of them. What neither the host nor a kernel can do with such a
/// value is left to the host, which says so.
void holdInKernels(program::Experiment &experiment, program::Program &program, Outliner &outliner);

} // namespace gms::compiler
