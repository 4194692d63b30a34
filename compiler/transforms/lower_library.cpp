// Structured operators become calls of the runtime's functions, whose arguments runtime/physics/physics.h states.
#include "compiler/dialect/core/core.h"
#include "compiler/transforms/passes.h"
#include "compiler/transforms/tensor_extents.h"
#include "runtime/physics/workspace.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/IR/Matchers.h>

namespace gms::compiler {
#define GEN_PASS_DEF_LOWERLIBRARY
#include "compiler/transforms/passes.h.inc"

namespace {
using namespace mlir;

/// A size: known, or an index value.
class Size {
public:
  Size(int64_t known) : known(known) {}
  Size(OpBuilder &builder, Location loc, Value value) : value(value), builder(&builder), loc(loc) {
    APInt number;
    if (matchPattern(value, m_ConstantInt(&number))) {
      known = number.getSExtValue();
      this->value = {};
    }
  }
  Value at(OpBuilder &b, Location place) const {
    return value ? value : Value(arith::ConstantIndexOp::create(b, place, known));
  }
  friend Size operator+(const Size &a, const Size &b) {
    return !a.value && !b.value ? Size(a.known + b.known) : combine<arith::AddIOp>(a, b);
  }
  friend Size operator*(const Size &a, const Size &b) {
    return !a.value && !b.value ? Size(a.known * b.known) : combine<arith::MulIOp>(a, b);
  }
  friend Size least(const Size &a, const Size &b) {
    return !a.value && !b.value ? Size(std::min(a.known, b.known)) : combine<arith::MinSIOp>(a, b);
  }

private:
  int64_t known = 0;
  Value value;
  OpBuilder *builder = nullptr;
  std::optional<Location> loc;
  template <typename Op> static Size combine(const Size &a, const Size &b) {
    const Size &made = a.value ? a : b;
    OpBuilder &builder = *made.builder;
    return Size(builder, *made.loc, Op::create(builder, *made.loc, a.at(builder, *made.loc), b.at(builder, *made.loc)));
  }
};

class Lowering {
public:
  explicit Lowering(Operation *op) : builder(op), loc(op->getLoc()), op(op) {}

  bool run() {
    if (auto lowest = dyn_cast<core::LowestOp>(op))
      lineCall(lowest.getGuess() ? "gms_physics_lowest_near" : "gms_physics_lowest", lowest.getBands(),
               lowest.getPeriodic(), pairs(lowest.getVectors()));
    else if (auto response = dyn_cast<core::ResponseOp>(op))
      lineCall("gms_physics_response", response.getBands(), response.getPeriodic(), pairs(response.getVectors()));
    else if (auto solve = dyn_cast<core::SolveOp>(op))
      lineCall("gms_physics_solve", solve.getBands(), solve.getPeriodic(),
               rank(solve.getRight()) == 1 ? Size(1) : extent(solve.getRight(), 0));
    else if (auto lowest = dyn_cast<core::LowestPlaneOp>(op))
      planeCall(lowest.getGuess() ? "gms_physics_lowest_plane_near" : "gms_physics_lowest_plane", lowest);
    else if (auto response = dyn_cast<core::ResponsePlaneOp>(op))
      planeCall("gms_physics_response_plane", response);
    else if (auto sum = dyn_cast<core::ExponentialSumOp>(op))
      exponentialSum(sum);
    else if (auto checked = dyn_cast<core::SymmetricOp>(op))
      symmetric(checked);
    else
      return false;
    return true;
  }

private:
  OpBuilder builder;
  Location loc;
  Operation *op;

  static int64_t rank(Value tensor) { return cast<RankedTensorType>(tensor.getType()).getRank(); }
  Size extent(Value tensor, int64_t axis) { return Size(builder, loc, extentOf(builder, loc, tensor, axis)); }
  static Size pairs(Value vectors) { return cast<RankedTensorType>(vectors.getType()).getDimSize(0); }

  void lineCall(StringRef symbol, Value bands, bool periodic, const Size &pairs) {
    const Size rows = extent(bands, 0), points = extent(bands, 1);
    call(symbol, {rows, points, Size(periodic), pairs},
         physics::lineWorkspace<Size>(rows, points, periodic, pairs), points, std::nullopt);
  }

  template <typename Op> void planeCall(StringRef symbol, Op plane) {
    const Size rowsA = extent(plane.getFirst(), 0), rowsB = extent(plane.getSecond(), 0);
    const Size n = extent(plane.getDiagonal(), 0), m = extent(plane.getDiagonal(), 1), k = pairs(plane.getVectors());
    const int64_t periodic = plane.getFirstPeriodic() + 2 * plane.getSecondPeriodic();
    call(symbol, {rowsA, rowsB, n, m, Size(periodic), k}, physics::planeWorkspace<Size>(rowsA, rowsB, n, m, k), n, m);
  }

  void exponentialSum(core::ExponentialSumOp sum) {
    const int64_t axis = rank(sum.getSource()) - 1;
    const Size points = extent(sum.getSource(), axis), count = extent(sum.getRates(), 0);
    const bool wide = sum.getResult().getType().getElementType().isF64();
    call(wide ? "gms_physics_exponential_sum_f64" : "gms_physics_exponential_sum_f32",
         {points, count, axis ? points : Size(0), Size(static_cast<int64_t>(sum.getPower()))}, std::nullopt, points,
         std::nullopt);
  }

