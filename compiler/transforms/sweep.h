// The walk from what is differentiated back to its variables.
#pragma once
#include "compiler/transforms/adjoints.h"
#include "compiler/transforms/scalar_builder.h"
#include <functional>
#include <llvm/ADT/MapVector.h>
#include <memory>

namespace gms::compiler {

/// An element of a tensor's adjoint, made at the builder's place; null where it is zero.
using ElementRule = std::function<mlir::Value(mlir::OpBuilder &, mlir::ValueRange)>;

/// Adds up adjoints and passes them on, operation by operation, from the last one to the first. All that it makes goes to the
/// builder's place, where everything that it walks over can be used.
class Sweep {
public:
  Sweep(mlir::OpBuilder &builder, Activity &activity);

  /// Visits the operations of a block from `last` back to the one behind `stop` (null: to the block's first).
  mlir::LogicalResult walkBack(mlir::Operation *last, mlir::Operation *stop);
  /// Passes on the adjoints of an operation's results, which are complete.
  mlir::LogicalResult visit(mlir::Operation *op);

  /// Adds to the adjoint of an active value; other values are left out. `from` is the operation that it comes through.
  void add(mlir::Value to, mlir::Value adjoint, mlir::Operation *from = nullptr);
  void addElements(mlir::Value tensor, ElementRule rule, mlir::Operation *from);

  bool has(mlir::Value value) const { return scalars.contains(value) || tensors.contains(value); }
  /// The adjoint so far, null where nothing was added. A tensor's is laid in memory, which needs tensorsFit().
  mlir::Value take(mlir::Value value);
  /// The elements of a tensor's adjoint: zero outside of the tensor.
  ElementRule elements(mlir::Value tensor);

  /// Whether tensors can be made at the builder's place: it is in no scalar body.
  bool tensorsFit() const { return fits; }
  /// Conditions under which the adjoint of the operation's results counts; what leaves its cone must ask them.
  llvm::SmallVector<mlir::Value> conditionsOf(mlir::Operation *op) const;
  /// States that a value can be had from memory instead of being computed again.
  void remember(mlir::Value value, mlir::Value stored) { known[value] = stored; }

  mlir::OpBuilder &builder;
  Activity &activity;

private:
  struct TensorAdjoint {
    llvm::SmallVector<mlir::Value> whole;
    llvm::SmallVector<ElementRule> rules;
  };
  /// Operations that matter only where a select takes their arm: inside, adjoints are what they would be if it were taken,
  /// so that no zero meets an infinite derivative of an arm that is not taken.
  struct Cone {
    mlir::Value condition;
    bool taken;
    Cone *outer;
  };
  bool fits;
  llvm::DenseMap<mlir::Value, mlir::Value> scalars, known;
  llvm::MapVector<mlir::Value, TensorAdjoint> tensors;
  llvm::DenseMap<mlir::Operation *, Cone *> cones;
  llvm::SmallVector<std::unique_ptr<Cone>> allCones;

  ScalarBuilder formulas(mlir::Operation *op);
  Cone *coneOf(mlir::Operation *op) const { return op ? cones.lookup(op) : nullptr; }
  llvm::SmallVector<Cone *> conesBetween(mlir::Operation *from, mlir::Value to) const;
  void visitSelect(mlir::arith::SelectOp op, mlir::Value adjoint);
  void visitArm(mlir::arith::SelectOp op, mlir::Value condition, bool taken, mlir::Value adjoint);
  void visitOwnDerivative(core::OwnDerivativeOp op, mlir::Value adjoint);
  void visitElements(mlir::Operation *op);
  mlir::LogicalResult visitScalar(mlir::Operation *op, mlir::Value adjoint);
  mlir::LogicalResult visitByRule(mlir::Operation *op);
  mlir::Value layOut(mlir::Value tensor, TensorAdjoint &adjoint);
  void moveTo(mlir::Value from, mlir::Value to, mlir::Operation *op);
};

/// Whether a place is in no scalar body.
bool tensorsFitInto(mlir::Block *block);

// ---- rules, one file each -----------------------------------------------------------------------------------------

/// adjoint_of_scalars.cpp: adjoints of the operands of an operation on floats, null where `wanted` is false. `value` is the
/// operation's result. Fails where there is no rule.
mlir::FailureOr<llvm::SmallVector<mlir::Value>> adjointsOfScalar(ScalarBuilder &s, mlir::Operation *op, mlir::Value value,
                                                                 mlir::Value adjoint,
                                                                 llvm::function_ref<bool(unsigned)> wanted);
/// Whether a zero adjoint may meet an infinite or undefined derivative.
bool maySingular(mlir::Operation *op);

/// adjoint_of_reads.cpp: a read by itself.
void visitRead(Sweep &sweep, core::ReadOp read, mlir::Value adjoint);
/// adjoint_of_compute.cpp, adjoint_of_reduce.cpp, adjoint_of_scan.cpp, adjoint_of_scatter.cpp, adjoint_of_conditional.cpp.
void visitCompute(Sweep &sweep, core::ComputeOp op);
void visitReduce(Sweep &sweep, core::ReduceOp op, mlir::Value adjoint);
mlir::LogicalResult visitScan(Sweep &sweep, core::ScanOp op);
void visitScatter(Sweep &sweep, core::ScatterOp op);
void visitConditional(Sweep &sweep, mlir::Operation *op);

/// adjoint_of_loop.cpp: the loop is replaced by one that keeps what its passes began with.
mlir::FailureOr<BlockAdjoints> adjointsOfLoop(mlir::OpBuilder &builder, core::LoopOp op, mlir::ValueRange results,
                                              mlir::ValueRange captured);
/// adjoint_of_branch.cpp
mlir::FailureOr<BlockAdjoints> adjointsOfBranch(mlir::OpBuilder &builder, mlir::Operation *op, mlir::ValueRange results,
                                                mlir::ValueRange captured);

} // namespace gms::compiler
