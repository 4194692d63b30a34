// Bodies of computes and sums in few words, for passes that write them.
#pragma once
#include "compiler/dialect/core/core.h"
#include "compiler/transforms/scalar_builder.h"
#include <mlir/IR/IRMapping.h>

namespace gms::compiler {

using BodyMaker = llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::ValueRange)>;

/// A tensor whose elements `body` gives.
mlir::Value makeCompute(mlir::OpBuilder &builder, mlir::Location loc, mlir::RankedTensorType type,
                        mlir::ValueRange extents, BodyMaker body);

/// A reduction of what `body` gives over a box; without axes the body's value itself. Null where `body` gives null.
mlir::Value makeReduce(mlir::OpBuilder &builder, mlir::Location loc, core::Reduction kind, mlir::ValueRange lows,
                       mlir::ValueRange highs, mlir::Type type, BodyMaker body);

/// An element that is zero outside of the tensor.
mlir::Value readZero(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value tensor, mlir::ValueRange place);

/// Unless an index can be seen to lie in [low, high), `inside`, which may be null, comes to ask for that too.
void askInside(ScalarBuilder &s, mlir::Value index, mlir::Value low, mlir::Value high, mlir::Value &inside);

/// A float of another width.
mlir::Value convertReal(ScalarBuilder &s, mlir::Value value, mlir::Type type);

/// Makes the operations of a block again at the builder's place, but for its end and requirements.
llvm::SmallVector<mlir::Operation *> cloneBody(mlir::OpBuilder &builder, mlir::Block &block, mlir::IRMapping &mapping);

/// Makes again at the builder's place, of the operations inside of `root`, those that an operation's operands and regions need.
void cloneNeeded(mlir::OpBuilder &builder, mlir::Operation *op, mlir::Operation *root, mlir::IRMapping &mapping);

/// Makes a value from inside of `root` again at the builder's place, with all that it needs.
mlir::Value cloneValue(mlir::OpBuilder &builder, mlir::Value value, mlir::Operation *root, mlir::IRMapping &mapping);

/// Reads that were proven to stay inside follow a border of zeros from now on: for points that need not exist.
void readSafely(llvm::ArrayRef<mlir::Operation *> made);

/// A core.variable: a value by a name of its own.
mlir::Value makeVariable(mlir::OpBuilder &builder, mlir::Value value);

/// Puts their values in the place of core.variable operations, also among `kept`, and erases these.
void dropVariables(mlir::ValueRange variables, llvm::MutableArrayRef<mlir::Value> kept);

} // namespace gms::compiler
