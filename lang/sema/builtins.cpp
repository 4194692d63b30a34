// Functions that the language knows: mathematics on scalars (and on tensors element by element), rounding, reductions.
#include "lang/sema/checker.h"

namespace gms::sema {

namespace {

enum class Rule : uint8_t {
  Plain,   ///< reals without a unit: exp
  Angle,   ///< an angle or a plain number, giving a plain number: cos
  ToAngle, ///< two reals of one unit, giving an angle: atan2
  Root,    ///< halves the unit's exponents: sqrt
  Keep,    ///< one or two ints or reals of one unit: abs, min
};

struct MathFunction {
  const char *name;
  Prim prim;
  size_t arity;
  Rule rule;
};
const MathFunction mathFunctions[] = {
    {"exp", Prim::Exp, 1, Rule::Plain},   {"log", Prim::Log, 1, Rule::Plain},      {"tanh", Prim::Tanh, 1, Rule::Plain},
    {"erf", Prim::Erf, 1, Rule::Plain},   {"sin", Prim::Sin, 1, Rule::Angle},      {"cos", Prim::Cos, 1, Rule::Angle},
    {"tan", Prim::Tan, 1, Rule::Angle},   {"atan2", Prim::Atan2, 2, Rule::ToAngle}, {"sqrt", Prim::Sqrt, 1, Rule::Root},
    {"abs", Prim::Abs, 1, Rule::Keep},    {"min", Prim::Min, 2, Rule::Keep},       {"max", Prim::Max, 2, Rule::Keep},
    {"mod", Prim::Mod, 2, Rule::Keep}};

const MathFunction *findMath(const std::string &name) {
  for (const MathFunction &function : mathFunctions)
    if (name == function.name)
      return &function;
  return nullptr;
}

std::optional<Prim> findRounding(const std::string &name) {
  if (name == "floor") return Prim::Floor;
  if (name == "ceil") return Prim::Ceil;
  if (name == "round") return Prim::Round;
  return std::nullopt;
}

} // namespace

ExprPtr Body::builtin(const std::string &name, const syntax::Expr &e, ExprPtr &piped, bool &known) {
  const MathFunction *math = findMath(name);
  auto reduce = findReduce(name);
  auto rounding = findRounding(name);
  bool conversion = name == "real" || name == "f32" || name == "f64" || name == "byte" || name == "int";
  known = true;
  if (isOperatorBuiltin(name))
    return operatorBuiltin(name, e, std::move(piped));
  if (e.body && name == "scan")
    return scan(e);
  if (e.body && name == "fit")
    return fit(e);
  if (reduce && (e.body || !math))
    return reduction(e, *reduce);
  if (!math && !rounding && !conversion && name != "clamp" && name != "length") {
    known = false;
    return nullptr;
  }
  std::vector<ExprPtr> args;
  bool single = rounding && !piped && e.args.size() == 1;
  if (single)
    return this->rounding(*rounding, *e.args[0].value, e.span);
  if (piped)
    args.push_back(std::move(piped));
  for (const syntax::Argument &arg : e.args) {
    if (!arg.label.empty() || arg.domain) {
      checker.error(Kind::UnknownArgument, arg.span, {name, arg.label.empty() ? "with `in`" : arg.label.text});
      return nullptr;
    }
    args.push_back(expr(*arg.value));
    if (!args.back())
      return nullptr;
  }
  size_t arity = math ? math->arity : name == "clamp" ? 3 : 1;
  if (args.size() != arity) {
    checker.error(Kind::TooManyArguments, e.span, {name, std::to_string(arity), std::to_string(args.size())});
    return nullptr;
  }
  if (name == "length") {
    if (args[0]->type->isTensor() && args[0]->type->dims.size() == 1)
      return dimValue(args[0]->type->dims[0], e.span);
    if (args[0]->type->kind != TypeKind::List) {
      checker.error(Kind::TypeMismatch, args[0]->span, {"a list or a tensor of one dimension", show(*args[0]->type)});
      return nullptr;
    }
    ExprPtr out = make(ExprKind::Length, Type::scalar(Element::Int), e.span);
    out->args = std::move(args);
    return out;
  }
  bool precise = name == "f32" || name == "f64"; // a literal is read in the precision that is asked for
  if (precise && args[0]->kind == ExprKind::MakeTensor && args[0]->type->element != Element::Bool)
    return fixed(preciseTensor(std::move(args[0]), name == "f64" ? Element::F64 : Element::F32));
  return elementwise(e.span, std::move(args), [&](std::vector<ExprPtr> s) -> ExprPtr {
    if (math)
      return mathCall(math->prim, name, std::move(s), e.span);
    if (rounding)
      return mathCall(*rounding, name, std::move(s), e.span);
    if (name == "clamp") {
      if (!unify(s[0], s[1], e.span) || !unify(s[0], s[2], e.span) || !unify(s[0], s[1], e.span))
        return nullptr;
      TypeRef type = s[0]->type;
      ExprPtr low = primitive(Prim::Max, type, e.span, std::move(s[0]), std::move(s[1]));
      return primitive(Prim::Min, type, e.span, std::move(low), std::move(s[2]));
    }
    if (name == "real" && s[0]->type->isReal())
      return std::move(s[0]);
    Element element = name == "real"   ? realElement
                      : name == "f32"  ? Element::F32
                      : name == "f64"  ? Element::F64
                      : name == "byte" ? Element::U8
                                       : Element::Int;
    if (element == Element::Int && s[0]->type->isReal()) {
      checker.error(Kind::NotOrdered, e.span, {"int", show(*s[0]->type)}).fix = "round it with floor(...), ceil(...) or round(...)";
      return nullptr;
    }
    ExprPtr out = toElement(std::move(s[0]), element);
    return precise ? fixed(std::move(out)) : std::move(out);
  });
}

ExprPtr Body::mathCall(Prim prim, const std::string &name, std::vector<ExprPtr> s, Span span) {
  for (const ExprPtr &arg : s)
    if (arg->type->isBool()) {
      checker.error(Kind::NotOrdered, arg->span, {name, "a bool"});
      return nullptr;
    }
  if (prim == Prim::Floor || prim == Prim::Ceil || prim == Prim::Round) {
    if (s[0]->type->isInt())
      return std::move(s[0]);
    if (!s[0]->type->unit.none()) {
      checker.error(Kind::PlainNumberNeeded, s[0]->span, {name, show(*s[0]->type)});
      return nullptr;
    }
    return primitive(prim, Type::scalar(Element::Int), span, std::move(s[0]));
  }
  const MathFunction &function = *findMath(name);
  if (function.rule == Rule::Keep) {
    if (s.size() == 1) {
      TypeRef type = s[0]->type;
      return primitive(prim, type, span, std::move(s[0]));
    }
    if (!unify(s[0], s[1], span))
      return nullptr;
    TypeRef type = s[0]->type;
    return primitive(prim, type, span, std::move(s[0]), std::move(s[1]));
  }
  for (ExprPtr &arg : s)
    arg = asReal(std::move(arg));
  Unit unit = s[0]->type->unit;
  Unit angle;
  angle.powers["rad"] = {1, 1};
  if (function.rule == Rule::ToAngle) {
    if (!unify(s[0], s[1], span))
      return nullptr;
    return primitive(prim, Type::scalar(s[0]->type->element, angle), span, std::move(s[0]), std::move(s[1]));
  }
  bool allowed = unit.none() || function.rule == Rule::Root || (function.rule == Rule::Angle && unit == angle);
  if (!allowed) {
    checker.error(Kind::PlainNumberNeeded, s[0]->span, {name, show(*s[0]->type)});
    return nullptr;
  }
  TypeRef type = Type::scalar(s[0]->type->element, function.rule == Rule::Root ? unit.power({1, 2}) : Unit{});
  return primitive(prim, type, span, std::move(s[0]));
}

/// floor(a / b) of ints is the floor division; otherwise a real is rounded to an int.
ExprPtr Body::rounding(Prim prim, const syntax::Expr &argument, Span span) {
  if (argument.kind == syntax::ExprKind::Binary && argument.text == "/" && prim == Prim::Floor) {
    ExprPtr a = expr(*argument.operands[0]), b = expr(*argument.operands[1]);
    if (!a || !b)
      return nullptr;
    if (a->type->isInt() && b->type->isInt()) {
      TypeRef type = Type::scalar(Element::Int);
      return primitive(Prim::FloorDiv, type, span, toElement(std::move(a), Element::Int), toElement(std::move(b), Element::Int));
    }
    ExprPtr quotient = arithmetic(Prim::Div, std::move(a), std::move(b), argument.span);
    if (!quotient)
      return nullptr;
    std::vector<ExprPtr> args;
    args.push_back(std::move(quotient));
    return elementwise(span, std::move(args), [&](std::vector<ExprPtr> s) { return mathCall(prim, "floor", std::move(s), span); });
  }
  ExprPtr value = expr(argument);
  if (!value)
    return nullptr;
  std::vector<ExprPtr> args;
  args.push_back(std::move(value));
  return elementwise(span, std::move(args), [&](std::vector<ExprPtr> s) {
    return mathCall(prim, prim == Prim::Floor ? "floor" : prim == Prim::Ceil ? "ceil" : "round", std::move(s), span);
  });
}

} // namespace gms::sema
