// The inverse of a warp's map. Its body is read symbolically: sums, products and quotients of y, x and
// numbers are quotients of two affine forms; what does not look at y and x is a number, however it is
// computed.
#include "lang/eval/warp_map.h"
#include <cmath>

namespace gms::eval {

using namespace program;

namespace {
constexpr int fixedPointSteps = 50;
constexpr int derivativeOrders = 3;
} // namespace

void WarpMap::classify() {
  classified = true;
  Scope scope{{&warp, locals, warp.name}, {}};
  scope.moving[warp.y] = {Ratio{1, 0, 0, 0, 0, 1}};
  scope.moving[warp.x] = {Ratio{0, 1, 0, 0, 0, 1}};
  Form both = form(*warp.body, scope);
  if (both.size() == 2 && both[0] && both[1])
    closed = std::pair(*both[0], *both[1]);
}

/// Whether an expression looks at y or x.
bool WarpMap::moves(const Expr &e, const Scope &scope) {
  if (e.kind == ExprKind::Local)
    return scope.moving.count(e.local) != 0;
  std::vector<LocalId> symbols;
  if (e.kind == ExprKind::DimValue)
    e.dim.symbols(symbols);
  for (LocalId symbol : symbols)
    if (scope.moving.count(symbol))
      return true;
  for (const ExprPtr &arg : e.args)
    if (moves(*arg, scope))
      return true;
  for (const IndexVar &var : e.indices)
    for (const ExprPtr *part : {&var.low, &var.high, &var.list})
      if (*part && moves(**part, scope))
        return true;
  for (const Definition &definition : e.definitions)
    if (moves(*definition.value, scope))
      return true;
  return false;
}

WarpMap::Form WarpMap::form(const Expr &e, Scope &scope) {
  switch (e.kind) {
  case ExprKind::Block:
    for (const Definition &definition : e.definitions)
      define(definition, scope);
    return form(*e.args[0], scope);
  case ExprKind::MakeTuple:
  case ExprKind::MakeRecord: {
    Form items;
    for (const ExprPtr &arg : e.args)
      items.push_back(arg->type->kind == TypeKind::Scalar ? ratio(*arg, scope) : std::nullopt);
    return items;
  }
  case ExprKind::Local:
    if (auto it = scope.moving.find(e.local); it != scope.moving.end())
      return it->second;
    return {};
  case ExprKind::Call:
    return called(e, scope);
  default:
    return {};
  }
}

/// What does not move is evaluated as it stands.
void WarpMap::define(const Definition &definition, Scope &scope) {
  if (!moves(*definition.value, scope))
    return evaluator.run(definition, scope.frame);
  if (definition.locals.size() == 1) {
    const Expr &value = *definition.value;
    scope.moving[definition.locals[0]] =
        value.type->kind == TypeKind::Scalar ? Form{ratio(value, scope)} : form(value, scope);
    return;
  }
  Form items = form(*definition.value, scope);
  items.resize(definition.locals.size());
  for (size_t i = 0; i < items.size(); ++i)
    scope.moving[definition.locals[i]] = {items[i]};
}

/// A call of an op: its body is read with the forms of its arguments.
WarpMap::Form WarpMap::called(const Expr &e, Scope &scope) {
  const Function &callee = evaluator.program.function(e.function);
  if (!callee.body)
    return {};
  Scope inner{{&callee, std::vector<Value>(callee.locals.size()), callee.name}, {}};
  for (size_t i = 0; i < e.args.size(); ++i) {
    size_t captured = i - callee.parameters.size();
    LocalId local = i < callee.parameters.size() ? callee.parameters[i].local : callee.captures.at(captured);
    const Expr &arg = *e.args[i];
    if (!moves(arg, scope))
      inner.frame.locals[local] = evaluator.eval(arg, scope.frame);
    else
      inner.moving[local] = arg.type->kind == TypeKind::Scalar ? Form{ratio(arg, scope)} : form(arg, scope);
  }
  // Extents of what moves are not known here.
  for (const DimBinding &dim : callee.dims)
    if (inner.moving.count(dim.of))
      return {};
  evaluator.bindExtents(callee.dims, {}, inner.frame);
  return callee.body->type->kind == TypeKind::Scalar ? Form{ratio(*callee.body, inner)}
                                                     : form(*callee.body, inner);
}

std::optional<WarpMap::Ratio> WarpMap::ratio(const Expr &e, Scope &scope) {
  if (!moves(e, scope))
    return Ratio{0, 0, evaluator.scalar(e, scope.frame).value, 0, 0, 1};
  auto only = [](const Form &form, size_t at) { return at < form.size() ? form[at] : std::nullopt; };
  switch (e.kind) {
  case ExprKind::Local:
    return only(scope.moving.at(e.local), 0);
  case ExprKind::Convert:
    return e.type->isReal() ? ratio(*e.args[0], scope) : std::nullopt;
  case ExprKind::Primitive:
    return combine(e, scope);
  case ExprKind::If:
    if (moves(*e.args[0], scope))
      return std::nullopt;
    return ratio(*e.args[evaluator.truth(*e.args[0], scope.frame) ? 1 : 2], scope);
  case ExprKind::Field:
  case ExprKind::Item:
    return e.args.size() == 1 ? only(form(*e.args[0], scope), e.position) : std::nullopt;
  case ExprKind::Call:
    return only(called(e, scope), 0);
  case ExprKind::Block:
    for (const Definition &definition : e.definitions)
      define(definition, scope);
    return ratio(*e.args[0], scope);
  default:
    return std::nullopt;
  }
}

std::optional<WarpMap::Ratio> WarpMap::combine(const Expr &e, Scope &scope) {
  auto p = ratio(*e.args[0], scope);
  auto q = e.args.size() > 1 ? ratio(*e.args[1], scope) : std::optional<Ratio>(Ratio{});
  if (!p || !q)
    return std::nullopt;
  auto sum = [](Ratio l, Ratio r) -> std::optional<Ratio> {
    if (l.constant()) // n / d + k = (n + k d) / d
      std::swap(l, r);
    if (r.constant()) {
      double k = r.c / r.f;
      r = {k * l.d, k * l.e, k * l.f, l.d, l.e, l.f};
    }
    if (!l.overSame(r))
      return std::nullopt;
    return Ratio{l.a + r.a, l.b + r.b, l.c + r.c, l.d, l.e, l.f};
  };
  switch (e.prim) {
  case Prim::Neg:
    return p->times(-1);
  case Prim::Add:
    return sum(*p, *q);
  case Prim::Sub:
    return sum(*p, q->times(-1));
  case Prim::Mul:
    if (q->constant())
      return p->times(q->c / q->f);
    return p->constant() ? std::optional<Ratio>(q->times(p->c / p->f)) : std::nullopt;
  case Prim::Div:
    if (q->constant())
      return p->times(q->f / q->c);
    if (!p->affine() || !q->affine()) // every affine form here is over 1
      return std::nullopt;
    return Ratio{p->a, p->b, p->c, q->a, q->b, q->c};
  default:
    return std::nullopt;
  }
}

bool WarpMap::invertible() {
  if (!classified)
    classify();
  return closed.has_value();
}

std::pair<double, double> WarpMap::inverseValue(double y, double x) {
  auto single = [&](double v) { return coordinate({v}).value; };
  if (invertible()) {
    // a qy + b qx + c = p (d qy + e qx + f) for both coordinates of q: two linear equations, by Cramer's
    // rule.
    const auto &[r, s] = *closed;
    double a1 = r.a - y * r.d, b1 = r.b - y * r.e, c1 = y * r.f - r.c;
    double a2 = s.a - x * s.d, b2 = s.b - x * s.e, c2 = x * s.f - s.c;
    double determinant = a1 * b2 - a2 * b1;
    return {single((c1 * b2 - c2 * b1) / determinant), single((a1 * c2 - a2 * c1) / determinant)};
  }
  double qy = y, qx = x;
  for (int k = 0; k < fixedPointSteps; ++k) {
    auto [my, mx] = at({qy}, {qx});
    qy = single(qy - single(my.value - y));
    qx = single(qx - single(mx.value - x));
  }
  return {qy, qx};
}

/// The inverse of the map's four slopes at a place, row by row; nothing where it has none.
std::optional<std::array<double, 4>> WarpMap::inverseSlopes(double y, double x) {
  Tape &tape = *evaluator.tape;
  const Tape::Mark mark = tape.mark();
  Real qy = tape.variable({y}), qx = tape.variable({x});
  auto [my, mx] = at(qy, qx);
  std::vector<Real> r = tape.derivative(my, {qy.node, qx.node}), s = tape.derivative(mx, {qy.node, qx.node});
  tape.release(mark);
  double determinant = r[0].value * s[1].value - r[1].value * s[0].value;
  if (determinant == 0 || !std::isfinite(determinant))
    return std::nullopt;
  return std::array<double, 4>{s[1].value / determinant, -r[1].value / determinant, -s[0].value / determinant,
                               r[0].value / determinant};
}

std::pair<Real, Real> WarpMap::inverse(Real y, Real x) {
  auto [qy, qx] = inverseValue(y.value, x.value);
  Real ry{qy}, rx{qx};
  if (evaluator.tape->empty())
    return {ry, rx};
  auto slopes = inverseSlopes(qy, qx);
  if (!slopes)
    return {ry, rx};
  // q - J^-1 (map(q) - p) with a J that does not move: each step from the solution makes derivatives of one
  // order more right.
  Tape &tape = *evaluator.tape;
  const auto &[a, b, c, d] = *slopes;
  for (int order = 0; order < derivativeOrders; ++order) {
    auto [my, mx] = at(ry, rx);
    Real ey = tape.sub(my, y), ex = tape.sub(mx, x);
    ry = tape.sub(ry, tape.add(tape.mul({a}, ey), tape.mul({b}, ex)));
    rx = tape.sub(rx, tape.add(tape.mul({c}, ey), tape.mul({d}, ex)));
  }
  return {tape.as(ry, qy), tape.as(rx, qx)};
}

} // namespace gms::eval
