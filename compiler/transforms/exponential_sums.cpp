// Finds sums over exp(-a |x_i - x_j|) on a regular grid in index notation, whatever they are called, and makes each a
// core.exponential_sum: O(n) instead of O(n^2).
#include "compiler/transforms/distance_form.h"
#include "compiler/transforms/passes.h"
#include "compiler/transforms/tensor_extents.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/IR/Matchers.h>

namespace gms::compiler {
#define GEN_PASS_DEF_FINDEXPONENTIALSUMS
#include "compiler/transforms/passes.h.inc"

namespace {
using namespace mlir;

/// Shorter sums are quick as they stand.
constexpr int64_t fewPoints = 16;

/// A product's factor, or divisor.
struct Factor {
  Value value;
  bool divides = false;
};

/// One sum over j: what it consists of, and the index i that the distance is taken from.
class Sum {
public:
  Sum(core::ReduceOp op, unsigned inner) : op(op), body(op.getBody().front()), j(body.getArgument(inner)), inner(inner) {
    root = op;
    while (isa<core::ComputeOp, core::ReduceOp, core::ScanOp, scf::IfOp, scf::ForOp>(root->getParentOp()))
      root = root->getParentOp();
  }

  bool rewrite() {
    flatten(body.getTerminator()->getOperand(0), false);
    for (BlockArgument candidate : indicesAround())
      if (candidate != j && matches(candidate)) {
        replace();
        return true;
      }
    return false;
  }

private:
  core::ReduceOp op;
  Block &body;
  BlockArgument j, i, row; ///< row: the index that rates, or sources, depend on besides
  unsigned inner;
  Operation *root;
  SmallVector<Factor> factors, outside, source;
  bool negative = false;
  std::optional<DistanceForm> exponent;
  SmallVector<DistanceForm> distances; ///< multiples of |i - j| in the product

  void flatten(Value value, bool divides) {
    Operation *made = value.getDefiningOp();
    if (made && made->getBlock() == &body) {
      if (auto product = dyn_cast<arith::MulFOp>(made)) {
        flatten(product.getLhs(), divides);
        return flatten(product.getRhs(), divides);
      }
      if (auto quotient = dyn_cast<arith::DivFOp>(made)) {
        flatten(quotient.getLhs(), divides);
        return flatten(quotient.getRhs(), !divides);
      }
      if (auto minus = dyn_cast<arith::NegFOp>(made)) {
        negative = !negative;
        return flatten(minus.getOperand(), divides);
      }
    }
    factors.push_back({value, divides});
  }

  /// Indices of this sum and of the bodies around it.
  SmallVector<BlockArgument> indicesAround() {
    SmallVector<BlockArgument> found;
    for (Operation *at = op; at; at = at == root ? nullptr : at->getParentOp()) {
      if (!isa<core::ComputeOp, core::ReduceOp>(at))
        continue;
      for (BlockArgument argument : at->getRegion(0).getArguments())
        found.push_back(argument);
    }
    return found;
  }

  /// Whether an index runs from 0 to where j does.
  bool sameRange(BlockArgument index) {
    Operation *owner = index.getOwner()->getParentOp();
    APInt zero;
    const auto fromZero = [&](Value low) { return matchPattern(low, m_ConstantInt(&zero)) && zero.isZero(); };
    if (!fromZero(op.getLows()[inner]))
      return false;
    Value high = op.getHighs()[inner];
    if (auto compute = dyn_cast<core::ComputeOp>(owner))
      return sameIndex(compute.getExtents()[index.getArgNumber()], high);
    auto reduce = cast<core::ReduceOp>(owner);
    return fromZero(reduce.getLows()[index.getArgNumber()]) && sameIndex(reduce.getHighs()[index.getArgNumber()], high);
  }

  bool matches(BlockArgument candidate) {
    if (!sameRange(candidate) || dependsOn(op.getHighs()[inner], root))
      return false;
    i = candidate;
    row = {};
    exponent.reset();
    distances.clear();
    outside.clear();
    source.clear();
    for (const Factor &factor : factors)
      if (!place(factor))
        return false;
    return exponent && findRow();
  }

