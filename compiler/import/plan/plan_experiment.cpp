// Experiments, their params, steps and clauses; kernels and their signatures.
#include "compiler/import/plan/plan_experiment.h"
#include "compiler/import/plan/hold.h"
#include "compiler/import/plan/plan_builder.h"
#include "lang/program/drawn_places.h"
#include <algorithm>
#include <filesystem>

namespace gms::compiler {

using namespace program;

namespace {

Json itemJson(const SignatureItem &item) {
  Json json = {{"path", item.path}, {"element", wordOf(item.type->element)}, {"rank", item.type->dims.size()}};
  json["parameter"] = item.parameter;
  json["fields"] = item.fields;
  return json;
}

/// A place without the numbers of passes: "layers[2]/turn" as "layers/turn".
std::string unnumbered(const std::string &place) {
  std::string plain;
  bool inside = false;
  for (char c : place) {
    inside |= c == '[';
    if (!inside)
      plain += c;
    inside &= c != ']';
  }
  return plain;
}

void flattenInto(const TypeRef &type, SignatureItem item, std::vector<SignatureItem> &out) {
  if (type->kind == TypeKind::Scalar || type->kind == TypeKind::Tensor) {
    item.type = type;
    out.push_back(std::move(item));
    return;
  }
  if (type->kind != TypeKind::Record && type->kind != TypeKind::Tuple)
    return;
  for (uint32_t i = 0; i < type->fields.size(); ++i) {
    SignatureItem part = item;
    part.path += "." + (type->fields[i].name.empty() ? std::to_string(i) : type->fields[i].name);
    part.fields.push_back(i);
    flattenInto(type->fields[i].type, std::move(part), out);
  }
}

/// A text on one line, at most 40 characters.
std::string clipped(std::string_view text) {
  std::string line;
  for (char c : text) {
    const char next = c == '\n' || c == '\t' ? ' ' : c;
    if (next != ' ' || (!line.empty() && line.back() != ' '))
      line += next;
  }
  if (line.size() > 40) {
    line.resize(38);
    while (!line.empty() && (line.back() & 0xC0) == 0x80)
      line.pop_back();
    line += "…";
  }
  return line;
}

std::string withoutWord(std::string_view text, std::string_view word) {
  if (text.starts_with(word))
    text.remove_prefix(word.size());
  text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \t")));
  return std::string(text);
}

const char *wordOf(Clause::Kind kind) {
  switch (kind) {
  case Clause::Kind::Show:
    return "show";
  case Clause::Kind::Plot:
    return "plot";
  case Clause::Kind::Table:
    return "table";
  case Clause::Kind::Expect:
    break;
  }
  return "expect";
}

} // namespace

std::vector<SignatureItem> flatten(const TypeRef &type, const std::string &path, size_t parameter) {
  std::vector<SignatureItem> out;
  SignatureItem item;
  item.path = path;
  item.parameter = parameter;
  flattenInto(type, std::move(item), out);
  return out;
}

std::string PlannedProgram::withDraws(const std::vector<Signature> &signatures) const {
  Json plan = Json::parse(json);
  Json &kernels = plan["kernels"];
  for (size_t i = 0; i < kernels.size() && i < signatures.size(); ++i) {
    kernels[i]["has_draws"] = signatures[i].usesDraws;
    const Json units = kernels[i].value("draw_units", Json::object());
    const Json arms = kernels[i].value("draw_arms", Json::object());
    kernels[i].erase("draw_units");
    kernels[i].erase("draw_arms");
    for (const SignatureDraw &draw : signatures[i].draws) {
      Json made = {{"place", draw.place}, {"element", wordOf(draw.type)}, {"unit", units.value(unnumbered(draw.place), "")}};
      if (arms.contains(draw.place))
        made["arms"] = arms[draw.place];
      kernels[i]["draws"].push_back(std::move(made));
    }
  }
  return plan.dump();
}

std::string PlanBuilder::placeOf(Span span) const {
  if (!span.known())
    return "";
  const SourceFile &source = sources.file(span.file);
  return std::filesystem::path(source.path()).filename().string() + ":" + std::to_string(source.at(span.begin).line);
}

std::string PlanBuilder::kernelName(const std::string &shown) {
  std::string name;
  for (char c : shown) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) && static_cast<unsigned char>(c) < 0x80;
    if (plain || (!name.empty() && name.back() != '_'))
      name += plain ? c : '_';
  }
  while (!name.empty() && name.back() == '_')
    name.pop_back();
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0])))
    name = "k" + name;
  const auto taken = [&](const std::string &candidate) {
    return std::any_of(planned.kernels.begin(), planned.kernels.end(),
                       [&](const PlannedKernel &kernel) { return kernel.name == candidate; });
  };
  std::string free = name;
  for (int count = 2; taken(free); ++count)
    free = name + "_" + std::to_string(count);
  return free;
}

void PlanBuilder::drawUnits(const Expr &e, const std::string &place, Json &units) {
  const std::string here = e.place.empty() ? place : place + "/" + e.place;
  if (e.kind == ExprKind::Draw && e.type && !e.type->unit.none()) {
    units[here] = e.type->unit.print();
    types.add(e.type); // so that the plan says what it is shown in
  }
  eachPart(e, [&](const Expr &part) { drawUnits(part, e.kind == ExprKind::Repeat ? here : place, units); });
  if (e.kind == ExprKind::Call && program.function(e.function).draws && program.function(e.function).body)
    drawUnits(*program.function(e.function).body, here, units);
}

