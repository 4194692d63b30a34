// Registration and verifiers of the tensor core.
#include "compiler/dialect/core/core.h"
#include <llvm/ADT/TypeSwitch.h>
#include <mlir/IR/DialectImplementation.h>

#include "compiler/dialect/core/core_dialect.cpp.inc"
#include "compiler/dialect/core/core_enums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "compiler/dialect/core/core_attrs.cpp.inc"
#define GET_OP_CLASSES
#include "compiler/dialect/core/core_ops.cpp.inc"

namespace gms::core {
using namespace mlir;

void CoreDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "compiler/dialect/core/core_attrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "compiler/dialect/core/core_ops.cpp.inc"
      >();
}

namespace {

/// A body takes `leading` indices and then values of the given types.
LogicalResult verifyBodyArguments(Operation *op, Block &body, size_t leading, TypeRange states) {
  if (body.getNumArguments() != leading + states.size())
    return op->emitOpError() << "has a body of " << body.getNumArguments() << " arguments where "
                             << leading + states.size() << " are expected";
  for (size_t k = 0; k < leading; ++k)
    if (!body.getArgument(k).getType().isIndex())
      return op->emitOpError() << "has a body whose argument " << k << " is not an index";
  for (auto [k, type] : llvm::enumerate(states))
    if (body.getArgument(leading + k).getType() != type)
      return op->emitOpError() << "has a body whose state " << k << " is not of type " << type;
  return success();
}

LogicalResult verifyYield(Operation *op, Block &body, TypeRange types) {
  Operation *yield = body.getTerminator();
  if (!isa<YieldOp>(yield))
    return op->emitOpError("has a body that does not end in core.yield");
  if (yield->getOperandTypes() != types)
    return op->emitOpError() << "has a body that yields (" << yield->getOperandTypes() << ") where (" << types
                             << ") is expected";
  return success();
}

bool isScalar(Type type) { return type.isIntOrIndexOrFloat(); }

} // namespace

LogicalResult ComputeOp::verify() {
  const int64_t rank = getResult().getType().getRank();
  if (rank != static_cast<int64_t>(getExtents().size()))
    return emitOpError() << "has " << getExtents().size() << " extents and a result of rank " << rank;
  return verifyBodyArguments(*this, getBody().front(), rank, {});
}

LogicalResult ComputeOp::verifyRegions() {
  return verifyYield(*this, getBody().front(), getResult().getType().getElementType());
}

LogicalResult ReadOp::verify() {
  const int64_t rank = cast<ShapedType>(getTensor().getType()).getRank();
  if (rank != static_cast<int64_t>(getIndices().size()))
    return emitOpError() << "has " << getIndices().size() << " indices for a tensor of rank " << rank;
  return success();
}

LogicalResult ReduceOp::verify() {
  if (!isScalar(getResult().getType()))
    return emitOpError() << "gives a " << getResult().getType() << " where a scalar is expected";
  return verifyBodyArguments(*this, getBody().front(), getLows().size(), {});
}

LogicalResult ReduceOp::verifyRegions() {
  Type result = getResult().getType();
  Type yielded = getBody().front().getTerminator()->getNumOperands() == 1
                     ? getBody().front().getTerminator()->getOperand(0).getType()
                     : Type();
  switch (getKind()) {
  case Reduction::Any:
  case Reduction::All:
    if (!result.isInteger(1))
      return emitOpError("gives an i1 for this kind");
    return verifyYield(*this, getBody().front(), result);
  case Reduction::Count:
    if (!result.isIndex() || !yielded || !yielded.isInteger(1))
      return emitOpError("counts i1 and gives an index");
    return success();
  case Reduction::ArgMin:
  case Reduction::ArgMax:
    if (!result.isIndex() || !yielded || !isScalar(yielded))
      return emitOpError("takes one scalar and gives an index for this kind");
    return success();
  default:
    return verifyYield(*this, getBody().front(), result);
  }
}

LogicalResult ScanOp::verify() {
  if (getInits().empty() || getResult().getType().getRank() != 1)
    return emitOpError("needs a state and a result of rank 1");
  if (getResult().getType().getElementType() != getInits()[0].getType())
    return emitOpError("gives a tensor of its first state");
  return verifyBodyArguments(*this, getBody().front(), 1, getInits().getTypes());
}

LogicalResult ScanOp::verifyRegions() { return verifyYield(*this, getBody().front(), getInits().getTypes()); }

LogicalResult HistogramOp::verify() {
  const auto type = getResult().getType();
  if (!type.getElementType().isInteger(64) || type.getRank() < 1)
    return emitOpError() << "gives a " << type << " where a tensor of i64 of rank 1 or more is expected";
  if (type.getRank() != static_cast<int64_t>(getExtents().size()))
    return emitOpError() << "has " << getExtents().size() << " extents and a result of rank " << type.getRank();
  if (getLows().empty() || getLows().size() != getHighs().size())
    return emitOpError("has a box without axes, or whose ends differ in number");
  return verifyBodyArguments(*this, getBody().front(), outerCount() + getLows().size(), {});
}

