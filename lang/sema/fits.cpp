// `fit(f in start, m in data, by: lbfgs(200), seeds: 24, keep: e) of loss`: the training of a record of weights.
#include "lang/sema/checker.h"

namespace gms::sema {

/// The arguments of a fit by what they are; null where one is not given.
struct FitArguments {
  const syntax::Argument *model = nullptr, *data = nullptr, *by = nullptr, *seeds = nullptr, *keep = nullptr;
};

namespace {

/// Whether the type is a record of weights, to any depth.
bool holdsWeights(const Type &type) {
  if (type.kind != TypeKind::Record || type.fields.empty())
    return false;
  for (const FieldType &field : type.fields)
    if (!isRealForm(*field.type) && !holdsWeights(*field.type))
      return false;
  return true;
}

constexpr int64_t usualMemory = 20;
constexpr double usualRate = 1e-3;

} // namespace

bool Body::fitArguments(const syntax::Expr &e, FitArguments &out) {
  for (const syntax::Argument &argument : e.args) {
    const syntax::Argument **slot = argument.domain ? (out.model ? &out.data : &out.model)
                                    : argument.label.text == "by"    ? &out.by
                                    : argument.label.text == "seeds" ? &out.seeds
                                    : argument.label.text == "keep"  ? &out.keep
                                                                     : nullptr;
    if (!slot || *slot) {
      checker.error(Kind::FitForm, argument.span, {slot ? "this is given twice" : "this is no argument of it"});
      return false;
    }
    *slot = &argument;
  }
  if (out.data && out.by && out.model->value->kind == syntax::ExprKind::Name)
    return true;
  checker.error(Kind::FitForm, e.span, {!out.data ? "`f in start` and `m in data` are missing" : !out.by ? "`by:` is missing" : "a name stands before `in`"});
  return false;
}

/// The model at the start: a function without arguments, a call, or any value.
ExprPtr Body::startOfFit(const syntax::Expr &domain) {
  ExprPtr start;
  Declared *declared = domain.kind == syntax::ExprKind::Name && !find(domain.text) ? findDeclared(domain.text) : nullptr;
  if (declared) {
    const Function *function = checker.require(*declared, domain.text, domain.span);
    start = function ? callFunction(*function, domain.text, {}, nullptr, domain.span, domain.span) : nullptr;
  } else {
    start = expr(domain);
  }
  if (start && !holdsWeights(*start->type)) {
    checker.error(Kind::FitModel, domain.span, {show(*start->type)});
    return nullptr;
  }
  return start;
}

/// `seeds: 24` is 0 to 23, `seeds: 1000..1024` and a list are what they say, none is seed 0.
ExprPtr Body::seedsOfFit(const syntax::Argument *seeds, Span span) {
  const TypeRef whole = Type::scalar(Element::Int);
  IndexVar var{};
  if (seeds && seeds->value->kind == syntax::ExprKind::Range) {
    if (!rangeBounds(*seeds->value, var.low, var.high))
      return nullptr;
  } else {
    ExprPtr given = seeds ? expr(*seeds->value) : constant(int64_t(1), span);
    if (given && given->type->kind == TypeKind::List && given->type->fields[0].type->isInt())
      return given;
    var.high = asInt(std::move(given), "the seeds");
    var.low = constant(int64_t(0), span);
  }
  if (!var.high)
    return nullptr;
  ExprPtr out = make(ExprKind::Reduce, Type::list(whole), span);
  out->reduce = ReduceKind::Map;
  var.local = addLocal("seed", whole, LocalKind::Index, span);
  out->args.push_back(reference(var.local, span));
  out->indices.push_back(std::move(var));
  return out;
}

/// `lbfgs(steps, memory: 20)` or `adam(steps, rate: 0.001)`: the last three arguments.
bool Body::minimiserOf(const syntax::Argument *by, Expr &fit) {
  const syntax::Expr &e = *by->value;
  const std::string name = e.kind == syntax::ExprKind::Call && e.operands[0]->kind == syntax::ExprKind::Name ? e.operands[0]->text : "";
  if (name != "lbfgs" && name != "adam") {
    checker.error(Kind::FitForm, by->span, {"there are lbfgs(steps, memory: 20) and adam(steps, rate: 0.001)"});
    return false;
  }
  ExprPtr steps, memory = constant(usualMemory, by->span), rate = constant(usualRate, by->span);
  for (const syntax::Argument &argument : e.args) {
    const std::string &label = argument.label.text;
    ExprPtr &slot = label == "memory" && name == "lbfgs" ? memory : label == "rate" && name == "adam" ? rate : steps;
    if (argument.domain || (&slot == &steps && (steps || (!label.empty() && label != "steps")))) {
      checker.error(Kind::UnknownArgument, argument.span, {name, label.empty() ? "one more" : label});
      return false;
    }
    slot = expr(*argument.value);
    slot = &slot == &rate ? coerce(std::move(slot), Type::scalar(Element::F64), argument.span) : asInt(std::move(slot));
    if (!slot)
      return false;
  }
  if (!steps) {
    checker.error(Kind::FitForm, by->span, {"say how many steps it may take: " + name + "(200)"});
    return false;
  }
  fit.constant = name;
  fit.args.push_back(std::move(steps));
  fit.args.push_back(std::move(memory));
  fit.args.push_back(toElement(std::move(rate), Element::F64));
  return true;
}

/// The derivatives of the loss by every weight, in the form of the model.
ExprPtr Body::gradientBy(LocalId model, const TypeRef &type, std::vector<uint32_t> path, LocalId loss, Span span) {
  if (type->kind == TypeKind::Record) {
    ExprPtr out = make(ExprKind::MakeRecord, nullptr, span);
    std::vector<FieldType> fields;
    for (uint32_t i = 0; i < type->fields.size(); ++i) {
      std::vector<uint32_t> inner = path;
      inner.push_back(i);
      out->args.push_back(gradientBy(model, type->fields[i].type, inner, loss, span));
      fields.push_back({type->fields[i].name, out->args.back()->type});
    }
    out->type = Type::record("", std::move(fields));
    return out;
  }
  ExprPtr out = make(ExprKind::Derivative, gradientType(Unit{}, *type), span);
  out->local = model;
  out->path = std::move(path);
  out->args.push_back(reference(loss, span));
  return out;
}

ExprPtr Body::lossAndGradient(ExprPtr loss, LocalId model) {
  const Span span = loss->span;
  function->locals[model].variable = true;
  std::vector<Definition> definitions;
  const LocalId named = addLocal("loss", loss->type, LocalKind::Definition, span);
  Definition definition;
  definition.locals = {named};
  definition.value = std::move(loss);
  definition.span = span;
  definitions.push_back(std::move(definition));
  ExprPtr gradient = gradientBy(model, function->locals[model].type, {}, named, span);
  ExprPtr pair = make(ExprKind::MakeTuple, Type::tuple({function->locals[named].type, gradient->type}), span);
  pair->args.push_back(reference(named, span));
  pair->args.push_back(std::move(gradient));
  return wrap(std::move(definitions), std::move(pair));
}

ExprPtr Body::fit(const syntax::Expr &e) {
  if (kind() != FunctionKind::Experiment) {
    checker.error(Kind::StatementNotAllowed, e.span, {"a fit", "anything but an experiment"});
    return nullptr;
  }
  FitArguments given;
  if (!fitArguments(e, given))
    return nullptr;
  ExprPtr out = make(ExprKind::Fit, nullptr, e.span);
  out->args.push_back(seedsOfFit(given.seeds, e.span));
  out->args.push_back(startOfFit(*given.model->domain));
  if (!out->args[0] || !out->args[1])
    return nullptr;
  const TypeRef model = out->args[1]->type, real = Type::scalar(Element::F64);
  scopes.emplace_back();
  out->local = addLocal(given.model->value->text, model, LocalKind::Definition, given.model->span);
  bind(given.model->value->text, out->local, given.model->span);
  ExprPtr keep = given.keep ? expr(*given.keep->value) : nullptr;
  std::vector<Definition> prologue;
  IndexVar thing{};
  ExprPtr loss = openVariable(*given.data, thing, prologue) ? expr(*e.body) : nullptr;
  scopes.pop_back();
  if (!loss || (given.keep && !keep))
    return nullptr;
  for (const ExprPtr *each : {&loss, &keep})
    if (*each && (!(*each)->type->isReal() || !(*each)->type->unit.none())) {
      checker.error(Kind::FitLoss, (*each)->span, {each == &loss ? "the loss" : "`keep`", show(*(*each)->type)}).fix =
          "divide by a scale: x / 1 hartree";
      return nullptr;
    }
  out->indices.push_back(std::move(thing));
  out->args.push_back(wrap(std::move(prologue), lossAndGradient(toElement(std::move(loss), Element::F64), out->local)));
  out->args.push_back(keep ? toElement(std::move(keep), Element::F64) : toElement(constant(0.0, e.span), Element::F64));
  if (!minimiserOf(given.by, *out))
    return nullptr;
  const TypeRef whole = Type::scalar(Element::Int);
  out->type = Type::list(Type::record("fitted", {{"model", model}, {"seed", whole}, {"loss", real}, {"steps", whole}, {"kept", whole},
                                                 {"history", Type::list(real)}}));
  return out;
}

} // namespace gms::sema
