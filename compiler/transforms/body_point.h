// One point of a body, made again elsewhere, and what comes back from it to one read or one captured scalar.
#pragma once
#include "compiler/transforms/body_adjoint.h"

namespace gms::compiler {

/// Where a tensor is read: the read, the operations whose regions hold it from the body's own inwards, and all their indices.
struct ReadSite {
  core::ReadOp read;
  llvm::SmallVector<mlir::Operation *> path;
  llvm::SmallVector<NestIndex> indices;
};
ReadSite siteOf(core::ReadOp read, mlir::Operation *root, llvm::ArrayRef<NestIndex> own);

/// What a point gives back to a read: the adjoint of the element read, and its place where that was asked for (-1 where there
/// is none). Empty where nothing comes back.
llvm::SmallVector<mlir::Value> adjointAtPoint(mlir::OpBuilder &builder, const BodyAdjoint &body, const ReadSite &site,
                                              const llvm::DenseMap<mlir::Value, mlir::Value> &indices,
                                              bool withPlace);

/// The adjoint of a captured scalar, of all points; null where there is none.
mlir::Value adjointOfCaptured(mlir::OpBuilder &builder, const BodyAdjoint &body, mlir::Value captured);

} // namespace gms::compiler
