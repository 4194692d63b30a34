#include "compiler/transforms/distance_form.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/IR/Matchers.h>

namespace gms::compiler {
using namespace mlir;

namespace {

/// Calls visit for each value that a scalar depends on inside of `root` (null: as far as there is an operation), once.
template <typename Visit> void walkSlice(Value start, Operation *root, Visit visit) {
  SmallVector<Value> waiting{start};
  llvm::DenseSet<Value> seen;
  while (!waiting.empty()) {
    Value value = waiting.pop_back_val();
    if (!seen.insert(value).second)
      continue;
    visit(value);
    Operation *op = value.getDefiningOp();
    if (!op || (root && !root->isProperAncestor(op)) || isa<TensorType>(value.getType()))
      continue;
    op->walk([&](Operation *nested) {
      for (Value operand : nested->getOperands())
        if (!op->isAncestor(operand.getParentBlock()->getParentOp()))
          waiting.push_back(operand);
    });
  }
}

Value throughCasts(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (!isa<arith::IndexCastOp, arith::SIToFPOp, arith::ExtSIOp, arith::ExtFOp>(op))
      break;
    value = op->getOperand(0);
  }
  return value;
}

bool isZero(Value value) {
  APInt whole;
  return matchPattern(value, m_ConstantInt(&whole)) && whole.isZero();
}

/// Whether two scalars are the same formula, of i and of j.
bool sameFormula(Value a, Value b, BlockArgument i, BlockArgument j) {
  if (a == i || b == j)
    return a == i && b == j;
  if (a == b)
    return !uses(a, i) && !uses(a, j);
  Operation *x = a.getDefiningOp(), *y = b.getDefiningOp();
  if (!x || !y || x->getName() != y->getName() || x->getNumRegions() || x->getNumOperands() != y->getNumOperands() ||
      x->getAttrDictionary() != y->getAttrDictionary() || a.getType() != b.getType())
    return false;
  for (auto [p, q] : llvm::zip(x->getOperands(), y->getOperands()))
    if (!sameFormula(p, q, i, j))
      return false;
  return true;
}

} // namespace

bool uses(Value value, BlockArgument index) {
  bool found = false;
  walkSlice(value, nullptr, [&](Value part) { found |= part == index; });
  return found;
}

SmallVector<BlockArgument> indicesOf(Value value, Operation *root) {
  SmallVector<BlockArgument> found;
  walkSlice(value, root, [&](Value part) {
    auto argument = dyn_cast<BlockArgument>(part);
    if (argument && root->isAncestor(argument.getOwner()->getParentOp()))
      found.push_back(argument);
  });
  return found;
}

bool dependsOn(Value value, Operation *root) { return root->isAncestor(value.getParentBlock()->getParentOp()); }

Value cloneSlice(OpBuilder &builder, Value value, IRMapping &map, Operation *root) {
  if (Value known = map.lookupOrNull(value))
    return known;
  Operation *op = value.getDefiningOp();
  if (!op || !root->isProperAncestor(op))
    return value;
  // What its regions use of the bodies around it comes first.
  op->walk([&](Operation *nested) {
    for (Value operand : nested->getOperands())
      if (!op->isAncestor(operand.getParentBlock()->getParentOp()))
        cloneSlice(builder, operand, map, root);
  });
  for (Value operand : op->getOperands())
    map.map(operand, cloneSlice(builder, operand, map, root));
  builder.clone(*op, map);
  return map.lookup(value);
}

std::optional<DistanceForm> DistanceForm::of(Value value, BlockArgument i, BlockArgument j) {
  DistanceForm form;
  form.type = value.getType();
  if (!isa<FloatType>(form.type) || !form.scaled(value, i, j))
    return std::nullopt;
  for (Value part : form.scales())
    if (uses(part, i) || uses(part, j))
      return std::nullopt;
  return form;
}

SmallVector<Value> DistanceForm::scales() const {
  SmallVector<Value> values;
  for (const Part &part : parts)
    values.push_back(part.value);
  return values;
}

bool DistanceForm::scaled(Value value, Index i, Index j) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return false;
  if (isa<arith::NegFOp>(op)) {
    negative = !negative;
    return scaled(op->getOperand(0), i, j);
  }
  if (isa<arith::MulFOp, arith::DivFOp>(op)) {
    const bool product = isa<arith::MulFOp>(op);
    Value a = op->getOperand(0), b = op->getOperand(1);
    if (product && !uses(a, i) && !uses(a, j))
      std::swap(a, b);
    if (uses(b, i) || uses(b, j))
      return false;
    parts.push_back({b, !product, false});
    return scaled(a, i, j);
  }
  if (isa<math::AbsFOp>(op))
    return signedDistance(op->getOperand(0), i, j, false);
  // |i - j| of ints: max(d, 0 - d).
  Value whole = throughCasts(value);
  Operation *made = whole.getDefiningOp();
  if (isa_and_nonnull<math::AbsIOp>(made))
    return signedDistance(made->getOperand(0), i, j, false);
  if (!isa_and_nonnull<arith::MaxSIOp>(made))
    return false;
  for (auto [d, minus] : {std::pair{made->getOperand(0), made->getOperand(1)}, {made->getOperand(1), made->getOperand(0)}}) {
    auto less = minus.getDefiningOp<arith::SubIOp>();
    if (less && isZero(less.getLhs()) && less.getRhs() == d)
      return signedDistance(d, i, j, false);
  }
  return false;
}

