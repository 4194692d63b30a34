// Types that speak of units and grids: `unit: energy / length` as a type argument, a record as extents, `density[g]`, and
// `operator[n]`.
#include "lang/sema/checker.h"
#include <algorithm>

namespace gms::sema {

/// The unit that products, quotients, whole powers and roots (^0.5) of quantities have, as a type argument says it.
std::optional<Unit> Body::unitOfType(const syntax::Expr &e) {
  if (e.kind == syntax::ExprKind::Name)
    if (const Quantity *quantity = findQuantity(e.text)) {
      auto unit = checker.unit(quantity->unit, e.span);
      return unit ? std::optional<Unit>(unit->unit) : std::nullopt;
    }
  if (e.kind == syntax::ExprKind::Number && e.text == "1" && e.unit.empty())
    return Unit{};
  if (e.kind == syntax::ExprKind::Binary && (e.text == "*" || e.text == "/")) {
    auto a = unitOfType(*e.operands[0]), b = a ? unitOfType(*e.operands[1]) : std::nullopt;
    if (!b)
      return std::nullopt;
    return e.text == "*" ? *a * *b : *a / *b;
  }
  if (e.kind == syntax::ExprKind::Binary && e.text == "^" && e.operands[1]->kind == syntax::ExprKind::Number &&
      (e.operands[1]->isInt || e.operands[1]->text == "0.5")) {
    auto a = unitOfType(*e.operands[0]);
    const Exponent exponent = e.operands[1]->isInt ? Exponent{std::atoi(e.operands[1]->text.c_str()), 1} : Exponent{1, 2};
    return a ? std::optional<Unit>(a->power(exponent)) : std::nullopt;
  }
  checker.error(Kind::NotExpected, e.span, {"a quantity, or products and quotients of such, as in `energy / length`", "something else"});
  return std::nullopt;
}

/// The order in which parameters are checked: `n: density[g], g: grid` speaks of g before it stands.
std::vector<size_t> Body::gridsFirst(const std::vector<syntax::Parameter> &written) {
  std::vector<size_t> grids, others;
  for (size_t at = 0; at < written.size(); ++at) {
    Module *owner = nullptr;
    const syntax::TypePtr &type = written[at].type;
    const bool isRecord = type && type->kind == syntax::TypeKind::Named && type->args.empty() && checker.findRecord(module, type->name.text, owner);
    (isRecord && extentOfAnother(written, written[at].name.text) ? grids : others).push_back(at);
  }
  grids.insert(grids.end(), others.begin(), others.end());
  return grids;
}

bool Body::extentOfAnother(const std::vector<syntax::Parameter> &written, const std::string &name) const {
  for (const syntax::Parameter &parameter : written)
    if (parameter.type)
      for (const syntax::Argument &arg : parameter.type->args)
        if (arg.value->kind == syntax::ExprKind::Name && arg.value->text == name)
          return true;
  return false;
}

/// A record between the brackets of a type stands for the extents of its tensors, in their order. False where it is none.
bool Body::extentsOfRecord(const syntax::Expr &e, std::vector<Dim> &dims) {
  if (e.kind != syntax::ExprKind::Name)
    return false;
  auto id = find(e.text);
  if (!id || function->locals[*id].type->kind != TypeKind::Record)
    return false;
  for (const FieldType &field : function->locals[*id].type->fields)
    if (field.type->isTensor())
      dims.insert(dims.end(), field.type->dims.begin(), field.type->dims.end());
  return true;
}

/// `nuclei[a]`: the record with its extents named, in the order in which its fields first speak of them.
TypeRef Body::recordWithExtents(TypeRef record, const std::vector<syntax::Argument> &args, Span span, bool bindDims) {
  if (!record || args.empty())
    return record;
  std::vector<LocalId> symbols;
  for (const FieldType &field : record->fields)
    for (const Dim &dim : field.type->dims) {
      std::vector<LocalId> mentioned;
      dim.symbols(mentioned);
      for (LocalId id : mentioned)
        if (std::find(symbols.begin(), symbols.end(), id) == symbols.end())
          symbols.push_back(id);
    }
  if (args.size() != symbols.size()) {
    checker.error(Kind::RankMismatch, span, {"the record `" + record->name + "`", std::to_string(symbols.size()), std::to_string(args.size())});
    return nullptr;
  }
  std::unordered_map<LocalId, Dim> extents;
  for (size_t i = 0; i < args.size(); ++i) {
    auto extent = dimension(*args[i].value, bindDims);
    if (!extent)
      return nullptr;
    extents[symbols[i]] = *extent;
  }
  return Type::substitute(record, [&](LocalId id) { return extents.count(id) ? extents[id] : Dim::symbol(id); });
}

/// `density[g]`: what is in a unit of length, or of area on a plane.
TypeRef Body::densityType(std::vector<Dim> dims, Span span) {
  auto length = checker.unit(findQuantity("length")->unit, span);
  if (!length)
    return nullptr;
  const int32_t rank = static_cast<int32_t>(dims.size());
  return Type::tensor(realElement, std::move(dims), Role::None, length->unit.power({-rank, 1}));
}

/// `operator[n]` and `operator[n, m, unit: energy]`.
TypeRef Body::operatorType(std::vector<Dim> dims, Unit unit, Span span) {
  if (dims.size() == 1 || dims.size() == 2)
    return Type::linearOperator(realElement, std::move(dims), std::move(unit));
  checker.error(Kind::RankMismatch, span, {"an operator", "1 or 2", std::to_string(dims.size())});
  return nullptr;
}

/// Extents are those of tensors: what only an operator among the parameters has, no value tells.
bool Body::operatorsAreBound() {
  for (const Parameter &parameter : function->parameters) {
    const Local local = function->locals[parameter.local];
    std::vector<LocalId> symbols;
    if (local.type->kind == TypeKind::Operator)
      for (const Dim &dim : local.type->dims)
        dim.symbols(symbols);
    for (LocalId id : symbols)
      if (function->locals[id].kind == LocalKind::Dimension && !boundDims.count(id)) {
        checker.error(Kind::UnboundDimension, local.span, {nameOf(id)}).fix = "give a tensor or a grid of this extent too: only they say how large they are";
        return false;
      }
  }
  return true;
}

} // namespace gms::sema
