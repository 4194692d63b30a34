// Of several warps of one image, of which a sample takes one, makes one warp whose map asks which:
// `maybe(0.5, hflip)` then costs a comparison, and its image is not stored.
#include "compiler/dialect/aug/aug.h"
#include "compiler/transforms/passes.h"
#include "compiler/transforms/scalar_builder.h"
#include "compiler/transforms/scalar_motion.h"
#include "compiler/transforms/tensor_extents.h"
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/IR/IRMapping.h>

namespace gms::compiler {
#define GEN_PASS_DEF_MERGEWARPS
#include "compiler/transforms/passes.h.inc"

namespace {
using namespace mlir;

/// What one arm gives: a warp, or (without one) the image as it is.
struct Arm {
  aug::WarpOp warp;
};

struct Merge {
  Operation *op;
  unsigned result;
  SmallVector<Arm> arms;
  Value image;
  aug::WarpOp model; ///< whose extent, sampling, border and fill all arms share

  /// Whether the arms are warps of one image that differ in their maps alone.
  bool find() {
    for (Region &region : op->getRegions()) {
      Value value = region.front().getTerminator()->getOperand(result);
      auto warp = value.getDefiningOp<aug::WarpOp>();
      arms.push_back({warp});
      if (warp && !model)
        model = warp;
    }
    if (!model)
      return false;
    image = model.getImage();
    if (op->isAncestor(image.getParentBlock()->getParentOp()))
      return false;
    for (auto [region, arm] : llvm::zip(op->getRegions(), arms)) {
      if (arm.warp ? !fits(arm.warp)
                   : !(region.front().getTerminator()->getOperand(result) == image && keepsExtent()))
        return false;
    }
    return true;
  }

  bool fits(aug::WarpOp warp) {
    if (warp.getImage() != image || warp.getSampling() != model.getSampling() ||
        warp.getBorder() != model.getBorder() || warp.getResult().getType() != model.getResult().getType() ||
        !sameIndex(warp.getHeight(), model.getHeight()) || !sameIndex(warp.getWidth(), model.getWidth()) ||
        static_cast<bool>(warp.getFill()) != static_cast<bool>(model.getFill()))
      return false;
    if (warp.getFill() && warp.getFill() != model.getFill())
      return false;
    return llvm::all_of(capturesOf(warp), [&](Value v) { return canLeave(v, op); });
  }

  /// The image itself is a warp by the identity where the extent is its own.
  bool keepsExtent() {
    const int64_t rank = model.getResult().getType().getRank();
    return model.getResult().getType() == image.getType() && isExtentOf(model.getHeight(), image, rank - 2) &&
           isExtentOf(model.getWidth(), image, rank - 1);
  }
  void apply() {
    for (Arm &arm : arms)
      if (arm.warp)
        for (Value value : capturesOf(arm.warp))
          leaveRegion(value, op);
    OpBuilder builder(op);
    Location loc = model.getLoc();
    auto made =
        aug::WarpOp::create(builder, loc, model.getResult().getType(), image, model.getHeight(),
                            model.getWidth(), model.getFill(), model.getSampling(), model.getBorder());
    Block *map =
        builder.createBlock(&made.getMap(), {}, {builder.getF32Type(), builder.getF32Type()}, {loc, loc});
    ScalarBuilder s(builder, loc);
    Value y, x;
    for (size_t k = arms.size(); k-- > 0;) {
      auto [armY, armX] = coordinates(builder, arms[k], map->getArgument(0), map->getArgument(1));
      if (!y) {
        y = armY;
        x = armX;
        continue;
      }
      Value selector = op->getOperand(0);
      Value here =
          selector.getType().isInteger(1) ? selector : s.cmpi(arith::CmpIPredicate::eq, selector, s.index(k));
      y = s.select(here, armY, y);
      x = s.select(here, armX, x);
    }
    aug::YieldOp::create(builder, loc, y, x);
    op->getResult(result).replaceAllUsesWith(made.getResult());
  }

  static std::pair<Value, Value> coordinates(OpBuilder &builder, Arm arm, Value y, Value x) {
    if (!arm.warp)
      return {y, x};
    Block &map = arm.warp.getMap().front();
    IRMapping mapping;
    mapping.map(map.getArgument(0), y);
    mapping.map(map.getArgument(1), x);
    for (Operation &inner : map.without_terminator())
      builder.clone(inner, mapping);
    auto yield = cast<aug::YieldOp>(map.getTerminator());
    return {mapping.lookupOrDefault(yield.getY()), mapping.lookupOrDefault(yield.getX())};
  }
};

struct MergeWarps : impl::MergeWarpsBase<MergeWarps> {
  void runOnOperation() override {
    resolveExtents(getOperation());
    SmallVector<Operation *> choices;
    getOperation().walk([&](Operation *op) {
      if (isa<core::BranchOp, core::SwitchOp>(op))
        choices.push_back(op);
    });
    for (Operation *op : choices)
      for (unsigned k = 0; k < op->getNumResults(); ++k)
        if (Merge merge{op, k, {}, {}, {}}; isa<TensorType>(op->getResult(k).getType()) && merge.find())
          merge.apply();
    for (Operation *op : choices)
      if (op->use_empty())
        op->erase();
    SmallVector<aug::WarpOp> warps;
    getOperation().walk([&](aug::WarpOp warp) { warps.push_back(warp); });
    for (aug::WarpOp warp : llvm::reverse(warps))
      if (warp->use_empty())
        warp.erase();
  }
};

} // namespace
} // namespace gms::compiler
