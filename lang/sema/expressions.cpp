// Expressions that are not calls, reads or operators: literals, names, members, lists, records, conditionals.
#include "lang/sema/checker.h"
#include <algorithm>
#include <cstdlib>

namespace gms::sema {

ExprPtr Body::expr(const syntax::Expr &e, const TypeRef &expected) {
  using syntax::ExprKind;
  switch (e.kind) {
  case ExprKind::Number: return number(e, expected);
  case ExprKind::String: {
    ExprPtr value = make(program::ExprKind::Constant, Type::string(), e.span);
    value->constant = e.text;
    return value;
  }
  case ExprKind::Bool: {
    ExprPtr value = make(program::ExprKind::Constant, Type::scalar(Element::Bool), e.span);
    value->constant = e.text == "true";
    return value;
  }
  case ExprKind::Name: return name(e);
  case ExprKind::Member: return member(e);
  case ExprKind::Tuple: {
    ExprPtr value = make(program::ExprKind::MakeTuple, nullptr, e.span);
    std::vector<TypeRef> items;
    for (size_t i = 0; i < e.operands.size(); ++i) {
      bool known = expected && (expected->kind == TypeKind::Tuple || expected->kind == TypeKind::Record) && i < expected->fields.size();
      ExprPtr item = expr(*e.operands[i], known ? expected->fields[i].type : nullptr);
      if (!item)
        return nullptr;
      items.push_back(item->type);
      value->args.push_back(std::move(item));
    }
    value->type = Type::tuple(std::move(items));
    return value;
  }
  case ExprKind::List: return list(e, expected);
  case ExprKind::Record: return recordValue(e, expected);
  case ExprKind::Choose: return choose(e);
  case ExprKind::Index: return read(e);
  case ExprKind::Call: return call(e);
  case ExprKind::Unary: return unary(e, expected);
  case ExprKind::Binary: return binary(e, expected);
  case ExprKind::Pipe: return pipe(e);
  case ExprKind::Compare: return compareChain(e);
  case ExprKind::If: return conditional(e, expected);
  case ExprKind::Range:
    checker.error(Kind::NotExpected, e.span, {"a value", "a range"}).fix = "a range stands behind `in`, or as a size";
    return nullptr;
  case ExprKind::Hole:
    checker.error(Kind::MarkNotAllowed, e.span, {"?", "this declaration; a choice for a search stands in a space"});
    return nullptr;
  case ExprKind::Derivative: return derivative(e);
  case ExprKind::Error: return nullptr;
  }
  return nullptr;
}

ExprPtr Body::number(const syntax::Expr &e, const TypeRef &expected) {
  std::string digits;
  for (char c : e.text)
    if (c != '_' && c != '%')
      digits += c;
  bool quantity = !e.unit.empty();
  if (e.isInt && !e.percent && !quantity) {
    errno = 0;
    int64_t value = std::strtoll(digits.c_str(), nullptr, 10);
    if (errno) {
      checker.error(Kind::TypeMismatch, e.span, {"an int below 2^63", "a larger one"});
      return nullptr;
    }
    ExprPtr out = constant(value, e.span);
    return expected && expected->isReal() ? toElement(std::move(out), expected->element) : std::move(out);
  }
  const Element element = expected && expected->isReal() ? expected->element : realElement;
  double value = std::strtod(digits.c_str(), nullptr);
  if (e.percent)
    value /= 100;
  Unit unit;
  if (quantity) {
    auto declared = checker.unit(e.unit, e.unitSpan);
    if (!declared)
      return nullptr;
    value *= declared->scale;
    unit = declared->unit;
  }
  return toElement(constant(value, e.span, unit), element);
}

ExprPtr Body::name(const syntax::Expr &e) {
  if (auto id = find(e.text))
    return reference(*id, e.span);
  for (Body *body = this; body; body = body->outer)
    if (body->failed.count(e.text))
      return nullptr; // its own error has been reported
  if (e.text == "centre" && centre) {
    TypeRef real = Type::scalar(Element::F32);
    ExprPtr point = make(ExprKind::MakeRecord, Type::record("point", {{"y", real}, {"x", real}}), e.span);
    for (const Dim *dim : {&centre->first, &centre->second})
      point->args.push_back(primitive(Prim::Mul, real, e.span, asReal(dimValue(*dim, e.span)), constant(0.5, e.span)));
    return point;
  }
  if (e.text == "pi")
    return toElement(constant(3.14159265358979323846, e.span), realElement);
  if (Declared *declared = findDeclared(e.text)) {
    const Function *callee = checker.require(*declared, e.text, e.span);
    if (callee && callee->kind == FunctionKind::Value)
      callee = instanceFor(*callee, {}, e.span);
    if (callee && callee->kind == FunctionKind::Value)
      return finishCall(*callee, {}, e.span);
    if (callee)
      checker.error(Kind::NotExpected, e.span, {"a value", "`" + e.text + "`, which is called or stands behind |>"});
    return nullptr;
  }
  Diagnostic &d = checker.error(Kind::UnknownName, e.span, {e.text});
  if (std::string near = nearest(e.text, knownNames()); !near.empty())
    d.fix = "write `" + near + "`";
  return nullptr;
}

ExprPtr Body::member(const syntax::Expr &e) {
  // In a warp, `input` and `output` are the extents of what is read and made.
  const syntax::Expr &base = *e.operands[0];
  if (kind() == FunctionKind::Warp && base.kind == syntax::ExprKind::Name && (base.text == "input" || base.text == "output") &&
      (e.text == "h" || e.text == "w")) {
    bool in = base.text == "input", h = e.text == "h";
    return reference(in ? (h ? function->inputHeight : function->inputWidth) : (h ? function->outputHeight : function->outputWidth), e.span);
  }
  ExprPtr record = expr(base);
  if (!record)
    return nullptr;
  if (record->type->kind == TypeKind::Record)
    for (uint32_t i = 0; i < record->type->fields.size(); ++i)
      if (record->type->fields[i].name == e.text) {
        ExprPtr field = make(ExprKind::Field, record->type->fields[i].type, e.span);
        field->position = i;
        field->args.push_back(std::move(record));
        return field;
      }
  Diagnostic &d = checker.error(Kind::UnknownField, e.opSpan, {show(*record->type), e.text});
  std::vector<std::string> names;
  for (const FieldType &field : record->type->fields)
    names.push_back(field.name);
  if (std::string near = nearest(e.text, names); !near.empty())
    d.fix = "write `." + near + "`";
  return nullptr;
}

/// A list of numbers is a tensor, nested lists one of higher rank; anything else is a list.
ExprPtr Body::list(const syntax::Expr &e, const TypeRef &expected) {
  std::vector<ExprPtr> items;
  TypeRef itemType = expected && expected->kind == TypeKind::List ? expected->fields[0].type : nullptr;
  std::optional<UnitDeclaration> unit;
  if (!e.unit.empty() && !(unit = checker.unit(e.unit, e.unitSpan)))
    return nullptr;
  for (const syntax::Argument &arg : e.args) {
    if (arg.domain || !arg.label.empty()) {
      checker.error(Kind::NotExpected, arg.span, {"a value", "a binding"});
      return nullptr;
    }
    ExprPtr item = expr(*arg.value, itemType);
    if (!item)
      return nullptr;
    if (unit && isLiteral(*item) && item->type->unit.none()) {
      if (!item->type->isReal())
        item = toElement(std::move(item), realElement);
      if (auto *value = std::get_if<double>(&item->constant))
        *value *= unit->scale;
      item->type = Type::scalar(item->type->element, unit->unit);
    }
    items.push_back(std::move(item));
  }
  if (items.empty() && !itemType) {
    ExprPtr empty = make(ExprKind::MakeTensor, Type::tensor(realElement, {Dim(0)}), e.span);
    return empty;
  }
  bool scalars = !items.empty() && items[0]->type->kind == TypeKind::Scalar;
  bool tensors = !items.empty() && items[0]->kind == ExprKind::MakeTensor;
  if (tensors)
    rowsToReals(items);
  for (size_t i = 1; i < items.size(); ++i) {
    if (!unify(items[0], items[i], e.args[i].span))
      return nullptr;
    if (scalars && !unify(items[0], items[i], e.args[i].span))
      return nullptr;
    if (tensors && !(items[0]->type->dims == items[i]->type->dims)) {
      checker.error(Kind::RaggedLiteral, e.args[i].span, {show(*items[0]->type), show(*items[i]->type)});
      return nullptr;
    }
  }
  if ((scalars || tensors) && !(expected && expected->kind == TypeKind::List)) {
    Element element = items[0]->type->element;
    for (ExprPtr &item : items)
      if (item->type->element > element)
        element = item->type->element;
    std::vector<Dim> dims = {Dim(static_cast<int64_t>(items.size()))};
    if (tensors)
      dims.insert(dims.end(), items[0]->type->dims.begin(), items[0]->type->dims.end());
    ExprPtr tensor = make(ExprKind::MakeTensor, Type::tensor(element, dims, Role::None, items[0]->type->unit), e.span);
    for (ExprPtr &item : items) {
      if (scalars)
        tensor->args.push_back(toElement(std::move(item), element));
      else
        for (ExprPtr &inner : item->args)
          tensor->args.push_back(toElement(std::move(inner), element));
    }
    return tensor;
  }
  ExprPtr out = make(ExprKind::MakeList, Type::list(items.empty() ? itemType : items[0]->type), e.span);
  out->args = std::move(items);
  return out;
}

/// Where one row of a literal holds reals, rows of ints become reals.
void Body::rowsToReals(std::vector<ExprPtr> &rows) {
  Element element = Element::Int;
  for (const ExprPtr &row : rows)
    if (row->kind == ExprKind::MakeTensor && row->type->element > element)
      element = row->type->element;
  for (ExprPtr &row : rows)
    if (row->kind == ExprKind::MakeTensor && row->type->element == Element::Int && element != Element::Int)
      row = preciseTensor(std::move(row), element);
}

ExprPtr Body::recordValue(const syntax::Expr &e, const TypeRef &expected) {
  ExprPtr out = make(ExprKind::MakeRecord, nullptr, e.span);
  std::vector<FieldType> fields;
  for (const syntax::Argument &arg : e.args) {
    if (std::any_of(fields.begin(), fields.end(), [&](const FieldType &field) { return field.name == arg.label.text; })) {
      checker.error(Kind::DuplicateArgument, arg.span, {arg.label.text});
      return nullptr;
    }
    ExprPtr value = expr(*arg.value);
    if (!value)
      return nullptr;
    fields.push_back({arg.label.text, value->type});
    out->args.push_back(std::move(value));
  }
  out->type = Type::record("", std::move(fields));
  if (!expected || expected->kind != TypeKind::Record)
    return out;
  const TypeRef type = kept(expected, out->type);
  return coerce(std::move(out), type, e.span);
}

ExprPtr Body::conditional(const syntax::Expr &e, const TypeRef &expected) {
  ExprPtr condition = expr(*e.operands[0]);
  ExprPtr yes = expr(*e.operands[1], expected);
  ExprPtr no = expr(*e.operands[2], expected);
  if (!condition || !yes || !no)
    return nullptr;
  if (!condition->type->isBool()) {
    checker.error(Kind::ConditionNotBool, condition->span, {show(*condition->type)});
    return nullptr;
  }
  if (!unify(yes, no, e.span))
    return nullptr;
  TypeRef type = joined(yes->type, no->type);
  ExprPtr out = make(ExprKind::If, type, e.span);
  out->args.push_back(std::move(condition));
  out->args.push_back(std::move(yes));
  out->args.push_back(std::move(no));
  return bound(std::move(out));
}

ExprPtr Body::pipe(const syntax::Expr &e) {
  ExprPtr value = expr(*e.operands[0]);
  return value ? apply(*e.operands[1], std::move(value)) : nullptr;
}

} // namespace gms::sema
