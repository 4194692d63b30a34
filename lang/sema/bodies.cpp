// Declarations with a body: parameters, statements in a block, the value, and its agreement with the declared result.
#include "lang/sema/checker.h"

namespace gms::sema {

namespace {

FunctionKind kindOf(const std::string &word) {
  if (word == "warp") return FunctionKind::Warp;
  if (word == "augment") return FunctionKind::Augment;
  if (word == "recipe") return FunctionKind::Recipe;
  if (word == "extern") return FunctionKind::Extern;
  if (word == "solver") return FunctionKind::Solver;
  if (word == "experiment") return FunctionKind::Experiment;
  return FunctionKind::Op;
}

} // namespace

std::unique_ptr<Function> Body::checkFunction(const syntax::Statement &statement, const InstanceOf &of, const std::string &instance) {
  function->instance = instance;
  function->kind = statement.kind == syntax::StatementKind::Definition ? FunctionKind::Value : kindOf(statement.word);
  function->name = statement.kind == syntax::StatementKind::Definition ? statement.target.name.text : statement.name.text;
  function->module = module.name;
  function->span = statement.span;
  function->nameSpan = statement.name.span;
  function->docs = statement.docs;
  function->imported = !module.isProgram;
  scopes.emplace_back();
  if (statement.word == "space" || statement.word == "model" || statement.word == "scale") {
    checker.error(Kind::NotInThisVersion, statement.name.span, {"a `" + statement.word + "`"});
    return nullptr;
  }
  setPrecision(statement, of);
  if (!parameters(statement, of))
    return nullptr;
  if (isSignature()) {
    function->result = Type::voidType();
    return std::move(function);
  }
  bool isExtern = kind() == FunctionKind::Extern;
  TypeRef declared;
  if (statement.type && kind() != FunctionKind::Warp && !(declared = type(*statement.type, isExtern)))
    return nullptr;
  if (isExtern) {
    if (declared && !saysItsDimensions(*declared))
      return nullptr;
    function->result = declared ? declared : Type::voidType();
    return std::move(function);
  }
  if (kind() == FunctionKind::Warp) {
    declared = Type::tuple({real(), real()});
  }
  declaredResult = declared;
  ExprPtr body = bodyOf(statement);
  if (!body)
    return nullptr;
  body = toResult(std::move(body), declared, statement.type ? statement.type->span : statement.name.span);
  if (!body)
    return nullptr;
  function->result = body->type;
  function->body = std::move(body);
  return std::move(function);
}

ExprPtr Body::bodyOf(const syntax::Statement &statement) {
  definitionName.clear();
  if (statement.block)
    return kind() == FunctionKind::Solver ? solverBlock(*statement.block) : block(*statement.block, function->name);
  if (!statement.value) {
    checker.error(Kind::NoValue, statement.name.span, {function->name});
    return nullptr;
  }
  size_t first = obligations.size();
  ExprPtr value = expr(*statement.value);
  bool good = value && proveReads(first);
  obligations.resize(first);
  return good ? std::move(value) : nullptr;
}

bool Body::parameters(const syntax::Statement &statement, const InstanceOf &of) {
  bool warp = kind() == FunctionKind::Warp;
  size_t lists = statement.parameters.size();
  if (warp && (lists == 0 || lists > 2 || statement.parameters.back().parameters.size() != 2)) {
    checker.error(Kind::NotExpected, statement.name.span, {"the coordinates (y, x) behind the parameters of a warp", "something else"});
    return false;
  }
  if (!warp && lists > 1) {
    checker.error(Kind::NotInThisVersion, statement.parameters[1].span, {"a second list of parameters"});
    return false;
  }
  if (warp) {
    TypeRef whole = Type::scalar(Element::Int);
    function->inputHeight = addLocal("input.h", whole, LocalKind::Dimension, statement.span);
    function->inputWidth = addLocal("input.w", whole, LocalKind::Dimension, statement.span);
    function->outputHeight = addLocal("output.h", whole, LocalKind::Dimension, statement.span);
    function->outputWidth = addLocal("output.w", whole, LocalKind::Dimension, statement.span);
    for (LocalId id : {function->inputHeight, function->inputWidth, function->outputHeight, function->outputWidth})
      boundDims.insert(id);
    centre = std::pair(Dim::symbol(function->inputHeight), Dim::symbol(function->inputWidth));
  }
  bool good = true;
  for (size_t list = 0; list < (warp ? lists - 1 : lists); ++list) {
    const std::vector<syntax::Parameter> &written = statement.parameters[list].parameters;
    const size_t first = function->parameters.size();
    function->parameters.resize(first + written.size());
    for (size_t at : gridsFirst(written))
      good &= parameter(written[at], of, function->parameters[first + at]);
  }
  std::erase_if(function->parameters, [&](const Parameter &p) { return p.local == passedElsewhere; });
  return good && solvedAll(boundDims) && operatorsAreBound() && (!warp || warpHeader(statement));
}

bool Body::parameter(const syntax::Parameter &written, const InstanceOf &of, Parameter &made) {
  ExprPtr value;
  TypeRef declared = written.type ? type(*written.type, true) : nullptr;
  if (written.type && !declared)
    return false;
  if (declared && declared->kind == TypeKind::Function)
    return functionParameter(written, declared, of, made);
  bool good = true;
  if (written.defaultValue) {
    value = expr(*written.defaultValue, declared);
    if (value)
      declared = declared ? kept(declared, value->type) : value->type;
    value = coerce(std::move(value), declared, written.defaultValue->span);
    bool isCentre = kind() == FunctionKind::Warp && written.defaultValue->kind == syntax::ExprKind::Name && written.defaultValue->text == "centre";
    if (value && !isCentre && readsLocals(*value)) {
      checker.error(Kind::CompileTimeValue, written.defaultValue->span, {"a default value"});
      value = nullptr;
    }
    good = value != nullptr;
  }
  if (!declared) {
    checker.error(Kind::NotExpected, written.span, {"a type or a default value for `" + written.name.text + "`", "neither"});
    return false;
  }
  LocalId id = addLocal(written.name.text, declared, LocalKind::Parameter, written.name.span);
  bind(written.name.text, id, written.name.span);
  bindDims(id, *declared, {}, function->dims, function->checks, boundDims, written.span);
  made = {id, std::move(value)};
  return good;
}

/// The coordinates of a warp, and the extent of what it makes.
bool Body::warpHeader(const syntax::Statement &statement) {
  const syntax::ParameterList &coordinates = statement.parameters.back();
  LocalId *slots[] = {&function->y, &function->x};
  for (int i = 0; i < 2; ++i) {
    const syntax::Parameter &parameter = coordinates.parameters[i];
    *slots[i] = addLocal(parameter.name.text, real(), LocalKind::Index, parameter.span);
    bind(parameter.name.text, *slots[i], parameter.span);
  }
  if (!statement.type)
    return true;
  const syntax::Type &extent = *statement.type;
  if (extent.name.text != "extent" || extent.args.size() != 2) {
    checker.error(Kind::NotExpected, extent.span, {"extent[height, width]", "another type"});
    return false;
  }
  ExprPtr *results[] = {&function->extentHeight, &function->extentWidth};
  for (int i = 0; i < 2; ++i) {
    auto dim = dimension(*extent.args[i].value, false);
    if (!dim)
      return false;
    *results[i] = make(ExprKind::DimValue, Type::scalar(Element::Int), extent.args[i].span);
    (*results[i])->dim = *dim;
  }
  return true;
}

ExprPtr Body::block(const syntax::Block &block, const std::string &name) {
  scopes.emplace_back();
  std::vector<Definition> definitions;
  ExprPtr result;
  bool good = true;
  for (const syntax::StatementPtr &statement : block.statements) {
    if (result) {
      checker.error(Kind::StatementNotAllowed, statement->span, {"a statement behind `return`", "`" + name + "`"});
      good = false;
      break;
    }
    makesResult = statement == block.statements.back();
    good &= this->statement(*statement, definitions, result);
  }
  scopes.pop_back();
  if (!good)
    return nullptr;
  if (!result) {
    if (definitions.empty() || definitions.back().locals.size() != 1) {
      checker.error(Kind::NoValue, block.span, {name});
      return nullptr;
    }
    result = reference(definitions.back().locals[0], definitions.back().span);
  }
  return wrap(std::move(definitions), withStated(std::move(result)));
}

bool Body::statement(const syntax::Statement &statement, std::vector<Definition> &definitions, ExprPtr &result) {
  using syntax::StatementKind;
  switch (statement.kind) {
  case StatementKind::Definition:
    return definition(statement, definitions);
  case StatementKind::Declaration:
    localFunction(statement);
    return true;
  case StatementKind::Clauses:
    if (statement.clauses.size() == 1 && statement.clauses[0].word.text == "return" && statement.clauses[0].args.size() == 1) {
      definitionName = "";
      size_t first = obligations.size();
      result = expr(*statement.clauses[0].args[0].value);
      bool good = result && proveReads(first);
      obligations.resize(first);
      return good;
    }
    checker.error(Kind::StatementNotAllowed, statement.span,
                  {"`" + statement.clauses[0].word.text + "`",
                   statement.clauses[0].word.text == "yield" ? "this declaration; it stands in the repeat of a solver" : "a body like this"});
    return false;
  case StatementKind::Repeat:
    checker.error(Kind::StatementNotAllowed, statement.span, {"`repeat`", "this declaration; it stands in a solver"});
    return false;
  case StatementKind::Error:
    return false;
  default:
    checker.error(Kind::StatementNotAllowed, statement.span, {"this statement", "a body like this"});
    return false;
  }
}

bool Body::definition(const syntax::Statement &statement, std::vector<Definition> &definitions, bool isState) {
  const syntax::Target &target = statement.target;
  if (!statement.mark.empty() && !isState) {
    checker.error(Kind::MarkNotAllowed, statement.span, {statement.mark, "this declaration"}).fix =
        statement.mark == "state" ? "a state stands in a solver, above its repeat" : "";
    return false;
  }
  if (!statement.value)
    return false;
  if (target.derivative)
    return statedDerivative(statement);
  definitionName = target.name.text;
  size_t first = obligations.size();
  ExprPtr value = target.indexed    ? tabulate(target, *statement.value, statement.draws, statement.span)
                  : statement.draws ? draw(*statement.value, target.name.text)
                                    : expr(*statement.value);
  bool good = value && proveReads(first);
  obligations.resize(first);
  if (!good) { // the name is known from here on, so that one error does not make others
    if (!target.name.empty())
      failed.insert(target.name.text);
    for (const syntax::Target &item : target.items)
      failed.insert(item.name.text);
    return false;
  }
  if (!target.items.empty())
    return bindTuple(target, std::move(value), definitions);
  return define(target.name.text, std::move(value), definitions, target.name.span);
}

bool Body::define(const std::string &name, ExprPtr value, std::vector<Definition> &definitions, Span span) {
  if (const SolverState *state = updatedState(name))
    return updateState(*state, std::move(value), definitions, span);
  LocalId id = addLocal(name, value->type, LocalKind::Definition, span);
  if (value->type->isInt())
    if (auto dim = toDim(*value))
      values[id] = *dim;
  bindDefinition(name, id, span);
  Definition definition;
  definition.locals = {id};
  bindDims(id, *value->type, {}, definition.dims, definition.checks, boundDims, span);
  definition.checks.clear();
  definition.value = std::move(value);
  definition.span = span;
  definitions.push_back(std::move(definition));
  return true;
}

bool Body::bindTuple(const syntax::Target &target, ExprPtr value, std::vector<Definition> &definitions) {
  const Type type = *value->type;
  if (type.kind != TypeKind::Tuple || type.fields.size() != target.items.size()) {
    checker.error(Kind::TypeMismatch, value->span, {"a tuple of " + std::to_string(target.items.size()), show(type)});
    return false;
  }
  Definition definition;
  definition.span = target.span;
  std::vector<std::pair<const SolverState *, LocalId>> updates;
  for (size_t i = 0; i < target.items.size(); ++i) {
    const std::string &name = target.items[i].name.text;
    LocalId id = addLocal(name, type.fields[i].type, LocalKind::Definition, target.items[i].span);
    if (const SolverState *state = updatedState(name))
      updates.emplace_back(state, id);
    else
      bindDefinition(name, id, target.items[i].span);
    bindDims(id, *type.fields[i].type, {}, definition.dims, definition.checks, boundDims, target.span);
    definition.locals.push_back(id);
  }
  definition.checks.clear();
  definition.value = std::move(value);
  definitions.push_back(std::move(definition));
  bool good = true;
  for (auto [state, id] : updates)
    good = updateState(*state, reference(id, function->locals[id].span), definitions, function->locals[id].span) && good;
  return good;
}

/// Gives a body's value the declared type; extents that are not proven equal are checked when it runs.
ExprPtr Body::toResult(ExprPtr value, TypeRef declared, Span span) {
  if (!declared || !value)
    return value;
  declared = kept(declared, value->type);
  value = coerce(std::move(value), declared, span);
  if (!value || !declared->isTensor())
    return value;
  Definition definition;
  for (uint32_t axis = 0; axis < declared->dims.size(); ++axis) {
    const Dim &wanted = declared->dims[axis], &found = value->type->dims[axis];
    auto difference = (wanted - found).asConstant();
    if (difference && *difference == 0)
      continue;
    if (difference) {
      checker.error(Kind::ShapeMismatch, span, {show(*declared), show(*value->type)});
      return nullptr;
    }
    definition.checks.push_back({0, {}, axis, wanted, span});
  }
  if (definition.checks.empty())
    return value;
  LocalId id = addLocal("result", declared, LocalKind::Definition, span);
  for (DimCheck &check : definition.checks)
    check.of = id;
  definition.locals = {id};
  definition.value = std::move(value);
  definition.span = span;
  std::vector<Definition> definitions;
  definitions.push_back(std::move(definition));
  return wrap(std::move(definitions), reference(id, span));
}

void Body::localFunction(const syntax::Statement &statement) {
  if (statement.word == "experiment" || statement.word == "extern" || statement.word == "type") {
    checker.error(Kind::StatementNotAllowed, statement.span, {"`" + statement.word + "`", "a body"});
    return;
  }
  Declared &declared = localFunctions[statement.name.text];
  declared.statement = &statement;
  declared.module = &module;
  declared.home = this;
  declared.instances.clear();
  declared.firstReal = realElement;
  checker.require(declared, statement.name.text, statement.name.span);
}

/// What `real` is in this body: the instance says it, and an `f64` among the parameters, which is always given one. Warps
/// and externs have one precision.
void Body::setPrecision(const syntax::Statement &statement, const InstanceOf &of) {
  realElement = kind() == FunctionKind::Solver ? Element::F64 : of.real; // iterations lose digits
  if (kind() == FunctionKind::Warp || kind() == FunctionKind::Extern) {
    realElement = Element::F32;
    return;
  }
  for (const syntax::ParameterList &list : statement.parameters)
    for (const syntax::Parameter &parameter : list.parameters)
      if (parameter.type && namesDouble(*parameter.type))
        realElement = Element::F64;
}

} // namespace gms::sema