/// The number of a cut-out function's kernel, described when it is first called.
size_t PlanBuilder::kernelOf(FunctionId id) {
  for (size_t i = 0; i < planned.kernels.size(); ++i)
    if (planned.kernels[i].function == id)
      return i;
  const Function &function = program.function(id);
  // A call alone is known by what it calls; anything else by its text.
  const Expr *root = function.body.get();
  while (root->kind == ExprKind::Block)
    root = root->args[0].get();
  const bool calls = root->kind == ExprKind::Call || root->kind == ExprKind::Warp;
  const std::string shown = calls ? program.function(root->function).name : clipped(sources.text(root->span));
  const std::string name = kernelName(shown);
  Json kernel = {{"name", name}, {"shown", shown}, {"result", types.add(function.result)}};
  kernel["inputs"] = kernel["outputs"] = Json::array();
  for (size_t i = 0; i < function.parameters.size(); ++i) {
    const Local &local = function.locals[function.parameters[i].local];
    for (const SignatureItem &item : flatten(local.type, local.name, i))
      kernel["inputs"].push_back(itemJson(item));
  }
  for (const SignatureItem &item : flatten(function.result, "", 0))
    kernel["outputs"].push_back(itemJson(item));
  kernel["keyed"] = function.draws;
  if (function.draws) {
    Json units = Json::object();
    drawUnits(*function.body, function.name, units);
    if (!units.empty())
      kernel["draw_units"] = std::move(units);
    for (const DrawnPlace &drawn : drawnPlaces(program, function))
      for (const DrawnPlace::Arm &arm : drawn.arms)
        kernel["draw_arms"][drawn.place].push_back({{"choice", arm.choice}, {"arm", arm.number}});
  }
  kernels.push_back(std::move(kernel));
  planned.kernels.push_back({id, name, shown});
  return planned.kernels.size() - 1;
}

Json PlanBuilder::kernelCall(const Outlined &outlined, const Expr &e, Context &context) {
  Json json = {{"op", "kernel"}, {"index", kernelOf(outlined.function)}, {"args", Json::array()}};
  json["type"] = types.add(e.type);
  for (size_t i = 0; i < outlined.arguments.size(); ++i)
    json["args"].push_back(outlined.arguments[i] ? expr(*outlined.arguments[i], context)
                                                 : Json{{"op", "local"}, {"index", outlined.locals[i]}});
  return json;
}

Json PlanBuilder::clause(const Clause &clause, Context &context) {
  const bool claim = clause.kind == Clause::Kind::Expect;
  Json json = {{"clause", wordOf(clause.kind)},
               {"text", withoutWord(sources.text(clause.span), wordOf(clause.kind))},
               {"place", placeOf(clause.span)},
               {"labels", clause.labels},
               {"values", Json::array()}};
  for (const IndexVar &index : clause.against) {
    Json made = indexVar(index, context);
    made["type"] = types.add(context.function.locals[index.local].type);
    json["against"].push_back(std::move(made));
  }
  for (const ExprPtr &value : clause.values) {
    Json made = expr(*value, context);
    made["type"] = types.add(value->type);
    json["values"].push_back(std::move(made));
  }
  if (claim) {
    json["relations"] = Json::array();
    for (Prim op : clause.ops)
      json["relations"].push_back(print(op));
  }
  return json;
}

Json PlanBuilder::experiment(const Experiment &experiment) {
  const Function &function = program.function(experiment.function);
  Context context{function, function.name, static_cast<uint32_t>(function.locals.size())};
  Json json = {{"name", function.name}, {"docs", function.docs}, {"params", Json::array()}, {"steps", Json::array()}};
  for (const Param &param : experiment.params) {
    Json made = {{"name", param.name}, {"slot", param.local}, {"type", types.add(param.type)}, {"docs", param.docs}};
    if (param.defaultValue) {
      made["default"] = expr(*param.defaultValue, context);
      made["default_text"] = std::string(sources.text(param.defaultValue->span));
    }
    json["params"].push_back(std::move(made));
  }
  for (const Step &step : experiment.steps)
    json["steps"].push_back(step.definition ? definition(*step.definition, context) : clause(*step.clause, context));
  json["slots"] = context.slots;
  return json;
}

PlannedProgram PlanBuilder::build() {
  Json plan = {{"gms_plan", 1}, {"abi", 1}, {"generator", 1}};
  plan["program"] = std::filesystem::path(sources.file(file).path()).filename().string();
  plan["experiments"] = Json::array();
  for (Experiment &made : program.experiments)
    holdInKernels(made, program, outliner);
  for (const Experiment &made : program.experiments)
    plan["experiments"].push_back(experiment(made));
  plan["types"] = types.table();
  plan["kernels"] = std::move(kernels);
  plan["functions"] = std::move(functions);
  addUnits(plan, program, types.units());
  planned.json = plan.dump();
  return std::move(planned);
}

PlannedProgram planExperiments(Program &program, const Sources &sources, uint32_t file, Diagnostics &diagnostics) {
  return PlanBuilder(program, sources, file, diagnostics).build();
}

} // namespace gms::compiler
