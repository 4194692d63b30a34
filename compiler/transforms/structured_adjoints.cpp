#include "compiler/transforms/structured_adjoints.h"
#include "compiler/transforms/tensor_extents.h"
#include <mlir/Dialect/Arith/IR/Arith.h>

namespace gms::compiler {
using namespace mlir;

VectorProducts::VectorProducts(OpBuilder &builder, Location loc, Value like, bool single)
    : b(builder), loc(loc), like(like), rank(cast<RankedTensorType>(like.getType()).getRank()), lead(single ? 0 : 1),
      element(cast<RankedTensorType>(like.getType()).getElementType()) {}

Value VectorProducts::index(int64_t v) { return arith::ConstantIndexOp::create(b, loc, v); }

Value VectorProducts::at(VectorSum parts, ValueRange place, core::Border border) {
  Value sum;
  for (const VectorPart &part : parts) {
    Value x = core::ReadOp::create(b, loc, element, part.tensor, place, border);
    if (part.weights) {
      Value weight = core::ReadOp::create(b, loc, element, part.weights, place.take_front(1), core::Border::Proven);
      x = arith::MulFOp::create(b, loc, weight, x);
    }
    if (part.negative)
      x = arith::NegFOp::create(b, loc, x);
    sum = sum ? Value(arith::AddFOp::create(b, loc, sum, x)) : x;
  }
  return sum;
}

Value VectorProducts::compute(ArrayRef<Value> extents, Body body) {
  SmallVector<int64_t> shape;
  for (Value extent : extents)
    shape.push_back(getConstantIntValue(extent).value_or(ShapedType::kDynamic));
  auto op = core::ComputeOp::create(b, loc, RankedTensorType::get(shape, element), extents);
  OpBuilder::InsertionGuard guard(b);
  const SmallVector<Type> types(extents.size(), b.getIndexType());
  Block *block = b.createBlock(&op.getBody(), {}, types, SmallVector<Location>(extents.size(), loc));
  core::YieldOp::create(b, loc, body(block->getArguments()));
  return op.getResult();
}

Value VectorProducts::reduce(ArrayRef<int64_t> axes, Body body) {
  if (axes.empty())
    return body({});
  SmallVector<Value> lows(axes.size(), index(0)), highs;
  for (int64_t axis : axes)
    highs.push_back(extentOf(b, loc, like, axis));
  auto op = core::ReduceOp::create(b, loc, element, core::Reduction::Sum, lows, highs);
  OpBuilder::InsertionGuard guard(b);
  const SmallVector<Type> types(axes.size(), b.getIndexType());
  Block *block = b.createBlock(&op.getBody(), {}, types, SmallVector<Location>(axes.size(), loc));
  core::YieldOp::create(b, loc, body(block->getArguments()));
  return op.getResult();
}

Value VectorProducts::onBands(Value bands, int64_t axis, bool periodic, VectorSum u, VectorSum v) {
  const core::Border border = periodic ? core::Border::Wrap : core::Border::Zero;
  SmallVector<int64_t> summed;
  for (int64_t k = 0; k < rank; ++k)
    if (k != axis + lead)
      summed.push_back(k);
  return compute({extentOf(b, loc, bands, 0), extentOf(b, loc, bands, 1)}, [&](ValueRange entry) {
    Value d = entry[0], i = entry[1], j = arith::AddIOp::create(b, loc, i, d);
    Value sum = reduce(summed, [&](ValueRange others) {
      SmallVector<Value> here(others), there(others);
      here.insert(here.begin() + axis + lead, i);
      there.insert(there.begin() + axis + lead, j);
      Value one = arith::MulFOp::create(b, loc, at(u, here, core::Border::Proven), at(v, there, border));
      Value other = arith::MulFOp::create(b, loc, at(u, there, border), at(v, here, core::Border::Proven));
      return Value(arith::AddFOp::create(b, loc, one, other));
    });
    // The diagonal's element stands once in the matrix.
    Value onDiagonal = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, d, index(0));
    Value half = arith::ConstantOp::create(b, loc, b.getFloatAttr(element, 0.5));
    Value one = arith::ConstantOp::create(b, loc, b.getFloatAttr(element, 1));
    return Value(arith::MulFOp::create(b, loc, sum, arith::SelectOp::create(b, loc, onDiagonal, half, one)));
  });
}

Value VectorProducts::onPoints(VectorSum u, VectorSum v) {
  SmallVector<Value> extents;
  for (int64_t axis = lead; axis < rank; ++axis)
    extents.push_back(extentOf(b, loc, like, axis));
  return compute(extents, [&](ValueRange point) {
    return reduce(ArrayRef<int64_t>({0}).take_front(lead), [&](ValueRange vector) {
      SmallVector<Value> place(vector);
      place.append(point.begin(), point.end());
      Value left = at(u, place, core::Border::Proven);
      return v.empty() ? left : Value(arith::MulFOp::create(b, loc, left, at(v, place, core::Border::Proven)));
    });
  });
}

Value VectorProducts::dots(VectorSum u, VectorSum v) {
  SmallVector<int64_t> points;
  for (int64_t axis = lead; axis < rank; ++axis)
    points.push_back(axis);
  return compute(extentOf(b, loc, like, 0), [&](ValueRange vector) {
    return reduce(points, [&](ValueRange point) {
      SmallVector<Value> place(vector);
      place.append(point.begin(), point.end());
      Value left = at(u, place, core::Border::Proven), right = at(v, place, core::Border::Proven);
      return Value(arith::MulFOp::create(b, loc, left, right));
    });
  });
}

Value VectorProducts::sum(VectorSum u) {
  SmallVector<Value> extents;
  for (int64_t axis = 0; axis < rank; ++axis)
    extents.push_back(extentOf(b, loc, like, axis));
  return compute(extents, [&](ValueRange place) { return at(u, place, core::Border::Proven); });
}

} // namespace gms::compiler
