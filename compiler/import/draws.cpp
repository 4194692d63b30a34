// Draws and `choose`. Every draw's place path is that of lang/eval: entry name, each call's place, the draw's
// own.
#include "compiler/import/importer.h"
#include "compiler/import/operations.h"
#include <utility>

namespace gms::compiler {
using namespace program;

namespace {
const char *operationName(Distribution distribution) {
  switch (distribution) {
  case Distribution::Uniform:
    return "uniform";
  case Distribution::Normal:
    return "normal";
  case Distribution::LogUniform:
    return "log_uniform";
  case Distribution::Bernoulli:
    return "bernoulli";
  default:
    return "integer";
  }
}
} // namespace

std::string Importer::placeOf(const Expr &expr, Frame &frame) const {
  return expr.place.empty() ? frame.place : frame.place + "/" + expr.place;
}

Scalar Importer::drawScalar(const char *distribution, const std::vector<Scalar> &args, Element type,
                            const std::string &place) {
  std::vector<mlir::Value> values;
  for (const Scalar &arg : args)
    values.push_back(emitter.value(arg.element == Element::Int ? arg : emitter.convert(arg, Element::F32)));
  mlir::Value number = element ? emitter.value(*element) : mlir::Value();
  return Scalar::of(ops::draw(emitter, distribution, values, emitter.scalarType(type), place, number), type);
}

Scalar Importer::categorical(const std::vector<Scalar> &weights, const std::string &place) {
  std::vector<mlir::Value> values;
  for (const Scalar &weight : weights)
    values.push_back(emitter.value(emitter.convert(weight, Element::F32)));
  mlir::Value number = element ? emitter.value(*element) : mlir::Value();
  mlir::Value index = ops::categorical(emitter, values, place, number);
  emitter.noteIndex(index, true);
  return Scalar::of(index, Element::Int);
}

ImportValue Importer::draw(const Expr &expr, Frame &frame) {
  const std::string place = placeOf(expr, frame);
  switch (expr.distribution) {
  case Distribution::Uniform:
  case Distribution::Normal:
  case Distribution::LogUniform: {
    Scalar drawn =
        drawScalar(operationName(expr.distribution), scalars(expr.args, 0, frame), Element::F32, place);
    return emitter.convert(drawn, expr.type->element);
  }
  case Distribution::Integer:
    return drawScalar("integer", scalars(expr.args, 0, frame), Element::Int, place);
  case Distribution::Bernoulli:
    return drawScalar("bernoulli", scalars(expr.args, 0, frame), Element::Bool, place);
  case Distribution::Categorical: {
    // So many operands as there are weights: their number is known, also in tests.
    const bool outer = std::exchange(literalsAreInputs, false);
    TensorRef weights = tensor(*expr.args[0], frame);
    literalsAreInputs = outer;
    if (weights->rank() != 1 || !weights->extents[0].known() || weights->extents[0].whole > 64)
      fail(Kind::NotKnownWhenCompiling, expr.args[0]->span, {"the number of weights (at most 64)"});
    std::vector<Scalar> values;
    for (int64_t k = 0; k < weights->extents[0].whole; ++k)
      values.push_back(readElement(*weights, {Scalar::of(k)}, Border::Proven));
    return categorical(values, place);
  }
  case Distribution::Choice: {
    ImportValue from = eval(*expr.args[0], frame);
    const Tensor *t = from.tensor();
    const Scalar count = t ? t->extents[0] : Scalar::of(static_cast<int64_t>(from.group()->items.size()));
    Scalar index = drawScalar("integer", {Scalar::of(int64_t(0)), count}, Element::Int, place);
    emitter.noteIndex(index.value, true);
    return t ? ImportValue(readElement(*t, {index}, Border::Proven)) : pick(from.group()->items, index, expr);
  }
  case Distribution::Permutation:
    return permutation(expr, frame, place);
  }
  failNotCompiled(expr, "this distribution");
}

ImportValue Importer::permutation(const Expr &expr, Frame &frame, const std::string &place) {
  const int64_t count = knownInt(*expr.args[0], frame, "how many items this permutation has");
  if (count > 16 || element)
    failNotCompiled(expr, element ? "a permutation for each element" : "a permutation of more than 16 items");
  auto made = std::make_shared<Tensor>();
  made->element = Element::Int;
  made->extents = {Scalar::of(count)};
  const auto order = emitter.inBody()
                         ? emitter.atTensorLevel([&] { return ops::permutation(emitter, count, place); })
                         : ops::permutation(emitter, count, place);
  for (mlir::Value value : order) {
    emitter.noteIndex(value, true);
    made->elements.push_back(Scalar::of(value, Element::Int));
  }
  return TensorRef(std::move(made));
}

ImportValue Importer::choose(const Expr &expr, Frame &frame) {
  std::vector<Scalar> weights;
  for (size_t k = 0; k < expr.args.size(); k += 2)
    weights.push_back(scalar(*expr.args[k], frame));
  const Scalar index = categorical(weights, placeOf(expr, frame));
  auto arm = [&](Frame &inner, size_t k) { return eval(*expr.args[2 * k + 1], inner); };
  if (emitter.inBody() && expr.type->kind == TypeKind::Tensor)
    return joinRules(index, weights.size(), expr, frame, arm);
  return join(index, weights.size(), [&](size_t k) { return arm(frame, k); }, expr.span);
}

} // namespace gms::compiler
