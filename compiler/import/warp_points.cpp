// Warps of boxes and keypoints: they move by the inverse of the map, symbolically where it is affine or
// projective.
#include "compiler/import/importer.h"
#include "compiler/import/operations.h"

namespace gms::compiler {
using namespace program;

namespace {

constexpr int64_t fixedPointSteps = 50;

bool isZero(const Scalar &s) { return s.known() && s.real == 0; }

/// Arithmetic on coefficients that keeps known zeros, so that a map's form stays visible.
struct Coefficients {
  Emitter &emitter;
  Scalar add(const Scalar &a, const Scalar &b) { return isZero(a) ? b : isZero(b) ? a : emitter.add(a, b); }
  Scalar mul(const Scalar &a, const Scalar &b) { return isZero(a) ? a : isZero(b) ? b : emitter.mul(a, b); }
  Scalar neg(const Scalar &a) { return isZero(a) ? a : emitter.primitive(Prim::Neg, {a}); }
  Scalar sub(const Scalar &a, const Scalar &b) {
    return isZero(b) ? a : isZero(a) ? neg(b) : emitter.sub(a, b);
  }
  Scalar div(const Scalar &a, const Scalar &b) {
    return isZero(a) ? a : emitter.primitive(Prim::Div, {a, b});
  }
  /// a b - c d
  Scalar minor(const Scalar &a, const Scalar &b, const Scalar &c, const Scalar &d) {
    return sub(mul(a, b), mul(c, d));
  }
};

bool sameDenominator(const LinearForm &a, const LinearForm &b) {
  return a.projective == b.projective &&
         (!a.projective || (same(a.d[0], b.d[0]) && same(a.d[1], b.d[1]) && same(a.d[2], b.d[2])));
}

bool isConstant(const LinearForm &f) { return !f.projective && isZero(f.n[1]) && isZero(f.n[2]); }

} // namespace

LinearForm Importer::linearForm(const ImportValue &value, Element element) {
  if (const LinearForm *form = value.linear())
    return *form;
  const Scalar *s = value.scalar();
  if (!s)
    throw NotLinear();
  const Scalar zero = Scalar::of(0.0, element);
  return {{emitter.convert(*s, element), zero, zero}, false, {zero, zero, zero}};
}

ImportValue Importer::linearPrimitive(Prim prim, const std::vector<ImportValue> &args) {
  Coefficients c{emitter};
  LinearForm a = linearForm(args[0], Element::F32);
  LinearForm b = args.size() > 1 ? linearForm(args[1], Element::F32) : a;
  auto each = [&](auto f) {
    LinearForm out = a;
    for (int k = 0; k < 3; ++k)
      out.n[k] = f(k);
    return ImportValue(std::make_shared<const LinearForm>(out));
  };
  switch (prim) {
  case Prim::Neg:
    return each([&](int k) { return c.neg(a.n[k]); });
  case Prim::Add:
  case Prim::Sub:
    if (!sameDenominator(a, b)) {
      // f / d + s = (f + s d) / d
      LinearForm &fraction = a.projective ? a : b, &summand = a.projective ? b : a;
      if (!isConstant(summand))
        throw NotLinear();
      const Scalar number = summand.n[0];
      summand = fraction;
      for (int k = 0; k < 3; ++k)
        summand.n[k] = c.mul(number, fraction.d[k]);
    }
    return each([&](int k) { return prim == Prim::Add ? c.add(a.n[k], b.n[k]) : c.sub(a.n[k], b.n[k]); });
  case Prim::Mul:
    if (isConstant(a))
      std::swap(a, b);
    if (!isConstant(b))
      throw NotLinear();
    return each([&](int k) { return c.mul(a.n[k], b.n[0]); });
  case Prim::Div:
    if (isConstant(b))
      return each([&](int k) { return c.div(a.n[k], b.n[0]); });
    if (a.projective || b.projective)
      throw NotLinear();
    a.projective = true;
    std::copy(b.n, b.n + 3, a.d);
    return ImportValue(std::make_shared<const LinearForm>(a));
  default:
    throw NotLinear();
  }
}

std::optional<std::pair<LinearForm, LinearForm>> Importer::linearMap(Frame warp) {
  const Scalar zero = Scalar::of(0.0, Element::F32), one = Scalar::of(1.0, Element::F32);
  const LinearForm y{{zero, one, zero}, false, {zero, zero, zero}},
      x{{zero, zero, one}, false, {zero, zero, zero}};
  const size_t depth = emitter.depth();
  try {
    auto [inY, inX] =
        warpMap(warp, std::make_shared<const LinearForm>(y), std::make_shared<const LinearForm>(x));
    return std::pair(linearForm(inY, Element::F32), linearForm(inX, Element::F32));
  } catch (const NotLinear &) {
    emitter.unwind(depth);
  }
  return std::nullopt;
}

/// Solves n(q) / d(q) = p for both coordinates of q: two linear equations, by Cramer's rule. Where the map is
/// affine, all but two products leave the body.
std::pair<Scalar, Scalar> Importer::invertPoint(const LinearForm &first, const LinearForm &second,
                                                const Scalar &y, const Scalar &x) {
  Coefficients c{emitter};
  struct Row {
    Scalar a, b, c; ///< a q.y + b q.x = c
  };
  auto row = [&](const LinearForm &f, const Scalar &p) -> Row {
    if (!f.projective)
      return {f.n[1], f.n[2], c.sub(p, f.n[0])};
    return {c.sub(f.n[1], c.mul(p, f.d[1])), c.sub(f.n[2], c.mul(p, f.d[2])),
            c.sub(c.mul(p, f.d[0]), f.n[0])};
  };
  const Row p = row(first, y), q = row(second, x);
  const Scalar determinant = c.minor(p.a, q.b, q.a, p.b);
  return {c.div(c.minor(p.c, q.b, q.c, p.b), determinant), c.div(c.minor(p.a, q.c, q.a, p.c), determinant)};
}

/// q of f(q) = p by q <- q + (p - f(q)), which converges where the map is near the identity in its
/// derivative.
std::pair<Scalar, Scalar> Importer::fixedPoint(Frame warp, const Scalar &y, const Scalar &x) {
  const mlir::Type real = emitter.scalarType(Element::F32);
  mlir::Value bounds[] = {emitter.value(Scalar::of(int64_t(0))), emitter.value(Scalar::of(fixedPointSteps)),
                          emitter.value(Scalar::of(int64_t(1))), emitter.value(y), emitter.value(x)};
  mlir::Operation *loop = emitter.create("scf.for", bounds, {real, real}, {}, 1);
  mlir::Block *block = &loop->getRegion(0).front();
  block->addArgument(emitter.builder.getIndexType(), emitter.loc);
  const Scalar qy = Scalar::of(block->addArgument(real, emitter.loc), Element::F32);
  const Scalar qx = Scalar::of(block->addArgument(real, emitter.loc), Element::F32);
  emitter.enter(loop, block, Emitter::Region::Body);
  auto [fy, fx] = warpMap(warp, qy, qx);
  const Expr &body = *warp.function->body;
  Scalar nextY = emitter.add(qy, emitter.sub(y, toScalar(fy, body)));
  Scalar nextX = emitter.add(qx, emitter.sub(x, toScalar(fx, body)));
  emitter.create("scf.yield", {emitter.value(nextY), emitter.value(nextX)}, {});
  emitter.leave();
  return {Scalar::of(loop->getResult(0), Element::F32), Scalar::of(loop->getResult(1), Element::F32)};
}

ImportValue Importer::warpPoints(const Expr &expr, Frame &frame) {
  TensorRef points = tensor(*expr.args[0], frame);
  Frame warp = warpFrame(expr, frame, dim(expr.extents[0], frame), dim(expr.extents[1], frame));
  const auto forms = linearMap(warp);
  auto move = [&](const Scalar &y, const Scalar &x) {
    return forms ? invertPoint(forms->first, forms->second, y, x) : fixedPoint(warp, y, x);
  };
  return compute(points->element, points->extents, [&](const std::vector<Scalar> &indices) {
    auto at = [&](int64_t k) {
      std::vector<Scalar> place = indices;
      place.back() = Scalar::of(k);
      return emitter.convert(readElement(*points, place, Border::Proven), Element::F32);
    };
    std::vector<Scalar> values;
    if (expr.type->role == Role::Boxes) {
      values = movedBox(move, at(0), at(1), at(2), at(3));
    } else {
      auto [y, x] = move(at(0), at(1));
      values = {y, x};
    }
    return emitter.convert(pickScalar(values, indices.back()), points->element);
  });
}

/// The bounding box of the four moved corners, which may lie outside the output.
std::vector<Scalar> Importer::movedBox(const PointMover &move, const Scalar &top, const Scalar &left,
                                       const Scalar &bottom, const Scalar &right) {
  const std::pair<Scalar, Scalar> corners[] = {move(top, left), move(top, right), move(bottom, left),
                                               move(bottom, right)};
  std::vector<Scalar> box{corners[0].first, corners[0].second, corners[0].first, corners[0].second};
  for (int k = 1; k < 4; ++k) {
    box[0] = emitter.primitive(Prim::Min, {box[0], corners[k].first});
    box[1] = emitter.primitive(Prim::Min, {box[1], corners[k].second});
    box[2] = emitter.primitive(Prim::Max, {box[2], corners[k].first});
    box[3] = emitter.primitive(Prim::Max, {box[3], corners[k].second});
  }
  return box;
}

Scalar Importer::pickScalar(const std::vector<Scalar> &values, const Scalar &index) {
  Scalar result = values.back();
  for (size_t k = values.size() - 1; k-- > 0;)
    result = emitter.select(emitter.primitive(Prim::Eq, {index, Scalar::of(static_cast<int64_t>(k))}),
                            values[k], result);
  return result;
}

} // namespace gms::compiler