bool DistanceForm::signedDistance(Value value, Index i, Index j, bool divides) {
  value = throughCasts(value);
  Operation *op = value.getDefiningOp();
  if (!op)
    return false;
  if (isa<arith::NegFOp>(op))
    return signedDistance(op->getOperand(0), i, j, divides);
  if (isa<arith::MulFOp, arith::DivFOp>(op)) {
    const bool product = isa<arith::MulFOp>(op);
    Value a = op->getOperand(0), b = op->getOperand(1);
    if (product && !uses(a, i) && !uses(a, j))
      std::swap(a, b);
    if (uses(b, i) || uses(b, j))
      return false;
    parts.push_back({b, !product, true});
    return signedDistance(a, i, j, divides);
  }
  if (!isa<arith::SubFOp, arith::SubIOp>(op))
    return false;
  Value a = op->getOperand(0), b = op->getOperand(1);
  if (sameFormula(a, b, i, j))
    return slope(a, i);
  return sameFormula(a, b, j, i) && slope(a, j);
}

/// The factors of s in s i + c: sums keep the one term that depends on i.
bool DistanceForm::slope(Value value, Index i) {
  value = throughCasts(value);
  if (value == i)
    return true;
  Operation *op = value.getDefiningOp();
  if (!op)
    return false;
  if (isa<arith::NegFOp>(op))
    return slope(op->getOperand(0), i);
  const auto split = [&](Value &with, Value &without) {
    with = op->getOperand(0);
    without = op->getOperand(1);
    if (!uses(with, i))
      std::swap(with, without);
    return !uses(without, i);
  };
  Value with, without;
  if (isa<arith::AddFOp, arith::SubFOp, arith::AddIOp, arith::SubIOp>(op))
    return split(with, without) && slope(with, i);
  if (isa<arith::MulFOp, arith::MulIOp>(op)) {
    if (!split(with, without))
      return false;
    parts.push_back({without, false, true});
    return slope(with, i);
  }
  if (isa<arith::DivFOp>(op)) {
    parts.push_back({op->getOperand(1), true, true});
    return !uses(op->getOperand(1), i) && slope(op->getOperand(0), i);
  }
  auto read = dyn_cast<core::ReadOp>(op);
  auto source = read ? read.getTensor().getDefiningOp<core::ComputeOp>() : core::ComputeOp();
  if (!source || read.getIndices().size() != 1 || read.getIndices()[0] != i)
    return false;
  // The formula inside, of its own index: what it is multiplied by must not be made inside.
  Block &body = source.getBody().front();
  return slope(body.getTerminator()->getOperand(0), body.getArgument(0));
}

Value DistanceForm::emit(OpBuilder &builder, Location loc, IRMapping &map, Operation *root) const {
  Value product;
  for (const Part &part : parts) {
    // Constants of another compute's body are copied as well.
    Operation *made = part.value.getDefiningOp();
    const bool elsewhere = made && isa<core::ComputeOp>(made->getParentOp()) && !root->isAncestor(made);
    Value x = cloneSlice(builder, part.value, map, elsewhere ? made->getParentOp() : root);
    if (isa<IntegerType, IndexType>(x.getType())) {
      if (x.getType().isIndex())
        x = arith::IndexCastOp::create(builder, loc, builder.getI64Type(), x);
      x = arith::SIToFPOp::create(builder, loc, type, x);
    } else if (x.getType() != type) {
      x = type.isF64() ? Value(arith::ExtFOp::create(builder, loc, type, x))
                       : Value(arith::TruncFOp::create(builder, loc, type, x));
    }
    if (part.magnitude)
      x = math::AbsFOp::create(builder, loc, x);
    if (!product && part.divides)
      product = arith::ConstantOp::create(builder, loc, builder.getFloatAttr(type, 1));
    if (part.divides)
      product = arith::DivFOp::create(builder, loc, product, x);
    else
      product = product ? Value(arith::MulFOp::create(builder, loc, product, x)) : x;
  }
  if (!product)
    return arith::ConstantOp::create(builder, loc, builder.getFloatAttr(type, negative ? -1 : 1));
  return negative ? Value(arith::NegFOp::create(builder, loc, product)) : product;
}

} // namespace gms::compiler
