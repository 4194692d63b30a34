// Verifiers of structured operators: shapes that fit together, and f64.
#include "compiler/dialect/core/core.h"

namespace gms::core {
using namespace mlir;

namespace {

/// Checks an operation's tensors axis by axis; extents that are not known fit anything.
class Shapes {
public:
  explicit Shapes(Operation *op) : op(op) {}
  LogicalResult verify() const { return success(fine); }

  RankedTensorType tensor(Value value, StringRef name, int64_t rank) {
    auto type = cast<RankedTensorType>(value.getType());
    if (fine && type.getRank() != rank)
      fail() << "has " << name << " of rank " << type.getRank() << " where " << rank << " is expected";
    return type;
  }
  RankedTensorType doubles(Value value, StringRef name, int64_t rank) {
    RankedTensorType type = tensor(value, name, rank);
    if (fine && !type.getElementType().isF64())
      fail() << "takes f64, not " << type.getElementType() << ", for " << name;
    return type;
  }
  void same(RankedTensorType a, int64_t axisA, RankedTensorType b, int64_t axisB, StringRef what) {
    if (!fine || a.isDynamicDim(axisA) || b.isDynamicDim(axisB) || a.getDimSize(axisA) == b.getDimSize(axisB))
      return;
    fail() << "has " << a.getDimSize(axisA) << " and " << b.getDimSize(axisB) << " for " << what;
  }
  /// The number of pairs is what code is made for.
  void pairs(RankedTensorType values, RankedTensorType vectors) {
    if (fine && (values.isDynamicDim(0) || vectors.isDynamicDim(0) || values.getDimSize(0) < 1))
      fail() << "needs a number of pairs that is known and at least 1";
    same(values, 0, vectors, 0, "the number of pairs");
  }

private:
  Operation *op;
  bool fine = true;
  InFlightDiagnostic fail() {
    fine = false;
    return op->emitOpError();
  }
};

void verifyLine(Shapes &shapes, Value bands, Value values, Value vectors) {
  auto b = shapes.doubles(bands, "bands", 2), e = shapes.doubles(values, "values", 1),
       v = shapes.doubles(vectors, "vectors", 2);
  if (failed(shapes.verify()))
    return;
  shapes.pairs(e, v);
  shapes.same(b, 1, v, 1, "the number of points");
}

template <typename Op> void verifyPlane(Shapes &shapes, Op op) {
  auto a = shapes.doubles(op.getFirst(), "bands", 2), b = shapes.doubles(op.getSecond(), "bands", 2),
       d = shapes.doubles(op.getDiagonal(), "the diagonal", 2), e = shapes.doubles(op.getValues(), "values", 1),
       v = shapes.doubles(op.getVectors(), "vectors", 3);
  if (failed(shapes.verify()))
    return;
  shapes.pairs(e, v);
  for (auto [bands, axis] : {std::pair{a, 0}, std::pair{b, 1}}) {
    shapes.same(bands, 1, d, axis, "the number of points");
    shapes.same(d, axis, v, axis + 1, "the number of points");
  }
}

LogicalResult verifyGuess(Operation *op, Value guess, Value vectors) {
  if (guess && guess.getType() != vectors.getType())
    return op->emitOpError("has a guess of another type than its vectors");
  return success();
}

} // namespace

LogicalResult LowestOp::verify() {
  Shapes shapes(*this);
  verifyLine(shapes, getBands(), getValues(), getVectors());
  return failed(shapes.verify()) ? failure() : verifyGuess(*this, getGuess(), getVectors());
}

LogicalResult ResponseOp::verify() {
  Shapes shapes(*this);
  verifyLine(shapes, getBands(), getValues(), getVectors());
  return shapes.verify();
}

LogicalResult SolveOp::verify() {
  Shapes shapes(*this);
  auto bands = shapes.doubles(getBands(), "bands", 2);
  const int64_t rank = cast<RankedTensorType>(getRight().getType()).getRank();
  auto right = shapes.doubles(getRight(), "the right side", rank == 1 ? 1 : 2);
  if (succeeded(shapes.verify()))
    shapes.same(bands, 1, right, rank - 1, "the number of points");
  return shapes.verify();
}

LogicalResult SymmetricOp::verify() {
  Shapes shapes(*this);
  auto type = shapes.tensor(getTensor(), "a tensor", 2);
  if (failed(shapes.verify()))
    return failure();
  if (!isa<Float32Type, Float64Type>(type.getElementType()))
    return emitOpError("takes f32 or f64");
  shapes.same(type, 0, type, 1, "the rows and columns of an operator");
  return shapes.verify();
}

LogicalResult LowestPlaneOp::verify() {
  Shapes shapes(*this);
  verifyPlane(shapes, *this);
  return failed(shapes.verify()) ? failure() : verifyGuess(*this, getGuess(), getVectors());
}

LogicalResult ResponsePlaneOp::verify() {
  Shapes shapes(*this);
  verifyPlane(shapes, *this);
  return shapes.verify();
}

LogicalResult ExponentialSumOp::verify() {
  Shapes shapes(*this);
  const int64_t rank = cast<RankedTensorType>(getSource().getType()).getRank();
  auto f = shapes.tensor(getSource(), "the source", rank == 1 ? 1 : 2), a = shapes.tensor(getRates(), "rates", 1),
       r = shapes.tensor(getResult(), "the result", 2);
  if (failed(shapes.verify()))
    return failure();
  const Type element = r.getElementType();
  if (!isa<Float32Type, Float64Type>(element) || f.getElementType() != element || a.getElementType() != element)
    return emitOpError("takes and gives f32 or f64");
  if (getPower() < 0 || getPower() > 8)
    return emitOpError() << "has power " << getPower() << " where 0 to 8 are possible";
  shapes.same(a, 0, r, 0, "the number of rates");
  shapes.same(f, rank - 1, r, 1, "the number of points");
  if (rank == 2)
    shapes.same(f, 0, r, 0, "the number of rates");
  return shapes.verify();
}

OperandRange LibraryOp::extentsOf(unsigned result) {
  unsigned before = 0;
  for (unsigned k = 0; k < result; ++k)
    before += cast<RankedTensorType>(getResult(k).getType()).getRank();
  return getExtents().slice(before, cast<RankedTensorType>(getResult(result).getType()).getRank());
}

LogicalResult LibraryOp::verify() {
  int64_t axes = 0;
  for (Type type : getResultTypes())
    axes += cast<RankedTensorType>(type).getRank();
  if (axes != static_cast<int64_t>(getExtents().size()))
    return emitOpError() << "has " << getExtents().size() << " extents and results of " << axes << " axes";
  return success();
}

} // namespace gms::core
