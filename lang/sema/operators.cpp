// Arithmetic, comparison and logic on scalars, and the same on tensors of one shape, element by element.
#include "lang/sema/checker.h"
#include <cmath>

namespace gms::sema {

namespace {

const char *symbol(Prim prim) { return print(prim); }

std::optional<Prim> binaryPrim(const std::string &text) {
  if (text == "+") return Prim::Add;
  if (text == "-") return Prim::Sub;
  if (text == "*") return Prim::Mul;
  if (text == "/") return Prim::Div;
  if (text == "^") return Prim::Pow;
  if (text == "and") return Prim::And;
  if (text == "or") return Prim::Or;
  return std::nullopt;
}

Prim comparePrim(const std::string &text) {
  if (text == "==") return Prim::Eq;
  if (text == "!=") return Prim::Ne;
  if (text == "<") return Prim::Lt;
  if (text == "<=") return Prim::Le;
  if (text == ">") return Prim::Gt;
  return Prim::Ge;
}

bool numeric(const Type &type) { return type.kind == TypeKind::Scalar && type.element != Element::Bool; }

} // namespace

ExprPtr Body::unary(const syntax::Expr &e, const TypeRef &expected) {
  ExprPtr a = expr(*e.operands[0], e.text == "-" ? expected : nullptr);
  if (!a)
    return nullptr;
  Prim prim = e.text == "-" ? Prim::Neg : Prim::Not;
  if (prim == Prim::Neg && a->type->kind == TypeKind::Operator)
    return negated(std::move(a), e.span);
  auto apply = [&](std::vector<ExprPtr> args) -> ExprPtr {
    ExprPtr x = std::move(args[0]);
    if (prim == Prim::Not ? !x->type->isBool() : !numeric(*x->type)) {
      checker.error(Kind::NotOrdered, e.span, {symbol(prim), show(*x->type)});
      return nullptr;
    }
    if (x->kind == ExprKind::Constant && prim == Prim::Neg) {
      if (auto *i = std::get_if<int64_t>(&x->constant))
        *i = -*i;
      if (auto *r = std::get_if<double>(&x->constant))
        *r = -*r;
      x->span = e.span;
      return x;
    }
    TypeRef type = x->type;
    return primitive(prim, type, e.span, std::move(x));
  };
  std::vector<ExprPtr> args;
  args.push_back(std::move(a));
  return elementwise(e.span, std::move(args), apply);
}

ExprPtr Body::binary(const syntax::Expr &e, const TypeRef &expected) {
  Prim prim = *binaryPrim(e.text);
  bool additive = prim == Prim::Add || prim == Prim::Sub;
  ExprPtr a = expr(*e.operands[0], additive && expected && expected->isReal() ? expected : nullptr);
  ExprPtr b = expr(*e.operands[1]);
  if (!a || !b)
    return nullptr;
  return arithmetic(prim, std::move(a), std::move(b), e.span);
}

ExprPtr Body::arithmetic(Prim prim, ExprPtr a, ExprPtr b, Span span) {
  if (a->type->kind == TypeKind::Operator || b->type->kind == TypeKind::Operator)
    return operatorArithmetic(prim, std::move(a), std::move(b), span);
  for (const ExprPtr *operand : {&a, &b})
    if ((*operand)->type->kind != TypeKind::Scalar && !(*operand)->type->isTensor()) {
      checker.error(Kind::NotOrdered, (*operand)->span, {symbol(prim), show(*(*operand)->type)});
      return nullptr;
    }
  std::vector<ExprPtr> args;
  args.push_back(std::move(a));
  args.push_back(std::move(b));
  return elementwise(span, std::move(args), [&](std::vector<ExprPtr> scalars) {
    return scalarArithmetic(prim, std::move(scalars[0]), std::move(scalars[1]), span);
  });
}

ExprPtr Body::scalarArithmetic(Prim prim, ExprPtr a, ExprPtr b, Span span) {
  if (prim == Prim::And || prim == Prim::Or) {
    for (const ExprPtr *operand : {&a, &b})
      if (!(*operand)->type->isBool()) {
        checker.error(Kind::NotOrdered, (*operand)->span, {symbol(prim), show(*(*operand)->type)});
        return nullptr;
      }
    return primitive(prim, Type::scalar(Element::Bool), span, std::move(a), std::move(b));
  }
  for (const ExprPtr *operand : {&a, &b})
    if (!numeric(*(*operand)->type)) {
      checker.error(Kind::NotOrdered, (*operand)->span, {symbol(prim), show(*(*operand)->type)});
      return nullptr;
    }
  if (prim == Prim::Pow)
    return power(std::move(a), std::move(b), span);
  if (prim == Prim::Add || prim == Prim::Sub) {
    if (!unify(a, b, span))
      return nullptr;
    TypeRef type = a->type;
    return primitive(prim, type, span, std::move(a), std::move(b));
  }
  // A product or quotient: units multiply or divide; a quotient of ints is a real.
  Unit unit = prim == Prim::Mul ? a->type->unit * b->type->unit : a->type->unit / b->type->unit;
  bool ints = a->type->isInt() && b->type->isInt();
  const bool written = a->type->fixed || b->type->fixed;
  matchPrecision(a, b);
  Element element = ints && prim == Prim::Mul ? Element::Int : realOf(*a, *b);
  a = toElement(std::move(a), element);
  b = toElement(std::move(b), element);
  if (prim == Prim::Div && a->kind == ExprKind::Constant && b->kind == ExprKind::Constant && std::get<double>(b->constant) != 0)
    return [&] {
      ExprPtr folded = constant(std::get<double>(a->constant) / std::get<double>(b->constant), span, unit);
      folded->type = Type::scalar(element, unit);
      return written ? fixed(std::move(folded)) : std::move(folded);
    }();
  return primitive(prim, Type::scalar(element, unit), span, std::move(a), std::move(b));
}

/// The precision of what two numbers give whose reals agree.
Element Body::realOf(const Expr &a, const Expr &b) const {
  return a.type->isReal() ? a.type->element : b.type->isReal() ? b.type->element : realElement;
}

ExprPtr Body::power(ExprPtr a, ExprPtr b, Span span) {
  Unit unit = a->type->unit;
  bool constantInt = b->kind == ExprKind::Constant && std::holds_alternative<int64_t>(b->constant);
  bool half = b->kind == ExprKind::Constant && std::holds_alternative<double>(b->constant) && std::get<double>(b->constant) == 0.5;
  if (!b->type->unit.none()) {
    checker.error(Kind::PlainNumberNeeded, b->span, {"^", show(*b->type)});
    return nullptr;
  }
  if (!unit.none()) {
    if (!constantInt && !half) {
      checker.error(Kind::UnitExponent, span);
      return nullptr;
    }
    unit = half ? unit.power({1, 2}) : unit.power({static_cast<int32_t>(std::get<int64_t>(b->constant)), 1});
  }
  if (a->type->isInt() && constantInt && std::get<int64_t>(b->constant) >= 0 && std::get<int64_t>(b->constant) <= 62) {
    int64_t n = std::get<int64_t>(b->constant);
    if (a->kind == ExprKind::Constant) {
      int64_t product = 1;
      for (int64_t i = 0; i < n; ++i)
        product *= std::get<int64_t>(a->constant);
      return constant(product, span);
    }
  }
  matchPrecision(a, b);
  Element element = realOf(*a, *b);
  a = toElement(std::move(a), element);
  b = toElement(std::move(b), element);
  return primitive(Prim::Pow, Type::scalar(element, unit), span, std::move(a), std::move(b));
}

/// Applies a scalar function; where tensors are among the arguments, to each of their elements. Shapes must agree.
ExprPtr Body::elementwise(Span span, std::vector<ExprPtr> args, const std::function<ExprPtr(std::vector<ExprPtr>)> &f) {
  const Expr *tensor = nullptr;
  for (const ExprPtr &arg : args)
    if (arg->type->isTensor()) {
      if (!tensor)
        tensor = arg.get();
      else if (tensor->type->dims.size() != arg->type->dims.size()) {
        checker.error(Kind::Broadcast, span, {"this operation", show(*tensor->type), show(*arg->type)}).fix = "write it in index notation";
        return nullptr;
      } else {
        for (size_t i = 0; i < arg->type->dims.size(); ++i)
          if (!(arg->type->dims[i] == tensor->type->dims[i])) {
            checker.error(Kind::ShapeMismatch, span, {show(*tensor->type), show(*arg->type)}).fix = "write it in index notation";
            return nullptr;
          }
      }
    } else if (arg->type->kind != TypeKind::Scalar) {
      checker.error(Kind::NotOrdered, arg->span, {"this operation", show(*arg->type)});
      return nullptr;
    }
  if (!tensor)
    return f(std::move(args));
  matchFree(args);
  std::vector<Dim> dims = tensor->type->dims;
  Role role = tensor->type->role;
  Range range = tensor->type->range;
  std::vector<Definition> definitions;
  std::vector<LocalId> ids;
  ExprPtr out = make(ExprKind::Tabulate, nullptr, span);
  for (size_t i = 0; i < dims.size(); ++i) {
    LocalId id = addLocal("e" + std::to_string(i), Type::scalar(Element::Int), LocalKind::Index, span);
    indices[id] = {Dim(0), dims[i], span, false};
    IndexVar var{id, constant(int64_t(0), span), dimValue(dims[i], span), nullptr};
    out->indices.push_back(std::move(var));
    ids.push_back(id);
  }
  for (ExprPtr &arg : args) {
    if (!arg->type->isTensor()) {
      arg = hoist(std::move(arg), definitions);
      continue;
    }
    TypeRef element = Type::scalar(arg->type->element, arg->type->unit);
    ExprPtr base = hoist(std::move(arg), definitions);
    arg = make(ExprKind::Read, element, span);
    arg->args.push_back(std::move(base));
    for (LocalId id : ids)
      arg->args.push_back(reference(id, span));
  }
  ExprPtr body = f(std::move(args));
  if (!body)
    return nullptr;
  out->type = Type::tensor(body->type->element, dims, body->type->isBool() ? Role::None : role, body->type->unit, range);
  out->args.push_back(std::move(body));
  return wrap(std::move(definitions), std::move(out));
}

ExprPtr Body::comparison(Prim prim, ExprPtr a, ExprPtr b, Span span) {
  if (a->type->kind == TypeKind::String && b->type->kind == TypeKind::String && (prim == Prim::Eq || prim == Prim::Ne))
    return primitive(prim, Type::scalar(Element::Bool), span, std::move(a), std::move(b));
  std::vector<ExprPtr> args;
  args.push_back(std::move(a));
  args.push_back(std::move(b));
  return elementwise(span, std::move(args), [&](std::vector<ExprPtr> s) -> ExprPtr {
    bool equality = prim == Prim::Eq || prim == Prim::Ne;
    if (!equality && (s[0]->type->isBool() || s[1]->type->isBool())) {
      checker.error(Kind::NotOrdered, span, {symbol(prim), "a bool"});
      return nullptr;
    }
    if (!unify(s[0], s[1], span))
      return nullptr;
    return primitive(prim, Type::scalar(Element::Bool), span, std::move(s[0]), std::move(s[1]));
  });
}

/// `a < b <= c` holds where both do; each operand is computed once.
ExprPtr Body::compareChain(const syntax::Expr &e) {
  std::vector<Definition> definitions;
  std::vector<ExprPtr> operands;
  for (const syntax::ExprPtr &operand : e.operands) {
    operands.push_back(expr(*operand));
    if (!operands.back())
      return nullptr;
  }
  if (e.ops.size() == 1)
    return comparison(comparePrim(e.ops[0]), std::move(operands[0]), std::move(operands[1]), e.span);
  ExprPtr all;
  ExprPtr left = hoist(std::move(operands[0]), definitions);
  for (size_t i = 0; i < e.ops.size(); ++i) {
    ExprPtr right = hoist(std::move(operands[i + 1]), definitions);
    ExprPtr next = right->kind == ExprKind::Local ? reference(right->local, right->span) : nullptr;
    if (!next) {
      next = make(ExprKind::Constant, right->type, right->span);
      next->constant = right->constant;
    }
    ExprPtr one = comparison(comparePrim(e.ops[i]), std::move(left), std::move(right), e.span);
    if (!one)
      return nullptr;
    all = all ? primitive(Prim::And, Type::scalar(Element::Bool), e.span, std::move(all), std::move(one)) : std::move(one);
    left = std::move(next);
  }
  return wrap(std::move(definitions), std::move(all));
}

} // namespace gms::sema
