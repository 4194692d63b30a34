// aug.warp of aug.warp: one warp, since adjacent warps are composed by meaning.
#include "compiler/dialect/aug/aug.h"
#include "compiler/transforms/passes.h"
#include <mlir/IR/IRMapping.h>

namespace gms::compiler {
#define GEN_PASS_DEF_COMPOSEWARPS
#include "compiler/transforms/passes.h.inc"

namespace {
using namespace mlir;

/// Clones the operations of a map in front of the builder's place and gives the coordinates that it yields.
std::pair<Value, Value> inlineMap(OpBuilder &builder, aug::WarpOp warp, Value y, Value x) {
  Block &map = warp.getMap().front();
  IRMapping mapping;
  mapping.map(map.getArgument(0), y);
  mapping.map(map.getArgument(1), x);
  for (Operation &op : map.without_terminator())
    builder.clone(op, mapping);
  auto yield = cast<aug::YieldOp>(map.getTerminator());
  return {mapping.lookupOrDefault(yield.getY()), mapping.lookupOrDefault(yield.getX())};
}

aug::WarpOp compose(aug::WarpOp outer, aug::WarpOp inner) {
  OpBuilder builder(outer);
  const bool sampling = outer.getSampling() == aug::Sampling::Inherit;
  const bool border = outer.getBorder() == aug::WarpBorder::Inherit;
  auto result = aug::WarpOp::create(
      builder, outer.getLoc(), outer.getResult().getType(), inner.getImage(), outer.getHeight(),
      outer.getWidth(), border ? inner.getFill() : outer.getFill(),
      sampling ? inner.getSampling() : outer.getSampling(), border ? inner.getBorder() : outer.getBorder());
  Block *map = builder.createBlock(&result.getMap(), {}, {builder.getF32Type(), builder.getF32Type()},
                                   {outer.getLoc(), outer.getLoc()});
  auto [middleY, middleX] = inlineMap(builder, outer, map->getArgument(0), map->getArgument(1));
  auto [y, x] = inlineMap(builder, inner, middleY, middleX);
  aug::YieldOp::create(builder, outer.getLoc(), y, x);
  outer.getResult().replaceAllUsesWith(result.getResult());
  outer.erase();
  return result;
}

struct ComposeWarps : impl::ComposeWarpsBase<ComposeWarps> {
  void runOnOperation() override {
    SmallVector<aug::WarpOp> warps;
    getOperation().walk([&](aug::WarpOp warp) { warps.push_back(warp); });
    // In the order of the text an inner warp is already composed with those before it.
    for (aug::WarpOp &warp : warps)
      while (auto inner = warp.getImage().getDefiningOp<aug::WarpOp>()) {
        warp = compose(warp, inner);
        if (inner->use_empty())
          inner.erase();
      }
    // What no warp of a row states is the default.
    getOperation().walk([](aug::WarpOp warp) {
      if (warp.getSampling() == aug::Sampling::Inherit)
        warp.setSampling(aug::Sampling::Bilinear);
      if (warp.getBorder() == aug::WarpBorder::Inherit)
        warp.setBorder(aug::WarpBorder::Zero);
    });
  }
};

} // namespace
} // namespace gms::compiler
