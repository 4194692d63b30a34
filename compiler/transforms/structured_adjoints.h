// Rules of differentiation for structured operators, and the products that they give on bands.
#pragma once
#include "compiler/dialect/core/core.h"

namespace gms::compiler {

using Adjoints = llvm::SmallVector<mlir::Value>;

/// With z_m = (H - e_m)^+ P vbar_m: Hbar = sum over m of ebar_m v_m v_m^T - sym(z_m v_m^T).
Adjoints adjointOfLowest(mlir::OpBuilder &builder, core::LowestOp op, mlir::ValueRange results);
Adjoints adjointOfLowestPlane(mlir::OpBuilder &builder, core::LowestPlaneOp op, mlir::ValueRange results);
/// Of y = (H - e)^+ P r, with z = (H - e)^+ P ybar: rbar = z, Hbar = -sym(z y^T), ebar = z.y,
/// vbar = -(v.r) z - (v.ybar) y.
Adjoints adjointOfResponse(mlir::OpBuilder &builder, core::ResponseOp op, mlir::Value result);
Adjoints adjointOfResponsePlane(mlir::OpBuilder &builder, core::ResponsePlaneOp op, mlir::Value result);
/// Of H x = b, with z from H z = xbar: bbar = z, Hbar = -sym(z x^T).
Adjoints adjointOfSolve(mlir::OpBuilder &builder, core::SolveOp op, mlir::Value result);
/// The kernel is symmetric in its points; its derivative by the rate has one power more. Null where that is too high.
Adjoints adjointOfExponentialSum(mlir::OpBuilder &builder, core::ExponentialSumOp op, mlir::Value result);

/// A sum of tensors [k, ...], each times weights[k] (null: 1).
struct VectorPart {
  mlir::Value tensor, weights;
  bool negative = false;
};
using VectorSum = llvm::ArrayRef<VectorPart>;

/// Writes products of two families of vectors, u and v, on the points of a line or a plane.
class VectorProducts {
public:
  /// `like` has the form of the vectors: a first axis of vectors (none where `single`), then their points.
  VectorProducts(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value like, bool single = false);
  /// What a matrix of the form sum over m of sym(u_m v_m^T) adds to the bands along an axis of the points: element [0, i] is
  /// u_i v_i, element [d, i] is u_i v_(i + d) + u_(i + d) v_i, each summed over m and the other axis.
  mlir::Value onBands(mlir::Value bands, int64_t axis, bool periodic, VectorSum u, VectorSum v);
  /// The sum over m of u v (without v: of u) at each point.
  mlir::Value onPoints(VectorSum u, VectorSum v = {});
  /// u.v for each m.
  mlir::Value dots(VectorSum u, VectorSum v);
  /// The sum itself, as a tensor.
  mlir::Value sum(VectorSum u);

private:
  mlir::OpBuilder &b;
  mlir::Location loc;
  mlir::Value like;
  int64_t rank, lead; ///< lead: axes of vectors, 0 or 1
  mlir::Type element;

  mlir::Value index(int64_t v);
  mlir::Value at(VectorSum parts, mlir::ValueRange place, core::Border border);
  using Body = llvm::function_ref<mlir::Value(mlir::ValueRange)>;
  mlir::Value compute(llvm::ArrayRef<mlir::Value> extents, Body body);
  /// Of a box of the axes of `like`; without axes the body itself.
  mlir::Value reduce(llvm::ArrayRef<int64_t> axes, Body body);
};

} // namespace gms::compiler