  /// Sorts a factor in.
  bool place(const Factor &factor) {
    if (!uses(factor.value, j)) {
      outside.push_back(factor);
      return true;
    }
    if (!uses(factor.value, i)) {
      source.push_back(factor);
      return true;
    }
    if (auto power = factor.value.getDefiningOp<math::ExpOp>(); power && !exponent) {
      exponent = DistanceForm::of(power.getOperand(), i, j);
      if (!exponent)
        return false;
      if (factor.divides)
        exponent->negate();
      return true;
    }
    std::optional<DistanceForm> distance = DistanceForm::of(factor.value, i, j);
    if (!distance || factor.divides || distances.size() >= 8)
      return false;
    distances.push_back(*distance);
    return true;
  }

  /// Rates and sources may depend on one further index.
  bool findRow() {
    const auto add = [&](Value value) {
      for (BlockArgument index : indicesOf(value, root)) {
        if (index == j)
          continue;
        if (index == i || (row && row != index) || !startsAtZero(index))
          return false;
        row = index;
      }
      return true;
    };
    for (Value value : exponent->scales())
      if (!add(value))
        return false;
    return llvm::all_of(source, [&](const Factor &factor) { return add(factor.value); });
  }

  bool startsAtZero(BlockArgument index) {
    Operation *owner = index.getOwner()->getParentOp();
    if (isa<core::ComputeOp>(owner))
      return true;
    auto reduce = dyn_cast<core::ReduceOp>(owner);
    APInt zero;
    return reduce && matchPattern(reduce.getLows()[index.getArgNumber()], m_ConstantInt(&zero)) && zero.isZero() &&
           !dependsOn(reduce.getHighs()[index.getArgNumber()], root);
  }

  // ---- the new form ----
  Value rowCount(OpBuilder &b) {
    if (!row)
      return arith::ConstantIndexOp::create(b, op.getLoc(), 1);
    Operation *owner = row.getOwner()->getParentOp();
    if (auto compute = dyn_cast<core::ComputeOp>(owner))
      return compute.getExtents()[row.getArgNumber()];
    return cast<core::ReduceOp>(owner).getHighs()[row.getArgNumber()];
  }

  using Body = llvm::function_ref<Value(OpBuilder &, IRMapping &)>;
  /// A tensor over the row and, where `along` is set, over j.
  Value tabulate(OpBuilder &b, bool overRow, bool along, Value rows, Body make) {
    const Location loc = op.getLoc();
    SmallVector<Value> extents;
    SmallVector<int64_t> shape;
    SmallVector<BlockArgument> replaced;
    if (overRow) {
      extents.push_back(rows);
      replaced.push_back(row);
    }
    if (along) {
      extents.push_back(op.getHighs()[inner]);
      replaced.push_back(j);
    }
    for (Value extent : extents)
      shape.push_back(getConstantIntValue(extent).value_or(ShapedType::kDynamic));
    auto made = core::ComputeOp::create(b, loc, RankedTensorType::get(shape, op.getResult().getType()), extents);
    OpBuilder::InsertionGuard guard(b);
    Block *block = b.createBlock(&made.getBody(), {}, SmallVector<Type>(extents.size(), b.getIndexType()),
                                 SmallVector<Location>(extents.size(), loc));
    IRMapping map;
    for (auto [old, now] : llvm::zip(replaced, block->getArguments()))
      if (old)
        map.map(old, now);
    core::YieldOp::create(b, loc, make(b, map));
    return made.getResult();
  }

  Value product(OpBuilder &b, ArrayRef<Factor> parts, IRMapping &map) {
    const Location loc = op.getLoc();
    Value all = arith::ConstantOp::create(b, loc, b.getFloatAttr(op.getResult().getType(), 1));
    bool first = true;
    for (const Factor &part : parts) {
      Value x = cloneSlice(b, part.value, map, root);
      if (part.divides)
        all = arith::DivFOp::create(b, loc, all, x);
      else
        all = first ? x : Value(arith::MulFOp::create(b, loc, all, x));
      first = false;
    }
    return all;
  }

  /// The tensor that is the source as it stands, if it is one.
  Value wholeSource() {
    auto read = source.size() == 1 && !source[0].divides ? source[0].value.getDefiningOp<core::ReadOp>() : core::ReadOp();
    if (!read || read.getIndices().size() != 1 || read.getIndices()[0] != j || dependsOn(read.getTensor(), root))
      return {};
    return isExtentOf(op.getHighs()[inner], read.getTensor(), 0) ? read.getTensor() : Value();
  }

