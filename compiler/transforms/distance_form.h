// Scalars of the form s |i - j|, where i and j are indices and s depends on neither: distances on a regular grid.
#pragma once
#include "compiler/dialect/core/core.h"
#include <mlir/IR/IRMapping.h>

namespace gms::compiler {

/// Whether a scalar depends on an index, through the operations of the bodies around it.
bool uses(mlir::Value value, mlir::BlockArgument index);
/// The block arguments inside `root` that a scalar depends on.
llvm::SmallVector<mlir::BlockArgument> indicesOf(mlir::Value value, mlir::Operation *root);
/// Whether it depends on anything made inside `root`.
bool dependsOn(mlir::Value value, mlir::Operation *root);
/// A scalar made again at the builder's place: operations inside `root` are copied, with what `map` says of indices.
mlir::Value cloneSlice(mlir::OpBuilder &builder, mlir::Value value, mlir::IRMapping &map, mlir::Operation *root);

/// s as a product: of factors, divisors and magnitudes of such products.
class DistanceForm {
public:
  /// The form of a real scalar, if it has it. A place x[i] counts as affine in i where x is a compute whose element is, so that
  /// x[i] - x[j] is a multiple of i - j.
  static std::optional<DistanceForm> of(mlir::Value value, mlir::BlockArgument i, mlir::BlockArgument j);
  void negate() { negative = !negative; }
  /// The scalars that s is made of.
  llvm::SmallVector<mlir::Value> scales() const;
  /// s at the builder's place.
  mlir::Value emit(mlir::OpBuilder &builder, mlir::Location loc, mlir::IRMapping &map, mlir::Operation *root) const;

private:
  struct Part {
    mlir::Value value;
    bool divides = false;
    bool magnitude = false; ///< of |i - j|: only |value| counts
  };
  llvm::SmallVector<Part> parts;
  bool negative = false;
  mlir::Type type;

  using Index = mlir::BlockArgument;
  bool scaled(mlir::Value value, Index i, Index j);                       ///< value = s |i - j|
  bool signedDistance(mlir::Value value, Index i, Index j, bool divides); ///< value = s (i - j), of which |s| counts
  bool slope(mlir::Value value, Index i);                                 ///< value = s i + anything without i
};

} // namespace gms::compiler
