// Reverse differentiation over the core. Every operation has a rule that gives the adjoints of what it reads from the
// adjoints of what it gives (Griewank and Walther, Evaluating Derivatives, 2008, chapter 3). Rules are written in
// operations that have rules themselves, so that what they make can be differentiated again.
//
// An adjoint has the type of its value. A null Value stands for an adjoint of zero: no tensor of zeros is made.
#pragma once
#include "compiler/dialect/core/core.h"
#include <llvm/ADT/DenseSet.h>

namespace gms::compiler {

/// Whether values of this type can have an adjoint: a float, or a tensor of floats.
bool hasAdjoint(mlir::Type type);

/// Whether a derivative passes from what is used to what the user gives: not through comparisons, conditions, indices,
/// floor and the like, nor into the value of a core.own_derivative.
bool carriesDerivative(mlir::OpOperand &use);

/// The values that depend on some variables in a way that can be differentiated, the variables among them.
class Activity {
public:
  explicit Activity(mlir::ValueRange variables) { follow(variables); }
  bool contains(mlir::Value value) const { return active.contains(value); }
  /// Counts further values, and all that depends on them.
  void follow(mlir::ValueRange variables);

private:
  llvm::DenseSet<mlir::Value> active;
};

/// The values from outside that an operation's regions use and that are active.
llvm::SmallVector<mlir::Value> activeCaptures(mlir::Operation *op, const Activity &activity);

/// The adjoints that leave a block; null where there is none.
struct BlockAdjoints {
  llvm::SmallVector<mlir::Value> arguments; ///< one an argument of the block
  llvm::SmallVector<mlir::Value> captured;  ///< one a captured value that was asked for
};

/// Differentiates a block of operations of tensors and scalars (an arm of a branch, a loop's body), at the builder's place:
/// the block is made again there with `arguments` in the place of its arguments, and then walked backwards from the adjoints
/// of what it yields (null where there is none). `captured` are values from outside whose adjoints are wanted. `known` are
/// values of the block with what they equal: they are not made again. Fails, with an error on the operation, where an
/// operation between them has no rule.
mlir::FailureOr<BlockAdjoints> differentiateBlock(mlir::OpBuilder &builder, mlir::Block &block,
                                                  mlir::ValueRange arguments, mlir::ValueRange yieldAdjoints,
                                                  mlir::ValueRange captured,
                                                  mlir::ArrayRef<std::pair<mlir::Value, mlir::Value>> known = {});

/// A scalar or tensor of zeros like `like`, at the builder's place; only for where a value is needed (a state, an arm).
mlir::Value zeroLike(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value like);

/// The sum of two adjoints of one value; either may be null.
mlir::Value addAdjoints(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value a, mlir::Value b);

// ---- rules of operations ------------------------------------------------------------------------------------------
// One a file adjoint_of_<op>.cpp; adjoint_rules.cpp dispatches. `results` has one adjoint a result, null where it is zero, not
// all of them null. Operands, and what the regions capture, are values that can be used at the builder's place.

/// Adjoints of the operands of an operation without regions, one an operand (null: none): the rule of a linear solve, an
/// eigenproblem and their like. Fails without a message where the operation has no such rule.
mlir::FailureOr<llvm::SmallVector<mlir::Value>> adjointsOfOperands(mlir::OpBuilder &builder, mlir::Operation *op,
                                                                   mlir::ValueRange results);

/// Adjoints of what an operation with blocks of tensors (core.branch, core.switch, core.loop) reads: `arguments` has one an
/// operand, `captured` one a value of `captured`, the active ones from outside that its regions use. Fails without a message
/// where the operation has no such rule.
mlir::FailureOr<BlockAdjoints> adjointsOfRegions(mlir::OpBuilder &builder, mlir::Operation *op,
                                                 mlir::ValueRange results, mlir::ValueRange captured);

} // namespace gms::compiler
