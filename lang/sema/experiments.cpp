// Experiments and tests: parameters, steps, clauses, and reductions over lists.
#include "lang/sema/checker.h"

namespace gms::sema {

std::unique_ptr<Function> Body::checkExperiment(const syntax::Statement &statement, Experiment &experiment) {
  function->kind = FunctionKind::Experiment;
  function->name = statement.name.text;
  function->module = module.name;
  function->span = statement.span;
  function->nameSpan = statement.name.span;
  function->docs = statement.docs;
  function->result = Type::voidType();
  scopes.emplace_back();
  if (!statement.block) {
    checker.error(Kind::NoValue, statement.name.span, {statement.name.text});
    return nullptr;
  }
  for (const syntax::StatementPtr &inner : statement.block->statements)
    experimentStatement(*inner, experiment);
  return std::move(function);
}

void Body::experimentStatement(const syntax::Statement &statement, Experiment &experiment) {
  using syntax::StatementKind;
  definitionName.clear();
  switch (statement.kind) {
  case StatementKind::Param:
    param(statement, experiment);
    return;
  case StatementKind::Declaration:
    localFunction(statement);
    return;
  case StatementKind::Definition: {
    std::vector<Definition> definitions;
    definition(statement, definitions);
    for (Definition &made : definitions) {
      Step step;
      step.definition = std::make_unique<Definition>(std::move(made));
      experiment.steps.push_back(std::move(step));
    }
    return;
  }
  case StatementKind::Clauses:
    clauseRow(statement.clauses, experiment);
    return;
  case StatementKind::Search:
    checker.error(Kind::NotInThisVersion, statement.name.span, {"a search"});
    return;
  case StatementKind::Error:
    return;
  default:
    checker.error(Kind::StatementNotAllowed, statement.span, {"this statement", "an experiment"});
  }
}

void Body::param(const syntax::Statement &statement, Experiment &experiment) {
  Param param;
  param.name = statement.name.text;
  param.docs = statement.docs;
  param.span = statement.span;
  param.type = statement.type ? type(*statement.type, false) : nullptr;
  if (statement.type && !param.type)
    return;
  if (statement.value) {
    ExprPtr value = expr(*statement.value, param.type);
    if (value)
      param.type = param.type ? kept(param.type, value->type) : value->type;
    param.defaultValue = coerce(std::move(value), param.type, statement.value->span);
    if (!param.defaultValue)
      return;
  }
  if (!param.type || (param.type->kind != TypeKind::Scalar && param.type->kind != TypeKind::String)) {
    checker.error(Kind::NotExpected, statement.span, {"a number, a bool, a string or a path as the type of a param", param.type ? show(*param.type) : "none"});
    return;
  }
  param.local = addLocal(param.name, param.type, LocalKind::Parameter, statement.name.span);
  bind(param.name, param.local, statement.name.span);
  experiment.params.push_back(std::move(param));
}

/// Clauses of one row: `against` and `by` bind names for the whole row.
void Body::clauseRow(const std::vector<syntax::Clause> &row, Experiment &experiment) {
  scopes.emplace_back();
  size_t first = obligations.size();
  std::vector<IndexVar> against;
  std::vector<Definition> prologue;
  bool good = true;
  for (const syntax::Clause &clause : row)
    if (clause.word.text == "against" || clause.word.text == "by")
      for (const syntax::Argument &arg : clause.args)
        if (arg.domain) {
          IndexVar var{};
          good &= openVariable(arg, var, prologue);
          against.push_back(std::move(var));
        }
  for (const syntax::Clause &clause : row) {
    const std::string &word = clause.word.text;
    if (word == "against" || word == "by")
      continue;
    if (!good)
      break;
    auto made = std::make_unique<program::Clause>();
    made->span = clause.span;
    if (word == "expect") {
      made->kind = program::Clause::Kind::Expect;
      if (clause.args.size() != 1 || !clause.args[0].label.empty()) {
        checker.error(Kind::NotExpected, clause.span, {"one claim behind `expect`", std::to_string(clause.args.size())});
        continue;
      }
      const syntax::Expr &claim = *clause.args[0].value;
      bool comparison = claim.kind == syntax::ExprKind::Compare && claim.ops.size() == 1;
      if (comparison) {
        ExprPtr a = within(prologue, expr(*claim.operands[0])), b = within(prologue, expr(*claim.operands[1]));
        if (!a || !b)
          continue;
        bool scalars = a->type->kind == TypeKind::Scalar && b->type->kind == TypeKind::Scalar;
        bool strings = a->type->kind == TypeKind::String && b->type->kind == TypeKind::String;
        if (!scalars && !strings) {
          checker.error(Kind::NotOrdered, claim.span, {claim.ops[0] + " in a claim", show(*a->type)}).fix = "say all(i) of (...), or any, max, mean";
          continue;
        }
        if (scalars && !unify(a, b, claim.span))
          continue;
        static const std::pair<const char *, Prim> table[] = {{"==", Prim::Eq}, {"!=", Prim::Ne}, {"<", Prim::Lt}, {"<=", Prim::Le}, {">", Prim::Gt}, {">=", Prim::Ge}};
        for (const auto &entry : table)
          if (claim.ops[0] == entry.first)
            made->ops.push_back(entry.second);
        for (const syntax::ExprPtr &side : claim.operands)
          made->labels.push_back(std::string(checker.sources.text(side->span)));
        made->values.push_back(std::move(a));
        made->values.push_back(std::move(b));
      } else {
        ExprPtr value = within(prologue, expr(claim));
        if (!value)
          continue;
        if (!value->type->isBool()) {
          checker.error(Kind::ConditionNotBool, claim.span, {show(*value->type)}).fix = "a claim is one bool: say all(i) of (...)";
          continue;
        }
        made->labels.push_back(std::string(checker.sources.text(claim.span)));
        made->values.push_back(std::move(value));
      }
    } else if (word == "show" || word == "plot" || word == "table") {
      made->kind = word == "show" ? program::Clause::Kind::Show : word == "plot" ? program::Clause::Kind::Plot : program::Clause::Kind::Table;
      bool complete = true;
      for (const syntax::Argument &arg : clause.args) {
        ExprPtr value = within(prologue, expr(*arg.value));
        complete &= value != nullptr;
        made->labels.push_back(arg.label.empty() ? std::string(checker.sources.text(arg.value->span)) : arg.label.text);
        made->values.push_back(std::move(value));
      }
      if (!complete)
        continue;
      for (IndexVar &var : against)
        made->against.push_back(std::move(var));
      against.clear();
    } else {
      checker.error(Kind::StatementNotAllowed, clause.span, {"`" + word + "`", "an experiment in this version"});
      continue;
    }
    Step step;
    step.clause = std::move(made);
    experiment.steps.push_back(std::move(step));
  }
  proveReads(first);
  obligations.resize(first);
  scopes.pop_back();
}

/// A value of a row of clauses, with the names that `against` and `by` bind.
ExprPtr Body::within(const std::vector<Definition> &prologue, ExprPtr value) {
  std::vector<Definition> copies;
  for (const Definition &definition : prologue) {
    Definition copy;
    copy.locals = definition.locals;
    copy.value = clone(*definition.value);
    copy.dims = definition.dims;
    copy.span = definition.span;
    copies.push_back(std::move(copy));
  }
  return wrap(std::move(copies), std::move(value));
}

/// Opens `x in list` or `i in low..high` outside index notation.
bool Body::openVariable(const syntax::Argument &argument, IndexVar &var, std::vector<Definition> &prologue) {
  if (argument.value->kind != syntax::ExprKind::Name || !argument.domain) {
    checker.error(Kind::NotExpected, argument.span, {"`x in xs`", "something else"});
    return false;
  }
  const syntax::Expr &domain = *argument.domain;
  const std::string &name = argument.value->text;
  if (domain.kind == syntax::ExprKind::Range && domain.operands.size() == 2) {
    if (!rangeBounds(domain, var.low, var.high))
      return false;
    var.local = addLocal(name, Type::scalar(Element::Int), LocalKind::Index, argument.span);
    bind(name, var.local, argument.span);
    return true;
  }
  var.list = expr(domain);
  if (!var.list)
    return false;
  TypeRef item;
  if (var.list->type->kind == TypeKind::List)
    item = freshDims(var.list->type->fields[0].type);
  else if (var.list->type->isTensor() && var.list->type->dims.size() == 1)
    item = Type::scalar(var.list->type->element, var.list->type->unit);
  else {
    checker.error(Kind::TypeMismatch, domain.span, {"a list or a range", show(*var.list->type)});
    return false;
  }
  var.local = addLocal(name, item, LocalKind::Index, argument.span);
  // The element is named once more, so that its extents are bound.
  LocalId alias = addLocal(name, item, LocalKind::Definition, argument.span);
  bind(name, alias, argument.span);
  Definition definition;
  definition.locals = {alias};
  bindDims(alias, *item, {}, definition.dims, definition.checks, boundDims, argument.span);
  definition.checks.clear();
  definition.value = reference(var.local, argument.span);
  definition.span = argument.span;
  prologue.push_back(std::move(definition));
  return true;
}

ExprPtr Body::listReduction(const syntax::Expr &e, ReduceKind reduce) {
  scopes.emplace_back();
  ExprPtr out = make(ExprKind::Reduce, nullptr, e.span);
  out->reduce = reduce;
  std::vector<Definition> prologue;
  bool good = true;
  for (const syntax::Argument &argument : e.args) {
    IndexVar var{};
    good = good && openVariable(argument, var, prologue);
    out->indices.push_back(std::move(var));
  }
  size_t first = obligations.size();
  ExprPtr body = good ? expr(*e.body) : nullptr;
  if (body && openIndices.empty()) {
    good = proveReads(first);
    obligations.resize(first);
  }
  scopes.pop_back();
  if (!body || !good)
    return nullptr;
  const std::string &name = e.operands[0]->text;
  bool logical = reduce == ReduceKind::Any || reduce == ReduceKind::All || reduce == ReduceKind::Count || reduce == ReduceKind::Filter;
  if (reduce != ReduceKind::Map && (body->type->kind != TypeKind::Scalar || body->type->isBool() != logical)) {
    checker.error(Kind::NotOrdered, body->span, {name, show(*body->type)}).fix = logical ? bracketComparison : "";
    return nullptr;
  }
  if (reduce == ReduceKind::Mean || reduce == ReduceKind::Median)
    body = asReal(std::move(body));
  if (reduce == ReduceKind::Filter && (out->indices.size() != 1 || !out->indices[0].list || out->indices[0].list->type->kind != TypeKind::List)) {
    checker.error(Kind::NotExpected, e.span, {"filter(x in list) of a condition", "something else"});
    return nullptr;
  }
  bool counts = reduce == ReduceKind::Count || reduce == ReduceKind::ArgMin || reduce == ReduceKind::ArgMax;
  out->type = reduce == ReduceKind::Map      ? Type::list(body->type)
              : reduce == ReduceKind::Filter ? out->indices[0].list->type
              : counts                       ? Type::scalar(Element::Int)
                                             : body->type;
  out->args.push_back(wrap(std::move(prologue), std::move(body)));
  return out;
}

/// `test a == b`, `test condition`, or `test value`, which asks no more than that the engines agree; both sides of an equality are kept apart, to be shown and compared by tolerance.
std::unique_ptr<Function> Body::checkTest(const syntax::Clause &clause, Test &test) {
  function->kind = FunctionKind::Test;
  function->name = "test" + std::to_string(checker.out->tests.size() + 1);
  function->module = module.name;
  function->span = function->nameSpan = clause.span;
  function->imported = !module.isProgram;
  scopes.emplace_back();
  test.span = clause.span;
  const syntax::Expr *claim = nullptr;
  for (const syntax::Argument &arg : clause.args) {
    if (arg.label.text == "tolerance") {
      ExprPtr value = expr(*arg.value);
      value = coerce(std::move(value), Type::scalar(Element::F32), arg.span);
      if (!value || value->kind != ExprKind::Constant)
        return nullptr;
      test.tolerance = std::get<double>(value->constant);
    } else {
      claim = arg.value.get();
    }
  }
  if (!claim)
    return nullptr;
  test.equality = claim->kind == syntax::ExprKind::Compare && claim->ops.size() == 1 && claim->ops[0] == "==";
  ExprPtr body;
  if (test.equality) {
    ExprPtr a = expr(*claim->operands[0]);
    ExprPtr b = a ? expr(*claim->operands[1], a->type) : nullptr;
    if (!a || !b)
      return nullptr;
    if (b->kind == ExprKind::MakeTensor && a->type->isTensor() && a->type->element != b->type->element)
      b = literalAs(std::move(b), a->type->element, a->type->unit, claim->span);
    if (!b || !unify(a, b, claim->span))
      return nullptr;
    body = make(ExprKind::MakeTuple, Type::tuple({a->type, b->type}), clause.span);
    body->args.push_back(std::move(a));
    body->args.push_back(std::move(b));
  } else {
    body = expr(*claim);
  }
  if (!body || !proveReads(0))
    return nullptr;
  function->result = body->type;
  function->body = std::move(body);
  return std::move(function);
}

} // namespace gms::sema
