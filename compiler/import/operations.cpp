#include "compiler/import/operations.h"
#include "compiler/dialect/aug/aug.h"
#include "compiler/dialect/core/core.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/IR/Matchers.h>

namespace gms::compiler::ops {
using namespace mlir;

void loadDialects(MLIRContext &context) {
  context.loadDialect<arith::ArithDialect, func::FuncDialect, math::MathDialect, scf::SCFDialect,
                      tensor::TensorDialect, core::CoreDialect, aug::AugDialect>();
}

namespace {

SmallVector<mlir::Value> values(Emitter &emitter, const std::vector<Scalar> &scalars) {
  SmallVector<mlir::Value> list;
  for (const Scalar &s : scalars)
    list.push_back(emitter.value(s));
  return list;
}

core::Border coreBorder(program::Border border) {
  switch (border) {
  case program::Border::Proven:
    return core::Border::Proven;
  case program::Border::Inherit: // of warps alone
  case program::Border::Zero:
  case program::Border::Fill:
    return core::Border::Zero;
  case program::Border::Clamp:
    return core::Border::Clamp;
  case program::Border::Reflect:
    return core::Border::Reflect;
  case program::Border::Wrap:
    return core::Border::Wrap;
  }
  return core::Border::Proven;
}

aug::WarpBorder warpBorder(program::Border border) {
  switch (border) {
  case program::Border::Proven:
  case program::Border::Clamp:
    return aug::WarpBorder::Clamp;
  case program::Border::Zero:
    return aug::WarpBorder::Zero;
  case program::Border::Reflect:
    return aug::WarpBorder::Reflect;
  case program::Border::Wrap:
    return aug::WarpBorder::Wrap;
  case program::Border::Fill:
    return aug::WarpBorder::Fill;
  case program::Border::Inherit:
    return aug::WarpBorder::Inherit;
  }
  return aug::WarpBorder::Zero;
}

aug::Sampling warpSampling(program::Sampling sampling) {
  switch (sampling) {
  case program::Sampling::Nearest:
    return aug::Sampling::Nearest;
  case program::Sampling::Bilinear:
    return aug::Sampling::Bilinear;
  case program::Sampling::Bicubic:
    return aug::Sampling::Bicubic;
  case program::Sampling::Area:
    return aug::Sampling::Area;
  case program::Sampling::Inherit:
    return aug::Sampling::Inherit;
  }
  return aug::Sampling::Bilinear;
}

} // namespace

Operation *compute(Emitter &emitter, Element element, const std::vector<Scalar> &extents) {
  SmallVector<mlir::Value> sizes = values(emitter, extents);
  return emitter.create("core.compute", sizes, {emitter.tensorType(element, extents)}, {}, 1);
}

mlir::Value read(Emitter &emitter, const Tensor &tensor, const std::vector<Scalar> &indices,
                 program::Border border) {
  SmallVector<mlir::Value> operands{tensor.value};
  operands.append(values(emitter, indices));
  auto rule = core::BorderAttr::get(&emitter.context, coreBorder(border));
  return emitter.emit("core.read", operands, emitter.memoryType(tensor.element), {{"border", rule}},
                      Emitter::Place::InArm);
}

Operation *reduce(Emitter &emitter, const char *kind, const std::vector<Scalar> &lows,
                  const std::vector<Scalar> &highs, Type result) {
  SmallVector<mlir::Value> operands = values(emitter, lows);
  operands.append(values(emitter, highs));
  auto attribute = core::ReductionAttr::get(&emitter.context, *core::symbolizeReduction(kind));
  return emitter.create("core.reduce", operands, {result}, {{"kind", attribute}}, 1);
}

Operation *scan(Emitter &emitter, const Scalar &count, ArrayRef<mlir::Value> starts,
                RankedTensorType result) {
  SmallVector<mlir::Value> operands{emitter.value(count)};
  operands.append(starts.begin(), starts.end());
  return emitter.create("core.scan", operands, {result}, {}, 1);
}

Operation *openLoop(Emitter &emitter, mlir::Value count, ArrayRef<mlir::Value> starts) {
  // Never verified: only its region lives on.
  Operation *op = emitter.create("core.loop", {count}, {}, {}, 1);
  Block &body = op->getRegion(0).front();
  body.addArgument(emitter.builder.getIndexType(), emitter.loc);
  for (mlir::Value start : starts)
    body.addArgument(start.getType(), emitter.loc);
  return op;
}

namespace {

/// A number known when compiling is the static extent of a history's first axis.
Type historyType(mlir::Value count, Type each) {
  SmallVector<int64_t> shape{ShapedType::kDynamic};
  APInt number;
  if (matchPattern(count, m_ConstantInt(&number)))
    shape[0] = number.getSExtValue();
  auto tensor = dyn_cast<RankedTensorType>(each);
  if (tensor)
    shape.append(tensor.getShape().begin(), tensor.getShape().end());
  return RankedTensorType::get(shape, tensor ? tensor.getElementType() : each);
}

} // namespace

Operation *finishLoop(Emitter &emitter, Operation *open, ArrayRef<mlir::Value> starts,
                      ArrayRef<mlir::Value> values, bool until) {
  mlir::Value count = open->getOperand(0);
  SmallVector<Type> types;
  for (mlir::Value start : starts)
    types.push_back(start.getType());
  for (mlir::Value value : values.drop_front(starts.size()).drop_back(until ? 1 : 0))
    types.push_back(historyType(count, value.getType()));
  SmallVector<mlir::Value> operands{count};
  operands.append(starts.begin(), starts.end());
  std::vector<Emitter::Attribute> attributes;
  if (until) {
    types.push_back(emitter.builder.getIndexType());
    attributes.push_back({"until", emitter.builder.getUnitAttr()});
  }
  Operation *op = emitter.create("core.loop", operands, types, attributes, 1);
  op->getRegion(0).takeBody(open->getRegion(0));
  OpBuilder builder = OpBuilder::atBlockEnd(&op->getRegion(0).front());
  SmallVector<mlir::Value> results(values);
  for (auto [k, start] : llvm::enumerate(starts))
    if (results[k].getType() != start.getType())
      results[k] = tensor::CastOp::create(builder, emitter.loc, start.getType(), results[k]);
  core::YieldOp::create(builder, emitter.loc, results);
  return op;
}

void yield(Emitter &emitter, ArrayRef<mlir::Value> results) { emitter.create("core.yield", results, {}); }

void require(Emitter &emitter, mlir::Value condition, StringRef text, size_t level, bool firstPass) {
  emitter.atPlace(level);
  core::RequireOp::create(emitter.builder, emitter.loc, condition, text, firstPass);
}

Scalar extent(Emitter &emitter, mlir::Value tensor, int64_t axis) {
  mlir::Value number = emitter.value(Scalar::of(axis));
  mlir::Value size = emitter.emit("tensor.dim", {tensor, number}, emitter.builder.getIndexType());
  emitter.noteIndex(size, true);
  return Scalar::of(size, Element::Int);
}

mlir::Value variable(Emitter &emitter, mlir::Value value) {
  // Two names of one value are two variables: the number keeps them apart where equal operations are shared.
  auto number = emitter.builder.getI64IntegerAttr(emitter.variables++);
  return emitter.emit("core.variable", {value}, value.getType(), {{"gms.variable", number}});
}

mlir::Value derivative(Emitter &emitter, mlir::Value of, mlir::Value variable) {
  return emitter.emit("core.derivative", {of, variable}, variable.getType());
}

mlir::Value ownDerivative(Emitter &emitter, mlir::Value value, ArrayRef<mlir::Value> inputs,
                          ArrayRef<mlir::Value> partials) {
  SmallVector<mlir::Value> operands{value};
  operands.append(inputs.begin(), inputs.end());
  operands.append(partials.begin(), partials.end());
  const int32_t segments[] = {1, static_cast<int32_t>(inputs.size()), static_cast<int32_t>(partials.size())};
  return emitter.emit("core.own_derivative", operands, value.getType(),
                      {{"operandSegmentSizes", emitter.builder.getDenseI32ArrayAttr(segments)}});
}

std::pair<mlir::Value, mlir::Value> lowest(Emitter &emitter, const BandedParts &parts, RankedTensorType values,
                                           RankedTensorType vectors) {
  emitter.atPlace();
  OpBuilder &b = emitter.builder;
  if (!parts.second) {
    auto made = core::LowestOp::create(b, emitter.loc, values, vectors, parts.bands, mlir::Value(), parts.periodic);
    return {made.getValues(), made.getVectors()};
  }
  auto made = core::LowestPlaneOp::create(b, emitter.loc, values, vectors, parts.bands, parts.second, parts.diagonal,
                                          mlir::Value(), parts.periodic, parts.secondPeriodic);
  return {made.getValues(), made.getVectors()};
}

mlir::Value symmetric(Emitter &emitter, mlir::Value tensor) {
  emitter.atPlace();
  return core::SymmetricOp::create(emitter.builder, emitter.loc, tensor.getType(), tensor);
}

mlir::Value solve(Emitter &emitter, const BandedParts &parts, mlir::Value right) {
  emitter.atPlace();
  return core::SolveOp::create(emitter.builder, emitter.loc, right.getType(), parts.bands, right, parts.periodic);
}

mlir::Value exponentialSum(Emitter &emitter, mlir::Value source, mlir::Value rates, RankedTensorType result) {
  emitter.atPlace();
  return core::ExponentialSumOp::create(emitter.builder, emitter.loc, result, source, rates, 0);
}

Operation *arms(Emitter &emitter, mlir::Value selector, size_t count) {
  // Never verified: only its regions live on.
  return emitter.create("core.switch", {selector}, {}, {}, count);
}

namespace {

/// One type for all arms: extents that differ become dynamic.
Type joinedType(const std::vector<std::vector<mlir::Value>> &yielded, size_t position) {
  auto first = dyn_cast<RankedTensorType>(yielded[0][position].getType());
  if (!first)
    return yielded[0][position].getType();
  SmallVector<int64_t> shape(first.getShape());
  for (const auto &arm : yielded)
    for (auto [axis, extent] : llvm::enumerate(cast<RankedTensorType>(arm[position].getType()).getShape()))
      if (extent != shape[axis])
        shape[axis] = ShapedType::kDynamic;
  return RankedTensorType::get(shape, first.getElementType());
}

} // namespace

Operation *finishArms(Emitter &emitter, Operation *op, const std::vector<std::vector<mlir::Value>> &yielded) {
  SmallVector<Type> types;
  for (size_t k = 0; k < yielded[0].size(); ++k)
    types.push_back(joinedType(yielded, k));
  mlir::Value selector = op->getOperand(0);
  const bool two = selector.getType().isInteger(1), scalar = emitter.inBody();
  const size_t count = yielded.size();
  std::vector<Emitter::Attribute> attributes;
  if (scalar && !two) {
    SmallVector<int64_t> cases;
    for (size_t k = 0; k + 1 < count; ++k)
      cases.push_back(k);
    attributes.push_back({"cases", emitter.builder.getDenseI64ArrayAttr(cases)});
  }
  const char *name = scalar ? (two ? "scf.if" : "scf.index_switch") : (two ? "core.branch" : "core.switch");
  Operation *joined = emitter.create(name, {selector}, types, attributes, count);
  for (size_t k = 0; k < count; ++k) {
    // scf.index_switch has its default, here the last arm, first.
    Region &target = joined->getRegion(scalar && !two ? (k + 1) % count : k);
    target.takeBody(op->getRegion(k));
    OpBuilder builder = OpBuilder::atBlockEnd(&target.front());
    SmallVector<mlir::Value> results;
    for (auto [value, type] : llvm::zip(yielded[k], types))
      results.push_back(value.getType() == type
                            ? value
                            : mlir::Value(tensor::CastOp::create(builder, emitter.loc, type, value)));
    if (scalar)
      scf::YieldOp::create(builder, emitter.loc, results);
    else
      core::YieldOp::create(builder, emitter.loc, results);
  }
  return joined;
}

mlir::Value draw(Emitter &emitter, const char *distribution, ArrayRef<mlir::Value> args, Type result,
                 StringRef place, mlir::Value element) {
  SmallVector<mlir::Value> operands(args);
  if (element)
    operands.push_back(element);
  auto kind = aug::DistributionAttr::get(&emitter.context, *aug::symbolizeDistribution(distribution));
  const int32_t segments[] = {static_cast<int32_t>(args.size()), element ? 1 : 0};
  return emitter.emit("aug.draw", operands, result,
                      {{"distribution", kind},
                       {"place", emitter.builder.getStringAttr(place)},
                       {"operandSegmentSizes", emitter.builder.getDenseI32ArrayAttr(segments)}},
                      Emitter::Place::InArm);
}

mlir::Value categorical(Emitter &emitter, ArrayRef<mlir::Value> weights, StringRef place,
                        mlir::Value element) {
  SmallVector<mlir::Value> operands(weights);
  if (element)
    operands.push_back(element);
  const int32_t segments[] = {static_cast<int32_t>(weights.size()), element ? 1 : 0};
  return emitter.emit("aug.categorical", operands, emitter.builder.getIndexType(),
                      {{"place", emitter.builder.getStringAttr(place)},
                       {"operandSegmentSizes", emitter.builder.getDenseI32ArrayAttr(segments)}},
                      Emitter::Place::InArm);
}

SmallVector<mlir::Value> permutation(Emitter &emitter, int64_t count, StringRef place) {
  SmallVector<Type> types(count, emitter.builder.getIndexType());
  Operation *op =
      emitter.create("aug.permutation", {}, types, {{"place", emitter.builder.getStringAttr(place)}});
  return SmallVector<mlir::Value>(op->getResults());
}

std::optional<DrawFacts> drawFacts(Operation *op) {
  if (auto draw = dyn_cast<aug::DrawOp>(op)) {
    Type type = draw.getResult().getType();
    const Element element = type.isIndex() ? Element::Int : type.isF32() ? Element::F32 : Element::Bool;
    return DrawFacts{draw.getPlace().str(), aug::stringifyDistribution(draw.getDistribution()).str(), element,
                     bool(draw.getElement())};
  }
  if (auto draw = dyn_cast<aug::CategoricalOp>(op))
    return DrawFacts{draw.getPlace().str(), "categorical", Element::Int, bool(draw.getElement())};
  if (isa<aug::PermutationOp>(op))
    return DrawFacts{"", "permutation", Element::Int, true};
  return {};
}

Operation *warp(Emitter &emitter, const Tensor &image, const std::vector<Scalar> &extents, mlir::Value height,
                mlir::Value width, program::Sampling sampling, program::Border border, mlir::Value fill) {
  SmallVector<mlir::Value> operands{image.value, height, width};
  if (fill)
    operands.push_back(fill);
  return emitter.create("aug.warp", operands, {emitter.tensorType(image.element, extents)},
                        {{"sampling", aug::SamplingAttr::get(&emitter.context, warpSampling(sampling))},
                         {"border", aug::WarpBorderAttr::get(&emitter.context, warpBorder(border))}},
                        1);
}

void warpYield(Emitter &emitter, mlir::Value y, mlir::Value x) { emitter.create("aug.yield", {y, x}, {}); }

} // namespace gms::compiler::ops
