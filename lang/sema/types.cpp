// Types as written become types of the program; dimensions are bound where they first stand.
#include "lang/sema/checker.h"
#include <algorithm>
#include <utility>

namespace gms::sema {

const Quantity *findQuantity(const std::string &name) {
  static const Quantity table[] = {{"angle", "rad"},    {"length", "m"},   {"time", "s"},      {"energy", "J"},
                                   {"mass", "kg"},      {"force", "N"},    {"pressure", "Pa"}, {"frequency", "Hz"},
                                   {"charge", "C"},     {"flops", "FLOPs"}, {"temperature", "K"}};
  for (const Quantity &quantity : table)
    if (name == quantity.name)
      return &quantity;
  return nullptr;
}

namespace {

struct RoleForm {
  const char *name;
  Role role;
  Element element;
  int rank;        ///< dimensions that are written; -1 for any
  int64_t columns; ///< a last dimension that is not written, or 0
};
const RoleForm roleForms[] = {
    {"image", Role::Image, Element::F32, 3, 0},         {"mask", Role::Mask, Element::Int, 2, 0},
    {"masks", Role::Mask, Element::Bool, 3, 0},         {"boxes", Role::Boxes, Element::F32, 1, 4},
    {"keypoints", Role::Keypoints, Element::F32, 1, 2}, {"labels", Role::Labels, Element::Int, 1, 0},
    {"waveform", Role::Waveform, Element::F32, 1, 0},   {"spectrogram", Role::Spectrogram, Element::F32, 2, 0},
    {"logits", Role::Logits, Element::F32, 1, 0},       {"features", Role::Features, Element::F32, 3, 0}};

struct ElementName {
  const char *name;
  Element element;
};
const ElementName elementNames[] = {{"real", Element::F32}, /* or f64, by the body */ {"int", Element::Int}, {"bool", Element::Bool}, {"f32", Element::F32},
                                    {"f64", Element::F64},  {"u8", Element::U8},   {"byte", Element::U8}};

std::optional<Range> findRange(const std::string &name) {
  if (name == "unit")
    return Range::Unit;
  if (name == "signed")
    return Range::Signed;
  if (name == "imagenet")
    return Range::Imagenet;
  return std::nullopt;
}

} // namespace

TypeRef Body::type(const syntax::Type &type, bool bindDims) {
  switch (type.kind) {
  case syntax::TypeKind::Named:
    return namedType(type.name.text, type.args, type.name.span, bindDims);
  case syntax::TypeKind::Record: {
    std::vector<FieldType> fields;
    for (const syntax::Field &field : type.fields) {
      TypeRef fieldType = field.type ? this->type(*field.type, bindDims) : real();
      if (!fieldType || !newField(field, fields))
        return nullptr;
      fields.push_back({field.name.text, fieldType});
    }
    return Type::record("", std::move(fields));
  }
  case syntax::TypeKind::Tuple: {
    std::vector<TypeRef> items;
    for (const syntax::TypePtr &item : type.items) {
      items.push_back(this->type(*item, bindDims));
      if (!items.back())
        return nullptr;
    }
    return Type::tuple(std::move(items));
  }
  case syntax::TypeKind::Function:
    return functionType(type);
  }
  return nullptr;
}

TypeRef Body::namedType(const std::string &name, const std::vector<syntax::Argument> &args, Span span, bool bindDims) {
  if (name == "list" && args.size() == 1 && args[0].value->kind == syntax::ExprKind::Name) {
    TypeRef item = namedType(args[0].value->text, {}, args[0].span, bindDims);
    return item ? Type::list(item) : nullptr;
  }
  if (name == "string" || name == "path")
    return Type::string();
  if (name == "point")
    return Type::record("point", {{"y", Type::scalar(Element::F32)}, {"x", Type::scalar(Element::F32)}});
  if (args.empty()) {
    for (const ElementName &known : elementNames)
      if (name == known.name)
        return written(Type::scalar(known.element), name);
    if (const Quantity *quantity = findQuantity(name)) {
      auto unit = checker.unit(quantity->unit, span);
      return real(unit ? unit->unit : Unit{});
    }
  }
  Module *owner = nullptr;
  if (checker.findRecord(module, name, owner))
    return recordWithExtents(recordType(name, span), args, span, bindDims);
  if (const syntax::Statement *alias = args.empty() ? checker.findAlias(module, name) : nullptr)
    return aliasedType(*alias, span);
  return tensorType(name, args, span, bindDims);
}

TypeRef Body::tensorType(const std::string &name, const std::vector<syntax::Argument> &args, Span span, bool bindDims) {
  std::vector<Dim> dims;
  Range range = Range::Unit;
  std::optional<Unit> stated;
  for (const syntax::Argument &arg : args) {
    if (arg.label.text == "unit" && (name == "real" || name == "f32" || name == "f64" || name == "operator")) {
      if (!(stated = unitOfType(*arg.value)))
        return nullptr;
      continue;
    }
    if (arg.label.text == "range" && arg.value->kind == syntax::ExprKind::Name && findRange(arg.value->text)) {
      range = *findRange(arg.value->text);
      continue;
    }
    if (!arg.label.empty()) {
      checker.error(Kind::UnknownArgument, arg.span, {name, arg.label.text});
      return nullptr;
    }
    if (extentsOfRecord(*arg.value, dims))
      continue;
    auto dim = dimension(*arg.value, bindDims);
    if (!dim)
      return nullptr;
    dims.push_back(*dim);
  }
  if (name == "density")
    return densityType(std::move(dims), span);
  if (name == "operator")
    return operatorType(std::move(dims), stated.value_or(Unit{}), span);
  for (const ElementName &known : elementNames)
    if (name == known.name) {
      const Unit unit = stated.value_or(Unit{});
      return written(dims.empty() ? Type::scalar(known.element, unit) : Type::tensor(known.element, std::move(dims), Role::None, unit), name);
    }
  if (const Quantity *quantity = findQuantity(name)) {
    auto unit = checker.unit(quantity->unit, span);
    return written(Type::tensor(Element::F32, std::move(dims), Role::None, unit ? unit->unit : Unit{}), "real");
  }
  for (const RoleForm &form : roleForms) {
    if (name != form.name)
      continue;
    if (static_cast<int>(dims.size()) != form.rank) {
      checker.error(Kind::RankMismatch, span, {name, std::to_string(form.rank), std::to_string(dims.size())});
      return nullptr;
    }
    if (form.columns)
      dims.push_back(Dim(form.columns));
    return written(Type::tensor(form.element, std::move(dims), form.role, {}, range), "f32");
  }
  std::vector<std::string> names = {"string", "path", "point", "list", "density", "operator"};
  for (const RoleForm &form : roleForms)
    names.push_back(form.name);
  for (const ElementName &known : elementNames)
    names.push_back(known.name);
  Diagnostic &d = checker.error(Kind::UnknownType, span, {name});
  if (std::string near = nearest(name, names); !near.empty())
    d.fix = "write `" + near + "`";
  return nullptr;
}

/// A type of numbers as it is written: `real` has the precision of the body; `f32` and `f64` are fixed, so that an f64 given
/// for an f32 narrows. So are roles, and all that warps and host functions take, which have one precision.
TypeRef Body::written(TypeRef type, const std::string &name) const {
  if (type->element != Element::F32 && type->element != Element::F64)
    return type;
  Type out = *type;
  out.fixed = name != "real" || kind() == FunctionKind::Warp || kind() == FunctionKind::Extern;
  if (!out.fixed)
    out.element = realElement;
  return std::make_shared<const Type>(std::move(out));
}

/// Whether `f64` stands in the type, or in a record that it names.
bool Body::namesDouble(const syntax::Type &type) {
  const auto inFields = [&](const std::vector<syntax::Field> &fields) {
    return std::any_of(fields.begin(), fields.end(), [&](const syntax::Field &field) { return field.type && namesDouble(*field.type); });
  };
  const auto named = [&](const std::string &name) {
    Module *owner = nullptr;
    const syntax::Statement *record = checker.findRecord(module, name, owner), *alias = checker.findAlias(module, name);
    if (alias && checker.aliasesRunning.insert(name).second) {
      bool found = namesDouble(*alias->type);
      checker.aliasesRunning.erase(name);
      return found;
    }
    return name == "f64" || (record && inFields(record->fields));
  };
  if (type.kind == syntax::TypeKind::Record)
    return inFields(type.fields);
  if (type.kind == syntax::TypeKind::Tuple)
    return std::any_of(type.items.begin(), type.items.end(), [&](const syntax::TypePtr &item) { return namesDouble(*item); });
  if (type.kind != syntax::TypeKind::Named)
    return false;
  bool listed = type.name.text == "list" && type.args.size() == 1 && type.args[0].value->kind == syntax::ExprKind::Name;
  return named(listed ? type.args[0].value->text : type.name.text);
}

bool Body::newField(const syntax::Field &field, const std::vector<FieldType> &before) {
  if (std::none_of(before.begin(), before.end(), [&](const FieldType &known) { return known.name == field.name.text; }))
    return true;
  checker.error(Kind::Redefined, field.name.span, {field.name.text});
  return false;
}

TypeRef Body::recordType(const std::string &name, Span span) {
  Module *owner = nullptr;
  const syntax::Statement *statement = checker.findRecord(module, name, owner);
  if (!statement) {
    checker.error(Kind::UnknownType, span, {name});
    return nullptr;
  }
  // The record's dimensions are its own: each use of the record has fresh ones.
  return apart([&]() -> TypeRef {
    std::vector<FieldType> fields;
    bool good = true;
    for (const syntax::Field &field : statement->fields) {
      TypeRef fieldType = field.type ? type(*field.type, true) : real();
      good &= fieldType != nullptr;
      good &= newField(field, fields);
      fields.push_back({field.name.text, fieldType});
    }
    return good ? Type::record(name, std::move(fields)) : nullptr;
  });
}

namespace {

/// The names that an extent is made of, and whether it divides other than by floor(a / k).
void namesIn(const syntax::Expr &e, std::vector<const syntax::Expr *> &names, bool &divides, bool inFloor = false) {
  if (e.kind == syntax::ExprKind::Name)
    names.push_back(&e);
  bool call = e.kind == syntax::ExprKind::Call;
  divides |= e.kind == syntax::ExprKind::Binary && e.text == "/" && !inFloor;
  for (size_t i = call ? 1 : 0; i < e.operands.size(); ++i)
    namesIn(*e.operands[i], names, divides);
  for (const syntax::Argument &arg : e.args)
    if (arg.value)
      namesIn(*arg.value, names, divides, call && e.operands[0]->text == "floor");
}

} // namespace

std::optional<Dim> Body::dimension(const syntax::Expr &e, bool bindDims) {
  std::vector<const syntax::Expr *> names;
  bool divides = false, opened = false;
  if (bindDims)
    namesIn(e, names, divides);
  for (const syntax::Expr *name : names) {
    if (find(name->text))
      continue;
    opened = true;
    LocalId id = addLocal(name->text, Type::scalar(Element::Int), LocalKind::Dimension, name->span);
    bind(name->text, id, name->span);
    if (name == &e)
      return Dim::symbol(id);
    solvedFor.emplace_back(id, e.span);
  }
  if (opened && divides) {
    notSolvable(solvedFor.back().first, e.span);
    return std::nullopt;
  }
  if (e.kind == syntax::ExprKind::Name && !find(e.text)) {
    checker.error(Kind::UnboundDimension, e.span, {e.text});
    return std::nullopt;
  }
  ExprPtr value = asInt(expr(e), "an extent");
  if (!value)
    return std::nullopt;
  auto dim = toDim(*value);
  if (!dim)
    checker.error(Kind::CompileTimeValue, e.span, {"an extent made of more than + - * and floor(a / k)"});
  return dim;
}

void Body::notSolvable(LocalId dimension, Span extent) {
  std::string name = nameOf(dimension);
  checker.error(Kind::ExtentNotSolvable, extent, {std::string(checker.sources.text(extent)), name}).fix =
      "give `" + name + "` as a parameter of type int, or let another extent be `" + name + "` alone";
}

/// Whether the extents of a type say what each of its dimensions is; reports those that they do not.
bool Body::saysItsDimensions(const Type &type) {
  std::vector<DimBinding> dims;
  std::vector<DimCheck> checks;
  std::set<LocalId> bound = boundDims;
  bindDims(0, type, {}, dims, checks, bound, {});
  return solvedAll(bound);
}

bool Body::solvedAll(const std::set<LocalId> &bound) {
  bool good = true;
  for (const auto &[dimension, extent] : solvedFor)
    if (good && !bound.count(dimension)) {
      notSolvable(dimension, extent);
      good = false;
    }
  solvedFor.clear();
  return good;
}

/// Says which extents of the value in `of` bind dimensions, and which must agree with what is known.
void Body::bindDims(LocalId of, const Type &type, std::vector<uint32_t> path, std::vector<DimBinding> &dims,
                    std::vector<DimCheck> &checks, std::set<LocalId> &bound, Span span) {
  if (type.kind == TypeKind::Record || type.kind == TypeKind::Tuple) {
    for (uint32_t i = 0; i < type.fields.size(); ++i) {
      path.push_back(i);
      bindDims(of, *type.fields[i].type, path, dims, checks, bound, span);
      path.pop_back();
    }
    return;
  }
  if (type.kind != TypeKind::Tensor)
    return;
  for (uint32_t axis = 0; axis < type.dims.size(); ++axis) {
    auto symbol = type.dims[axis].asSymbol();
    bool isDimension = symbol && function->locals[*symbol].kind == LocalKind::Dimension;
    if (isDimension && bound.insert(*symbol).second)
      dims.push_back({*symbol, of, path, axis});
    else
      checks.push_back({of, path, axis, type.dims[axis], span});
  }
  solveDims(dims, checks, bound);
}

/// Binds the dimensions that are the only unknown of an extent, `n` of `2 * n + 1`, as long as there are such.
void Body::solveDims(std::vector<DimBinding> &dims, const std::vector<DimCheck> &checks, std::set<LocalId> &bound) {
  for (bool again = true; again;) {
    again = false;
    for (const DimCheck &check : checks) {
      std::vector<LocalId> symbols;
      check.expected.symbols(symbols);
      symbols.erase(std::remove_if(symbols.begin(), symbols.end(),
                                   [&](LocalId id) { return function->locals[id].kind != LocalKind::Dimension || bound.count(id); }),
                    symbols.end());
      auto form = symbols.size() == 1 ? check.expected.linearIn(symbols[0]) : std::nullopt;
      if (!form)
        continue;
      bound.insert(symbols[0]);
      dims.push_back({symbols[0], check.of, check.fields, check.axis, form->solved(Dim::symbol(symbols[0]))});
      again = true;
    }
  }
}

TypeRef Body::freshDims(const TypeRef &type) {
  std::unordered_map<LocalId, LocalId> fresh;
  return Type::substitute(type, [&](LocalId id) {
    auto it = fresh.find(id);
    if (it == fresh.end()) {
      std::string name = id < function->locals.size() ? nameOf(id) : "n";
      it = fresh.emplace(id, addLocal(name, Type::scalar(Element::Int), LocalKind::Dimension, {})).first;
    }
    return Dim::symbol(it->second);
  });
}

/// The type of a value that is either of two: extents that differ become those of the value.
TypeRef Body::joined(const TypeRef &a, const TypeRef &b) {
  if (a->kind == TypeKind::Record || a->kind == TypeKind::Tuple) {
    std::vector<FieldType> fields;
    for (size_t i = 0; i < a->fields.size(); ++i)
      fields.push_back({a->fields[i].name, joined(a->fields[i].type, b->fields[i].type)});
    return a->kind == TypeKind::Record ? Type::record(a->name.empty() ? b->name : a->name, std::move(fields)) : [&] {
      std::vector<TypeRef> items;
      for (FieldType &field : fields)
        items.push_back(field.type);
      return Type::tuple(std::move(items));
    }();
  }
  if (!a->isTensor())
    return a;
  std::vector<Dim> dims = a->dims;
  for (size_t i = 0; i < dims.size(); ++i)
    if (!(dims[i] == b->dims[i]))
      dims[i] = Dim::symbol(addLocal("n" + std::to_string(function->locals.size()), Type::scalar(Element::Int), LocalKind::Dimension, {}));
  const Type &role = a->role == Role::None ? *b : *a;
  return Type::tensor(a->element, std::move(dims), role.role, a->unit, role.range);
}

/// A value whose extents are not known otherwise is named, and the name binds them.
ExprPtr Body::bound(ExprPtr value) {
  if (!value)
    return nullptr;
  Definition definition;
  bindDims(0, *value->type, {}, definition.dims, definition.checks, boundDims, value->span);
  definition.checks.clear();
  if (definition.dims.empty())
    return value;
  Span span = value->span;
  LocalId id = addLocal("t" + std::to_string(function->locals.size()), value->type, LocalKind::Definition, span);
  for (DimBinding &binding : definition.dims)
    binding.of = id;
  definition.locals = {id};
  definition.value = std::move(value);
  definition.span = span;
  std::vector<Definition> definitions;
  definitions.push_back(std::move(definition));
  return wrap(std::move(definitions), reference(id, span));
}

} // namespace gms::sema