  void replace() {
    OpBuilder b(root);
    const Location loc = op.getLoc();
    bool rowInSource = false;
    for (const Factor &factor : source)
      rowInSource |= row && uses(factor.value, row);
    Value rows = rowCount(b), points = op.getHighs()[inner];
    // One rate a row: the exponent is -rate |i - j|.
    exponent->negate();
    Value rates = tabulate(b, true, false, rows,
                           [&](OpBuilder &in, IRMapping &map) { return exponent->emit(in, loc, map, root); });
    Value f = wholeSource();
    if (!f)
      f = tabulate(b, rowInSource, true, rows, [&](OpBuilder &in, IRMapping &map) { return product(in, source, map); });
    const int64_t shape[] = {getConstantIntValue(rows).value_or(ShapedType::kDynamic),
                             getConstantIntValue(points).value_or(ShapedType::kDynamic)};
    auto type = RankedTensorType::get(shape, op.getResult().getType());
    Value sums = core::ExponentialSumOp::create(b, loc, type, f, rates, distances.size());
    b.setInsertionPoint(op);
    op.getResult().replaceAllUsesWith(op.getLows().size() == 1 ? element(b, sums) : remaining(b, sums));
    op.erase();
  }

  /// The sum's element at (row, i) with what stood outside of it.
  Value element(OpBuilder &b, Value sums) {
    const Location loc = op.getLoc();
    IRMapping map;
    Value at = row ? Value(row) : Value(arith::ConstantIndexOp::create(b, loc, 0));
    Value result = core::ReadOp::create(b, loc, op.getResult().getType(), sums, ValueRange{at, i}, core::Border::Proven);
    for (const DistanceForm &distance : distances)
      result = arith::MulFOp::create(b, loc, result, distance.emit(b, loc, map, body.getParentOp()));
    for (const Factor &factor : outside) {
      Value x = cloneSlice(b, factor.value, map, op);
      result = factor.divides ? Value(arith::DivFOp::create(b, loc, result, x)) : Value(arith::MulFOp::create(b, loc, result, x));
    }
    return negative ? Value(arith::NegFOp::create(b, loc, result)) : result;
  }

  /// The sum over the other indices, of which i may be one.
  Value remaining(OpBuilder &b, Value sums) {
    const Location loc = op.getLoc();
    SmallVector<Value> lows(op.getLows()), highs(op.getHighs());
    lows.erase(lows.begin() + inner);
    highs.erase(highs.begin() + inner);
    auto made = core::ReduceOp::create(b, loc, op.getResult().getType(), core::Reduction::Sum, lows, highs);
    Block *block = b.createBlock(&made.getBody(), {}, SmallVector<Type>(lows.size(), b.getIndexType()),
                                 SmallVector<Location>(lows.size(), loc));
    IRMapping map;
    unsigned next = 0;
    for (BlockArgument old : body.getArguments())
      if (old != j)
        map.map(old, block->getArgument(next++));
    Value at = row ? map.lookupOrDefault(Value(row)) : Value(arith::ConstantIndexOp::create(b, loc, 0));
    Value place = map.lookupOrDefault(Value(i));
    Value result = core::ReadOp::create(b, loc, op.getResult().getType(), sums, ValueRange{at, place}, core::Border::Proven);
    for (const DistanceForm &distance : distances)
      result = arith::MulFOp::create(b, loc, result, distance.emit(b, loc, map, op));
    for (const Factor &factor : outside) {
      Value x = cloneSlice(b, factor.value, map, op);
      result = factor.divides ? Value(arith::DivFOp::create(b, loc, result, x)) : Value(arith::MulFOp::create(b, loc, result, x));
    }
    if (negative)
      result = arith::NegFOp::create(b, loc, result);
    core::YieldOp::create(b, loc, result);
    b.setInsertionPointAfter(made);
    return made.getResult();
  }
};

struct FindExponentialSums : impl::FindExponentialSumsBase<FindExponentialSums> {
  using FindExponentialSumsBase::FindExponentialSumsBase;

  void runOnOperation() override {
    resolveExtents(getOperation());
    SmallVector<core::ReduceOp> sums;
    getOperation().walk([&](core::ReduceOp op) {
      if (op.getKind() == core::Reduction::Sum && isa<Float32Type, Float64Type>(op.getResult().getType()))
        sums.push_back(op);
    });
    for (core::ReduceOp op : sums)
      for (unsigned k = 0; k < op.getHighs().size(); ++k) {
        const std::optional<int64_t> known = getConstantIntValue(op.getHighs()[k]);
        if ((!known || *known >= fewPoints) && Sum(op, k).rewrite()) {
          ++found;
          break;
        }
      }
  }
};

} // namespace
} // namespace gms::compiler
