// How a kernel's launches are made, as JSON that the runtime reads (runtime/core/cuda_plan.h).
#pragma once
#include "compiler/codegen/cuda/schedule.h"
#include <string>

namespace gms::compiler::cuda {

/// The requirements that follow from shapes and scalars alone, which the host checks.
llvm::DenseSet<mlir::Operation *> hostRequirements(const StagePlan &plan);

/// The plan's text. Fails, with an error on the operation, where a size depends on elements of tensors or on draws.
llvm::FailureOr<std::string> describeLaunches(mlir::func::FuncOp function, const StagePlan &plan,
                                              llvm::ArrayRef<Launch> launches,
                                              const llvm::DenseSet<mlir::Operation *> &onHost);

} // namespace gms::compiler::cuda
