// Registration and verifiers of the augmentation dialect.
#include "compiler/dialect/aug/aug.h"
#include <llvm/ADT/TypeSwitch.h>
#include <mlir/IR/DialectImplementation.h>

#include "compiler/dialect/aug/aug_dialect.cpp.inc"
#include "compiler/dialect/aug/aug_enums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "compiler/dialect/aug/aug_attrs.cpp.inc"
#define GET_OP_CLASSES
#include "compiler/dialect/aug/aug_ops.cpp.inc"

namespace gms::aug {
using namespace mlir;

void AugDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "compiler/dialect/aug/aug_attrs.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "compiler/dialect/aug/aug_ops.cpp.inc"
      >();
}

LogicalResult DrawOp::verify() {
  const bool integer = getDistribution() == Distribution::Integer;
  const bool bernoulli = getDistribution() == Distribution::Bernoulli;
  const size_t expected = bernoulli ? 1 : 2;
  if (getArgs().size() != expected)
    return emitOpError() << "has " << getArgs().size() << " arguments where " << expected << " are expected";
  Type argument = integer ? Type(IndexType::get(getContext())) : Type(Float32Type::get(getContext()));
  Type result = bernoulli ? Type(IntegerType::get(getContext(), 1)) : argument;
  for (Value arg : getArgs())
    if (arg.getType() != argument)
      return emitOpError() << "has an argument of type " << arg.getType() << " where " << argument
                           << " is expected";
  if (getResult().getType() != result)
    return emitOpError() << "gives a " << getResult().getType() << " where " << result << " is expected";
  return success();
}

LogicalResult CategoricalOp::verify() {
  return getWeights().empty() ? emitOpError("has no weight") : success();
}

LogicalResult PermutationOp::verify() {
  if (getOrder().empty() || getOrder().size() > 16)
    return emitOpError() << "orders " << getOrder().size() << " items where 1 to 16 are possible";
  return success();
}

LogicalResult WarpOp::verify() {
  auto image = cast<RankedTensorType>(getImage().getType());
  auto result = getResult().getType();
  if (image.getRank() < 2 || image.getRank() != result.getRank())
    return emitOpError("needs an image and a result of one rank, at least 2");
  if (image.getElementType() != result.getElementType())
    return emitOpError() << "gives elements of type " << result.getElementType() << " for an image of "
                         << image.getElementType();
  if ((getBorder() == WarpBorder::Fill) != bool(getFill()))
    return emitOpError("has a fill value exactly where its border is `fill`");
  if (getFill() && getFill().getType() != image.getElementType())
    return emitOpError() << "has a fill of type " << getFill().getType() << " for an image of "
                         << image.getElementType();
  Block &map = getMap().front();
  if (map.getNumArguments() != 2 || !map.getArgument(0).getType().isF32() ||
      !map.getArgument(1).getType().isF32())
    return emitOpError("has a map that does not take two f32");
  return success();
}

LogicalResult WarpOp::verifyRegions() {
  return isa<YieldOp>(getMap().front().getTerminator()) ? success()
                                                        : emitOpError("has a map without aug.yield");
}

} // namespace gms::aug
