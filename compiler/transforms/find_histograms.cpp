// A compute that counts, for each of its numbers b, where x is b, reads x as often as there are numbers. One pass over x
// is enough: a histogram.
#include "compiler/dialect/core/core.h"
#include "compiler/transforms/passes.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/IR/IRMapping.h>
#include <mlir/IR/Matchers.h>

namespace gms::compiler {
#define GEN_PASS_DEF_FINDHISTOGRAMS
#include "compiler/transforms/passes.h.inc"

namespace {
using namespace mlir;

/// So few numbers are counted faster one by one, with vectors.
constexpr int64_t fewestBins = 8;

/// A whole number behind conversions between index and 64 bits, which keep it.
Value behindCasts(Value value) {
  while (auto cast = value.getDefiningOp<arith::IndexCastOp>()) {
    if (!cast.getIn().getType().isIndex() && !cast.getIn().getType().isInteger(64))
      break;
    if (!cast.getType().isIndex() && !cast.getType().isInteger(64))
      break;
    value = cast.getIn();
  }
  return value;
}

class Counting {
public:
  Counting(core::ComputeOp compute, core::ReduceOp reduce) : compute(compute), reduce(reduce) {}

  /// Whether the reduction counts where a value is the compute's index `bin`.
  bool matches() {
    if (reduce.getKind() != core::Reduction::Count || reduce.getLows().empty())
      return false;
    auto equal = reduce.getBody().front().getTerminator()->getOperand(0).getDefiningOp<arith::CmpIOp>();
    if (!equal || equal.getPredicate() != arith::CmpIPredicate::eq || equal->getBlock() != &reduce.getBody().front())
      return false;
    for (unsigned side : {0u, 1u}) {
      auto argument = dyn_cast<BlockArgument>(behindCasts(equal->getOperand(side)));
      if (!argument || argument.getOwner() != &compute.getBody().front())
        continue;
      bin = argument.getArgNumber();
      number = behindCasts(equal->getOperand(1 - side));
      return isOverManyBins() && collect();
    }
    return false;
  }

  void replace() {
    OpBuilder builder(compute);
    Value counts = histogram(builder);
    builder.setInsertionPoint(reduce);
    SmallVector<Value> indices;
    for (unsigned axis : outer)
      indices.push_back(compute.getBody().getArgument(axis));
    indices.push_back(compute.getBody().getArgument(bin));
    Value count = core::ReadOp::create(builder, reduce.getLoc(), builder.getI64Type(), counts, indices,
                                       core::Border::Proven);
    count = arith::IndexCastOp::create(builder, reduce.getLoc(), builder.getIndexType(), count);
    reduce.getResult().replaceAllUsesWith(count);
    reduce.erase();
  }

private:
  core::ComputeOp compute;
  core::ReduceOp reduce;
  unsigned bin = 0;
  Value number;
  SetVector<Operation *> needed; ///< of the bodies, for the number; sorted before they are copied
  SmallVector<unsigned> outer;   ///< the compute's other indices that the number depends on

  bool isOverManyBins() {
    APInt bins;
    return !matchPattern(compute.getExtents()[bin], m_ConstantInt(&bins)) || bins.getSExtValue() >= fewestBins;
  }

  bool isOutside(Value value) { return !compute->isAncestor(value.getParentBlock()->getParentOp()); }

  /// The number must not depend on the bin, nor the box on any index of the compute.
  bool collect() {
    for (Value bound : reduce->getOperands())
      if (!isOutside(bound))
        return false;
    if (!number.getType().isIndex() && !number.getType().isInteger(64))
      return false;
    llvm::SmallSetVector<unsigned, 4> axes;
    SmallVector<Value> open{number};
    while (!open.empty()) {
      Value value = open.pop_back_val();
      if (isOutside(value))
        continue;
      if (auto argument = dyn_cast<BlockArgument>(value)) {
        if (argument.getOwner() == &compute.getBody().front())
          axes.insert(argument.getArgNumber());
        continue;
      }
      Operation *source = value.getDefiningOp();
      if (source->getBlock() != &compute.getBody().front() && source->getBlock() != &reduce.getBody().front())
        continue; // inside an operation that is needed as a whole
      if (!needed.insert(source))
        continue;
      source->walk([&](Operation *inner) { open.append(inner->operand_begin(), inner->operand_end()); });
    }
    if (axes.contains(bin) || needed.contains(reduce))
      return false;
    outer = axes.takeVector();
    llvm::sort(outer);
    return true;
  }

  Value histogram(OpBuilder &builder) {
    const Location loc = reduce.getLoc();
    SmallVector<Value> extents;
    SmallVector<int64_t> shape;
    SmallVector<unsigned> axes(outer);
    axes.push_back(bin);
    for (unsigned axis : axes) {
      extents.push_back(compute.getExtents()[axis]);
      shape.push_back(compute.getResult().getType().getDimSize(axis));
    }
    auto type = RankedTensorType::get(shape, builder.getI64Type());
    auto made =
        core::HistogramOp::create(builder, loc, type, extents, reduce.getLows(), reduce.getHighs());
    OpBuilder::InsertionGuard guard(builder);
    Block *body = builder.createBlock(&made.getBody());
    IRMapping map;
    for (unsigned axis : outer)
      map.map(compute.getBody().getArgument(axis), body->addArgument(builder.getIndexType(), loc));
    for (BlockArgument index : reduce.getBody().getArguments())
      map.map(index, body->addArgument(builder.getIndexType(), loc));
    for (Block *block : {&compute.getBody().front(), &reduce.getBody().front()})
      for (Operation &op : *block)
        if (needed.contains(&op))
          builder.clone(op, map);
    Value element = map.lookupOrDefault(number);
    if (!element.getType().isIndex())
      element = arith::IndexCastOp::create(builder, loc, builder.getIndexType(), element);
    core::YieldOp::create(builder, loc, element);
    return made.getResult();
  }
};

struct FindHistograms : impl::FindHistogramsBase<FindHistograms> {
  void runOnOperation() override {
    SmallVector<std::pair<core::ComputeOp, core::ReduceOp>> found;
    getOperation().walk([&](core::ComputeOp compute) {
      for (auto reduce : compute.getBody().front().getOps<core::ReduceOp>())
        found.push_back({compute, reduce});
    });
    for (auto [compute, reduce] : found)
      if (Counting counting(compute, reduce); counting.matches())
        counting.replace();
  }
};

} // namespace
} // namespace gms::compiler
