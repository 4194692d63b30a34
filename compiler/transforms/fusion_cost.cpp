#include "compiler/transforms/fusion_cost.h"
#include <map>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/IR/Matchers.h>

namespace gms::compiler {
using namespace mlir;

namespace {

/// Of an extent that is not known when compiling.
constexpr double usualExtent = 256;
constexpr int64_t channelExtent = 4;
/// Of a reduction that is more than a stencil; and of one that is worth a tile.
constexpr double manyValues = 64, tiledValues = 32;

double numberOr(Value value, double other) {
  IntegerAttr constant;
  return matchPattern(value, m_Constant(&constant)) ? static_cast<double>(constant.getInt()) : other;
}

double lengthOf(Value low, Value high) {
  return std::max(numberOr(high, usualExtent) - numberOr(low, 0), 1.0);
}

bool hasIndices(Operation *op) {
  return isa<core::ComputeOp, core::ReduceOp, core::ScanOp, core::ScatterOp, core::HistogramOp, core::LoopOp>(op);
}

/// How many values an index of a compute, reduction, histogram, scan or loop takes.
double trips(BlockArgument index) {
  Operation *op = index.getOwner()->getParentOp();
  const unsigned k = index.getArgNumber();
  if (auto compute = dyn_cast<core::ComputeOp>(op))
    return numberOr(compute.getExtents()[k], usualExtent);
  if (auto reduce = dyn_cast<core::ReduceOp>(op))
    return lengthOf(reduce.getLows()[k], reduce.getHighs()[k]);
  if (auto histogram = dyn_cast<core::HistogramOp>(op)) {
    const unsigned outer = histogram.outerCount();
    return k < outer ? numberOr(histogram.getExtents()[k], usualExtent)
                     : lengthOf(histogram.getLows()[k - outer], histogram.getHighs()[k - outer]);
  }
  if (auto scatter = dyn_cast<core::ScatterOp>(op)) {
    const double high = numberOr(scatter.getHighs()[k], usualExtent), low = numberOr(scatter.getLows()[k], 0);
    return std::max(high - low, 1.0);
  }
  if (auto loop = dyn_cast<core::LoopOp>(op))
    return numberOr(loop.getCount(), usualExtent);
  return usualExtent;
}

double cost(Operation &op) {
  if (auto reduce = dyn_cast<core::ReduceOp>(op)) {
    double times = 1;
    for (BlockArgument index : reduce.getBody().getArguments())
      times *= trips(index);
    double inner = 1;
    for (Operation &nested : reduce.getBody().front())
      inner += cost(nested);
    return times * inner;
  }
  if (op.getNumRegions()) {
    // Of the arms of a conditional one runs.
    double most = 0;
    for (Region &region : op.getRegions()) {
      double sum = 1;
      for (Operation &nested : region.getOps())
        sum += cost(nested);
      most = std::max(most, sum);
    }
    return most;
  }
  if (auto read = dyn_cast<core::ReadOp>(op))
    return read.getIndices().empty() ? 0 : read.getBorder() == core::Border::Proven ? 1 : 3;
  if (op.hasTrait<OpTrait::ConstantLike>() || op.hasTrait<OpTrait::IsTerminator>())
    return 0;
  if (isa<arith::DivFOp, math::SqrtOp>(op))
    return 4;
  if (isa<math::FloorOp, math::CeilOp, math::RoundEvenOp, math::AbsFOp>(op))
    return 1;
  if (op.getName().getDialectNamespace() == "math")
    return 16;
  return op.getNumResults() && op.getResult(0).getType().isIndex() ? 0.5 : 1;
}

void indicesOf(Value value, SmallPtrSetImpl<Value> &seen, SmallVectorImpl<BlockArgument> &found) {
  if (!seen.insert(value).second)
    return;
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    Operation *owner = argument.getOwner()->getParentOp();
    if (hasIndices(owner) && (!isa<core::LoopOp>(owner) || !argument.getArgNumber()))
      found.push_back(argument);
    return;
  }
  Operation *op = value.getDefiningOp();
  for (Value operand : op->getOperands())
    indicesOf(operand, seen, found);
  op->walk([&](Operation *nested) {
    for (Value operand : nested->getOperands())
      if (!op->isAncestor(operand.getParentBlock()->getParentOp()))
        indicesOf(operand, seen, found);
  });
}

/// How often the loops around a read run that are not around the producer, in the passes whose number no index
/// depends on.
double passesAround(Operation *read, Operation *producer, ArrayRef<BlockArgument> counted) {
  double times = 1;
  for (auto loop = read->getParentOfType<core::LoopOp>(); loop && !loop->isAncestor(producer);
       loop = loop->getParentOfType<core::LoopOp>())
    if (!llvm::is_contained(counted, loop.getIndex()))
      times *= trips(loop.getIndex());
  return times;
}

/// What depends on the index of a reduction is made in its loop, which runs for all elements of the compute around it; of few
/// channels, which are written out, once.
void addIndicesAround(Operation *read, SmallVectorImpl<BlockArgument> &arguments) {
  auto inLoopOf = [&](Operation *op) {
    return isa<core::ReduceOp>(op) && llvm::any_of(arguments, [&](BlockArgument argument) {
             return argument.getOwner()->getParentOp() == op;
           });
  };
  bool inside = false;
  for (Operation *around = read->getParentOp(); around; around = around->getParentOp()) {
    if (inside && isa<core::ComputeOp, core::ReduceOp>(around))
      for (BlockArgument index : around->getRegion(0).getArguments())
        if (!llvm::is_contained(arguments, index) && trips(index) > channelExtent)
          arguments.push_back(index);
    inside |= inLoopOf(around);
  }
}

double timesRead(core::ReadOp read, Operation *producer, ValueRange indices) {
  SmallPtrSet<Value, 16> seen;
  SmallVector<BlockArgument> arguments;
  for (Value index : indices)
    indicesOf(index, seen, arguments);
  addIndicesAround(read, arguments);
  double times = 1;
  for (BlockArgument argument : arguments)
    if (!argument.getOwner()->getParentOp()->isAncestor(producer))
      times *= trips(argument);
  return times * passesAround(read, producer, arguments);
}

} // namespace

