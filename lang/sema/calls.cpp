// Calls of declared functions: arguments by position and name, defaults, extents of the result, and roles that lift over
// the fields of records.
#include "lang/sema/checker.h"
#include <algorithm>

namespace gms::sema {

namespace {

/// Whether a value of this type can be given for that one, as far as kinds, roles and ranks say.
bool fits(const Type &value, const Type &wanted) {
  if (wanted.kind == TypeKind::Tensor)
    return value.isTensor() && value.dims.size() == wanted.dims.size() &&
           (value.role == wanted.role || value.role == Role::None || wanted.role == Role::None);
  if (wanted.kind == TypeKind::Record)
    return value.kind == TypeKind::Record || value.kind == TypeKind::Tuple;
  return true;
}

} // namespace

ExprPtr Body::call(const syntax::Expr &e, ExprPtr piped) {
  const syntax::Expr &callee = *e.operands[0];
  if (callee.kind != syntax::ExprKind::Name) {
    checker.error(Kind::NotCallable, callee.span, {"this expression"});
    return nullptr;
  }
  const std::string &name = callee.text;
  bool local = find(name).has_value();
  if (!local && !localFunctions.count(name)) {
    bool known = false;
    if (ExprPtr value = form(name, e, piped, known); known)
      return value;
    if (e.body || !findDeclared(name))
      if (ExprPtr value = builtin(name, e, piped, known); known)
        return value;
  }
  if (local) {
    checker.error(Kind::NotCallable, callee.span, {"`" + name + "`, a value,"});
    return nullptr;
  }
  Declared *declared = findDeclared(name);
  if (!declared) {
    Diagnostic &d = checker.error(Kind::UnknownName, callee.span, {name});
    if (name == "maybe" || name == "one_of" || name == "some_of" || name == "repeat")
      d.fix = "it stands behind |>, as in x |> " + name + "(...)" + (name == "repeat" ? " of an operator" : "");
    else if (std::string near = nearest(name, knownNames()); !near.empty())
      d.fix = "write `" + near + "`";
    return nullptr;
  }
  const Function *function = checker.require(*declared, name, callee.span);
  if (!function)
    return nullptr;
  if (e.body) {
    checker.error(Kind::NotExpected, e.body->span, {"a call without `of`: `" + name + "` takes no body", "a body"});
    return nullptr;
  }
  return callFunction(*function, name, e.args, std::move(piped), e.span, callee.span);
}

ExprPtr Body::callFunction(const Function &callee, const std::string &name, const std::vector<syntax::Argument> &args,
                           ExprPtr piped, Span span, Span nameSpan) {
  if (callee.draws && !mayDraw(span, "~"))
    return nullptr;
  if (callee.kind == FunctionKind::Warp)
    return applyWarp(callee, name, args, std::move(piped), span, nameSpan);
  if (callee.kind == FunctionKind::Experiment || callee.kind == FunctionKind::Test) {
    checker.error(Kind::NotCallable, nameSpan, {"an experiment"});
    return nullptr;
  }
  std::vector<const syntax::Argument *> rest;
  for (const syntax::Argument &arg : args)
    rest.push_back(&arg);
  // Roles lift: an op on a role, given a record, applies to every field of that role.
  if (!callee.parameters.empty()) {
    const TypeRef &wanted = callee.locals[callee.parameters[0].local].type;
    if (!piped && !args.empty() && args[0].label.empty() && wanted->isTensor() && wanted->role != Role::None) {
      piped = expr(*args[0].value, Type::substitute(wanted, [](LocalId) { return Dim(0); }));
      if (!piped)
        return nullptr;
      rest.erase(rest.begin());
    }
    if (piped && piped->type->kind == TypeKind::Record && wanted->isTensor())
      return liftOver(callee, name, rest, std::move(piped), span, nameSpan);
  }
  std::vector<ExprPtr> given;
  const Function *instance = &callee;
  if (!matchArguments(instance, name, rest, std::move(piped), given, span))
    return nullptr;
  if (instance->draws && !mayDraw(span, "~"))
    return nullptr;
  return finishCall(*instance, std::move(given), span);
}

/// Checks the arguments of a call in the order of the parameters and converts them to what the instance takes that they
/// ask for, which `instance`, a declared function's first, becomes.
bool Body::matchArguments(const Function *&instance, const std::string &name, const std::vector<const syntax::Argument *> &args,
                          ExprPtr piped, std::vector<ExprPtr> &out, Span span) {
  const Function &callee = *instance;
  size_t count = callee.parameters.size();
  std::vector<const syntax::Argument *> chosen(count);
  out.clear();
  out.resize(count);
  size_t position = piped ? 1 : 0;
  if (piped && count == 0) {
    checker.error(Kind::TooManyArguments, span, {name, "0", "1 by |>"});
    return false;
  }
  for (const syntax::Argument *arg : args) {
    size_t at = position;
    if (!arg->label.empty()) {
      for (at = 0; at < count && callee.locals[callee.parameters[at].local].name != arg->label.text;)
        ++at;
      if (at == count) {
        Diagnostic &d = checker.error(Kind::UnknownArgument, arg->label.span, {name, arg->label.text});
        std::vector<std::string> names;
        for (const Parameter &p : callee.parameters)
          names.push_back(callee.locals[p.local].name);
        if (std::string near = nearest(arg->label.text, names); !near.empty())
          d.fix = "write `" + near + ":`";
        return false;
      }
    } else {
      ++position;
    }
    if (at >= count) {
      checker.error(Kind::TooManyArguments, arg->span, {name, std::to_string(count), std::to_string(args.size() + (piped ? 1 : 0))});
      return false;
    }
    if (chosen[at] || (piped && at == 0)) {
      checker.error(Kind::DuplicateArgument, arg->span, {callee.locals[callee.parameters[at].local].name});
      return false;
    }
    chosen[at] = arg;
  }
  std::vector<Passed> functions;
  for (size_t i = 0; i < count; ++i) {
    const Local &parameter = callee.locals[callee.parameters[i].local];
    const auto nameInCallee = [&](LocalId id) { return callee.locals[id].name; };
    // The expected type guides literals; its extents belong to the callee and are matched in finishCall.
    TypeRef expected = Type::substitute(parameter.type, [](LocalId) { return Dim(0); });
    const bool takesFunction = parameter.type->kind == TypeKind::Function;
    if (!chosen[i] && !(piped && i == 0) && !callee.parameters[i].defaultValue) {
      checker.error(Kind::MissingArgument, span, {name, parameter.name, takesFunction ? print(*parameter.type, nameInCallee) : show(*expected)});
      return false;
    }
    if (takesFunction && chosen[i]) {
      auto passed = passedFunction(*chosen[i]->value, callee, parameter);
      if (!passed)
        return false;
      functions.push_back(*passed);
      continue;
    }
    if (piped && i == 0)
      out[i] = std::move(piped);
    else if (chosen[i])
      out[i] = expr(*chosen[i]->value, expected);
    else
      continue; // the default of the instance
    if (!out[i])
      return false;
    if (takesFunction || !fits(*out[i]->type, *parameter.type)) {
      bool roles = out[i]->type->isTensor() && parameter.type->isTensor() && out[i]->type->dims.size() == parameter.type->dims.size();
      checker.error(roles ? Kind::RoleMismatch : Kind::TypeMismatch, chosen[i] ? chosen[i]->span : out[i]->span,
                    {print(*parameter.type, nameInCallee), show(*out[i]->type)});
      return false;
    }
  }
  if (!(instance = instanceFor(callee, out, span, std::move(functions))))
    return false;
  for (size_t i = count; i-- > 0;) // what an instance was made for it does not take
    if (callee.locals[callee.parameters[i].local].type->kind == TypeKind::Function) {
      out.erase(out.begin() + static_cast<std::ptrdiff_t>(i));
      chosen.erase(chosen.begin() + static_cast<std::ptrdiff_t>(i));
    }
  for (size_t i = 0; i < out.size(); ++i) {
    if (!out[i] && !(out[i] = defaultOf(*instance, i, span)))
      return false;
    const Local &parameter = instance->locals[instance->parameters[i].local];
    TypeRef expected = Type::substitute(parameter.type, [](LocalId) { return Dim(0); });
    const Span at = chosen[i] ? chosen[i]->span : out[i]->span;
    out[i] = coerce(std::move(out[i]), expected, at);
    if (!out[i])
      return false;
  }
  return true;
}

/// Whether the value depends on a local of its function.
bool readsLocals(const Expr &e) {
  if (e.kind == ExprKind::Local || e.kind == ExprKind::DimValue || e.kind == ExprKind::Derivative || !e.indices.empty() || !e.definitions.empty())
    return true;
  return std::any_of(e.args.begin(), e.args.end(), [](const ExprPtr &arg) { return readsLocals(*arg); });
}

/// A default is made of constants and copied into the call; `centre`, which reads the warp's input, is that of the call.
ExprPtr Body::defaultOf(const Function &callee, size_t parameter, Span span) {
  const Expr &value = *callee.parameters[parameter].defaultValue;
  if (readsLocals(value)) {
    syntax::Expr name;
    name.kind = syntax::ExprKind::Name;
    name.text = "centre";
    name.span = span;
    return this->name(name);
  }
  return clone(value);
}

ExprPtr Body::clone(const Expr &e) { return copyOf(e); }

/// A local of the body in which a local function is declared, as seen here.
LocalId Body::fromOwner(const Function &callee, LocalId id) {
  if (!outer || localFunctions.count(callee.name))
    return id;
  return capture(*outer, outer->fromOwner(callee, id));
}

namespace {

void givenExtents(const Type &wanted, const Type &given, Span span, std::vector<GivenExtent> &out) {
  for (size_t f = 0; f < wanted.fields.size() && f < given.fields.size(); ++f)
    givenExtents(*wanted.fields[f].type, *given.fields[f].type, span, out);
  for (size_t axis = 0; axis < wanted.dims.size() && axis < given.dims.size(); ++axis)
    out.push_back({&wanted, &given, axis, span});
}

} // namespace

/// Finds the callee's dimensions, bare ones first, then those that are the only unknown of an extent, and reports the
/// extents that cannot agree; what is not decided here is checked when it is called.
bool Body::matchExtents(const Function &callee, const std::vector<GivenExtent> &extents, std::unordered_map<LocalId, Dim> &known) {
  auto unknown = [&](const Dim &dim) {
    std::vector<LocalId> symbols;
    dim.symbols(symbols);
    symbols.erase(std::remove_if(symbols.begin(), symbols.end(), [&](LocalId id) { return known.count(id) != 0; }), symbols.end());
    return symbols;
  };
  auto inTerms = [&](const Dim &dim) { return dim.substitute([&](LocalId id) { return known.count(id) ? known[id] : Dim::symbol(id); }); };
  auto inCallee = [&](LocalId id) { return callee.locals[id].name; };
  auto differ = [&](const GivenExtent &extent) -> Diagnostic & {
    return checker.error(Kind::ShapeMismatch, extent.span, {print(*extent.wanted, inCallee), show(*extent.given)});
  };
  for (const GivenExtent &extent : extents)
    if (auto symbol = extent.wantedDim().asSymbol(); symbol && callee.locals[*symbol].kind == LocalKind::Dimension)
      known.emplace(*symbol, extent.givenDim());
  for (bool again = true; again;) {
    again = false;
    for (const GivenExtent &extent : extents) {
      auto symbols = unknown(extent.wantedDim());
      auto form = symbols.size() == 1 ? extent.wantedDim().linearIn(symbols[0]) : std::nullopt;
      if (!form || callee.locals[symbols[0]].kind != LocalKind::Dimension)
        continue;
      form->rest = inTerms(form->rest);
      if (form->neverFits(extent.givenDim())) {
        differ(extent).fix = "no whole `" + inCallee(symbols[0]) + "` from 0 on makes `" + extent.wantedDim().print(inCallee) +
                             "` what is given: " + show(extent.givenDim());
        return false;
      }
      known[symbols[0]] = form->solved(extent.givenDim());
      again = true;
    }
  }
  for (const GivenExtent &extent : extents) {
    auto difference = unknown(extent.wantedDim()).empty() ? (inTerms(extent.wantedDim()) - extent.givenDim()).asConstant() : std::nullopt;
    if (difference && *difference != 0) {
      differ(extent);
      return false;
    }
  }
  return true;
}

/// Builds the call: matches extents of parameters with those of arguments and gives the result its extents.
ExprPtr Body::finishCall(const Function &callee, std::vector<ExprPtr> args, Span span) {
  std::vector<Definition> definitions;
  std::unordered_map<LocalId, Dim> known; // callee's symbols, in terms of ours
  std::vector<LocalId> needed;
  std::function<void(const Type &)> collect = [&](const Type &type) {
    for (const Dim &dim : type.dims)
      dim.symbols(needed);
    for (const FieldType &field : type.fields)
      collect(*field.type);
  };
  collect(*callee.result);
  for (size_t i = 0; i < args.size(); ++i)
    collect(*callee.locals[callee.parameters[i].local].type);
  for (size_t i = 0; i < args.size(); ++i) {
    LocalId parameter = callee.parameters[i].local;
    bool isNeeded = std::find(needed.begin(), needed.end(), parameter) != needed.end();
    if (!args[i]->type->isInt() || !isNeeded)
      continue;
    if (!toDim(*args[i]))
      args[i] = hoist(std::move(args[i]), definitions);
    known[parameter] = *toDim(*args[i]);
  }
  std::vector<GivenExtent> extents;
  for (size_t i = 0; i < args.size(); ++i)
    givenExtents(*callee.locals[callee.parameters[i].local].type, *args[i]->type, args[i]->span, extents);
  if (!matchExtents(callee, extents, known))
    return nullptr;
  ExprPtr out = make(ExprKind::Call, nullptr, span);
  for (size_t i = 0; i < callee.captures.size(); ++i) {
    LocalId here = fromOwner(callee, callee.outerCaptures[i]);
    ExprPtr value = reference(here, span);
    if (value->type->isInt())
      known[callee.captures[i]] = Dim::symbol(here);
    args.push_back(std::move(value));
  }
  std::unordered_map<LocalId, LocalId> fresh;
  out->type = Type::substitute(callee.result, [&](LocalId id) -> Dim {
    if (auto it = known.find(id); it != known.end())
      return it->second;
    auto [it, isNew] = fresh.emplace(id, 0);
    if (isNew) {
      it->second = addLocal(callee.locals[id].name, Type::scalar(Element::Int), LocalKind::Dimension, span);
    }
    return Dim::symbol(it->second);
  });
  out->function = callee.id;
  out->args = std::move(args);
  if (callee.draws)
    out->place = place(callee.name);
  return wrap(std::move(definitions), bound(std::move(out)));
}

/// `record |> op(...)`: the op on every field of its role, the rest passed through.
ExprPtr Body::liftOver(const Function &callee, const std::string &name, const std::vector<const syntax::Argument *> &args,
                       ExprPtr record, Span span, Span nameSpan) {
  const Type &wanted = *callee.locals[callee.parameters[0].local].type;
  std::vector<Definition> definitions;
  TypeRef type = record->type;
  ExprPtr base = hoist(std::move(record), definitions);
  ExprPtr out = make(ExprKind::MakeRecord, nullptr, span);
  std::vector<FieldType> fields;
  bool any = false;
  for (uint32_t i = 0; i < type->fields.size(); ++i) {
    const TypeRef &fieldType = type->fields[i].type;
    ExprPtr field = make(ExprKind::Field, fieldType, span);
    field->position = i;
    field->args.push_back(reference(base->local, span));
    if (fieldType->isTensor() && fieldType->role == wanted.role && fieldType->role != Role::None && fits(*fieldType, wanted)) {
      any = true;
      std::vector<ExprPtr> given;
      const Function *instance = &callee;
      if (!matchArguments(instance, name, args, std::move(field), given, span))
        return nullptr;
      field = finishCall(*instance, std::move(given), span);
      if (!field)
        return nullptr;
    }
    fields.push_back({type->fields[i].name, field->type});
    out->args.push_back(std::move(field));
  }
  if (!any) {
    checker.error(Kind::NoSpatialField, nameSpan, {show(*type), name});
    return nullptr;
  }
  out->type = Type::record(type->name, std::move(fields));
  return wrap(std::move(definitions), std::move(out));
}

} // namespace gms::sema
