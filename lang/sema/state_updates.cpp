// `n = e` in a pass of a repeat: a new version of a state, of the type and shape that the state has.
#include "lang/sema/checker.h"

namespace gms::sema {

/// The state of the repeat being checked that a definition of this name updates, or null.
const Body::SolverState *Body::updatedState(const std::string &name) const {
  if (passScope == 0)
    return nullptr;
  for (const SolverState &state : states)
    if (state.name == name)
      return &state;
  return nullptr;
}

/// Binds what a definition makes; in a pass a name from outside of it that is no state keeps its value.
void Body::bindDefinition(const std::string &name, LocalId id, Span span) {
  for (size_t i = 0; i < passScope; ++i)
    if (auto it = scopes[i].find(name); it != scopes[i].end()) {
      Diagnostic &d = checker.error(Kind::NotAState, span, {name});
      d.notes.push_back({function->locals[it->second].span, "it was defined here"});
      d.fix = "write `state " + name + " = ...` above the repeat, or take another name";
      return;
    }
  bind(name, id, span);
}

/// The new version of a state, or an error where it would change the state's form.
bool Body::updateState(const SolverState &state, ExprPtr value, std::vector<Definition> &definitions, Span span) {
  const TypeRef type = function->locals[state.current].type;
  const TypeRef found = value->type;
  Span at = value->span;
  auto refuse = [&] {
    Diagnostic &d = checker.error(Kind::StateChanges, at, {state.name, show(*type), show(*found)});
    d.notes.push_back({function->locals[state.start].span, "the state starts here"});
    if (type->isInt() && found->isReal())
      d.fix = "start it with a real, such as 0.0";
    return false;
  };
  if (!keepsForm(*value, *type))
    return refuse();
  LocalId id = addLocal(state.name, type, LocalKind::Definition, span);
  Definition definition;
  if (!extentsToCheck(id, *type, *found, {}, definition.checks, at))
    return refuse();
  value = toElements(std::move(value), *type);
  value = coerce(std::move(value), type, at);
  if (!value)
    return false;
  definition.locals = {id};
  definition.value = std::move(value);
  definition.span = span;
  definitions.push_back(std::move(definition));
  scopes.back()[state.name] = id;
  return true;
}

/// Whether the value can become one of the type without losing anything, extents aside.
bool Body::keepsForm(const Expr &value, const Type &type) const {
  const Type &found = *value.type;
  if (found.kind != type.kind)
    return false;
  if (type.kind != TypeKind::Scalar && type.kind != TypeKind::Tensor)
    return sameForm(found, type);
  auto rank = [](Element e) { return e == Element::Bool ? 0 : e == Element::U8 ? 1 : e == Element::Int ? 2 : e == Element::F32 ? 3 : 4; };
  const bool bools = (found.element == Element::Bool) == (type.element == Element::Bool);
  const bool literalZero = isLiteral(value) && found.unit.none();
  return bools && rank(found.element) <= rank(type.element) && (found.unit == type.unit || literalZero) &&
         found.dims.size() == type.dims.size();
}

/// Extents that are not proven equal are checked when the value arrives; false where they are proven to differ.
bool Body::extentsToCheck(LocalId of, const Type &wanted, const Type &found, std::vector<uint32_t> path,
                          std::vector<DimCheck> &checks, Span span) {
  for (uint32_t axis = 0; axis < wanted.dims.size(); ++axis) {
    auto difference = (wanted.dims[axis] - found.dims[axis]).asConstant();
    if (difference && *difference != 0)
      return false;
    if (!difference)
      checks.push_back({of, path, axis, wanted.dims[axis], span});
  }
  for (uint32_t i = 0; i < wanted.fields.size(); ++i) {
    path.push_back(i);
    if (!extentsToCheck(of, *wanted.fields[i].type, *found.fields[i].type, path, checks, span))
      return false;
    path.pop_back();
  }
  return true;
}

/// A tensor made here has the element that is asked for from the start.
ExprPtr Body::toElements(ExprPtr value, const Type &type) {
  if (!type.isTensor() || value->kind != ExprKind::Tabulate || value->type->element == type.element)
    return value;
  value->args[0] = toElement(std::move(value->args[0]), type.element);
  value->type = Type::tensor(type.element, value->type->dims, value->type->role, value->type->unit, value->type->range);
  return value;
}

} // namespace gms::sema