  void symmetric(core::SymmetricOp checked) {
    const Size n = extent(checked.getTensor(), 0);
    const bool wide = checked.getResult().getType().getElementType().isF64();
    call(wide ? "gms_physics_symmetric_f64" : "gms_physics_symmetric_f32", {n}, std::nullopt, n, n);
  }

  /// Replaces the operation by a call. Results have a first axis of known or of the operation's own extent, and the plane's.
  void call(StringRef symbol, ArrayRef<Size> sizes, std::optional<Size> workspace, const Size &points,
            std::optional<Size> more) {
    SmallVector<Value> numbers, extents;
    SmallVector<Type> types(op->getResultTypes());
    for (const Size &size : sizes)
      numbers.push_back(size.at(builder, loc));
    for (Value result : op->getResults()) {
      auto type = cast<RankedTensorType>(result.getType());
      const int64_t inner = more ? 2 : 1;
      for (int64_t axis = 0; axis < type.getRank(); ++axis)
        extents.push_back(extentFor(result, axis, type.getRank() - inner, points, more));
    }
    if (workspace) {
      types.push_back(RankedTensorType::get({ShapedType::kDynamic}, builder.getF64Type()));
      extents.push_back(workspace->at(builder, loc));
    }
    auto made = core::LibraryOp::create(builder, loc, types, builder.getStringAttr(symbol), op->getOperands(), numbers, extents);
    op->replaceAllUsesWith(made.getResults().take_front(op->getNumResults()));
    op->erase();
  }

  Value extentFor(Value result, int64_t axis, int64_t lead, const Size &points, const std::optional<Size> &more) {
    auto type = cast<RankedTensorType>(result.getType());
    if (!type.isDynamicDim(axis))
      return arith::ConstantIndexOp::create(builder, loc, type.getDimSize(axis));
    if (axis >= lead)
      return (axis == lead ? points : *more).at(builder, loc);
    if (auto sum = dyn_cast<core::ExponentialSumOp>(op))
      return extentOf(builder, loc, sum.getRates(), 0);
    return extentOf(builder, loc, cast<core::SolveOp>(op).getRight(), axis);
  }
};

/// The sum itself, element by element, for devices that have many threads.
void makeDense(core::ExponentialSumOp op) {
  OpBuilder b(op);
  const Location loc = op.getLoc();
  auto type = op.getResult().getType();
  const Type element = type.getElementType();
  const int64_t axis = cast<RankedTensorType>(op.getSource().getType()).getRank() - 1;
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value points = extentOf(b, loc, op.getSource(), axis), count = extentOf(b, loc, op.getRates(), 0);
  auto compute = core::ComputeOp::create(b, loc, type, ValueRange{count, points});
  Block *body = b.createBlock(&compute.getBody(), {}, {b.getIndexType(), b.getIndexType()}, {loc, loc});
  Value k = body->getArgument(0), i = body->getArgument(1);
  Value rate = core::ReadOp::create(b, loc, element, op.getRates(), k, core::Border::Proven);
  auto reduce = core::ReduceOp::create(b, loc, element, core::Reduction::Sum, zero, points);
  Block *inner = b.createBlock(&reduce.getBody(), {}, b.getIndexType(), loc);
  Value j = inner->getArgument(0);
  SmallVector<Value> place{j};
  if (axis)
    place.insert(place.begin(), k);
  Value f = core::ReadOp::create(b, loc, element, op.getSource(), place, core::Border::Proven);
  Value apart = arith::SubIOp::create(b, loc, i, j);
  Value far = arith::MaxSIOp::create(b, loc, apart, arith::SubIOp::create(b, loc, zero, apart));
  Value whole = arith::IndexCastOp::create(b, loc, b.getI32Type(), far);
  Value distance = arith::SIToFPOp::create(b, loc, element, whole);
  Value exponent = arith::NegFOp::create(b, loc, arith::MulFOp::create(b, loc, rate, distance));
  Value term = arith::MulFOp::create(b, loc, math::ExpOp::create(b, loc, exponent), f);
  for (uint64_t p = 0; p < op.getPower(); ++p)
    term = arith::MulFOp::create(b, loc, term, distance);
  core::YieldOp::create(b, loc, term);
  b.setInsertionPointToEnd(body);
  core::YieldOp::create(b, loc, reduce.getResult());
  op.getResult().replaceAllUsesWith(compute.getResult());
  op.erase();
}

struct LowerLibrary : impl::LowerLibraryBase<LowerLibrary> {
  using LowerLibraryBase::LowerLibraryBase;

  void runOnOperation() override {
    SmallVector<Operation *> found;
    getOperation().walk([&](Operation *op) {
      if (op->getDialect() && op->getDialect()->getNamespace() == "core")
        found.push_back(op);
    });
    bool any = false;
    for (Operation *op : found) {
      auto sum = dyn_cast<core::ExponentialSumOp>(op);
      if (sum && denseSums)
        makeDense(sum);
      any |= sum && denseSums ? true : Lowering(op).run();
    }
    if (any)
      resolveExtents(getOperation());
  }
};

} // namespace
} // namespace gms::compiler
