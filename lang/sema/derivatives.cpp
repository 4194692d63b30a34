// Derivatives: `d(e) / d(x)` as an expression, and the derivatives that an op states of its own result.
#include "lang/sema/checker.h"
#include <algorithm>

namespace gms::sema {

/// Whether a derivative can be taken by values of this type.
bool isRealForm(const Type &type) {
  return (type.kind == TypeKind::Scalar || type.isTensor()) && (type.element == Element::F32 || type.element == Element::F64);
}

/// The type of the derivative of a scalar of `unit` by a value of type `by`: a gradient has extents, but no role.
TypeRef gradientType(const Unit &unit, const Type &by) {
  const Unit quotient = unit / by.unit;
  return by.isTensor() ? Type::tensor(by.element, by.dims, Role::None, quotient) : Type::scalar(by.element, quotient);
}

namespace {

/// Whether a value of this type holds a real number somewhere, so that a result may depend smoothly on it.
bool holdsReals(const Type &type) {
  if (type.kind == TypeKind::Operator || isRealForm(type))
    return true;
  return std::any_of(type.fields.begin(), type.fields.end(), [](const FieldType &field) { return holdsReals(*field.type); });
}

bool isZero(const Expr &e) {
  const int64_t *whole = std::get_if<int64_t>(&e.constant);
  const double *real = std::get_if<double>(&e.constant);
  return e.kind == ExprKind::Constant && ((whole && *whole == 0) || (real && *real == 0));
}

} // namespace

/// The function that owns the value a local holds, and its local there: captures lead outwards.
std::pair<Body *, LocalId> Body::owner(LocalId id) {
  Body *body = this;
  while (body->outer) {
    const auto &captures = body->function->captures;
    auto it = std::find(captures.begin(), captures.end(), id);
    if (it == captures.end())
      break;
    id = body->function->outerCaptures[static_cast<size_t>(it - captures.begin())];
    body = body->outer;
  }
  return {body, id};
}

/// What a derivative is taken by: a name, or a field of one, that holds reals. Null after an error.
ExprPtr Body::differentiatedBy(const syntax::Expr &e) {
  const syntax::Expr *base = &e;
  while (base->kind == syntax::ExprKind::Member)
    base = base->operands[0].get();
  const std::string text(checker.sources.text(e.span));
  bool local = base->kind == syntax::ExprKind::Name && find(base->text);
  if (!local && (base->kind != syntax::ExprKind::Name || findDeclared(base->text) || base->text == "pi" || base->text == "centre")) {
    checker.error(Kind::DerivativeByNonName, e.span, {text}).fix =
        "give it a name, compute what is differentiated from that name, and differentiate by it";
    return nullptr;
  }
  ExprPtr by = expr(e);
  if (!by)
    return nullptr;
  if (!isRealForm(*by->type)) {
    Diagnostic &d = checker.error(Kind::DerivativeByNonReal, e.span, {text, show(*by->type)});
    if (by->type->kind == TypeKind::Record)
      for (const FieldType &field : by->type->fields)
        if (isRealForm(*field.type) && d.fix.empty())
          d.fix = "name one of its fields: " + text + "." + field.name;
    return nullptr;
  }
  return by;
}

ExprPtr Body::derivative(const syntax::Expr &e) {
  ExprPtr of = expr(*e.operands[0]);
  ExprPtr by = differentiatedBy(*e.operands[1]);
  if (!of || !by)
    return nullptr;
  if (!of->type->isReal()) {
    Diagnostic &d = checker.error(Kind::DerivativeOfNonScalar, e.operands[0]->span, {show(*of->type)});
    if (isRealForm(*of->type))
      d.fix = "differentiate one element, or a sum: sum(i) of ...";
    return nullptr;
  }
  ExprPtr out = make(ExprKind::Derivative, gradientType(of->type->unit, *by->type), e.span);
  const Expr *base = by.get();
  for (; base->kind == ExprKind::Field; base = base->args[0].get())
    out->path.insert(out->path.begin(), base->position);
  out->local = base->local;
  auto [home, id] = owner(base->local);
  if (home->kind() == FunctionKind::Experiment) {
    checker.error(Kind::DerivativeInExperiment, e.operands[1]->span, {nameOf(base->local)}).fix =
        "move the derivative into a recipe with `" + nameOf(base->local) + "` as a parameter, and call that";
    return nullptr;
  }
  home->function->locals[id].variable = true;
  out->args.push_back(std::move(of));
  return out;
}

/// `d(out) / d(x) = e` in an op's body.
bool Body::statedDerivative(const syntax::Statement &statement) {
  const syntax::Expr &target = *statement.target.derivative;
  if (kind() != FunctionKind::Op) {
    checker.error(Kind::StatementNotAllowed, statement.target.span, {"a stated derivative", "anything but an op"});
    return false;
  }
  const syntax::Expr &result = *target.operands[0], &input = *target.operands[1];
  auto of = result.kind == syntax::ExprKind::Name ? find(result.text) : std::nullopt;
  if (!of || function->locals[*of].kind != LocalKind::Definition) {
    checker.error(Kind::StatedOfOther, result.span, {std::string(checker.sources.text(result.span))});
    return false;
  }
  ExprPtr by = differentiatedBy(input);
  if (!by)
    return false;
  LocalKind role = by->kind == ExprKind::Local ? function->locals[by->local].kind : LocalKind::Definition;
  if (role != LocalKind::Parameter && role != LocalKind::Capture) {
    checker.error(Kind::StatedByOther, input.span, {std::string(checker.sources.text(input.span))});
    return false;
  }
  for (const StatedDerivative &other : stated)
    if (other.by == by->local) {
      checker.error(Kind::Redefined, statement.target.span, {std::string(checker.sources.text(statement.target.span))})
          .notes.push_back({other.span, "it was stated here"});
      return false;
    }
  TypeRef wanted = gradientType(function->locals[*of].type->unit, *by->type);
  definitionName.clear();
  size_t first = obligations.size();
  ExprPtr value = expr(*statement.value, wanted);
  bool good = value && proveReads(first);
  obligations.resize(first);
  if (good && wanted->isTensor() && isZero(*value)) { // 0 for each element
    ExprPtr zeros = make(ExprKind::Tabulate, wanted, value->span);
    for (const Dim &dim : wanted->dims) {
      LocalId index = addLocal("e" + std::to_string(zeros->indices.size()), Type::scalar(Element::Int), LocalKind::Index, value->span);
      zeros->indices.push_back({index, constant(int64_t(0), value->span), dimValue(dim, value->span), nullptr});
    }
    zeros->args.push_back(coerce(std::move(value), Type::scalar(wanted->element, wanted->unit), statement.value->span));
    value = std::move(zeros);
  }
  if (!good || !(value = toResult(std::move(value), wanted, statement.value->span)))
    return false;
  stated.push_back({*of, by->local, std::move(value), statement.target.span});
  return true;
}

/// The result of an op with the derivatives that it states; each real that it takes must have one.
ExprPtr Body::withStated(ExprPtr result) {
  if (stated.empty())
    return result;
  const StatedDerivative &first = stated.front();
  bool named = result->kind == ExprKind::Local;
  for (const StatedDerivative &one : stated)
    if (!named || one.of != result->local || !result->type->isReal()) {
      checker.error(Kind::StatedOfOther, one.span, {nameOf(one.of)});
      return nullptr;
    }
  std::string missing;
  for (LocalId id = 0; id < function->locals.size(); ++id) {
    const Local &local = function->locals[id];
    if ((local.kind != LocalKind::Parameter && local.kind != LocalKind::Capture) || !holdsReals(*local.type))
      continue;
    if (std::none_of(stated.begin(), stated.end(), [&](const StatedDerivative &one) { return one.by == id; }))
      missing += (missing.empty() ? "`" : ", `") + local.name + "`";
  }
  if (!missing.empty()) {
    checker.error(Kind::StatedMissing, first.span, {function->name, missing}).fix =
        "state each: d(" + nameOf(first.of) + ") / d(x) = 0 where it has no influence; a real inside a record or a list is passed on its own";
    return nullptr;
  }
  ExprPtr out = make(ExprKind::OwnDerivative, result->type, result->span);
  out->args.push_back(std::move(result));
  for (StatedDerivative &one : stated) {
    out->states.push_back(one.by);
    out->args.push_back(std::move(one.value));
  }
  return out;
}

} // namespace gms::sema
