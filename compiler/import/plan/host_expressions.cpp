// Expressions of an experiment as host expressions of the plan.
#include "compiler/import/plan/plan_builder.h"
#include <cmath>

namespace gms::compiler {

using namespace program;

namespace {

const char *wordOf(Prim prim) {
  // The plan's words are the names of prims.def in small letters; runtime/core/host_prims.def reads them.
  switch (prim) {
  case Prim::Add: return "add";
  case Prim::Sub: return "sub";
  case Prim::Mul: return "mul";
  case Prim::Div: return "div";
  case Prim::FloorDiv: return "floordiv";
  case Prim::Mod: return "mod";
  case Prim::Pow: return "pow";
  case Prim::Neg: return "neg";
  case Prim::Not: return "not";
  case Prim::And: return "and";
  case Prim::Or: return "or";
  case Prim::Eq: return "eq";
  case Prim::Ne: return "ne";
  case Prim::Lt: return "lt";
  case Prim::Le: return "le";
  case Prim::Gt: return "gt";
  case Prim::Ge: return "ge";
  default: return print(prim);
  }
}

const char *wordOf(ReduceKind kind) {
  switch (kind) {
  case ReduceKind::Sum: return "sum";
  case ReduceKind::Prod: return "prod";
  case ReduceKind::Min: return "min";
  case ReduceKind::Max: return "max";
  case ReduceKind::Mean: return "mean";
  case ReduceKind::Median: return "median";
  case ReduceKind::Any: return "any";
  case ReduceKind::All: return "all";
  case ReduceKind::Count: return "count";
  case ReduceKind::ArgMin: return "argmin";
  case ReduceKind::ArgMax: return "argmax";
  case ReduceKind::Map: return "map";
  case ReduceKind::Filter: return "filter";
  }
  return "sum";
}

const char *wordOf(Border border) {
  switch (border) {
  case Border::Zero: return "zero";
  case Border::Clamp: return "clamp";
  case Border::Reflect: return "reflect";
  case Border::Wrap: return "wrap";
  default: return "proven";
  }
}

} // namespace

Json PlanBuilder::constant(const Expr &e) {
  Json json = typed("const", e.type);
  if (const bool *b = std::get_if<bool>(&e.constant))
    json["value"] = *b;
  else if (const int64_t *i = std::get_if<int64_t>(&e.constant))
    json["value"] = *i;
  else if (const std::string *s = std::get_if<std::string>(&e.constant))
    json["value"] = *s;
  else if (const double *d = std::get_if<double>(&e.constant)) {
    if (e.type->isInt())
      json["value"] = static_cast<int64_t>(*d);
    else if (std::isfinite(*d))
      json["value"] = *d;
    else
      json["value"] = std::isnan(*d) ? "nan" : *d > 0 ? "inf" : "-inf"; // JSON has no infinities
  }
  return json;
}

Json PlanBuilder::atom(const Dim::Atom &atom) {
  const TypeRef whole = Type::scalar(Element::Int);
  if (atom.kind == Dim::AtomKind::Symbol)
    return {{"op", "local"}, {"index", atom.symbol}};
  const auto primitive = [&](const char *word, Json a, Json b) {
    Json json = typed("prim", whole);
    json["prim"] = word;
    json["args"] = {std::move(a), std::move(b)};
    return json;
  };
  const auto number = [&](int64_t value) {
    Json json = typed("const", whole);
    json["value"] = value;
    return json;
  };
  if (atom.kind == Dim::AtomKind::FloorDiv)
    return primitive("floordiv", dim(atom.operands[0]), number(atom.divisor));
  const char *word = atom.kind == Dim::AtomKind::Min ? "min" : atom.kind == Dim::AtomKind::Max ? "max" : "mul";
  Json all = dim(atom.operands[0]);
  for (size_t i = 1; i < atom.operands.size(); ++i)
    all = primitive(word, std::move(all), dim(atom.operands[i]));
  return all;
}

/// An extent as an int expression over the locals that its symbols are.
Json PlanBuilder::dim(const Dim &dim) {
  const TypeRef whole = Type::scalar(Element::Int);
  Json sum = typed("const", whole);
  sum["value"] = dim.constant();
  for (const Dim::Term &term : dim.terms()) {
    Json factor = typed("const", whole);
    factor["value"] = term.coefficient;
    Json product = typed("prim", whole);
    product["prim"] = "mul";
    product["args"] = {std::move(factor), atom(term.atom)};
    Json next = typed("prim", whole);
    next["prim"] = "add";
    next["args"] = {std::move(sum), std::move(product)};
    sum = std::move(next);
  }
  return sum;
}

Json PlanBuilder::extents(const std::vector<DimBinding> &dims) {
  Json json = Json::array();
  for (const DimBinding &binding : dims) {
    json.push_back({{"slot", binding.symbol}, {"of", binding.of}, {"fields", binding.fields}, {"axis", binding.axis}});
    if (binding.solved)
      json.back()["solved"] = dim(*binding.solved);
  }
  return json;
}

Json PlanBuilder::checks(const std::vector<DimCheck> &checks, Context &) {
  Json json = Json::array();
  for (const DimCheck &check : checks)
    json.push_back({{"of", check.of}, {"fields", check.fields}, {"axis", check.axis},
                    {"expected", dim(check.expected)}, {"place", placeOf(check.span)}});
  return json;
}

Json PlanBuilder::definition(const Definition &definition, Context &context) {
  Json json = {{"slots", definition.locals}, {"value", expr(*definition.value, context)}};
  if (!definition.locals.empty())
    json["name"] = context.function.locals[definition.locals[0]].name;
  if (!definition.dims.empty())
    json["bindings"] = extents(definition.dims);
  if (!definition.checks.empty())
    json["checks"] = checks(definition.checks, context);
  return json;
}

Json PlanBuilder::indexVar(const IndexVar &index, Context &context) {
  Json json = {{"slot", index.local}, {"name", context.function.locals[index.local].name}};
  if (index.list) {
    json["list"] = expr(*index.list, context);
  } else {
    json["low"] = expr(*index.low, context);
    json["high"] = expr(*index.high, context);
  }
  return json;
}

void PlanBuilder::addArgs(Json &json, const Expr &e, Context &context) {
  json["args"] = Json::array();
  for (const ExprPtr &arg : e.args)
    if (arg)
      json["args"].push_back(expr(*arg, context));
}

Json PlanBuilder::expr(const Expr &e, Context &context) {
  if (const auto outlined = outliner.outline(e, context.function, context.prefix))
    return kernelCall(*outlined, e, context);
  return hostExpr(e, context);
}

/// A recipe or another function that the host runs; once for all calls, but a drawing one once for each, as the places
/// of its draws begin with that of the call.
Json PlanBuilder::call(const Expr &e, Context &context) {
  const Function &callee = program.function(e.function);
  Json json;
  if (callee.kind == FunctionKind::Extern || !callee.body) {
    json = typed("extern", e.type);
    json["name"] = callee.name;
    addArgs(json, e, context);
    return json;
  }
  const std::string prefix = callee.draws ? context.prefix + (e.place.empty() ? "" : "/" + e.place) : callee.name;
  const std::string key = std::to_string(e.function) + ":" + prefix;
  if (!functionOf.count(key)) {
    Context inner{callee, prefix, static_cast<uint32_t>(callee.locals.size())};
    Json made = {{"name", callee.name}, {"parameters", Json::array()}};
    for (const Parameter &parameter : callee.parameters)
      made["parameters"].push_back(parameter.local);
    for (LocalId captured : callee.captures)
      made["parameters"].push_back(captured);
    made["bindings"] = extents(callee.dims);
    made["checks"] = checks(callee.checks, inner);
    made["body"] = expr(*callee.body, inner); // its own calls come first, so that a function calls earlier ones only
    made["slots"] = inner.slots;
    functionOf[key] = functions.size();
    functions.push_back(std::move(made));
  }
  json = {{"op", "call"}, {"index", functionOf[key]}};
  addArgs(json, e, context);
  return json;
}

Json PlanBuilder::hostExpr(const Expr &e, Context &context) {
  Json json;
  switch (e.kind) {
  case ExprKind::Constant:
    return constant(e);
  case ExprKind::Local:
    return {{"op", "local"}, {"index", e.local}};
  case ExprKind::DimValue:
    return dim(e.dim);
  case ExprKind::Primitive:
    json = typed("prim", e.type);
    json["prim"] = wordOf(e.prim);
    break;
  case ExprKind::Convert:
    json = typed("convert", e.type);
    break;
  case ExprKind::Read:
    json = {{"op", "read"}, {"border", wordOf(e.border)}};
    break;
  case ExprKind::Reduce: {
    json = typed("reduce", e.type);
    json["reduce"] = wordOf(e.reduce);
    bool keyed = e.reduce == ReduceKind::Map || e.reduce == ReduceKind::Filter;
    for (const IndexVar &index : e.indices) {
      json["indices"].push_back(indexVar(index, context));
      keyed |= index.list != nullptr;
    }
    json["keyed"] = keyed; // docs/language.md, EXP-5: index notation draws once for all its indices
    break;
  }
  case ExprKind::If:
    json = {{"op", "if"}};
    break;
  case ExprKind::Call:
    return call(e, context);
  case ExprKind::Field:
    json = {{"op", "field"}, {"index", e.position}};
    break;
  case ExprKind::Item:
    if (e.args.size() < 2) { // of a tuple
      json = {{"op", "field"}, {"index", e.position}};
      break;
    }
    json = {{"op", "item"}};
    break;
  case ExprKind::MakeRecord:
  case ExprKind::MakeTuple:
    json = {{"op", "group"}};
    break;
  case ExprKind::MakeList:
    json = {{"op", "list"}};
    break;
  case ExprKind::MakeTensor: {
    json = typed("tensor", e.type);
    json["extents"] = Json::array();
    for (const Dim &extent : e.type->dims)
      json["extents"].push_back(extent.asConstant().value_or(static_cast<int64_t>(e.args.size())));
    break;
  }
  case ExprKind::Length:
    json = {{"op", "length"}};
    break;
  case ExprKind::Block:
    json = {{"op", "block"}, {"definitions", Json::array()}};
    for (const Definition &made : e.definitions)
      json["definitions"].push_back(definition(made, context));
    break;
  case ExprKind::OwnDerivative: // nothing is differentiated on the host
    return expr(*e.args[0], context);
  case ExprKind::Repeat:
    json = {{"op", "repeat"}, {"index", e.local}};
    json["indices"].push_back(indexVar(e.indices[0], context));
    break;
  case ExprKind::Fit:
    json = typed("fit", e.type);
    json["index"] = e.local;
    json["name"] = std::get<std::string>(e.constant);
    json["indices"].push_back(indexVar(e.indices[0], context));
    break;
  default:
    diagnostics.error(Kind::NotOnHost, e.span, {});
    return {{"op", "group"}, {"args", Json::array()}};
  }
  addArgs(json, e, context);
  return json;
}

} // namespace gms::compiler
