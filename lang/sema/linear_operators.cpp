// Linear operators as values: sums, differences and multiples of them, and what they do to tensors.
#include "lang/sema/checker.h"

namespace gms::sema {

namespace {

bool isOperator(const ExprPtr &e) { return e->type->kind == TypeKind::Operator; }

} // namespace

/// `A + B`, `A - B`, `s * A`, `A * s`, `A / s`, `A * x` where at least one side is an operator.
ExprPtr Body::operatorArithmetic(Prim prim, ExprPtr a, ExprPtr b, Span span) {
  const bool additive = prim == Prim::Add || prim == Prim::Sub;
  if (additive && isOperator(a) && isOperator(b))
    return operatorSum(std::move(a), prim == Prim::Sub ? negated(std::move(b), span) : std::move(b), span);
  if (prim == Prim::Mul && isOperator(a) && b->type->isTensor())
    return applyOperator(std::move(a), std::move(b), span);
  if (prim == Prim::Mul && isOperator(b) && a->type->kind == TypeKind::Scalar)
    return scaledOperator(std::move(a), std::move(b), span);
  const bool scales = isOperator(a) && b->type->kind == TypeKind::Scalar;
  if (scales && prim == Prim::Mul)
    return scaledOperator(std::move(b), std::move(a), span);
  if (scales && prim == Prim::Div) {
    const Element element = a->type->element;
    ExprPtr one = make(ExprKind::Constant, Type::scalar(element), span);
    one->constant = 1.0;
    ExprPtr inverse = arithmetic(Prim::Div, std::move(one), std::move(b), span);
    return inverse ? scaledOperator(std::move(inverse), std::move(a), span) : nullptr;
  }
  Diagnostic &d = checker.error(Kind::NotOrdered, span, {print(prim), show(*a->type) + " and " + show(*b->type)});
  if (additive && (a->type->isTensor() || b->type->isTensor()))
    d.fix = "a tensor becomes an operator by diagonal(...), dense(...) or banded(...)";
  else
    d.fix = "operators are added, multiplied by numbers, and applied to tensors";
  return nullptr;
}

ExprPtr Body::negated(ExprPtr a, Span span) {
  ExprPtr minus = make(ExprKind::Constant, Type::scalar(a->type->element), span);
  minus->constant = -1.0;
  return scaledOperator(std::move(minus), std::move(a), span);
}

/// Both act on tensors of one shape and have one unit.
ExprPtr Body::operatorSum(ExprPtr a, ExprPtr b, Span span) {
  if (!sameOperands(*a, *b, span))
    return nullptr;
  ExprPtr sum = make(ExprKind::MakeOperator, a->type, span);
  sum->op = OperatorKind::Sum;
  sum->args.push_back(std::move(a));
  sum->args.push_back(std::move(b));
  return sum;
}

bool Body::sameOperands(const Expr &a, const Expr &b, Span span) {
  if (a.type->dims.size() != b.type->dims.size() || !(a.type->dims == b.type->dims)) {
    checker.error(Kind::ShapeMismatch, span, {show(*a.type), show(*b.type)});
    return false;
  }
  return sameUnits(a, b, span);
}

bool Body::sameUnits(const Expr &a, const Expr &b, Span span) {
  if (a.type->element != b.type->element) {
    checker.error(Kind::TypeMismatch, span, {"operators of one precision", std::string(print(a.type->element)) + " and " + print(b.type->element)});
    return false;
  }
  if (a.type->unit == b.type->unit)
    return true;
  checker.error(Kind::UnitMismatch, span, {show(*a.type), show(*b.type)}).notes = {
      {a.span, "this is " + show(*a.type)}, {b.span, "this is " + show(*b.type)}};
  return false;
}

ExprPtr Body::scaledOperator(ExprPtr factor, ExprPtr a, Span span) {
  if (factor->type->isBool()) {
    checker.error(Kind::NotOrdered, span, {"*", "a bool and " + show(*a->type)});
    return nullptr;
  }
  if (!keepsPrecision(*factor, *a, span))
    return nullptr;
  factor = toElement(std::move(factor), a->type->element);
  TypeRef type = Type::linearOperator(a->type->element, a->type->dims, factor->type->unit * a->type->unit);
  ExprPtr scaled = make(ExprKind::MakeOperator, type, span);
  scaled->op = OperatorKind::Scale;
  scaled->args.push_back(std::move(factor));
  scaled->args.push_back(std::move(a));
  return scaled;
}

/// The product with a tensor of the shape that the operator acts on: its unit is the product of both.
ExprPtr Body::applyOperator(ExprPtr a, ExprPtr x, Span span) {
  if (!(x = operand(*a, std::move(x), span)))
    return nullptr;
  ExprPtr out = make(ExprKind::ApplyOperator, Type::tensor(a->type->element, x->type->dims, Role::None, a->type->unit * x->type->unit), span);
  out->args.push_back(std::move(a));
  out->args.push_back(std::move(x));
  return out;
}

/// x with A x = b; its unit is that of b over the operator's.
ExprPtr Body::solveWith(ExprPtr a, ExprPtr b, Span span) {
  if (!(b = operand(*a, std::move(b), span)))
    return nullptr;
  ExprPtr out = make(ExprKind::Solve, Type::tensor(a->type->element, b->type->dims, Role::None, b->type->unit / a->type->unit), span);
  out->args.push_back(std::move(a));
  out->args.push_back(std::move(b));
  return out;
}

/// A tensor that the operator can act on: of its shape and precision.
ExprPtr Body::operand(const Expr &a, ExprPtr x, Span span) {
  if (!x->type->isTensor() || x->type->element == Element::Bool || x->type->dims.size() != a.type->dims.size()) {
    checker.error(Kind::TypeMismatch, x->span, {"a tensor that " + show(*a.type) + " acts on", show(*x->type)});
    return nullptr;
  }
  for (size_t axis = 0; axis < x->type->dims.size(); ++axis)
    if (!(x->type->dims[axis] == a.type->dims[axis])) {
      checker.error(Kind::ShapeMismatch, span, {show(*a.type), show(*x->type)});
      return nullptr;
    }
  return keepsPrecision(*x, a, span) ? withElement(std::move(x), a.type->element) : nullptr;
}

ExprPtr Body::withElement(ExprPtr x, Element element) { return x->type->element == element ? std::move(x) : preciseTensor(std::move(x), element); }

/// What meets an operator takes its precision, which must not lose digits that the program computes.
bool Body::keepsPrecision(const Expr &value, const Expr &a, Span span) {
  if (a.type->element == Element::F64 || value.type->element != Element::F64 || isFree(value))
    return true;
  checker.error(Kind::TypeMismatch, span, {"an operator of f64", show(*a.type)});
  return false;
}

} // namespace gms::sema
