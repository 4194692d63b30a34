#include "lang/eval/warp_map.h"
#include <cmath>

namespace gms::eval {

using namespace program;

namespace {
constexpr int fixedPointSteps = 50;
}

WarpMap::WarpMap(const Program &program, const WarpStep &step)
    : warp(*step.warp), evaluator(program), locals(step.warp->locals.size()) {
  Evaluator::Frame frame{&warp, std::move(locals), warp.name};
  for (size_t i = 0; i < step.arguments.size(); ++i)
    frame.locals[warp.parameters[i].local] = step.arguments[i];
  frame.locals[warp.inputHeight] = step.inputHeight;
  frame.locals[warp.inputWidth] = step.inputWidth;
  evaluator.bindExtents(warp.dims, warp.checks, frame);
  outputHeight = warp.extentHeight ? evaluator.whole(*warp.extentHeight, frame) : step.inputHeight;
  outputWidth = warp.extentWidth ? evaluator.whole(*warp.extentWidth, frame) : step.inputWidth;
  frame.locals[warp.outputHeight] = outputHeight;
  frame.locals[warp.outputWidth] = outputWidth;
  locals = std::move(frame.locals);
  if (outputHeight < 0 || outputWidth < 0)
    throw EvalError(warp.nameSpan, "the extent of what `" + warp.name + "` gives is negative");
}

std::pair<float, float> WarpMap::at(float y, float x) {
  Evaluator::Frame frame{&warp, std::move(locals), warp.name};
  frame.locals[warp.y] = static_cast<double>(y);
  frame.locals[warp.x] = static_cast<double>(x);
  Value moved = evaluator.eval(*warp.body, frame);
  locals = std::move(frame.locals);
  return {static_cast<float>(std::get<double>(moved.items().items[0].v)), static_cast<float>(std::get<double>(moved.items().items[1].v))};
}

void WarpMap::classify() {
  classified = true;
  const Expr *body = warp.body.get();
  while (body->kind == ExprKind::Block) {
    for (const Definition &definition : body->definitions)
      if (definition.locals.size() == 1 && definition.value->type->kind == TypeKind::Scalar)
        ratios[definition.locals[0]] = ratio(*definition.value);
    body = body->args[0].get();
  }
  if (body->kind != ExprKind::MakeTuple)
    return;
  auto a = ratio(*body->args[0]), b = ratio(*body->args[1]);
  if (a && b)
    closed = std::pair(*a, *b);
}

/// The expression as a quotient of two affine forms in y and x, where it is one.
std::optional<WarpMap::Ratio> WarpMap::ratio(const Expr &e) {
  if (e.kind == ExprKind::Local) {
    Ratio out;
    if (e.local == warp.y)
      out.a = 1;
    else if (e.local == warp.x)
      out.b = 1;
    else if (auto it = ratios.find(e.local); it != ratios.end())
      return it->second;
    else if (auto *r = std::get_if<double>(&locals[e.local].v))
      out.c = *r;
    else if (auto *i = std::get_if<int64_t>(&locals[e.local].v))
      out.c = static_cast<double>(*i);
    else
      return std::nullopt;
    return out;
  }
  if (e.kind == ExprKind::Constant && !std::holds_alternative<std::string>(e.constant)) {
    Ratio out;
    if (auto *r = std::get_if<double>(&e.constant)) out.c = *r;
    if (auto *i = std::get_if<int64_t>(&e.constant)) out.c = static_cast<double>(*i);
    if (auto *b = std::get_if<bool>(&e.constant)) out.c = *b;
    return out;
  }
  if (e.kind == ExprKind::Convert)
    return ratio(*e.args[0]);
  if (e.kind == ExprKind::Primitive)
    return combine(e);
  if (e.kind == ExprKind::If) {
    auto condition = ratio(*e.args[0]);
    if (!condition || !condition->constant())
      return std::nullopt;
    return ratio(*e.args[condition->value() != 0 ? 1 : 2]);
  }
  // Anything else counts as a number where it does not look at y and x.
  std::function<bool(const Expr &)> looks = [&](const Expr &part) {
    if (part.kind == ExprKind::Local)
      return part.local == warp.y || part.local == warp.x || ratios.count(part.local) != 0;
    for (const ExprPtr &arg : part.args)
      if (looks(*arg))
        return true;
    for (const Definition &definition : part.definitions)
      if (looks(*definition.value))
        return true;
    return false;
  };
  if (looks(e) || e.type->kind != TypeKind::Scalar)
    return std::nullopt;
  Evaluator::Frame frame{&warp, locals, warp.name};
  Ratio out;
  out.c = evaluator.scalar(e, frame);
  return out;
}

std::optional<WarpMap::Ratio> WarpMap::combine(const Expr &e) {
  auto p = ratio(*e.args[0]);
  auto q = e.args.size() > 1 ? ratio(*e.args[1]) : std::optional<Ratio>(Ratio{});
  if (!p || !q)
    return std::nullopt;
  auto scaled = [](Ratio r, double k) {
    r.a *= k, r.b *= k, r.c *= k;
    return r;
  };
  auto sum = [&](const Ratio &l, const Ratio &r) -> std::optional<Ratio> {
    if (l.d != r.d || l.e != r.e || l.f != r.f) {
      if (r.d == 0 && r.e == 0) { // a constant or affine over a number: bring to l's denominator where r is a number
        if (r.constant())
          return Ratio{l.a + r.value() * l.d, l.b + r.value() * l.e, l.c + r.value() * l.f, l.d, l.e, l.f};
        if (l.d == 0 && l.e == 0)
          return Ratio{l.a / l.f + r.a / r.f, l.b / l.f + r.b / r.f, l.c / l.f + r.c / r.f, 0, 0, 1};
      }
      if (l.constant())
        return Ratio{r.a + l.value() * r.d, r.b + l.value() * r.e, r.c + l.value() * r.f, r.d, r.e, r.f};
      return std::nullopt;
    }
    return Ratio{l.a + r.a, l.b + r.b, l.c + r.c, l.d, l.e, l.f};
  };
  switch (e.prim) {
  case Prim::Neg: return scaled(*p, -1);
  case Prim::Add: return sum(*p, *q);
  case Prim::Sub: return sum(*p, scaled(*q, -1));
  case Prim::Mul:
    if (q->constant())
      return scaled(*p, q->value());
    return p->constant() ? std::optional<Ratio>(scaled(*q, p->value())) : std::nullopt;
  case Prim::Div:
    if (q->constant())
      return scaled(*p, 1 / q->value());
    if (p->d == 0 && p->e == 0 && q->d == 0 && q->e == 0)
      return Ratio{p->a / p->f, p->b / p->f, p->c / p->f, q->a / q->f, q->b / q->f, q->c / q->f};
    return std::nullopt;
  default: {
    if (!p->constant() || !q->constant())
      return std::nullopt;
    Evaluator::Frame frame{&warp, locals, warp.name};
    for (const auto &[id, known] : ratios)
      if (known && known->constant())
        frame.locals[id] = known->value();
    Ratio out;
    out.c = evaluator.scalar(e, frame);
    return out;
  }
  }
}

std::pair<float, float> WarpMap::inverse(float y, float x) {
  if (!classified)
    classify();
  if (closed) {
    // (a y + b x + c) = t (d y + e x + f) for both coordinates: two linear equations.
    const auto &[r, s] = *closed;
    double a1 = r.a - y * r.d, b1 = r.b - y * r.e, c1 = y * r.f - r.c;
    double a2 = s.a - x * s.d, b2 = s.b - x * s.e, c2 = x * s.f - s.c;
    double determinant = a1 * b2 - a2 * b1;
    return {static_cast<float>((c1 * b2 - c2 * b1) / determinant), static_cast<float>((a1 * c2 - a2 * c1) / determinant)};
  }
  float qy = y, qx = x;
  for (int k = 0; k < fixedPointSteps; ++k) {
    auto [my, mx] = at(qy, qx);
    qy = qy - (my - y);
    qx = qx - (mx - x);
  }
  return {qy, qx};
}

} // namespace gms::eval
