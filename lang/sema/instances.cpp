// Precision: `real` is f32 or f64 by what a function is given, so a declared function has an instance a precision. Here are
// the choice of the instance, and the conversions between the precisions of values and of types.
#include "lang/sema/checker.h"
#include <algorithm>

namespace gms::sema {

namespace {

bool numbers(const Type &type) { return type.kind == TypeKind::Scalar || type.isTensor() || type.kind == TypeKind::Operator; }
bool reals(const Type &type) { return numbers(type) && (type.element == Element::F32 || type.element == Element::F64); }

/// Whether a part of the type is a real of this precision.
bool holds(const Type &type, Element element) {
  if (numbers(type))
    return type.element == element;
  return std::any_of(type.fields.begin(), type.fields.end(), [&](const FieldType &field) { return holds(*field.type, element); });
}

/// Calls `visit` for the expression and all below it.
void walk(const Expr &e, const std::function<void(const Expr &)> &visit) {
  visit(e);
  for (const ExprPtr &arg : e.args)
    walk(*arg, visit);
  for (const Definition &definition : e.definitions)
    walk(*definition.value, visit);
  for (const IndexVar &var : e.indices)
    for (const ExprPtr *part : {&var.low, &var.high, &var.list})
      if (*part)
        walk(**part, visit);
}

/// Whether the function would be another one if its reals were f64.
bool usesReals(const Function &function) {
  bool found = std::any_of(function.parameters.begin(), function.parameters.end(),
                           [&](const Parameter &p) { return holds(*function.local(p.local).type, Element::F32); });
  if (function.body)
    walk(*function.body, [&](const Expr &e) { found = found || holds(*e.type, Element::F32); });
  return found;
}

/// A type of the same form with other precisions: `leaf` gives that of each pair of reals.
TypeRef merged(const TypeRef &a, const Type &b, const std::function<Element(const Type &, const Type &)> &leaf) {
  Type out = *a;
  if (reals(*a) && reals(b))
    out.element = leaf(*a, b);
  for (size_t i = 0; i < out.fields.size() && i < b.fields.size(); ++i)
    out.fields[i].type = merged(out.fields[i].type, *b.fields[i].type, leaf);
  return std::make_shared<const Type>(std::move(out));
}

} // namespace

/// Whether the forms differ in the precision of some real.
bool differInPrecision(const Type &a, const Type &b) {
  if (a.kind != b.kind || a.fields.size() != b.fields.size())
    return false;
  if (reals(a) && reals(b))
    return a.element != b.element;
  for (size_t i = 0; i < a.fields.size(); ++i)
    if (differInPrecision(*a.fields[i].type, *b.fields[i].type))
      return true;
  return false;
}

/// The first type with the precisions of the second.
TypeRef inPrecisionOf(const TypeRef &a, const Type &b) {
  return merged(a, b, [](const Type &, const Type &y) { return y.element; });
}

/// The type of a value of one of two types, where only precisions may differ.
TypeRef widest(const TypeRef &a, const TypeRef &b) {
  return merged(a, *b, [](const Type &x, const Type &y) { return std::max(x.element, y.element); });
}

/// A declared type where `real` keeps the precision of the value: only what is written `f32` narrows.
TypeRef kept(const TypeRef &declared, const TypeRef &value) {
  return merged(declared, *value, [](const Type &wanted, const Type &found) {
    return wanted.fixed ? wanted.element : std::max(wanted.element, found.element);
  });
}

/// Whether the value is made of literals and named constants alone: it has the precision of what it meets.
bool Body::isFree(const Expr &e) const {
  if (e.type->fixed)
    return false;
  switch (e.kind) {
  case ExprKind::Constant:
    return e.type->kind == TypeKind::Scalar && e.type->element != Element::Bool;
  case ExprKind::Call:
    return checker.out->function(e.function).kind == FunctionKind::Value;
  case ExprKind::Convert:
  case ExprKind::Primitive:
    return e.type->isReal() || e.type->isInt()
               ? std::all_of(e.args.begin(), e.args.end(), [&](const ExprPtr &arg) { return isFree(*arg); })
               : false;
  case ExprKind::MakeTensor:
  case ExprKind::MakeRecord:
  case ExprKind::MakeTuple:
    return std::all_of(e.args.begin(), e.args.end(), [&](const ExprPtr &arg) { return isFree(*arg); });
  default:
    return false;
  }
}

/// The value of a conversion that names a precision: no literal any more.
ExprPtr Body::fixed(ExprPtr e) {
  Type type = *e->type;
  type.fixed = true;
  e->type = std::make_shared<const Type>(std::move(type));
  return e;
}

/// Turns the use of a named constant into one of its instance in this precision, where it has one.
bool Body::callIn(Expr &e, Element element) {
  const Function *value = &checker.out->function(e.function);
  auto declared = checker.declaredOf.find(value);
  if (declared == checker.declaredOf.end() || !usesReals(*checker.require(*declared->second, value->name, e.span)))
    return false;
  value = checker.instance(*declared->second, value->name, {element, {}}, e.span);
  if (!value || value->result->element != element)
    return false;
  e.function = value->id;
  return true;
}

/// A free real scalar, computed in this precision from its literals on.
ExprPtr Body::retyped(ExprPtr e, Element element) {
  if (!e->type->isReal() || e->type->element == element)
    return e;
  if (e->kind == ExprKind::Call && !callIn(*e, element)) { // a constant that is written in one precision
    ExprPtr out = make(ExprKind::Convert, Type::scalar(element, e->type->unit), e->span);
    out->args.push_back(std::move(e));
    return out;
  }
  e->type = Type::scalar(element, e->type->unit);
  if (e->kind == ExprKind::Primitive)
    for (ExprPtr &arg : e->args)
      arg = retyped(std::move(arg), element);
  return e;
}

/// Two real scalars in one precision: literals take the other's, f32 meeting f64 widens.
void Body::matchPrecision(ExprPtr &a, ExprPtr &b) {
  if (!a->type->isReal() || !b->type->isReal() || a->type->element == b->type->element)
    return;
  bool freeA = isFree(*a), freeB = isFree(*b);
  Element element = freeA && !freeB ? b->type->element : freeB && !freeA ? a->type->element : Element::F64;
  a = toElement(std::move(a), element);
  b = toElement(std::move(b), element);
}

/// Before values get names: literals among the arguments of an operation take the precision of the others.
void Body::matchFree(std::vector<ExprPtr> &args) {
  std::optional<Element> met;
  for (const ExprPtr &arg : args)
    if (reals(*arg->type) && !isFree(*arg))
      met = met ? std::max(*met, arg->type->element) : arg->type->element;
  for (ExprPtr &arg : args)
    if (met && arg->type->isReal() && isFree(*arg))
      arg = retyped(std::move(arg), *met);
}

/// The value with the precisions of another type of its form, part by part.
ExprPtr Body::asPrecise(ExprPtr e, const Type &like) {
  if (!e || !differInPrecision(*e->type, like))
    return e;
  const Span span = e->span;
  switch (e->type->kind) {
  case TypeKind::Scalar:
    return toElement(std::move(e), like.element);
  case TypeKind::Tensor:
    return preciseTensor(std::move(e), like.element);
  case TypeKind::Record:
  case TypeKind::Tuple:
    return preciseParts(std::move(e), like);
  case TypeKind::List: {
    const TypeRef item = freshDims(e->type->fields[0].type);
    ExprPtr out = make(ExprKind::Reduce, nullptr, span);
    out->reduce = ReduceKind::Map;
    LocalId index = addLocal("item", item, LocalKind::Index, span), named = addLocal("item", item, LocalKind::Definition, span);
    Definition definition; // names the item once more, so that its extents are bound
    definition.locals = {named};
    bindDims(named, *item, {}, definition.dims, definition.checks, boundDims, span);
    definition.checks.clear();
    definition.value = reference(index, span);
    definition.span = span;
    std::vector<Definition> definitions;
    definitions.push_back(std::move(definition));
    out->indices.push_back({index, nullptr, nullptr, std::move(e)});
    ExprPtr converted = asPrecise(reference(named, span), *like.fields[0].type);
    out->type = Type::list(converted->type);
    out->args.push_back(wrap(std::move(definitions), std::move(converted)));
    return out;
  }
  default:
    return e;
  }
}

ExprPtr Body::preciseTensor(ExprPtr e, Element element) {
  Type type = *e->type;
  type.element = element;
  type.fixed = false;
  if (e->kind == ExprKind::MakeTensor || e->kind == ExprKind::Tabulate) {
    for (ExprPtr &item : e->args)
      item = toElement(std::move(item), element);
    e->type = std::make_shared<const Type>(std::move(type));
    return e;
  }
  if (e->kind == ExprKind::Call && isFree(*e) && callIn(*e, element)) {
    e->type = std::make_shared<const Type>(std::move(type));
    return e;
  }
  const Span span = e->span;
  std::vector<ExprPtr> args;
  args.push_back(std::move(e));
  return elementwise(span, std::move(args), [&](std::vector<ExprPtr> s) { return toElement(std::move(s[0]), element); });
}

ExprPtr Body::preciseParts(ExprPtr e, const Type &like) {
  const Span span = e->span;
  const TypeRef type = e->type;
  const bool record = type->kind == TypeKind::Record;
  std::vector<Definition> definitions;
  if (e->kind != ExprKind::MakeRecord && e->kind != ExprKind::MakeTuple) {
    ExprPtr whole = hoist(std::move(e), definitions);
    e = make(record ? ExprKind::MakeRecord : ExprKind::MakeTuple, type, span);
    for (uint32_t i = 0; i < type->fields.size(); ++i) {
      ExprPtr part = make(record ? ExprKind::Field : ExprKind::Item, type->fields[i].type, span);
      part->position = i;
      part->args.push_back(reference(whole->local, span));
      e->args.push_back(std::move(part));
    }
  }
  Type made = *type;
  for (size_t i = 0; i < e->args.size(); ++i) {
    e->args[i] = asPrecise(std::move(e->args[i]), *like.fields[i].type);
    made.fields[i].type = e->args[i]->type;
  }
  e->type = std::make_shared<const Type>(std::move(made));
  return wrap(std::move(definitions), std::move(e));
}

/// Makes two values of one form agree in precision.
void Body::matchParts(ExprPtr &a, ExprPtr &b) {
  if (!differInPrecision(*a->type, *b->type))
    return;
  bool freeA = isFree(*a), freeB = isFree(*b);
  TypeRef type = freeA && !freeB ? b->type : freeB && !freeA ? a->type : widest(a->type, b->type);
  a = asPrecise(std::move(a), *type);
  b = asPrecise(std::move(b), *type);
}

/// The instance of a declared function for these arguments and functions: f64 where a real among them is, or where none is given and
/// the body that calls is f64. Null after an error in the instance.
const Function *Body::instanceFor(const Function &callee, const std::vector<ExprPtr> &args, Span span, std::vector<Passed> functions) {
  auto it = checker.declaredOf.find(&callee);
  const bool passes = !functions.empty();
  bool several = passes || callee.kind == FunctionKind::Op || callee.kind == FunctionKind::Recipe || callee.kind == FunctionKind::Augment ||
                 callee.kind == FunctionKind::Model || callee.kind == FunctionKind::Value;
  if (it == checker.declaredOf.end() || !several)
    return &callee;
  bool single = false, wide = false;
  for (const ExprPtr &arg : args)
    if (arg && !isFree(*arg)) {
      single |= holds(*arg->type, Element::F32);
      wide |= holds(*arg->type, Element::F64);
    }
  if (!wide)
    wide = !single && realElement == Element::F64;
  if (!passes && (!wide || !usesReals(callee)))
    return &callee;
  return checker.instance(*it->second, callee.name, {wide ? Element::F64 : Element::F32, std::move(functions)}, span);
}

} // namespace gms::sema
