// Warps of tensors: one aug.warp each; adjacent ones are composed by a later pass, since composition is their
// meaning.
#include "compiler/import/importer.h"
#include "compiler/import/operations.h"

namespace gms::compiler {
using namespace program;

/// Binds a warp's parameters, its input's extent and its result's.
Frame Importer::warpFrame(const Expr &expr, Frame &frame, const Scalar &height, const Scalar &width) {
  const Function &warp = program.function(expr.function);
  Frame inner = enterFunction(expr, frame, 1);
  bindDims(warp.dims, warp.checks, inner);
  inner.locals[warp.inputHeight] = height;
  inner.locals[warp.inputWidth] = width;
  // Until they are known: an extent may not depend on itself.
  inner.locals[warp.outputHeight] = height;
  inner.locals[warp.outputWidth] = width;
  const Scalar outHeight = warp.extentHeight ? scalar(*warp.extentHeight, inner) : height;
  const Scalar outWidth = warp.extentWidth ? scalar(*warp.extentWidth, inner) : width;
  for (const Scalar &size : {outHeight, outWidth})
    if (!emitter.nonNegative(size))
      require(emitter.primitive(Prim::Ge, {size, Scalar::of(int64_t(0))}),
              warp.name + ": the extent of its result must not be negative");
  inner.locals[warp.outputHeight] = outHeight;
  inner.locals[warp.outputWidth] = outWidth;
  return inner;
}

std::pair<ImportValue, ImportValue> Importer::warpMap(Frame &frame, ImportValue y, ImportValue x) {
  const Function &warp = *frame.function;
  frame.locals[warp.y] = std::move(y);
  frame.locals[warp.x] = std::move(x);
  ImportValue mapped = eval(*warp.body, frame);
  return {mapped.group()->items[0], mapped.group()->items[1]};
}

ImportValue Importer::warp(const Expr &expr, Frame &frame) {
  if (emitter.inBody())
    failNotCompiled(expr, "a warp inside index notation that depends on its indices");
  const Function &function = program.function(expr.function);
  TensorRef image = tensor(*expr.args[0], frame);
  if (!image->value)
    image = tensorOf(materialise(*image, expr.args[0]->span), image->element, image->extents);
  const size_t rank = image->rank();
  Frame inner = warpFrame(expr, frame, image->extents[rank - 2], image->extents[rank - 1]);
  const mlir::Location outer = emitter.loc;
  emitter.loc = mlir::NameLoc::get(mlir::StringAttr::get(&emitter.context, function.name));
  std::vector<Scalar> sizes = image->extents;
  sizes[rank - 2] = *inner.locals[function.outputHeight].scalar();
  sizes[rank - 1] = *inner.locals[function.outputWidth].scalar();
  mlir::Value fill;
  if (expr.border == Border::Fill)
    fill = emitter.toMemory(emitter.convert(scalar(*expr.args.back(), frame), image->element));
  mlir::Operation *op = ops::warp(emitter, *image, sizes, emitter.value(sizes[rank - 2]),
                                  emitter.value(sizes[rank - 1]), expr.sampling, expr.border, fill);
  mlir::Block *block = &op->getRegion(0).front();
  const mlir::Type real = emitter.builder.getF32Type();
  Scalar y = Scalar::of(block->addArgument(real, emitter.loc), Element::F32);
  Scalar x = Scalar::of(block->addArgument(real, emitter.loc), Element::F32);
  emitter.enter(op, block, Emitter::Region::Body);
  auto [inY, inX] = warpMap(inner, y, x);
  ops::warpYield(emitter, emitter.value(emitter.convert(toScalar(inY, expr), Element::F32)),
                 emitter.value(emitter.convert(toScalar(inX, expr), Element::F32)));
  emitter.leave();
  emitter.loc = outer;
  return tensorOf(op->getResult(0), image->element, std::move(sizes));
}

} // namespace gms::compiler
