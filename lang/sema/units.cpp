// Units: declared in stdlib/units.gms and in programs, each a number of base units.
#include "lang/sema/checker.h"
#include <cmath>
#include <filesystem>

namespace gms::sema {

/// The standard units are loaded when a program first uses one.
void Checker::loadUnits() {
  if (unitsLoaded)
    return;
  unitsLoaded = true;
  syntax::Path path;
  path.parts.push_back({"units", {}});
  for (const std::string &folder : options.importPaths)
    if (std::filesystem::exists(std::filesystem::path(folder) / "units.gms")) {
      importModule(path, (std::filesystem::path(folder) / "units.gms").string());
      return;
    }
}

const UnitDeclaration *Checker::findUnit(const std::string &name) {
  if (auto it = out->units.find(name); it != out->units.end())
    return &it->second;
  auto found = unitStatements.find(name);
  if (found == unitStatements.end()) {
    loadUnits();
    found = unitStatements.find(name);
  }
  if (found == unitStatements.end())
    return nullptr;
  const syntax::Statement &statement = *found->second;
  if (!unitsRunning.insert(name).second) {
    error(Kind::Recursion, statement.span, {name, name + " -> " + name});
    return nullptr;
  }
  UnitDeclaration unit;
  if (statement.value) {
    if (auto value = evaluateUnit(*statement.value))
      unit = *value;
  } else {
    unit.unit.powers[name] = {1, 1};
  }
  unit.name = name;
  unit.docs = statement.docs;
  unitsRunning.erase(name);
  return &(out->units[name] = std::move(unit));
}

/// A number with a unit, or products and quotients of such.
std::optional<UnitDeclaration> Checker::evaluateUnit(const syntax::Expr &e) {
  if (e.kind == syntax::ExprKind::Number) {
    UnitDeclaration out;
    if (!e.unit.empty()) {
      auto base = unit(e.unit, e.unitSpan);
      if (!base)
        return std::nullopt;
      out = *base;
    }
    std::string digits;
    for (char c : e.text)
      if (c != '_' && c != '%')
        digits += c;
    out.scale *= std::strtod(digits.c_str(), nullptr) * (e.percent ? 0.01 : 1.0);
    return out;
  }
  if (e.kind == syntax::ExprKind::Binary && (e.text == "*" || e.text == "/")) {
    auto a = evaluateUnit(*e.operands[0]), b = evaluateUnit(*e.operands[1]);
    if (!a || !b)
      return std::nullopt;
    bool times = e.text == "*";
    a->scale = times ? a->scale * b->scale : a->scale / b->scale;
    a->unit = times ? a->unit * b->unit : a->unit / b->unit;
    return a;
  }
  error(Kind::NotExpected, e.span, {"a number of a known unit, such as 0.001 s", "something else"});
  return std::nullopt;
}

std::optional<UnitDeclaration> Checker::unit(const std::string &text, Span span) {
  UnitDeclaration out;
  size_t at = 0;
  bool divide = false;
  while (at < text.size()) {
    size_t end = text.find_first_of("*/^", at);
    std::string name = text.substr(at, end == std::string::npos ? end : end - at);
    const UnitDeclaration *base = findUnit(name);
    if (!base) {
      std::vector<std::string> names;
      for (const auto &entry : unitStatements)
        names.push_back(entry.first);
      Diagnostic &d = error(Kind::UnknownUnit, span, {name});
      std::string near = nearest(name, names);
      d.fix = near.empty() ? "for a product write 2 * " + name : "write `" + near + "`, or for a product 2 * " + name;
      return std::nullopt;
    }
    int power = 1;
    if (end != std::string::npos && text[end] == '^') {
      size_t stop = text.find_first_of("*/", end);
      power = std::atoi(text.substr(end + 1, stop == std::string::npos ? stop : stop - end - 1).c_str());
      end = stop;
    }
    Unit factor = base->unit.power({divide ? -power : power, 1});
    out.scale *= std::pow(base->scale, divide ? -power : power);
    out.unit = out.unit * factor;
    if (end == std::string::npos)
      break;
    divide = text[end] == '/';
    at = end + 1;
  }
  out.name = text;
  return out;
}

} // namespace gms::sema
