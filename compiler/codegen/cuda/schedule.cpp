#include "compiler/codegen/cuda/schedule.h"
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/IR/Matchers.h>

namespace gms::compiler::cuda {
using namespace mlir;

namespace {

/// Known domains of at most so many elements are work for one block.
constexpr int64_t smallDomain = 1024;
/// Last axes of at most so many elements are channels.
constexpr int64_t mostChannels = 4;

/// Reductions over known boxes of at most so many elements are left to one thread.
constexpr int64_t smallBox = 64;

bool isSmall(core::ComputeOp op) {
  auto type = op.getResult().getType();
  return type.hasStaticShape() && type.getNumElements() <= smallDomain;
}

class Scheduler {
public:
  Scheduler(const StagePlan &plan, const DenseSet<Operation *> &skip) : plan(plan), skip(skip) {
    for (const Stage &stage : plan.stages)
      stageOps.insert(stage.op);
  }

  SmallVector<Launch> run() {
    for (const Stage &stage : plan.stages)
      if (isa<core::RequireOp>(stage.op) && !skip.contains(stage.op))
        place(stage);
    SmallVector<const Stage *> late;
    for (const Stage &stage : plan.stages) {
      if (isa<core::RequireOp>(stage.op))
        continue;
      // What only leaves the kernel may join whatever launch is there in the end.
      if (runsOnce(stage.op) && !isRead(stage.op->getResult(0)))
        late.push_back(&stage);
      else
        place(stage);
    }
    for (const Stage *stage : late)
      place(*stage);
    return std::move(launches);
  }

private:
  const StagePlan &plan;
  const DenseSet<Operation *> &skip;
  SmallVector<Launch> launches;
  DenseMap<Operation *, size_t> launchOf;
  DenseMap<Operation *, DenseSet<Operation *>> needs;
  DenseSet<Operation *> stageOps;
  std::optional<size_t> lastCheck;

  bool isStage(Operation *op) const { return stageOps.contains(op); }

  static bool isRead(Value value) {
    return llvm::any_of(value.getUsers(), [](Operation *user) { return !user->hasTrait<OpTrait::IsTerminator>(); });
  }

  /// The stages whose memory the code of `op` reads, through scalars and arms.
  const DenseSet<Operation *> &stagesBehind(Operation *op) {
    if (auto known = needs.find(op); known != needs.end())
      return known->second;
    DenseSet<Operation *> found;
    auto add = [&](Value value) {
      Operation *maker = value.getDefiningOp();
      if (!maker || op->isAncestor(maker))
        return;
      if (isStage(maker)) {
        found.insert(maker);
        return;
      }
      const DenseSet<Operation *> behind = stagesBehind(maker);
      found.insert(behind.begin(), behind.end());
    };
    op->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        add(operand);
    });
    // A tensor that an arm gives is made by a stage inside the conditional, which is an ancestor of it.
    if (isa<core::BranchOp, core::SwitchOp>(op))
      op->walk([&](Operation *inner) {
        if (isStage(inner))
          found.insert(inner);
      });
    return needs[op] = std::move(found);
  }

  static LaunchKind kindOf(Operation *op) {
    auto compute = dyn_cast<core::ComputeOp>(op);
    if (!compute)
      return LaunchKind::Block;
    if (reducesAcross(compute))
      return LaunchKind::Rows;
    return isSmall(compute) ? LaunchKind::Block : LaunchKind::Tiles;
  }

  /// Places a stage after all it depends on.
  void place(const Stage &stage) {
    if (launchOf.contains(stage.op))
      return;
    DenseSet<Operation *> behind = stagesBehind(stage.op);
    for (const Guard &guard : stage.guards)
      for (Value operand : guard.conditional->getOperands())
        if (Operation *maker = operand.getDefiningOp()) {
          if (isStage(maker))
            behind.insert(maker);
          const DenseSet<Operation *> more = stagesBehind(maker);
          behind.insert(more.begin(), more.end());
        }
    for (const Stage &other : plan.stages)
      if (behind.contains(other.op) && &other != &stage)
        place(other);
    choose(stage, behind);
  }

  /// The first launch of its kind that may hold the stage, or a new one.
  void choose(const Stage &stage, const DenseSet<Operation *> &behind) {
    const LaunchKind kind = kindOf(stage.op);
    const bool once = runsOnce(stage.op) && !isa<core::RequireOp>(stage.op);
    // A block's steps wait for each other, so what one launch needs of another is at hand in a later step, too.
    size_t first = lastCheck.value_or(0), after = lastCheck ? *lastCheck + 1 : 0;
    for (Operation *op : behind) {
      const size_t at = launchOf.lookup(op);
      after = std::max(after, at + 1);
      first = std::max(first, launches[at].kind == LaunchKind::Block ? at : at + 1);
    }
    size_t chosen = launches.size();
    for (size_t k = first; k < launches.size() && chosen == launches.size(); ++k) {
      const bool same = launches[k].kind == kind, waits = launches[k].kind == LaunchKind::Block;
      if (waits ? same : k >= after && (same || once))
        chosen = k;
    }
    if (chosen == launches.size())
      launches.push_back({kind, {}});
    launches[chosen].steps.push_back(stage);
    launchOf[stage.op] = chosen;
    if (isa<core::RequireOp>(stage.op))
      lastCheck = chosen;
  }
};

} // namespace

bool isLarge(core::ReduceOp op) {
  int64_t elements = 1;
  for (auto [low, high] : llvm::zip(op.getLows(), op.getHighs())) {
    llvm::APInt from, to;
    if (!matchPattern(low, m_ConstantInt(&from)) || !matchPattern(high, m_ConstantInt(&to)))
      return true;
    elements *= std::max<int64_t>(to.getSExtValue() - from.getSExtValue(), 0);
  }
  return elements > smallBox;
}

/// An image's stencil of unknown width looks the same, so only lists, and small domains of known size, count.
bool reducesAcross(core::ComputeOp op) {
  if (op.getResult().getType().getRank() > 1 && !isSmall(op))
    return false;
  return llvm::any_of(op.getBody().front().getOps<core::ReduceOp>(), isLarge);
}

bool runsOnce(Operation *op) {
  if (auto compute = dyn_cast<core::ComputeOp>(op))
    return compute.getResult().getType().getRank() == 0 && !reducesAcross(compute);
  return isa<tensor::FromElementsOp, core::LibraryOp, core::ScanOp, core::ScatterOp, core::RequireOp>(op);
}

SmallVector<Launch> schedule(const StagePlan &plan, const DenseSet<Operation *> &skip) {
  return Scheduler(plan, skip).run();
}

Domain domainOf(core::ComputeOp op) {
  auto type = op.getResult().getType();
  const unsigned rank = type.getRank();
  Domain domain;
  unsigned end = rank;
  if (rank >= 3 && !type.isDynamicDim(rank - 1) && type.getDimSize(rank - 1) <= mostChannels)
    domain.channel = --end;
  for (unsigned axis = 0; axis < end; ++axis)
    (axis + 2 < end ? domain.outer : domain.pixels).push_back(axis);
  return domain;
}

} // namespace gms::compiler::cuda
