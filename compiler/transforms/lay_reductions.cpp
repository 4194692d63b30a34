#include "compiler/transforms/lay_reductions.h"
#include "compiler/transforms/emission.h"
#include <mlir/IR/Matchers.h>

namespace gms::compiler {
using namespace mlir;

namespace {

class Layer {
public:
  Layer(Sweep &sweep, Operation *root) : sweep(sweep), root(root) {}

  void layAll(Block &block, SmallVector<NestIndex> nest) {
    SmallVector<core::ReduceOp> reductions(block.getOps<core::ReduceOp>());
    for (core::ReduceOp reduce : reductions) {
      if (!sweep.activity.contains(reduce.getResult()))
        continue;
      if (llvm::none_of(reduce->getOperands(), [&](Value bound) { return inside(bound); })) {
        SmallVector<NestIndex> deeper = nest;
        for (auto [argument, low, high] :
             llvm::zip(reduce.getBody().getArguments(), reduce.getLows(), reduce.getHighs()))
          deeper.push_back({argument, low, high});
        layAll(reduce.getBody().front(), deeper);
      }
      const bool yielded = llvm::all_of(reduce->getUsers(), llvm::IsaPred<core::YieldOp>);
      if (!yielded)
        lay(reduce, nest);
    }
  }

private:
  Sweep &sweep;
  Operation *root;

  bool inside(Value value) const { return root->isAncestor(value.getParentBlock()->getParentOp()); }

  void lay(core::ReduceOp reduce, ArrayRef<NestIndex> nest) {
    OpBuilder builder(root);
    Location loc = reduce.getLoc();
    ScalarBuilder s(builder, loc);
    SmallVector<Value> extents;
    SmallVector<int64_t> shape;
    for (const NestIndex &index : nest) {
      const bool fromZero = matchPattern(index.low, m_Zero());
      extents.push_back(fromZero ? index.high : s.maxi(s.subi(index.high, index.low), s.index(0)));
      APInt known;
      shape.push_back(matchPattern(extents.back(), m_ConstantInt(&known)) ? known.getSExtValue()
                                                                          : ShapedType::kDynamic);
    }
    auto type = RankedTensorType::get(shape, reduce.getResult().getType());
    Value tensor = makeCompute(builder, loc, type, extents, [&](OpBuilder &b, ValueRange point) {
      IRMapping mapping;
      ScalarBuilder t(b, loc);
      for (auto [index, at] : llvm::zip(nest, point))
        mapping.map(index.argument, matchPattern(index.low, m_Zero()) ? at : t.addi(at, index.low));
      return cloneValue(b, reduce.getResult(), root, mapping);
    });
    OpBuilder here(reduce);
    ScalarBuilder t(here, loc);
    SmallVector<Value> place;
    for (const NestIndex &index : nest)
      place.push_back(matchPattern(index.low, m_Zero()) ? Value(index.argument) : t.subi(index.argument, index.low));
    Value element = core::ReadOp::create(here, loc, type.getElementType(), tensor, place, core::Border::Proven);
    reduce.getResult().replaceAllUsesWith(element);
    reduce.erase();
    sweep.activity.follow(tensor);
  }
};

} // namespace

void layReductions(Sweep &sweep, Operation *op, ArrayRef<NestIndex> indices) {
  Layer(sweep, op).layAll(op->getRegion(0).front(), SmallVector<NestIndex>(indices));
}

} // namespace gms::compiler