LogicalResult HistogramOp::verifyRegions() {
  return verifyYield(*this, getBody().front(), IndexType::get(getContext()));
}

LogicalResult BranchOp::verifyRegions() {
  for (Region *arm : {&getTaken(), &getOtherwise()})
    if (arm->getNumArguments() || failed(verifyYield(*this, arm->front(), getResultTypes())))
      return failure();
  return success();
}

LogicalResult SwitchOp::verifyRegions() {
  if (getArms().empty())
    return emitOpError("has no arm");
  for (Region &arm : getArms())
    if (arm.getNumArguments() || failed(verifyYield(*this, arm.front(), getResultTypes())))
      return failure();
  return success();
}

LogicalResult LoopOp::verify() {
  const size_t fixed = getInits().size() + (getUntil() ? 1 : 0);
  if (getNumResults() < fixed)
    return emitOpError() << "has " << getNumResults() << " results where at least " << fixed << " are expected";
  for (auto [k, type] : llvm::enumerate(getInits().getTypes()))
    if (getResult(k).getType() != type)
      return emitOpError() << "gives a state of type " << getResult(k).getType() << " that starts as " << type;
  if (getUntil() && !getPasses().getType().isIndex())
    return emitOpError("gives the number of passes as an index");
  return verifyBodyArguments(*this, getBody().front(), 1, getInits().getTypes());
}

namespace {
/// The history of a value has one more axis, in front.
bool isHistoryOf(Type history, Type value) {
  auto type = dyn_cast<RankedTensorType>(history);
  auto each = dyn_cast<RankedTensorType>(value);
  if (!type || type.getRank() != (each ? each.getRank() : 0) + 1)
    return false;
  return type.getElementType() == (each ? each.getElementType() : value) &&
         (!each || type.getShape().drop_front() == each.getShape());
}
} // namespace

LogicalResult LoopOp::verifyRegions() {
  auto yield = dyn_cast<YieldOp>(getBody().front().getTerminator());
  if (!yield)
    return emitOpError("has a body that does not end in core.yield");
  if (yield.getNumOperands() != getNumResults())
    return emitOpError() << "has " << getNumResults() << " results and a body that yields "
                         << yield.getNumOperands() << " values";
  if (getNexts().getTypes() != getInits().getTypes())
    return emitOpError() << "has a body that yields the states (" << getNexts().getTypes() << ") where ("
                         << getInits().getTypes() << ") is expected";
  for (auto [history, value] : llvm::zip(getHistories(), getYields()))
    if (!isHistoryOf(history.getType(), value.getType()))
      return emitOpError() << "has the history " << history.getType() << " of values of type " << value.getType();
  if (getUntil() && !getEnd().getType().isInteger(1))
    return emitOpError("asks an i1 whether the loop ends");
  return success();
}

namespace {

/// Floats, and tensors of them, have derivatives.
bool isReal(Type type) { return isa<FloatType>(getElementTypeOrSelf(type)); }

} // namespace

LogicalResult DerivativeOp::verify() {
  if (!isReal(getVariable().getType()))
    return emitOpError() << "is by a " << getVariable().getType() << " where a float or a tensor of floats is expected";
  return success();
}

LogicalResult OwnDerivativeOp::verify() {
  if (getInputs().size() != getPartials().size())
    return emitOpError() << "has " << getPartials().size() << " partials for " << getInputs().size() << " inputs";
  for (auto [input, partial] : llvm::zip(getInputs(), getPartials())) {
    auto have = dyn_cast<ShapedType>(partial.getType()), want = dyn_cast<ShapedType>(input.getType());
    const bool sameForm = have && want ? have.getElementType() == want.getElementType() &&
                                             succeeded(verifyCompatibleShape(have.getShape(), want.getShape()))
                                       : partial.getType() == input.getType();
    if (!isReal(input.getType()) || !sameForm)
      return emitOpError() << "has a partial of type " << partial.getType() << " for an input of type "
                           << input.getType();
  }
  return success();
}

LogicalResult ScatterOp::verify() {
  auto type = getResult().getType();
  if (type.getRank() != static_cast<int64_t>(getExtents().size()))
    return emitOpError() << "has " << getExtents().size() << " extents and a result of rank " << type.getRank();
  if (!isReal(type))
    return emitOpError() << "adds " << type.getElementType() << " where floats are expected";
  if (getLows().size() != getHighs().size())
    return emitOpError() << "has a box of " << getLows().size() << " lower and " << getHighs().size()
                         << " upper ends";
  return verifyBodyArguments(*this, getBody().front(), getLows().size(), {});
}

LogicalResult ScatterOp::verifyRegions() {
  SmallVector<Type> types{getResult().getType().getElementType()};
  types.append(getExtents().size(), IndexType::get(getContext()));
  return verifyYield(*this, getBody().front(), types);
}

} // namespace gms::core
