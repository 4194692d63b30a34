#include "compiler/import/plan/host_types.h"

namespace gms::compiler {

using namespace program;

const char *wordOf(Element element) {
  switch (element) {
  case Element::Bool:
    return "bool";
  case Element::U8:
    return "u8";
  case Element::Int:
    return "int";
  case Element::F32:
    return "f32";
  case Element::F64:
    return "f64";
  }
  return "f32";
}

namespace {

const char *wordOf(TypeKind kind) {
  switch (kind) {
  case TypeKind::Scalar:
    return "scalar";
  case TypeKind::Tensor:
    return "tensor";
  case TypeKind::String:
    return "string";
  case TypeKind::Tuple:
    return "tuple";
  case TypeKind::Record:
    return "record";
  case TypeKind::List:
    return "list";
  case TypeKind::Void:
    return "void";
  case TypeKind::Function:
  case TypeKind::Opaque:
  case TypeKind::Operator:
    break;
  }
  return "opaque";
}

const char *wordOf(Range range) {
  return range == Range::Unit ? "unit" : range == Range::Signed ? "signed" : "imagenet";
}

} // namespace

size_t HostTypes::add(const TypeRef &type) {
  Json json = {{"kind", wordOf(type->kind)}};
  if (type->kind == TypeKind::Scalar || type->kind == TypeKind::Tensor) {
    json["element"] = compiler::wordOf(type->element);
    if (!type->unit.none()) {
      json["unit"] = type->unit.print();
      used.insert(type->unit.print());
    }
  }
  if (type->kind == TypeKind::Tensor) {
    json["rank"] = type->dims.size();
    if (type->role != Role::None)
      json["role"] = print(type->role);
    if (type->role == Role::Image)
      json["range"] = wordOf(type->range);
  }
  if (!type->name.empty())
    json["name"] = type->name;
  for (const FieldType &field : type->fields) {
    json["items"].push_back(add(field.type));
    if (type->kind == TypeKind::Record)
      json["names"].push_back(field.name);
  }
  const auto [at, isNew] = known.emplace(json.dump(), types.size());
  if (isNew)
    types.push_back(std::move(json));
  return at->second;
}

void addUnits(Json &plan, const Program &program, const std::set<std::string> &used) {
  Json units = Json::array(), shown = Json::array();
  for (const auto &[name, declared] : program.units)
    if (used.count(declared.unit.print()))
      units.push_back({{"name", name}, {"scale", declared.scale}, {"base", declared.unit.print()}});
  // Angles are written, so they are shown, in degrees.
  if (const auto degree = program.units.find("deg"); degree != program.units.end() && used.count(degree->second.unit.print()))
    shown.push_back({{"base", degree->second.unit.print()}, {"name", "deg"}, {"scale", degree->second.scale}});
  plan["units"] = std::move(units);
  plan["shown_units"] = std::move(shown);
}

} // namespace gms::compiler
