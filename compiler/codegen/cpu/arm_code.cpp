// Conditionals whose arms make tensors: real branches around stages.
#include "compiler/codegen/cpu/sample_emitter.h"

namespace gms::compiler::cpu {
using namespace mlir;

namespace {

SmallVector<Region *> armsOf(Operation *op) {
  SmallVector<Region *> arms;
  for (Region &region : op->getRegions())
    arms.push_back(&region);
  return arms;
}

} // namespace

/// Stages write a result's destination themselves where they can; what they cannot is copied.
void SampleEmitter::aimArm(Operation *op, Region &arm) {
  for (auto [result, value] : llvm::zip(op->getResults(), arm.front().getTerminator()->getOperands())) {
    auto found = destinations.find(result);
    Operation *source = value.getDefiningOp();
    if (found == destinations.end() || !source || source->getParentRegion() != &arm ||
        destinations.count(value))
      continue;
    if (isa<core::ComputeOp, core::ScanOp, core::ScatterOp, core::HistogramOp, core::BranchOp, core::SwitchOp,
            core::LoopOp>(source))
      destinations[value] = Buffer(found->second);
  }
}

/// Emits an arm and gives what it yields: of a tensor its pointer (none in a dry run) and extents.
SmallVector<Value> SampleEmitter::armValues(Operation *op, Region &arm) {
  enterRegion(arm).channels[0]->least = depth();
  aimArm(op, arm);
  if (mlir::failed(stages(arm.front())))
    failed = true;
  SmallVector<Value> values;
  for (auto [result, value] : llvm::zip(op->getResults(), arm.front().getTerminator()->getOperands())) {
    if (failed)
      break;
    if (!isa<RankedTensorType>(value.getType())) {
      values.push_back(dry ? Value() : scalarCode(value));
      continue;
    }
    Buffer made = buffer(value);
    auto target = destinations.find(result);
    if (!dry && target != destinations.end() && made.pointer != target->second.pointer) {
      copy(made, target->second);
      made.pointer = target->second.pointer;
    }
    values.push_back(made.pointer);
    values.append(made.extents.begin(), made.extents.end());
  }
  leaveRegion();
  return values;
}

void SampleEmitter::setTensors(Operation *op, ArrayRef<Value> values) {
  Instance &instance = instanceOf(op->getParentRegion());
  for (Value result : op->getResults()) {
    auto type = dyn_cast<RankedTensorType>(result.getType());
    if (!type) {
      Value value = values[0] ? values[0] : zeroOf(result.getType());
      instance.values[result] = {value, {}, depth()};
      values = values.drop_front();
      continue;
    }
    Buffer made;
    made.pointer = values[0];
    made.shape.assign(type.getShape().begin(), type.getShape().end());
    made.extents.assign(values.begin() + 1, values.begin() + 1 + type.getRank());
    for (auto [k, extent] : llvm::enumerate(made.shape))
      if (!ShapedType::isDynamic(extent))
        made.extents[k] = indexConstant(extent);
    made.element = type.getElementType();
    made.level = depth();
    buffers[result] = made;
    values = values.drop_front(1 + type.getRank());
  }
}

/// Without control flow: memory and extents are the largest of all arms'.
void SampleEmitter::dryArms(Operation *op) {
  const Value start = top;
  Value most = top;
  SmallVector<Value> result;
  for (Region *arm : armsOf(op)) {
    top = start;
    SmallVector<Value> values = armValues(op, *arm);
    if (failed)
      return;
    most = emit<arith::MaxSIOp>(0, most.getType(), {most, top});
    if (result.empty())
      result = values;
    for (size_t k = 0; k < values.size(); ++k)
      if (values[k] && values[k] != result[k] && values[k].getType().isIndex())
        result[k] = emit<arith::MaxSIOp>(0, values[k].getType(), {result[k], values[k]});
  }
  top = most;
  setTensors(op, result);
}

LogicalResult SampleEmitter::tensorArms(Operation *op) {
  if (dry) {
    dryArms(op);
    return success(!failed);
  }
  Value selector = scalarCode(op->getOperand(0));
  SmallVector<Region *> arms = armsOf(op);
  SmallVector<Type> types{b.getI64Type()}; // of the workspace in use
  for (Type type : op->getResultTypes()) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    types.push_back(tensor ? workspace.getType() : type);
    types.append(tensor ? tensor.getRank() : 0, b.getIndexType());
  }
  at(depth());
  Operation *made;
  const bool two = isa<core::BranchOp>(op);
  if (two) {
    made = scf::IfOp::create(b, loc, types, selector, true);
  } else {
    SmallVector<int64_t> cases;
    for (size_t k = 0; k + 1 < arms.size(); ++k)
      cases.push_back(k);
    made = scf::IndexSwitchOp::create(b, loc, types, selector, cases, cases.size());
  }
  const Value start = top;
  for (auto [k, arm] : llvm::enumerate(arms)) {
    Region &region = made->getRegion(two ? k : (k + 1) % arms.size());
    if (region.empty())
      region.emplaceBlock();
    enter(made, &region.front());
    top = start;
    SmallVector<Value> values = armValues(op, *arm);
    if (failed)
      return failure();
    values.insert(values.begin(), top);
    b.setInsertionPointToEnd(&region.front());
    scf::YieldOp::create(b, loc, values);
    leave();
  }
  top = made->getResult(0);
  SmallVector<Value> results(made->getResults().drop_front());
  setTensors(op, results);
  return success();
}

} // namespace gms::compiler::cpu
