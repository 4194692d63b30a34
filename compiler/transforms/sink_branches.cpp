// A tensor that one of several computes gives, or that is another tensor as it is, becomes one compute that
// asks the condition inside, so that it can be fused with its reader.
#include "compiler/dialect/core/core.h"
#include "compiler/transforms/passes.h"
#include "compiler/transforms/scalar_motion.h"
#include "compiler/transforms/tensor_extents.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/IR/IRMapping.h>

namespace gms::compiler {
#define GEN_PASS_DEF_SINKBRANCHES
#include "compiler/transforms/passes.h.inc"

namespace {
using namespace mlir;

/// All arms together may have so many operations.
constexpr size_t longestArms = 400;

struct Sinking {
  Operation *op;
  unsigned result;
  SmallVector<Value> extents;

  Value valueOf(Region &arm) const { return arm.front().getTerminator()->getOperand(result); }
  bool inside(Value value) const { return op->isAncestor(value.getParentBlock()->getParentOp()); }

  bool possible() {
    size_t operations = 0;
    for (Region &arm : op->getRegions()) {
      Value value = valueOf(arm);
      if (!inside(value))
        continue;
      auto compute = value.getDefiningOp<core::ComputeOp>();
      if (!compute || compute->getParentRegion() != &arm || !canSink(compute))
        return false;
      compute.getBody().walk([&](Operation *) { ++operations; });
      if (extents.empty())
        extents.assign(compute.getExtents().begin(), compute.getExtents().end());
    }
    // Of tensors that are made already only the place is chosen: nothing to gain.
    if (!operations || operations > longestArms)
      return false;
    return llvm::all_of(op->getRegions(), [&](Region &arm) { return hasExtents(valueOf(arm)); });
  }

  /// All that the compute uses exists before the branch, or can be made there; no reduction runs an element.
  bool canSink(core::ComputeOp compute) {
    bool reduces = false;
    compute.getBody().walk([&](core::ReduceOp) { reduces = true; });
    return !reduces && llvm::all_of(capturesOf(compute), [&](Value v) { return canLeave(v, op); }) &&
           llvm::all_of(compute.getExtents(), [&](Value v) { return !inside(v) || canLeave(v, op); });
  }

  bool hasExtents(Value value) {
    if (value.getType() != op->getResult(result).getType())
      return false;
    for (auto [axis, extent] : llvm::enumerate(extents))
      if (!isExtentOf(extent, value, axis))
        return false;
    return true;
  }

  void apply() {
    for (Region &arm : op->getRegions())
      if (auto compute = valueOf(arm).getDefiningOp<core::ComputeOp>();
          compute && inside(compute.getResult())) {
        for (Value value : capturesOf(compute))
          leaveRegion(value, op);
        for (Value value : compute.getExtents())
          leaveRegion(value, op);
      }
    OpBuilder builder(op);
    auto type = cast<RankedTensorType>(op->getResult(result).getType());
    Location loc = op->getLoc();
    auto made = core::ComputeOp::create(builder, loc, type, extents);
    SmallVector<Type> types(type.getRank(), builder.getIndexType());
    SmallVector<Location> locations(type.getRank(), loc);
    Block *body = builder.createBlock(&made.getBody(), {}, types, locations);
    Operation *choice = makeChoice(builder, type.getElementType());
    for (auto [k, arm] : llvm::enumerate(op->getRegions())) {
      // scf.index_switch holds its default, here the last arm, first.
      Region &target = choice->getRegion(isa<scf::IfOp>(choice) ? k : (k + 1) % op->getNumRegions());
      if (target.empty())
        target.emplaceBlock();
      builder.setInsertionPointToEnd(&target.front());
      scf::YieldOp::create(builder, loc, element(builder, valueOf(arm), body->getArguments()));
    }
    builder.setInsertionPointToEnd(body);
    core::YieldOp::create(builder, loc, choice->getResult(0));
    op->getResult(result).replaceAllUsesWith(made.getResult());
  }

  Operation *makeChoice(OpBuilder &builder, Type type) {
    if (isa<core::BranchOp>(op))
      return scf::IfOp::create(builder, op->getLoc(), TypeRange(type), op->getOperand(0), true);
    SmallVector<int64_t> cases;
    for (unsigned k = 0; k + 1 < op->getNumRegions(); ++k)
      cases.push_back(k);
    return scf::IndexSwitchOp::create(builder, op->getLoc(), TypeRange(type), op->getOperand(0), cases,
                                      cases.size());
  }

  Value element(OpBuilder &builder, Value value, ValueRange indices) {
    if (!inside(value))
      return core::ReadOp::create(builder, op->getLoc(),
                                  cast<RankedTensorType>(value.getType()).getElementType(), value, indices,
                                  core::Border::Proven);
    Block &body = value.getDefiningOp<core::ComputeOp>().getBody().front();
    IRMapping mapping;
    mapping.map(body.getArguments(), indices);
    for (Operation &inner : body.without_terminator())
      builder.clone(inner, mapping);
    return mapping.lookupOrDefault(body.getTerminator()->getOperand(0));
  }
};

/// The branch without the results that nothing uses; the stages that made them go too.
void dropUnused(Operation *op) {
  SmallVector<Type> types;
  SmallVector<unsigned> kept;
  for (OpResult result : op->getResults())
    if (!result.use_empty()) {
      types.push_back(result.getType());
      kept.push_back(result.getResultNumber());
    }
  if (kept.size() == op->getNumResults())
    return;
  OpBuilder builder(op);
  OperationState state(op->getLoc(), op->getName());
  state.addOperands(op->getOperands());
  state.addTypes(types);
  for (Region &region : op->getRegions()) {
    Operation *yield = region.front().getTerminator();
    SmallVector<Value> values;
    for (unsigned k : kept)
      values.push_back(yield->getOperand(k));
    yield->setOperands(values);
    state.addRegion()->takeBody(region);
  }
  if (!kept.empty()) {
    Operation *made = builder.create(state);
    for (auto [k, result] : llvm::zip(kept, made->getResults()))
      op->getResult(k).replaceAllUsesWith(result);
    op->erase();
    for (Region &region : made->getRegions())
      for (Operation &inner : llvm::make_early_inc_range(llvm::reverse(region.front())))
        if (isa<core::ComputeOp>(inner) && inner.use_empty())
          inner.erase();
    return;
  }
  op->erase();
}

struct SinkBranches : impl::SinkBranchesBase<SinkBranches> {
  void runOnOperation() override {
    resolveExtents(getOperation());
    SmallVector<Operation *> choices;
    getOperation().walk([&](Operation *op) {
      if (isa<core::BranchOp, core::SwitchOp>(op))
        choices.push_back(op);
    });
    for (Operation *op : choices) {
      for (unsigned k = 0; k < op->getNumResults(); ++k) {
        Sinking sinking{op, k, {}};
        if (isa<RankedTensorType>(op->getResult(k).getType()) && !op->getResult(k).use_empty() &&
            sinking.possible())
          sinking.apply();
      }
      // A branch may hold requirements, which stay.
      bool requires_ = false;
      op->walk([&](core::RequireOp) { requires_ = true; });
      if (!requires_)
        dropUnused(op);
    }
    resolveExtents(getOperation());
  }
};

} // namespace
} // namespace gms::compiler
