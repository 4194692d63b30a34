// Names inside one body: scopes, captures of an enclosing body, places of draws, and how things are shown in messages.
#include "lang/sema/checker.h"

namespace gms::sema {

LocalId Body::addLocal(std::string name, TypeRef type, LocalKind kind, Span span) {
  function->locals.push_back({std::move(name), std::move(type), kind, span});
  return static_cast<LocalId>(function->locals.size() - 1);
}

void Body::bind(const std::string &name, LocalId id, Span span) {
  if (name.empty())
    return;
  for (const Scope &scope : scopes)
    if (auto it = scope.find(name); it != scope.end()) {
      checker.error(Kind::Redefined, span, {name}).notes.push_back({function->locals[it->second].span, "it was defined here"});
      return;
    }
  scopes.back()[name] = id;
}

std::optional<LocalId> Body::find(const std::string &name) {
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope)
    if (auto it = scope->find(name); it != scope->end())
      return it->second;
  if (!outer)
    return std::nullopt;
  auto there = outer->find(name);
  if (!there)
    return std::nullopt;
  return capture(*outer, *there);
}

/// Makes a local of the enclosing body readable here; its dimensions come along, each as a capture of its own.
LocalId Body::capture(Body &from, LocalId id) {
  for (size_t i = 0; i < function->outerCaptures.size(); ++i)
    if (function->outerCaptures[i] == id)
      return function->captures[i];
  const Local local = from.function->locals[id];
  TypeRef type = Type::substitute(local.type, [&](LocalId dim) { return Dim::symbol(capture(from, dim)); });
  LocalId here = addLocal(local.name, type, local.kind == LocalKind::Dimension ? local.kind : LocalKind::Capture, local.span);
  function->captures.push_back(here);
  function->outerCaptures.push_back(id);
  scopes.front().emplace(local.name, here);
  return here;
}

std::string Body::show(const Type &type) const {
  return print(type, [&](LocalId id) { return id < function->locals.size() ? nameOf(id) : std::string("?"); });
}

std::string Body::show(const Dim &dim) const {
  return dim.print([&](LocalId id) { return id < function->locals.size() ? nameOf(id) : std::string("?"); });
}

/// `definition/name`, numbered from the second time on, so that a node added elsewhere changes no other place.
std::string Body::place(const std::string &name) {
  std::string path = definitionName.empty() || definitionName == name ? name : definitionName + "." + name;
  int count = placeCounts[path]++;
  return count ? path + "#" + std::to_string(count) : path;
}

std::vector<std::string> Body::knownNames() {
  std::vector<std::string> names = checker.functionNames(module);
  for (const Body *body = this; body; body = body->outer) {
    for (const Scope &scope : body->scopes)
      for (const auto &entry : scope)
        names.push_back(entry.first);
    for (const auto &entry : body->localFunctions)
      names.push_back(entry.first);
  }
  return names;
}

Declared *Body::findDeclared(const std::string &name) {
  for (Body *body = this; body; body = body->outer) {
    if (auto it = body->functionValues.find(name); it != body->functionValues.end())
      return it->second;
    if (auto it = body->localFunctions.find(name); it != body->localFunctions.end())
      return &it->second;
  }
  return checker.findFunction(module, name);
}

} // namespace gms::sema
