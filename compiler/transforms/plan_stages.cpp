#include "compiler/transforms/plan_stages.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/IR/Matchers.h>

namespace gms::compiler {
using namespace mlir;

Type memoryTypeOf(Type element) {
  if (element.isInteger(1))
    return IntegerType::get(element.getContext(), 8);
  return element.isIndex() ? Type(IntegerType::get(element.getContext(), 64)) : element;
}

Value storedTensor(Value tensor) {
  while (auto cast = tensor.getDefiningOp<tensor::CastOp>())
    tensor = cast.getSource();
  return tensor;
}

namespace {

Extent extentFrom(Value index) {
  llvm::APInt known;
  if (matchPattern(index, m_ConstantInt(&known)))
    return {known.getSExtValue(), {}, 0, 0};
  if (auto dim = index.getDefiningOp<tensor::DimOp>())
    if (std::optional<int64_t> axis = dim.getConstantIndex())
      return extentOf(dim.getSource(), *axis);
  return {{}, index, 0, 0};
}

bool isConditional(Operation *op) { return isa_and_present<core::BranchOp, core::SwitchOp>(op); }

/// Whether an operation can write its tensor wherever it is told to.
bool writesAnywhere(Operation *op) {
  return isConditional(op) ||
         isa_and_present<core::ComputeOp, core::ScanOp, core::ScatterOp, core::HistogramOp, core::LoopOp, core::LibraryOp,
                         tensor::FromElementsOp>(op);
}

Value copyOf(Value tensor, OpBuilder &builder, Location loc) {
  auto type = cast<RankedTensorType>(tensor.getType());
  SmallVector<Value> extents;
  for (int64_t axis = 0; axis < type.getRank(); ++axis)
    extents.push_back(builder.createOrFold<tensor::DimOp>(loc, tensor, axis));
  auto copy = core::ComputeOp::create(builder, loc, type, extents);
  Block *body = builder.createBlock(&copy.getBody());
  for (int64_t axis = 0; axis < type.getRank(); ++axis)
    body->addArgument(builder.getIndexType(), loc);
  Value element = core::ReadOp::create(builder, loc, type.getElementType(), tensor, body->getArguments(),
                                       core::Border::Proven);
  core::YieldOp::create(builder, loc, element);
  builder.setInsertionPointAfter(copy);
  return copy.getResult();
}

void giveDestinations(Block &block) {
  Operation *end = block.getTerminator();
  OpBuilder builder(end);
  llvm::SmallPtrSet<Value, 4> given;
  for (OpOperand &operand : end->getOpOperands()) {
    Value value = operand.get();
    if (!isa<RankedTensorType>(value.getType()))
      continue;
    auto loop = dyn_cast<core::LoopOp>(block.getParentOp());
    const unsigned number = operand.getOperandNumber();
    if (loop && number < loop.getInits().size() && value == loop.getStates()[number])
      continue; // a state that stays as it is
    Operation *maker = value.getDefiningOp();
    if (!maker || maker->getBlock() != &block || !writesAnywhere(maker) || !given.insert(value).second) {
      builder.setInsertionPoint(end);
      operand.set(copyOf(value, builder, end->getLoc()));
      given.insert(operand.get());
    }
  }
  for (Operation &op : block)
    if (isConditional(&op) || isa<core::LoopOp>(op))
      for (Region &arm : op.getRegions())
        giveDestinations(arm.front());
}

class Planner {
public:
  StagePlan plan;

  LogicalResult run(func::FuncOp function) {
    for (BlockArgument argument : function.getArguments())
      plan.buffers[argument] = {Buffer::Place::Input, argument.getArgNumber()};
    for (OpOperand &result : function.front().getTerminator()->getOpOperands())
      plan.buffers[result.get()] = {Buffer::Place::Output, result.getOperandNumber()};
    return visit(function.front());
  }

private:
  SmallVector<Guard> guards;

  void give(Value value) {
    if (plan.buffers.contains(value))
      return;
    plan.buffers[value] = {Buffer::Place::Workspace, static_cast<unsigned>(plan.slots.size())};
    plan.slots.push_back({value});
  }

  LogicalResult visit(Block &block) {
    for (Operation &op : block)
      if (failed(visit(op)))
        return failure();
    return success();
  }

