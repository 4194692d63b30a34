// What a scalar body gives back to the scalars and tensors that it reads.
#pragma once
#include "compiler/transforms/read_inversion.h"
#include "compiler/transforms/sweep.h"
#include <mlir/IR/IRMapping.h>

namespace gms::compiler {

/// An operation with scalar bodies (core.compute, core.reduce, core.scan, core.scatter, scf.if, scf.index_switch), and the
/// adjoints that come into it.
struct BodyAdjoint {
  mlir::Operation *op = nullptr;
  /// The box over which the body runs: empty for conditionals.
  llvm::SmallVector<NestIndex> indices;
  /// The adjoints of what the body yields at a point; `raw` are its indices, which may lie outside where `vanishesOutside`, and
  /// the mapping leads to the values of the body made there.
  std::function<llvm::SmallVector<mlir::Value>(mlir::OpBuilder &, mlir::ValueRange raw, const mlir::IRMapping &)> seeds;
  /// Whether the seeds of points outside of the box are zero.
  bool vanishesOutside = false;
  /// Makes what else the body takes (the states of a scan) at a point inside of the box.
  std::function<void(mlir::OpBuilder &, mlir::IRMapping &)> bindStates;
  /// What is yielded, read from memory at a point inside of the box; null where it is not kept.
  std::function<mlir::Value(mlir::OpBuilder &, mlir::ValueRange)> stored;
  /// Where the best of a core.reduce min or max inside lies, for each point of the box, as core.reduce argmin gives it.
  llvm::DenseMap<mlir::Operation *, mlir::Value> positions;
  /// Adjoints of a conditional's results.
  llvm::SmallVector<mlir::Value> results;
};

/// Passes the adjoints on to the active scalars and tensors that the operation's regions use.
void passThroughBody(Sweep &sweep, const BodyAdjoint &body);

/// The adjoints of what a reduction's body yields at a point, from that of its result.
using ReductionSeeds = std::function<mlir::Value(mlir::OpBuilder &, mlir::ValueRange raw)>;
/// `mapping` leads to what the reduction captures at the builder's place. `position` is where the best of a min or max is, null
/// where that is to be found out.
ReductionSeeds reductionSeeds(mlir::OpBuilder &builder, core::ReduceOp reduce, mlir::Value adjoint,
                              const mlir::IRMapping &mapping, mlir::Value position = {});

/// The same reduction with another kind, at the builder's place: its place of the best for a min or max.
mlir::Value placeOfBest(mlir::OpBuilder &builder, core::ReduceOp reduce, const mlir::IRMapping &mapping);

} // namespace gms::compiler
