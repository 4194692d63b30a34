// Making expressions, and conversions between types: what is implicit in a text becomes a node here.
#include "lang/sema/checker.h"

namespace gms::sema {

ExprPtr Body::make(ExprKind kind, TypeRef type, Span span) {
  auto e = std::make_unique<Expr>();
  e->kind = kind;
  e->type = std::move(type);
  e->span = span;
  return e;
}

ExprPtr Body::constant(int64_t value, Span span) {
  ExprPtr e = make(ExprKind::Constant, Type::scalar(Element::Int), span);
  e->constant = value;
  return e;
}

ExprPtr Body::constant(double value, Span span, Unit unit) {
  ExprPtr e = make(ExprKind::Constant, Type::scalar(realElement, std::move(unit)), span);
  e->constant = value;
  return e;
}

ExprPtr Body::reference(LocalId id, Span span) {
  ExprPtr e = make(ExprKind::Local, function->locals[id].type, span);
  e->local = id;
  return e;
}

ExprPtr Body::primitive(Prim prim, TypeRef type, Span span, ExprPtr a, ExprPtr b) {
  ExprPtr e = make(ExprKind::Primitive, std::move(type), span);
  e->prim = prim;
  e->args.push_back(std::move(a));
  if (b)
    e->args.push_back(std::move(b));
  return e;
}

ExprPtr Body::dimValue(const Dim &dim, Span span) {
  if (auto value = dim.asConstant())
    return constant(*value, span);
  if (auto symbol = dim.asSymbol())
    return reference(*symbol, span);
  ExprPtr e = make(ExprKind::DimValue, Type::scalar(Element::Int), span);
  e->dim = dim;
  return e;
}

bool Body::isLiteral(const Expr &e) const {
  if (e.kind == ExprKind::Constant)
    return e.type->kind == TypeKind::Scalar;
  return (e.kind == ExprKind::Primitive && e.prim == Prim::Neg && isLiteral(*e.args[0])) ||
         (e.kind == ExprKind::Convert && isLiteral(*e.args[0]));
}

ExprPtr Body::toElement(ExprPtr e, Element element) {
  if (!e || e->type->element == element)
    return e;
  if (e->type->isReal() && (element == Element::F32 || element == Element::F64) && isFree(*e))
    return retyped(std::move(e), element);
  Span span = e->span;
  TypeRef type = Type::scalar(element, e->type->unit);
  const bool whole = std::holds_alternative<int64_t>(e->constant);
  if (e->kind == ExprKind::Constant && !e->type->fixed && (element == Element::F64 || (element == Element::F32 && whole))) {
    e->type = type;
    if (whole)
      e->constant = static_cast<double>(std::get<int64_t>(e->constant));
    return e;
  }
  ExprPtr out = make(ExprKind::Convert, type, span);
  out->args.push_back(std::move(e));
  return out;
}

ExprPtr Body::asReal(ExprPtr e) {
  if (!e || e->type->kind != TypeKind::Scalar || e->type->isReal())
    return e;
  return toElement(std::move(e), realElement);
}

ExprPtr Body::asInt(ExprPtr e, const char *what) {
  if (!e)
    return nullptr;
  if (e->type->isInt())
    return toElement(std::move(e), Element::Int);
  if (e->kind == ExprKind::Primitive && e->prim == Prim::Div && e->args[0]->kind == ExprKind::Convert &&
      e->args[0]->args[0]->type->isInt()) {
    checker.error(Kind::NotWhole, e->span).fix = "write floor(a / b)";
    return nullptr;
  }
  if (what)
    checker.error(Kind::TypeMismatch, e->span, {std::string(what) + ", which is an int", show(*e->type)}).fix =
        e->type->isReal() ? "round it with floor(...), ceil(...) or round(...)" : "";
  else
    checker.error(Kind::IndexNotInt, e->span, {show(*e->type)}).fix =
        e->type->isReal() ? "round it with floor(...), ceil(...) or round(...)" : "";
  return nullptr;
}

/// Makes two scalars agree in element; a literal without a unit takes the other's.
bool Body::unify(ExprPtr &a, ExprPtr &b, Span span) {
  if (a->type->kind == TypeKind::Scalar && b->type->kind == TypeKind::Scalar) {
    auto rank = [](Element e) { return e == Element::Bool ? 0 : e == Element::U8 ? 1 : e == Element::Int ? 2 : e == Element::F32 ? 3 : 4; };
    if ((a->type->element == Element::Bool) != (b->type->element == Element::Bool)) {
      checker.error(Kind::BranchesDiffer, span, {show(*a->type), show(*b->type)});
      return false;
    }
    matchPrecision(a, b);
    Element wide = rank(a->type->element) >= rank(b->type->element) ? a->type->element : b->type->element;
    if (wide == Element::U8)
      wide = Element::Int;
    a = toElement(std::move(a), wide);
    b = toElement(std::move(b), wide);
    if (a->type->unit == b->type->unit)
      return true;
    if (isLiteral(*a) && a->type->unit.none()) {
      a->type = Type::scalar(wide, b->type->unit);
      return true;
    }
    if (isLiteral(*b) && b->type->unit.none()) {
      b->type = Type::scalar(wide, a->type->unit);
      return true;
    }
    checker.error(Kind::UnitMismatch, span, {show(*a->type), show(*b->type)}).notes = {
        {a->span, "this is " + show(*a->type)}, {b->span, "this is " + show(*b->type)}};
    return false;
  }
  matchParts(a, b);
  if (sameForm(*a->type, *b->type))
    return true;
  if (a->type->isTensor() && b->type->isTensor() && a->type->element == b->type->element &&
      a->type->dims.size() == b->type->dims.size() && (a->type->role == Role::None || b->type->role == Role::None))
    return true;
  checker.error(Kind::BranchesDiffer, span, {show(*a->type), show(*b->type)});
  return false;
}

/// Converts to what is expected: ints to reals, literals to units and tensors, tensors without a role to one.
ExprPtr Body::coerce(ExprPtr e, const TypeRef &type, Span span) {
  if (!e || !type)
    return e;
  e = asPrecise(std::move(e), *type);
  const Type &from = *e->type;
  auto mismatch = [&]() -> ExprPtr {
    checker.error(Kind::TypeMismatch, span, {show(*type), show(from)});
    return nullptr;
  };
  if (type->kind == TypeKind::Scalar) {
    if (from.kind != TypeKind::Scalar)
      return mismatch();
    bool toReal = type->isReal() && !from.isBool();
    if (!toReal && from.element != type->element && !(type->isInt() && from.isInt()))
      return type->isInt() ? asInt(std::move(e), "this value") : mismatch();
    bool literal = isLiteral(*e);
    e = toElement(std::move(e), type->element);
    if (e->type->unit == type->unit)
      return e;
    bool zero = e->kind == ExprKind::Constant && std::holds_alternative<double>(e->constant) && std::get<double>(e->constant) == 0;
    if (literal && e->type->unit.none() && (zero || type->unit.powers.count("rad"))) {
      e->type = type;
      return e;
    }
    checker.error(Kind::UnitMismatch, span, {show(*type), show(*e->type)}).fix =
        e->type->unit.none() ? "give it a unit: " + type->unit.print() : "";
    return nullptr;
  }
  if (type->isTensor()) {
    if (!from.isTensor() || from.dims.size() != type->dims.size() || (from.element != type->element && e->kind != ExprKind::MakeTensor) ||
        !(from.unit == type->unit)) {
      bool ints = from.isTensor() && from.dims.size() == type->dims.size() && from.element == Element::Int;
      checker.error(Kind::TypeMismatch, span, {show(*type), show(from)}).fix =
          ints && (type->element == Element::F32 || type->element == Element::F64) ? "convert its elements with `real(...)`" : "";
      return nullptr;
    }
    if (from.role != type->role && from.role != Role::None && type->role != Role::None) {
      checker.error(Kind::RoleMismatch, span, {show(*type), show(from)});
      return nullptr;
    }
    if (from.role == Role::Image && type->role == Role::Image && from.range != type->range) {
      checker.error(Kind::RangeMismatch, span, {print(type->range), print(from.range)}).fix =
          "convert it with `normalise` or `denormalise`";
      return nullptr;
    }
    if (e->kind == ExprKind::MakeTensor && from.element != type->element)
      for (ExprPtr &item : e->args)
        item = toElement(std::move(item), type->element);
    e->type = Type::tensor(type->element, e->type->dims, type->role, type->unit, type->range);
    return e;
  }
  if (type->kind == TypeKind::Record && from.kind == TypeKind::Tuple && type->fields.size() == from.fields.size()) {
    if (e->kind != ExprKind::MakeTuple)
      return mismatch();
    ExprPtr record = make(ExprKind::MakeRecord, type, span);
    for (size_t i = 0; i < type->fields.size(); ++i) {
      record->args.push_back(coerce(std::move(e->args[i]), type->fields[i].type, span));
      if (!record->args.back())
        return nullptr;
    }
    return record;
  }
  if (type->kind == TypeKind::Record && from.kind == TypeKind::Record && (from.name.empty() || from.name == type->name)) {
    return sameForm(from, *type) ? std::move(e) : toRecord(std::move(e), *type, span);
  }
  return sameForm(from, *type) ? std::move(e) : mismatch();
}

/// A record without a name is one with a name where it has its fields, in any order; each field's value is converted.
ExprPtr Body::toRecord(ExprPtr e, const Type &type, Span span) {
  auto mismatch = [&](const std::string &why) -> ExprPtr {
    checker.error(Kind::TypeMismatch, span, {show(type), show(*e->type)}).fix = why;
    return nullptr;
  };
  auto positionIn = [](const Type &record, const std::string &name) {
    uint32_t at = 0;
    while (at < record.fields.size() && record.fields[at].name != name)
      ++at;
    return at;
  };
  for (const FieldType &wanted : type.fields)
    if (positionIn(*e->type, wanted.name) == e->type->fields.size())
      return mismatch("give it the field `" + wanted.name + "`, " + show(*wanted.type));
  for (const FieldType &field : e->type->fields)
    if (positionIn(type, field.name) == type.fields.size())
      return mismatch("leave out its field `" + field.name + "`");
  std::vector<Definition> definitions;
  ExprPtr record = make(ExprKind::MakeRecord, nullptr, span);
  bool literal = e->kind == ExprKind::MakeRecord;
  if (!literal)
    e = hoist(std::move(e), definitions);
  std::vector<FieldType> fields;
  for (const FieldType &wanted : type.fields) {
    uint32_t at = positionIn(*e->type, wanted.name);
    ExprPtr field = literal ? std::move(e->args[at]) : make(ExprKind::Field, e->type->fields[at].type, span);
    if (!literal) {
      field->position = at;
      field->args.push_back(reference(e->local, span));
    }
    Span place = field->span;
    field = coerce(std::move(field), wanted.type, place);
    if (!field)
      return nullptr;
    fields.push_back({wanted.name, field->type});
    record->args.push_back(std::move(field));
  }
  record->type = Type::record(type.name, std::move(fields));
  return wrap(std::move(definitions), std::move(record));
}

/// A literal tensor with another element.
ExprPtr Body::literalAs(ExprPtr e, Element element, Unit unit, Span span) {
  TypeRef type = Type::tensor(element, e->type->dims, Role::None, std::move(unit));
  return coerce(std::move(e), type, span);
}

/// The extent expression that an int expression is, where it is one.
std::optional<Dim> Body::toDim(const Expr &e) const {
  switch (e.kind) {
  case ExprKind::Constant:
    if (const int64_t *value = std::get_if<int64_t>(&e.constant))
      return Dim(*value);
    return std::nullopt;
  case ExprKind::DimValue:
    return e.dim;
  case ExprKind::Local:
    if (auto it = values.find(e.local); it != values.end())
      return it->second;
    if (function->locals[e.local].type->isInt())
      return Dim::symbol(e.local);
    return std::nullopt;
  case ExprKind::Primitive: {
    if (!e.type->isInt() || e.args.empty() || !e.args[0]->type->isInt())
      return std::nullopt;
    auto a = toDim(*e.args[0]);
    auto b = e.args.size() > 1 ? toDim(*e.args[1]) : std::optional<Dim>(Dim(0));
    if (!a || !b)
      return std::nullopt;
    switch (e.prim) {
    case Prim::Add: return *a + *b;
    case Prim::Sub: return *a - *b;
    case Prim::Neg: return Dim(0) - *a;
    case Prim::Mul: return Dim::product(*a, *b);
    case Prim::Min: return Dim::min(*a, *b);
    case Prim::Max: return Dim::max(*a, *b);
    case Prim::FloorDiv:
      if (auto k = b->asConstant(); k && *k > 0)
        return Dim::floorDiv(*a, *k);
      return std::nullopt;
    default: return std::nullopt;
    }
  }
  default:
    return std::nullopt;
  }
}

/// A value that is read more than once gets a name.
ExprPtr Body::hoist(ExprPtr value, std::vector<Definition> &definitions, const std::string &name) {
  if (value->kind == ExprKind::Local || value->kind == ExprKind::Constant)
    return value;
  Span span = value->span;
  LocalId id = addLocal(name.empty() ? "t" + std::to_string(function->locals.size()) : name, value->type, LocalKind::Definition, span);
  if (value->type->isInt())
    if (auto dim = toDim(*value))
      values[id] = *dim;
  Definition definition;
  definition.locals = {id};
  definition.value = std::move(value);
  definition.span = span;
  definitions.push_back(std::move(definition));
  return reference(id, span);
}

ExprPtr Body::wrap(std::vector<Definition> definitions, ExprPtr value) {
  if (!value || definitions.empty())
    return value;
  ExprPtr block = make(ExprKind::Block, value->type, value->span);
  block->definitions = std::move(definitions);
  block->args.push_back(std::move(value));
  return block;
}

} // namespace gms::sema
