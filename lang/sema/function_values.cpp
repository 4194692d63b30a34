// Functions as arguments, and names of types. A parameter of function type is no value when the program runs: the function
// that takes it has an instance for each function that is passed.
#include "lang/sema/checker.h"
#include <utility>

namespace gms::sema {

/// Resolves a type in a scope of its own, as for records: its dimensions are new ones wherever it is used.
TypeRef Body::apart(const std::function<TypeRef()> &resolve) {
  std::vector<Scope> saved(1);
  std::swap(saved, scopes);
  Body *enclosing = std::exchange(outer, nullptr);
  std::vector<std::pair<LocalId, Span>> waiting;
  std::swap(waiting, solvedFor);
  TypeRef type = resolve();
  std::swap(saved, scopes);
  outer = enclosing;
  if (type && !saysItsDimensions(*type))
    type = nullptr;
  std::swap(waiting, solvedFor);
  return type;
}

/// `(real[n], length) -> energy`.
TypeRef Body::functionType(const syntax::Type &written) {
  return apart([&]() -> TypeRef {
    Type type;
    type.kind = TypeKind::Function;
    for (const syntax::TypePtr &item : written.items) {
      type.fields.push_back({"", this->type(*item, true)});
      if (!type.fields.back().type)
        return nullptr;
    }
    if (!(type.result = this->type(*written.result, true)))
      return nullptr;
    return std::make_shared<const Type>(std::move(type));
  });
}

/// What `type name = t` names.
TypeRef Body::aliasedType(const syntax::Statement &statement, Span use) {
  const std::string &name = statement.name.text;
  if (!checker.aliasesRunning.insert(name).second) {
    checker.error(Kind::TypeOfItself, use, {name});
    return nullptr;
  }
  TypeRef type = apart([&] { return this->type(*statement.type, true); });
  checker.aliasesRunning.erase(name);
  return type;
}

/// Checks a `type` that nothing needs to use.
void Body::checkAlias(const syntax::Statement &statement) {
  scopes.emplace_back();
  if (statement.type)
    aliasedType(statement, statement.name.span);
}

/// Binds a parameter of function type: to what is passed for it, or, where only the parameters are asked for, to nothing.
bool Body::functionParameter(const syntax::Parameter &parameter, TypeRef type, const InstanceOf &of, Parameter &made) {
  const std::string &name = parameter.name.text;
  if (kind() != FunctionKind::Op && kind() != FunctionKind::Recipe && kind() != FunctionKind::Augment && kind() != FunctionKind::Solver) {
    checker.error(Kind::NotInThisVersion, parameter.span, {"a function as a parameter of this declaration"});
    return false;
  }
  if (parameter.defaultValue) {
    checker.error(Kind::NotInThisVersion, parameter.defaultValue->span, {"a default for a parameter that is a function"});
    return false;
  }
  if (functionValues.count(name)) {
    checker.error(Kind::Redefined, parameter.name.span, {name});
    return false;
  }
  for (const Passed &passed : of.functions)
    if (passed.parameter == name) {
      functionValues[name] = passed.declared;
      made.local = passedElsewhere;
      return true;
    }
  LocalId id = addLocal(name, std::move(type), LocalKind::Parameter, parameter.name.span);
  functionValues[name] = nullptr;
  made.local = id;
  takesFunctions = true;
  return true;
}

/// Whether a function can stand for one of this type: extents and precisions are settled by its calls.
bool Body::standsFor(const Function &function, const Type &wanted) const {
  const auto fits = [](const TypeRef &a, const TypeRef &b) { return sameForm(*inPrecisionOf(a, *b), *b); };
  const size_t count = wanted.fields.size();
  if (function.parameters.size() < count || !function.result || !fits(function.result, wanted.result))
    return false;
  for (size_t i = 0; i < function.parameters.size(); ++i) {
    const Parameter &parameter = function.parameters[i];
    if (i < count ? !fits(function.local(parameter.local).type, wanted.fields[i].type) : !parameter.defaultValue)
      return false;
  }
  return true;
}

/// The function that an argument names, for a parameter of function type.
std::optional<Passed> Body::passedFunction(const syntax::Expr &e, const Function &callee, const Local &parameter) {
  const std::string text(checker.sources.text(e.span));
  const std::string wanted = print(*parameter.type, [&](LocalId id) { return callee.locals[id].name; });
  Declared *declared = e.kind == syntax::ExprKind::Name && !find(e.text) ? findDeclared(e.text) : nullptr;
  if (!declared) {
    checker.error(Kind::FunctionExpected, e.span, {parameter.name, wanted, text});
    return std::nullopt;
  }
  const Function *function = checker.require(*declared, e.text, e.span);
  if (!function)
    return std::nullopt;
  const bool callable = function->kind == FunctionKind::Op || function->kind == FunctionKind::Recipe || function->kind == FunctionKind::Augment ||
                        function->kind == FunctionKind::Solver || function->kind == FunctionKind::Model;
  if (!callable || declared->signature || !standsFor(*function, *parameter.type)) {
    Type found;
    found.kind = TypeKind::Function;
    for (const Parameter &p : function->parameters)
      found.fields.push_back({function->local(p.local).name, function->local(p.local).type});
    found.result = function->result;
    const std::string is = !callable           ? "no op or recipe"
                           : declared->signature ? "a function of functions"
                                                 : print(found, [&](LocalId id) { return function->locals[id].name; });
    checker.error(Kind::FunctionMismatch, e.span, {parameter.name, wanted, text, is});
    return std::nullopt;
  }
  if (!function->captures.empty()) {
    checker.error(Kind::FunctionCaptures, e.span, {text, function->locals[function->captures[0]].name}).fix =
        "declare it in the file, with what it reads as parameters";
    return std::nullopt;
  }
  return Passed{parameter.name, declared, function->id, function->name};
}

} // namespace gms::sema
