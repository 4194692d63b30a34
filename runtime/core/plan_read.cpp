// JSON to a plan. A bundle may come from anywhere, so that nothing in it is trusted: each index is checked here, and the
// executor then needs no checks of its own.
#include "runtime/core/error.h"
#include "runtime/core/plan.h"
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace gms::runtime {
namespace {

using Json = nlohmann::json;

struct PrimForm {
  const char *word;
  HostPrim prim;
  size_t arity;
};
constexpr PrimForm primForms[] = {
#define GMS_HOST_PRIM(name, text, arity) {text, HostPrim::name, arity},
#include "runtime/core/host_prims.def"
#undef GMS_HOST_PRIM
};

constexpr int deepest = 2000; ///< nesting of expressions and types

[[noreturn]] void fail(const std::string &what) { throw Error(ErrorKind::PlanUnreadable, {what}); }

template <typename Enum, size_t N>
Enum oneOf(const std::string &word, const std::pair<const char *, Enum> (&words)[N], const char *what) {
  for (const auto &[name, value] : words)
    if (word == name)
      return value;
  fail("\"" + word + "\" is no " + what);
}

constexpr std::pair<const char *, gms_type> elementWords[] = {{"bool", GMS_BOOL}, {"u8", GMS_U8},   {"int", GMS_I64},
                                                              {"i64", GMS_I64},   {"f32", GMS_F32}, {"f64", GMS_F64}};
constexpr std::pair<const char *, HostKind> kindWords[] = {
    {"void", HostKind::Void},     {"scalar", HostKind::Scalar}, {"tensor", HostKind::Tensor}, {"string", HostKind::String},
    {"tuple", HostKind::Tuple},   {"record", HostKind::Record}, {"list", HostKind::List},     {"opaque", HostKind::Opaque}};
constexpr std::pair<const char *, HostRange> rangeWords[] = {
    {"unit", HostRange::Unit}, {"signed", HostRange::Signed}, {"imagenet", HostRange::Imagenet}};
constexpr std::pair<const char *, HostReduce> reduceWords[] = {
    {"sum", HostReduce::Sum},       {"prod", HostReduce::Prod},     {"min", HostReduce::Min},
    {"max", HostReduce::Max},       {"mean", HostReduce::Mean},     {"median", HostReduce::Median},
    {"any", HostReduce::Any},       {"all", HostReduce::All},       {"count", HostReduce::Count},
    {"argmin", HostReduce::ArgMin}, {"argmax", HostReduce::ArgMax}, {"map", HostReduce::Map},
    {"filter", HostReduce::Filter}};
constexpr std::pair<const char *, HostBorder> borderWords[] = {{"proven", HostBorder::Proven},
                                                               {"zero", HostBorder::Zero},
                                                               {"clamp", HostBorder::Clamp},
                                                               {"reflect", HostBorder::Reflect},
                                                               {"wrap", HostBorder::Wrap}};
constexpr std::pair<const char *, HostOp> opWords[] = {
    {"const", HostOp::Constant}, {"local", HostOp::Local},   {"prim", HostOp::Prim},     {"convert", HostOp::Convert},
    {"read", HostOp::Read},      {"reduce", HostOp::Reduce}, {"if", HostOp::If},         {"call", HostOp::Call},
    {"kernel", HostOp::Kernel},  {"extern", HostOp::Extern}, {"field", HostOp::Field},   {"item", HostOp::Item},
    {"group", HostOp::Group},    {"list", HostOp::List},     {"tensor", HostOp::Tensor}, {"length", HostOp::Length},
    {"extent", HostOp::Extent},  {"block", HostOp::Block},   {"repeat", HostOp::Repeat},
    {"fit", HostOp::Fit}};
constexpr std::pair<const char *, PlanClause::Kind> clauseWords[] = {{"show", PlanClause::Kind::Show},
                                                                     {"plot", PlanClause::Kind::Plot},
                                                                     {"table", PlanClause::Kind::Table},
                                                                     {"expect", PlanClause::Kind::Expect}};

class Reader {
public:
  explicit Reader(const Json &root) : root(root) {}
  std::unique_ptr<Plan> read();

private:
  const Json &root;
  std::unique_ptr<Plan> plan = std::make_unique<Plan>();
  std::vector<HostTypeRef> types;
  size_t functionCount = 0; ///< functions read so far: a call reaches earlier ones only, so that nothing recurs
  uint32_t slots = 0;
  int depth = 0;

  HostTypeRef type(const Json &json);
  void readTypes();
  void kernel(const Json &json);
  KernelItem item(const Json &json);
  void function(const Json &json);
  void experiment(const Json &json);
  PlanStep step(const Json &json);
  HostExprRef expr(const Json &json);
  void complete(HostExpr &e, const Json &json);
  Value constant(const Json &json, const HostType &type);
  HostIndex indexVar(const Json &json);
  HostDefinition definition(const Json &json);
  HostExtent extent(const Json &json);
  uint32_t slot(const Json &json) {
    const uint32_t value = json.get<uint32_t>();
    if (value >= slots)
      fail("a local beyond those that exist");
    return value;
  }
};

std::vector<std::string> strings(const Json &json, const char *key) {
  return json.contains(key) ? json.at(key).get<std::vector<std::string>>() : std::vector<std::string>{};
}
std::vector<uint32_t> numbers(const Json &json, const char *key) {
  return json.contains(key) ? json.at(key).get<std::vector<uint32_t>>() : std::vector<uint32_t>{};
}

HostTypeRef Reader::type(const Json &json) {
  const size_t at = json.get<size_t>();
  if (at >= types.size())
    fail("a type beyond those that exist");
  return types[at];
}

void Reader::readTypes() {
  for (const Json &json : root.at("types")) {
    auto made = std::make_shared<HostType>();
    made->kind = oneOf(json.at("kind").get<std::string>(), kindWords, "kind of type");
    made->element = oneOf(json.value("element", "f32"), elementWords, "element type");
    made->unit = json.value("unit", "");
    made->role = json.value("role", "");
    made->range = oneOf(json.value("range", "unit"), rangeWords, "range");
    made->rank = json.value("rank", 0);
    made->name = json.value("name", "");
    made->names = strings(json, "names");
    if (json.contains("items"))
      for (const Json &part : json.at("items"))
        made->items.push_back(type(part));
    if (made->rank < 0 || made->rank > GMS_MAX_RANK)
      fail("a rank that no tensor has");
    if ((made->kind == HostKind::List && made->items.size() != 1) ||
        (made->kind == HostKind::Record && made->items.size() != made->names.size()))
      fail("a type whose parts are missing");
    types.push_back(std::move(made));
  }
}

KernelItem Reader::item(const Json &json) {
  KernelItem made;
  made.path = json.value("path", "");
  made.parameter = json.value("parameter", 0u);
  made.fields = numbers(json, "fields");
  made.element = oneOf(json.at("element").get<std::string>(), elementWords, "element type");
  made.rank = json.value("rank", 0);
  if (made.rank < 0 || made.rank > GMS_MAX_RANK)
    fail("a rank that no tensor has");
  return made;
}

void Reader::kernel(const Json &json) {
  PlanKernel made;
  made.name = json.at("name").get<std::string>();
  made.shownName = json.value("shown", made.name);
  for (const Json &part : json.at("inputs"))
    made.inputs.push_back(item(part));
  for (const Json &part : json.at("outputs"))
    made.outputs.push_back(item(part));
  made.result = type(json.at("result"));
  made.hasDraws = json.value("has_draws", false);
  made.keyed = json.value("keyed", made.hasDraws);
  if (json.contains("draws"))
    for (const Json &part : json.at("draws")) {
      made.draws.push_back({part.at("place").get<std::string>(), part.value("unit", ""),
                            oneOf(part.value("element", "f32"), elementWords, "element type"), {}});
      if (part.contains("arms"))
        for (const Json &arm : part.at("arms"))
          made.draws.back().arms.push_back({arm.at("choice").get<std::string>(), arm.at("arm").get<int64_t>()});
    }
  plan->kernels.push_back(std::move(made));
}

Value Reader::constant(const Json &json, const HostType &type) {
  if (type.kind == HostKind::String)
    return Value(json.get<std::string>());
  if (type.kind != HostKind::Scalar)
    return Value();
  if (type.element == GMS_BOOL)
    return Value(json.get<bool>());
  if (type.element != GMS_F32 && type.element != GMS_F64)
    return Value(json.get<int64_t>());
  if (json.is_string()) { // JSON has no infinities
    const std::string word = json.get<std::string>();
    return Value(word == "inf" ? HUGE_VAL : word == "-inf" ? -HUGE_VAL : std::nan(""));
  }
  return Value(json.get<double>());
}

HostIndex Reader::indexVar(const Json &json) {
  HostIndex made;
  made.slot = slot(json.at("slot"));
  made.name = json.value("name", "");
  if (json.contains("list")) {
    made.list = expr(json.at("list"));
  } else {
    made.low = expr(json.at("low"));
    made.high = expr(json.at("high"));
  }
  return made;
}

HostExtent Reader::extent(const Json &json) {
  HostExtent made;
  made.of = slot(json.at("of"));
  made.fields = numbers(json, "fields");
  made.axis = json.at("axis").get<uint32_t>();
  if (json.contains("expected")) {
    made.expected = expr(json.at("expected"));
    made.place = json.value("place", "");
  } else {
    made.slot = slot(json.at("slot"));
    if (json.contains("solved"))
      made.solved = expr(json.at("solved"));
  }
  return made;
}

HostDefinition Reader::definition(const Json &json) {
  HostDefinition made;
  for (const Json &part : json.at("slots"))
    made.slots.push_back(slot(part));
  made.value = expr(json.at("value"));
  made.name = json.value("name", "");
  if (made.slots.empty())
    fail("a definition that defines nothing");
  if (json.contains("bindings"))
    for (const Json &part : json.at("bindings"))
      made.bindings.push_back(extent(part));
  if (json.contains("checks"))
    for (const Json &part : json.at("checks"))
      made.checks.push_back(extent(part));
  return made;
}

HostExprRef Reader::expr(const Json &json) {
  if (++depth > deepest)
    fail("expressions nested too deep");
  auto e = std::make_unique<HostExpr>();
  e->op = oneOf(json.at("op").get<std::string>(), opWords, "operation");
  if (json.contains("type"))
    e->type = type(json.at("type"));
  if (json.contains("args"))
    for (const Json &part : json.at("args"))
      e->args.push_back(expr(part));
  if (json.contains("indices"))
    for (const Json &part : json.at("indices"))
      e->indices.push_back(indexVar(part));
  if (json.contains("definitions"))
    for (const Json &part : json.at("definitions"))
      e->definitions.push_back(definition(part));
  e->index = json.value("index", 0u);
  e->name = json.value("name", "");
  e->fields = numbers(json, "fields");
  if (json.contains("extents"))
    e->extents = json.at("extents").get<std::vector<int64_t>>();
  complete(*e, json);
  --depth;
  return e;
}

/// Checks an expression's parts and fills what is special to its kind.
void Reader::complete(HostExpr &e, const Json &json) {
  const auto need = [&](bool holds) {
    if (!holds)
      fail("an operation \"" + json.at("op").get<std::string>() + "\" without its parts");
  };
  switch (e.op) {
  case HostOp::Constant:
    need(e.type != nullptr);
    e.constant = constant(json.at("value"), *e.type);
    return;
  case HostOp::Local:
    need(e.index < slots);
    return;
  case HostOp::Prim: {
    const std::string word = json.at("prim").get<std::string>();
    const auto form = std::find_if(std::begin(primForms), std::end(primForms), [&](const PrimForm &f) { return word == f.word; });
    need(form != std::end(primForms) && form->arity == e.args.size() && e.type != nullptr);
    e.prim = form->prim;
    return;
  }
  case HostOp::Convert:
    return need(e.args.size() == 1 && e.type != nullptr);
  case HostOp::Read:
    e.border = oneOf(json.value("border", "proven"), borderWords, "border");
    return need(!e.args.empty() && e.args.size() <= GMS_MAX_RANK + 1);
  case HostOp::Reduce:
    e.keyed = json.value("keyed", true);
    e.reduce = oneOf(json.at("reduce").get<std::string>(), reduceWords, "reduction");
    return need(!e.indices.empty() && (e.args.size() == 1 || e.args.size() == 2) && e.type != nullptr);
  case HostOp::If:
    return need(e.args.size() == 3);
  case HostOp::Call:
    return need(e.index < functionCount && plan->functions[e.index].parameters.size() == e.args.size());
  case HostOp::Kernel:
    need(e.index < plan->kernels.size());
    for (const KernelItem &input : plan->kernels[e.index].inputs)
      need(input.parameter < e.args.size());
    return;
  case HostOp::Extern:
    return need(!e.name.empty() && e.type != nullptr);
  case HostOp::Field:
  case HostOp::Length:
  case HostOp::Extent:
    return need(e.args.size() == 1);
  case HostOp::Item:
    return need(e.args.size() == 2);
  case HostOp::Block:
    return need(e.args.size() == 1);
  case HostOp::Tensor: {
    int64_t count = 1;
    for (int64_t extent : e.extents)
      count *= extent;
    return need(e.type != nullptr && e.extents.size() <= GMS_MAX_RANK && count == static_cast<int64_t>(e.args.size()));
  }
  case HostOp::Repeat:
    return need(e.indices.size() == 1 && e.args.size() == 2 && e.index < slots);
  case HostOp::Fit:
    return need(e.indices.size() == 1 && e.indices[0].list && e.args.size() == 7 && e.index < slots &&
                (e.name == "lbfgs" || e.name == "adam"));
  case HostOp::Group:
  case HostOp::List:
    return;
  }
}

void Reader::function(const Json &json) {
  HostFunction made;
  made.name = json.at("name").get<std::string>();
  made.slots = slots = json.at("slots").get<uint32_t>();
  for (const Json &part : json.at("parameters"))
    made.parameters.push_back(slot(part));
  if (json.contains("bindings"))
    for (const Json &part : json.at("bindings"))
      made.bindings.push_back(extent(part));
  if (json.contains("checks"))
    for (const Json &part : json.at("checks"))
      made.checks.push_back(extent(part));
  made.body = expr(json.at("body"));
  plan->functions.push_back(std::move(made));
  ++functionCount;
}

PlanStep Reader::step(const Json &json) {
  PlanStep made;
  if (!json.contains("clause")) {
    made.definition = std::make_unique<HostDefinition>(definition(json));
    return made;
  }
  made.clause = std::make_unique<PlanClause>();
  PlanClause &clause = *made.clause;
  clause.kind = oneOf(json.at("clause").get<std::string>(), clauseWords, "clause");
  clause.text = json.value("text", "");
  clause.place = json.value("place", "");
  if (json.contains("against"))
    for (const Json &part : json.at("against")) {
      clause.against.push_back(indexVar(part));
      clause.againstTypes.push_back(type(part.at("type")));
    }
  for (const Json &part : json.at("values"))
    clause.values.push_back(expr(part));
  clause.labels = strings(json, "labels");
  clause.labels.resize(clause.values.size());
  clause.relations = strings(json, "relations");
  for (const HostExprRef &value : clause.values)
    if (!value->type)
      fail("a clause whose value has no type");
  if (clause.kind == PlanClause::Kind::Expect && clause.values.size() != clause.relations.size() + 1)
    fail("a claim whose sides are missing");
  return made;
}

void Reader::experiment(const Json &json) {
  PlanExperiment made;
  made.name = json.at("name").get<std::string>();
  made.docs = strings(json, "docs");
  made.slots = slots = json.at("slots").get<uint32_t>();
  for (const Json &part : json.at("params")) {
    PlanParam param;
    param.name = part.at("name").get<std::string>();
    param.slot = slot(part.at("slot"));
    param.type = type(part.at("type"));
    param.docs = strings(part, "docs");
    param.defaultText = part.value("default_text", "");
    if (part.contains("default"))
      param.defaultValue = expr(part.at("default"));
    made.params.push_back(std::move(param));
  }
  for (const Json &part : json.at("steps"))
    made.steps.push_back(step(part));
  plan->experiments.push_back(std::move(made));
}

std::unique_ptr<Plan> Reader::read() {
  plan->program = root.value("program", "");
  for (const Json &json : root.at("units"))
    plan->units.push_back({json.at("name").get<std::string>(), json.at("scale").get<double>(), json.value("base", "")});
  if (root.contains("shown_units"))
    for (const Json &json : root.at("shown_units"))
      plan->printer.units.push_back({json.at("base").get<std::string>(),
                                     {json.at("name").get<std::string>(), json.at("scale").get<double>()}});
  readTypes();
  for (const Json &json : root.at("kernels"))
    kernel(json);
  for (const Json &json : root.at("functions"))
    function(json);
  for (const Json &json : root.at("experiments"))
    experiment(json);
  return std::move(plan);
}

} // namespace

std::unique_ptr<Plan> readPlan(std::string_view json) {
  try {
    const Json root = Json::parse(json);
    const int version = root.at("gms_plan").get<int>();
    if (version != kPlanVersion)
      throw Error(ErrorKind::PlanTooNew, {std::to_string(version), std::to_string(kPlanVersion)});
    return Reader(root).read();
  } catch (const Json::exception &error) {
    fail(error.what());
  }
}

const PlanExperiment &Plan::experiment(const std::string &name) const {
  if (experiments.empty())
    throw Error(ErrorKind::NoExperiment, {""});
  if (name.empty())
    return experiments.front();
  std::string names;
  for (const PlanExperiment &candidate : experiments) {
    if (candidate.name == name)
      return candidate;
    names += (names.empty() ? "" : ", ") + candidate.name;
  }
  throw Error(ErrorKind::UnknownExperiment, {name, "", names});
}

} // namespace gms::runtime
