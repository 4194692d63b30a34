#include "lang/program/type.h"
#include <numeric>

namespace gms::program {

namespace {

Exponent reduced(int32_t numerator, int32_t denominator) {
  int32_t g = std::gcd(numerator, denominator);
  return g ? Exponent{numerator / g, denominator / g} : Exponent{0, 1};
}

Unit combine(const Unit &a, const Unit &b, int32_t sign) {
  Unit out = a;
  for (const auto &[name, e] : b.powers) {
    Exponent &mine = out.powers[name];
    mine = reduced(mine.numerator * e.denominator + sign * e.numerator * mine.denominator,
                   mine.denominator * e.denominator);
    if (mine.numerator == 0)
      out.powers.erase(name);
  }
  return out;
}

TypeRef made(Type type) { return std::make_shared<const Type>(std::move(type)); }

} // namespace

Unit operator*(const Unit &a, const Unit &b) { return combine(a, b, 1); }
Unit operator/(const Unit &a, const Unit &b) { return combine(a, b, -1); }

Unit Unit::power(Exponent e) const {
  Unit out;
  if (e.numerator != 0)
    for (const auto &[name, mine] : powers)
      out.powers[name] = reduced(mine.numerator * e.numerator, mine.denominator * e.denominator);
  return out;
}

std::string Unit::print() const {
  std::string above, below;
  for (const auto &[name, e] : powers) {
    std::string &side = e.numerator > 0 ? above : below;
    int32_t n = e.numerator > 0 ? e.numerator : -e.numerator;
    if (!side.empty())
      side += e.numerator > 0 ? "*" : "/";
    side += name;
    if (e.denominator != 1)
      side += "^(" + std::to_string(n) + "/" + std::to_string(e.denominator) + ")";
    else if (n != 1)
      side += "^" + std::to_string(n);
  }
  if (below.empty())
    return above;
  return (above.empty() ? "1" : above) + "/" + below;
}

TypeRef Type::voidType() { return made({}); }

TypeRef Type::scalar(Element element, Unit unit) {
  Type type;
  type.kind = TypeKind::Scalar;
  type.element = element;
  type.unit = std::move(unit);
  return made(std::move(type));
}

TypeRef Type::string() {
  Type type;
  type.kind = TypeKind::String;
  return made(std::move(type));
}

TypeRef Type::tensor(Element element, std::vector<Dim> dims, Role role, Unit unit, Range range) {
  Type type;
  type.kind = TypeKind::Tensor;
  type.element = element;
  type.dims = std::move(dims);
  type.role = role;
  type.unit = std::move(unit);
  type.range = range;
  return made(std::move(type));
}

TypeRef Type::tuple(std::vector<TypeRef> items) {
  Type type;
  type.kind = TypeKind::Tuple;
  for (TypeRef &item : items)
    type.fields.push_back({"", std::move(item)});
  return made(std::move(type));
}

TypeRef Type::record(std::string name, std::vector<FieldType> fields) {
  Type type;
  type.kind = TypeKind::Record;
  type.name = std::move(name);
  type.fields = std::move(fields);
  return made(std::move(type));
}

TypeRef Type::list(TypeRef item) {
  Type type;
  type.kind = TypeKind::List;
  type.fields.push_back({"", std::move(item)});
  return made(std::move(type));
}

TypeRef Type::opaque(std::string name) {
  Type type;
  type.kind = TypeKind::Opaque;
  type.name = std::move(name);
  return made(std::move(type));
}

TypeRef Type::linearOperator(Element element, std::vector<Dim> dims, Unit unit) {
  Type type;
  type.kind = TypeKind::Operator;
  type.element = element;
  type.dims = std::move(dims);
  type.unit = std::move(unit);
  return made(std::move(type));
}

TypeRef Type::substitute(const TypeRef &type, const std::function<Dim(LocalId)> &value) {
  if (!type || (type->dims.empty() && type->fields.empty() && !type->result))
    return type;
  Type out = *type;
  for (Dim &dim : out.dims)
    dim = dim.substitute(value);
  for (FieldType &field : out.fields)
    field.type = substitute(field.type, value);
  if (out.result)
    out.result = substitute(out.result, value);
  return made(std::move(out));
}

bool sameForm(const Type &a, const Type &b) {
  if (a.kind != b.kind || a.fields.size() != b.fields.size() || a.dims.size() != b.dims.size())
    return false;
  bool numbers =
      a.kind == TypeKind::Scalar || a.kind == TypeKind::Tensor || a.kind == TypeKind::Operator;
  if (numbers && (a.element != b.element || !(a.unit == b.unit) || a.role != b.role))
    return false;
  if (a.role == Role::Image && a.range != b.range)
    return false;
  if ((a.kind == TypeKind::Record || a.kind == TypeKind::Opaque) && a.name != b.name)
    return false;
  for (size_t i = 0; i < a.fields.size(); ++i)
    if (a.fields[i].name != b.fields[i].name || !sameForm(*a.fields[i].type, *b.fields[i].type))
      return false;
  return true;
}

bool equal(const Type &a, const Type &b) {
  if (!sameForm(a, b) || !(a.dims == b.dims))
    return false;
  for (size_t i = 0; i < a.fields.size(); ++i)
    if (!equal(*a.fields[i].type, *b.fields[i].type))
      return false;
  return true;
}

const char *print(Role role) {
  static const char *const names[] = {"",       "image",    "mask",        "boxes",  "keypoints",
                                      "labels", "waveform", "spectrogram", "logits", "features"};
  return names[static_cast<size_t>(role)];
}

const char *print(Element element) {
  static const char *const names[] = {"bool", "u8", "int", "real", "f64"};
  return names[static_cast<size_t>(element)];
}

const char *print(Range range) {
  static const char *const names[] = {"unit", "signed", "imagenet"};
  return names[static_cast<size_t>(range)];
}

std::string print(const Type &type, const std::function<std::string(LocalId)> &name) {
  std::string unit = type.unit.none() ? "" : " " + type.unit.print();
  auto fields = [&](const char *open, const char *close) {
    std::string out = open;
    for (size_t i = 0; i < type.fields.size(); ++i)
      out += (i ? ", " : "") + (type.fields[i].name.empty() ? "" : type.fields[i].name + ": ") +
             print(*type.fields[i].type, name);
    return out + close;
  };
  switch (type.kind) {
  case TypeKind::Void:
    return "nothing";
  case TypeKind::Scalar:
    return print(type.element) + unit;
  case TypeKind::String:
    return "string";
  case TypeKind::Opaque:
    return type.name;
  case TypeKind::Tuple:
    return fields("(", ")");
  case TypeKind::List:
    return fields("list[", "]");
  case TypeKind::Function:
    return fields("(", ") -> ") + (type.result ? print(*type.result, name) : "");
  case TypeKind::Record:
    return type.name.empty() ? fields("{ ", " }") : type.name;
  case TypeKind::Operator: {
    std::string out = type.element == Element::F64 ? "f64 operator[" : "operator[";
    for (size_t i = 0; i < type.dims.size(); ++i)
      out += (i ? ", " : "") + type.dims[i].print(name);
    return out + "]" + unit;
  }
  case TypeKind::Tensor: {
    bool masks = type.role == Role::Mask && type.dims.size() == 3;
    std::string out = type.role == Role::None ? print(type.element) : masks ? "masks" : print(type.role);
    size_t shown = type.dims.size() - (type.role == Role::Boxes || type.role == Role::Keypoints ? 1 : 0);
    out += "[";
    for (size_t i = 0; i < shown; ++i)
      out += (i ? ", " : "") + type.dims[i].print(name);
    if (type.role == Role::Image && type.range != Range::Unit)
      out += std::string(", range: ") + print(type.range);
    return out + "]" + unit;
  }
  }
  return "?";
}

} // namespace gms::program