double bodyCost(Block &body) {
  double sum = -1;
  for (Operation &op : body)
    sum += cost(op);
  return std::max(sum, 0.0);
}

namespace {

/// The arm of a conditional inside `context` that contains an operation: the outermost one.
Region *armOf(Operation *op, Operation *context) {
  Region *arm = nullptr;
  for (Operation *at = op; at->getParentOp() && at->getParentOp() != context; at = at->getParentOp())
    if (isa<scf::IfOp, scf::IndexSwitchOp, core::BranchOp, core::SwitchOp>(at->getParentOp()))
      arm = at->getParentRegion();
  return arm;
}

/// Whether an element is a reduction over so many values.
bool reduces(core::ComputeOp producer, double least) {
  return producer.getBody()
      .walk([&](core::ReduceOp reduce) {
        double values = 1;
        for (BlockArgument index : reduce.getBody().getArguments())
          values *= trips(index);
        return values >= least ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

/// How often a read runs: for all indices of all that it stands in.
double timesRun(core::ReadOp read) {
  double times = 1;
  for (Operation *around = read->getParentOp(); around; around = around->getParentOp())
    if (hasIndices(around))
      for (BlockArgument index : around->getRegion(0).getArguments())
        if (index.getType().isIndex())
          times *= trips(index);
  return times;
}

struct ReadCount {
  core::ComputeOp producer;
  double elements = 1, channels = 1;
  SmallVector<bool> isChannel;
  /// A reduction of a whole image does not become a part of each pixel, also where its place in the loops says that it
  /// would be done once: whoever reads it would rather find it done.
  bool whole;

  explicit ReadCount(core::ComputeOp producer) : producer(producer), whole(reduces(producer, manyValues)) {
    for (Value extent : producer.getExtents()) {
      const double n = numberOr(extent, usualExtent);
      elements *= n;
      isChannel.push_back(n <= channelExtent && producer.getExtents().size() > 1);
      if (isChannel.back())
        channels *= n;
    }
  }

  /// Reads that all happen.
  double together(ArrayRef<core::ReadOp> reads) {
    if (whole) {
      double runs = 0;
      for (core::ReadOp read : reads)
        runs += timesRun(read);
      return runs;
    }
    struct Group {
      double sum = 0, all = 0;
    };
    std::map<std::vector<const void *>, Group> groups;
    for (core::ReadOp read : reads) {
      std::vector<const void *> key{read->getBlock()};
      SmallVector<Value> others;
      for (auto [k, index] : llvm::enumerate(read.getIndices()))
        if (!isChannel[k]) {
          key.push_back(index.getAsOpaquePointer());
          others.push_back(index);
        }
      Group &group = groups[key];
      group.sum += timesRead(read, producer, read.getIndices());
      group.all = timesRead(read, producer, others) * channels;
    }
    double times = 0;
    for (auto &[key, group] : groups)
      times += std::min(group.sum, group.all);
    return times;
  }

  /// Of the arms of one conditional only the most expensive counts.
  double count(ArrayRef<core::ReadOp> reads, Operation *context) {
    SmallVector<core::ReadOp> always;
    llvm::MapVector<Region *, SmallVector<core::ReadOp>> inArms;
    for (core::ReadOp read : reads) {
      if (Region *arm = armOf(read, context))
        inArms[arm].push_back(read);
      else
        always.push_back(read);
    }
    llvm::MapVector<Operation *, double> most;
    for (auto &[arm, inside] : inArms) {
      double &times = most[arm->getParentOp()];
      times = std::max(times, count(inside, arm->getParentOp()));
    }
    double times = together(always);
    for (auto &[op, number] : most)
      times += number;
    return times;
  }
};

} // namespace

double readsPerElement(core::ComputeOp producer, ArrayRef<core::ReadOp> reads) {
  ReadCount counter(producer);
  return counter.count(reads, producer->getParentOp()) / std::max(counter.elements, 1.0);
}

bool breaksTiles(core::ComputeOp producer, ArrayRef<core::ReadOp> reads) {
  auto inReduction = [&](core::ReadOp read) {
    auto around = read->getParentOfType<core::ReduceOp>();
    return around && !around->isAncestor(producer);
  };
  return llvm::any_of(reads, inReduction) && reduces(producer, tiledValues);
}

bool isLongSum(core::ComputeOp producer) { return reduces(producer, tiledValues); }

bool onlyMoves(Block &body) {
  return llvm::all_of(body, [](Operation &op) {
    if (op.getNumRegions())
      return false;
    if (isa<core::ReadOp, core::YieldOp, arith::IndexCastOp, arith::UIToFPOp, arith::SIToFPOp,
            arith::ExtUIOp>(op))
      return true;
    return op.hasTrait<OpTrait::ConstantLike>() ||
           llvm::all_of(op.getResultTypes(), [](Type type) { return type.isIndex() || type.isInteger(1); });
  });
}

} // namespace gms::compiler