  LogicalResult visit(Operation &op) {
    if (isConditional(&op))
      return visitArms(op);
    if (auto loop = dyn_cast<core::LoopOp>(op))
      return loop.use_empty() ? success() : visitLoop(loop);
    if (isa<core::RequireOp>(op)) {
      plan.stages.push_back({&op, guards});
      return success();
    }
    if (isa<core::ComputeOp, core::ScanOp, core::ScatterOp, core::HistogramOp, core::ReduceOp, tensor::FromElementsOp>(op)) {
      if (op.use_empty())
        return success();
      give(op.getResult(0));
      plan.stages.push_back({&op, guards});
      return success();
    }
    if (isa<core::LibraryOp>(op)) {
      if (op.use_empty())
        return success();
      for (Value result : op.getResults())
        give(result);
      plan.stages.push_back({&op, guards});
      return success();
    }
    if (op.hasTrait<OpTrait::ConstantLike>() && isa<RankedTensorType>(op.getResult(0).getType()))
      plan.buffers[op.getResult(0)] = {Buffer::Place::Constant, 0};
    else if (!isa<tensor::CastOp>(op) && llvm::any_of(op.getResultTypes(), llvm::IsaPred<TensorType>))
      return op.emitError("cannot be a stage of a kernel: lower it to core.compute first");
    return success();
  }

  LogicalResult visitLoop(core::LoopOp op) {
    for (OpResult result : op.getResults())
      give(result);
    for (auto [state, result] : llvm::zip(op.getStates(), op.getFinals()))
      plan.buffers[state] = plan.buffers[result];
    for (auto [value, history] : llvm::zip(op.getYields(), op.getHistories())) {
      Buffer part = plan.buffers[history];
      part.pass = op.getIndex();
      plan.buffers[value] = part;
    }
    give(op.getIndex());
    std::vector<Stage> outside = std::move(plan.stages);
    SmallVector<Guard> around = std::move(guards);
    plan.stages.clear();
    guards.clear();
    const LogicalResult made = visit(op.getBody().front());
    Stage stage{op, around, std::move(plan.stages)};
    plan.stages = std::move(outside);
    guards = std::move(around);
    plan.stages.push_back(std::move(stage));
    return made;
  }

  LogicalResult visitArms(Operation &op) {
    for (OpResult result : op.getResults())
      if (isa<RankedTensorType>(result.getType()))
        give(result);
    for (auto [arm, region] : llvm::enumerate(op.getRegions())) {
      for (OpOperand &yielded : region.front().getTerminator()->getOpOperands())
        if (isa<RankedTensorType>(yielded.get().getType()))
          plan.buffers[yielded.get()] = plan.buffers[op.getResult(yielded.getOperandNumber())];
      guards.push_back({&op, static_cast<unsigned>(arm)});
      if (failed(visit(region.front())))
        return failure();
      guards.pop_back();
    }
    return success();
  }
};

} // namespace

/// Of a final state, or of a history, which has the passes as its first axis.
static Extent extentOf(core::LoopOp loop, unsigned result, unsigned axis) {
  const unsigned states = loop.getInits().size();
  if (result < states)
    return extentOf(loop.getInits()[result], axis);
  return axis == 0 ? extentFrom(loop.getCount()) : extentOf(loop.getYields()[result - states], axis - 1);
}

Extent extentOf(Value tensor, unsigned axis) {
  tensor = storedTensor(tensor);
  auto type = cast<RankedTensorType>(tensor.getType());
  if (!type.isDynamicDim(axis))
    return {type.getDimSize(axis), {}, 0, 0};
  if (auto argument = dyn_cast<BlockArgument>(tensor)) {
    if (auto loop = dyn_cast<core::LoopOp>(argument.getOwner()->getParentOp()))
      return extentOf(loop.getInits()[argument.getArgNumber() - 1], axis);
    return {{}, {}, argument.getArgNumber(), axis};
  }
  Operation *op = tensor.getDefiningOp();
  if (auto loop = dyn_cast<core::LoopOp>(op))
    return extentOf(loop, cast<OpResult>(tensor).getResultNumber(), axis);
  if (auto compute = dyn_cast<core::ComputeOp>(op))
    return extentFrom(compute.getExtents()[axis]);
  if (auto scatter = dyn_cast<core::ScatterOp>(op))
    return extentFrom(scatter.getExtents()[axis]);
  if (auto scan = dyn_cast<core::ScanOp>(op))
    return extentFrom(scan.getCount());
  if (auto call = dyn_cast<core::LibraryOp>(op))
    return extentFrom(call.extentsOf(cast<OpResult>(tensor).getResultNumber())[axis]);
  if (auto histogram = dyn_cast<core::HistogramOp>(op))
    return extentFrom(histogram.getExtents()[axis]);
  assert(isConditional(op) && "a tensor that no stage makes");
  const unsigned result = cast<OpResult>(tensor).getResultNumber();
  return extentOf(op->getRegion(0).front().getTerminator()->getOperand(result), axis);
}

void giveDestinations(func::FuncOp function) { giveDestinations(function.front()); }

FailureOr<StagePlan> planStages(func::FuncOp function) {
  Planner planner;
  if (failed(planner.run(function)))
    return failure();
  return std::move(planner.plan);
}

} // namespace gms::compiler
