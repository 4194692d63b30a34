#include "compiler/transforms/sweep.h"
#include "compiler/transforms/emission.h"
#include "compiler/transforms/tensor_extents.h"
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

namespace gms::compiler {
using namespace mlir;

bool tensorsFitInto(Block *block) {
  for (Operation *op = block->getParentOp(); op && !isa<func::FuncOp>(op); op = op->getParentOp())
    if (!isa<core::BranchOp, core::SwitchOp, core::LoopOp>(op))
      return false;
  return true;
}

Sweep::Sweep(OpBuilder &builder, Activity &activity)
    : builder(builder), activity(activity), fits(tensorsFitInto(builder.getInsertionBlock())) {}

ScalarBuilder Sweep::formulas(Operation *op) {
  return ScalarBuilder(builder, op->getLoc(), arith::FastMathFlags::contract);
}

// ---- sums ----------------------------------------------------------------------------------------------------------

SmallVector<Sweep::Cone *> Sweep::conesBetween(Operation *from, Value to) const {
  SmallVector<Cone *> left;
  Cone *end = coneOf(to.getDefiningOp());
  for (Cone *cone = coneOf(from); cone && cone != end; cone = cone->outer)
    left.push_back(cone);
  return left;
}

SmallVector<Value> Sweep::conditionsOf(Operation *op) const {
  SmallVector<Value> conditions;
  for (Cone *cone = coneOf(op); cone; cone = cone->outer) {
    ScalarBuilder s(builder, op->getLoc());
    conditions.push_back(cone->taken ? cone->condition : s.xori(cone->condition, s.truth(true)));
  }
  return conditions;
}

void Sweep::add(Value to, Value adjoint, Operation *from) {
  if (!adjoint || !activity.contains(to))
    return;
  SmallVector<Cone *> left = conesBetween(from, to);
  if (isa<RankedTensorType>(to.getType())) {
    if (left.empty()) {
      tensors[to].whole.push_back(adjoint);
      return;
    }
    Location loc = from->getLoc();
    addElements(
        to, [adjoint, loc](OpBuilder &b, ValueRange place) { return readZero(b, loc, adjoint, place); }, from);
    return;
  }
  ScalarBuilder s(builder, to.getLoc(), arith::FastMathFlags::contract);
  for (Cone *cone : left) {
    Value zero = s.real(0, adjoint.getType());
    adjoint = cone->taken ? s.select(cone->condition, adjoint, zero) : s.select(cone->condition, zero, adjoint);
  }
  Value &sum = scalars[to];
  sum = sum ? s.addf(sum, adjoint) : adjoint;
}

void Sweep::addElements(Value tensor, ElementRule rule, Operation *from) {
  if (!activity.contains(tensor))
    return;
  for (Cone *cone : conesBetween(from, tensor)) {
    Value condition = cone->condition;
    const bool taken = cone->taken;
    rule = [rule, condition, taken, loc = from->getLoc()](OpBuilder &b, ValueRange place) -> Value {
      Value element = rule(b, place);
      if (!element)
        return element;
      ScalarBuilder s(b, loc);
      Value zero = s.real(0, element.getType());
      return taken ? s.select(condition, element, zero) : s.select(condition, zero, element);
    };
  }
  tensors[tensor].rules.push_back(std::move(rule));
}

/// The sum of all parts of an element.
static Value elementOf(OpBuilder &b, Location loc, ArrayRef<Value> whole, ArrayRef<ElementRule> rules,
                       ValueRange place) {
  ScalarBuilder s(b, loc, arith::FastMathFlags::contract);
  Value sum;
  auto add = [&](Value part) { sum = sum && part ? s.addf(sum, part) : part ? part : sum; };
  for (Value tensor : whole)
    add(readZero(b, loc, tensor, place));
  for (const ElementRule &rule : rules)
    add(rule(b, place));
  return sum;
}

Value Sweep::layOut(Value tensor, TensorAdjoint &adjoint) {
  if (adjoint.rules.empty() && adjoint.whole.size() == 1)
    return adjoint.whole[0];
  Location loc = tensor.getLoc();
  auto type = cast<RankedTensorType>(tensor.getType());
  SmallVector<Value> extents;
  for (int64_t axis = 0; axis < type.getRank(); ++axis)
    extents.push_back(extentOf(builder, loc, tensor, axis));
  return makeCompute(builder, loc, type, extents, [&](OpBuilder &b, ValueRange place) {
    Value element = elementOf(b, loc, adjoint.whole, adjoint.rules, place);
    return element ? element : ScalarBuilder(b, loc).real(0, type.getElementType());
  });
}

Value Sweep::take(Value value) {
  if (!isa<RankedTensorType>(value.getType()))
    return scalars.lookup(value);
  auto found = tensors.find(value);
  if (found == tensors.end())
    return {};
  Value laidOut = layOut(value, found->second);
  found->second = {{laidOut}, {}};
  return laidOut;
}

ElementRule Sweep::elements(Value tensor) {
  auto found = tensors.find(tensor);
  if (found == tensors.end())
    return {};
  Location loc = tensor.getLoc();
  if (fits) {
    Value laidOut = take(tensor);
    return [laidOut, loc](OpBuilder &b, ValueRange place) { return readZero(b, loc, laidOut, place); };
  }
  TensorAdjoint parts = found->second;
  return [parts, loc, tensor](OpBuilder &b, ValueRange place) -> Value {
    ScalarBuilder s(b, loc);
    Value inside;
    for (auto [axis, index] : llvm::enumerate(place))
      askInside(s, index, s.index(0), extentOf(b, loc, tensor, axis), inside);
    Value element = elementOf(b, loc, parts.whole, parts.rules, place);
    return element && inside ? s.select(inside, element, s.real(0, element.getType())) : element;
  };
}

void Sweep::moveTo(Value from, Value to, Operation *op) {
  if (!isa<RankedTensorType>(from.getType()))
    return add(to, take(from), op);
  if (fits)
    return add(to, take(from), op);
  if (ElementRule rule = elements(from))
    addElements(to, rule, op);
}

// ---- the walk ------------------------------------------------------------------------------------------------------

LogicalResult Sweep::walkBack(Operation *last, Operation *stop) {
  for (Operation *op = last; op && op != stop; op = op->getPrevNode())
    if (failed(visit(op)))
      return failure();
  return success();
}

LogicalResult Sweep::visit(Operation *op) {
  if (llvm::none_of(op->getResults(), [&](Value result) { return has(result); }))
    return success();
  if (isa<core::VariableOp, tensor::CastOp>(op)) {
    if (isa<core::VariableOp>(op) || op->getOperand(0).getType() == op->getResult(0).getType())
      moveTo(op->getResult(0), op->getOperand(0), op);
    else if (ElementRule rule = elements(op->getResult(0)))
      addElements(op->getOperand(0), rule, op);
    return success();
  }
  if (isa<tensor::FromElementsOp>(op)) {
    visitElements(op);
    return success();
  }
  if (auto compute = dyn_cast<core::ComputeOp>(op)) {
    visitCompute(*this, compute);
    return success();
  }
  if (auto scan = dyn_cast<core::ScanOp>(op))
    return visitScan(*this, scan);
  if (auto scatter = dyn_cast<core::ScatterOp>(op)) {
    visitScatter(*this, scatter);
    return success();
  }
  if (isa<scf::IfOp, scf::IndexSwitchOp>(op)) {
    visitConditional(*this, op);
    return success();
  }
  if (op->getNumRegions() == 0 && op->getNumResults() == 1 && isa<FloatType>(op->getResult(0).getType()))
    return visitScalar(op, take(op->getResult(0)));
  if (auto reduce = dyn_cast<core::ReduceOp>(op)) {
    visitReduce(*this, reduce, take(op->getResult(0)));
    return success();
  }
  return visitByRule(op);
}

LogicalResult Sweep::visitScalar(Operation *op, Value adjoint) {
  if (auto read = dyn_cast<core::ReadOp>(op)) {
    visitRead(*this, read, adjoint);
    return success();
  }
  if (auto own = dyn_cast<core::OwnDerivativeOp>(op)) {
    visitOwnDerivative(own, adjoint);
    return success();
  }
  if (auto select = dyn_cast<arith::SelectOp>(op)) {
    visitSelect(select, adjoint);
    return success();
  }
  ScalarBuilder s = formulas(op);
  Value value = known.contains(op->getResult(0)) ? known[op->getResult(0)] : op->getResult(0);
  auto wanted = [&](unsigned k) { return activity.contains(op->getOperand(k)); };
  FailureOr<SmallVector<Value>> parts = adjointsOfScalar(s, op, value, adjoint, wanted);
  if (failed(parts))
    return visitByRule(op);
  for (auto [operand, part] : llvm::zip(op->getOperands(), *parts))
    add(operand, part, op);
  return success();
}

LogicalResult Sweep::visitByRule(Operation *op) {
  SmallVector<Value> results;
  for (Value result : op->getResults())
    results.push_back(has(result) ? take(result) : Value());
  if (op->getNumRegions() == 0) {
    FailureOr<SmallVector<Value>> parts = adjointsOfOperands(builder, op, results);
    if (failed(parts))
      return op->emitError("cannot be differentiated");
    for (auto [operand, part] : llvm::zip(op->getOperands(), *parts))
      add(operand, part, op);
    return success();
  }
  SmallVector<Value> captured = activeCaptures(op, activity);
  FailureOr<BlockAdjoints> parts = adjointsOfRegions(builder, op, results, captured);
  if (failed(parts))
    return op->emitError("cannot be differentiated");
  for (auto [operand, part] : llvm::zip(op->getOperands(), parts->arguments))
    add(operand, part, op);
  for (auto [value, part] : llvm::zip(captured, parts->captured))
    add(value, part, op);
  return success();
}

/// Each element has an operand of its own.
void Sweep::visitElements(Operation *op) {
  ElementRule rule = elements(op->getResult(0));
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  ScalarBuilder s = formulas(op);
  for (auto [number, operand] : llvm::enumerate(op->getOperands())) {
    if (!activity.contains(operand))
      continue;
    SmallVector<Value> place(type.getRank());
    int64_t rest = number;
    for (int64_t axis = type.getRank(); axis-- > 0; rest /= type.getDimSize(axis))
      place[axis] = s.index(rest % type.getDimSize(axis));
    add(operand, rule(builder, place), op);
  }
}

void Sweep::visitOwnDerivative(core::OwnDerivativeOp op, Value adjoint) {
  Location loc = op.getLoc();
  for (auto [input, partial] : llvm::zip(op.getInputs(), op.getPartials())) {
    if (!activity.contains(input))
      continue;
    auto times = [adjoint, loc](OpBuilder &b, Value p) {
      ScalarBuilder s(b, loc, arith::FastMathFlags::contract);
      return s.mulf(convertReal(s, adjoint, p.getType()), p);
    };
    if (!isa<RankedTensorType>(input.getType()))
      add(input, times(builder, partial), op);
    else
      addElements(
          input,
          [times, loc, partial = partial](OpBuilder &b, ValueRange place) {
            return times(b, readZero(b, loc, partial, place));
          },
          op);
  }
}

FailureOr<BlockAdjoints> differentiateBlock(OpBuilder &builder, Block &block, ValueRange arguments,
                                            ValueRange yieldAdjoints, ValueRange captured,
                                            ArrayRef<std::pair<Value, Value>> known) {
  // Names of its own for what the block takes in: the derivative is by these alone.
  IRMapping mapping;
  SmallVector<Value> variables;
  auto name = [&](Value inner, Value value) {
    mapping.map(inner, value);
    if (!hasAdjoint(value.getType()))
      return;
    variables.push_back(makeVariable(builder, value));
    mapping.map(inner, variables.back());
  };
  for (auto [argument, value] : llvm::zip(block.getArguments(), arguments))
    name(argument, value);
  for (Value value : captured)
    name(value, value);
  SmallVector<Operation *> made = cloneBody(builder, block, mapping);
  Activity activity(variables);
  Sweep sweep(builder, activity);
  for (auto [yielded, adjoint] : llvm::zip(block.getTerminator()->getOperands(), yieldAdjoints))
    if (adjoint)
      sweep.add(mapping.lookupOrDefault(yielded), adjoint);
  if (!made.empty() && failed(sweep.walkBack(made.back(), variables.empty() ? made.front()->getPrevNode()
                                                                             : variables.back().getDefiningOp())))
    return failure();
  // One list, in which variables are replaced at once.
  SmallVector<Value> adjoints;
  auto taken = [&](Value inner) {
    Value variable = mapping.lookup(inner);
    return hasAdjoint(variable.getType()) && sweep.has(variable) ? sweep.take(variable) : Value();
  };
  for (Value argument : block.getArguments())
    adjoints.push_back(taken(argument));
  for (Value value : captured)
    adjoints.push_back(taken(value));
  for (auto [inner, value] : known) {
    Value again = mapping.lookup(inner);
    std::replace(adjoints.begin(), adjoints.end(), again, value);
    again.replaceAllUsesWith(value);
  }
  dropVariables(variables, adjoints);
  const ArrayRef<Value> all(adjoints);
  return BlockAdjoints{SmallVector<Value>(all.drop_back(captured.size())),
                       SmallVector<Value>(all.take_back(captured.size()))};
}

} // namespace gms::compiler
