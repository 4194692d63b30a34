// Solvers: states, the one `repeat` that refines them, what its passes yield, and the result that a caller sees.
#include "lang/sema/checker.h"
#include <algorithm>

namespace gms::sema {

namespace {

/// Numbers, tensors and records of them: what a pass can hand to the next one, and to the caller.
bool isData(const Type &type) {
  if (type.kind == TypeKind::Scalar || type.kind == TypeKind::Tensor)
    return true;
  return (type.kind == TypeKind::Record || type.kind == TypeKind::Tuple) &&
         std::all_of(type.fields.begin(), type.fields.end(), [](const FieldType &field) { return isData(*field.type); });
}

const char *const dataWanted = "a number, a tensor or a record of them";

} // namespace

/// The statements of a solver. With a `repeat` the result is what `return` says, else a record of what was yielded.
ExprPtr Body::solverBlock(const syntax::Block &block) {
  scopes.emplace_back();
  std::vector<Definition> definitions;
  ExprPtr result;
  SolverResult yielded;
  bool good = true;
  const syntax::Statement *repeated = nullptr;
  for (const syntax::StatementPtr &statement : block.statements) {
    if (result) {
      checker.error(Kind::StatementNotAllowed, statement->span, {"a statement behind `return`", "`" + function->name + "`"});
      good = false;
      break;
    }
    makesResult = !repeated && statement == block.statements.back();
    const bool isState = statement->kind == syntax::StatementKind::Definition && statement->mark == "state";
    if (statement->kind == syntax::StatementKind::Repeat) {
      good = repeatOnce(*statement, repeated) && repeatLoop(*statement, definitions, yielded) && good;
      repeated = statement.get();
    } else {
      good &= isState ? stateDeclaration(*statement, repeated, definitions) : this->statement(*statement, definitions, result);
    }
  }
  scopes.pop_back();
  if (!good || !solverIsWhole(block, repeated, yielded, result))
    return nullptr;
  if (!result)
    result = repeated ? yieldedRecord(yielded, definitions, repeated->span)
                      : reference(definitions.back().locals[0], definitions.back().span);
  return wrap(std::move(definitions), std::move(result));
}

/// Whether the statements make one result.
bool Body::solverIsWhole(const syntax::Block &block, const syntax::Statement *repeated, const SolverResult &yielded, const ExprPtr &result) {
  if (!states.empty() && !repeated) {
    checker.error(Kind::NotExpected, block.span, {"a `repeat` that refines the states", "none"});
    return false;
  }
  if (result && yielded.type) {
    checker.error(Kind::TwoResults, result->span, {function->name}).notes.push_back({yielded.span, "its passes yield this"});
    return false;
  }
  const bool lastDefinition = !repeated && !block.statements.empty() &&
                              block.statements.back()->kind == syntax::StatementKind::Definition &&
                              block.statements.back()->target.items.empty();
  if (result || yielded.type || lastDefinition)
    return true;
  Diagnostic &d = checker.error(Kind::NoValue, block.span, {function->name});
  if (repeated)
    d.fix = "yield values in the repeat, or return one behind it";
  return false;
}

bool Body::repeatOnce(const syntax::Statement &statement, const syntax::Statement *before) {
  if (!before)
    return true;
  checker.error(Kind::StatementNotAllowed, statement.span, {"a second `repeat`", "a solver; make it a solver of its own"})
      .notes.push_back({before->span, "the first is here"});
  return false;
}

/// `state n = start`: until the repeat, `n` is its start.
bool Body::stateDeclaration(const syntax::Statement &statement, const syntax::Statement *repeated, std::vector<Definition> &definitions) {
  if (repeated || statement.target.name.empty()) {
    if (repeated)
      checker.error(Kind::MarkNotAllowed, statement.span, {"state", "what follows a repeat; a state stands above it"});
    else
      checker.error(Kind::NotExpected, statement.target.span, {"one name of a state", "a tuple"});
    return false;
  }
  if (!definition(statement, definitions, true))
    return false;
  const LocalId start = definitions.back().locals[0];
  if (const TypeRef type = function->locals[start].type; !isData(*type)) {
    checker.error(Kind::TypeMismatch, statement.value->span, {dataWanted, show(*type)});
    return false;
  }
  states.push_back({statement.target.name.text, start, start});
  return true;
}

/// `repeat n {…}` or `repeat k in low..high {…}`. The ends are extents, so that a kernel knows how much it stores.
bool Body::passes(const syntax::Statement &statement, IndexVar &var) {
  const syntax::Argument &over = *statement.over;
  if (over.domain && (over.domain->kind != syntax::ExprKind::Range || over.domain->operands.size() != 2 ||
                      over.value->kind != syntax::ExprKind::Name)) {
    checker.error(Kind::NotExpected, over.span, {"a number of passes, or `k in 0..n`", "something else"});
    return false;
  }
  if (over.domain) {
    if (!rangeBounds(*over.domain, var.low, var.high))
      return false;
  } else {
    var.low = constant(int64_t(0), over.span);
    var.high = asInt(expr(*over.value), "the number of passes");
  }
  if (!var.high)
    return false;
  auto low = toDim(*var.low), high = toDim(*var.high);
  if (!low || !high) {
    checker.error(Kind::CompileTimeValue, over.span, {"how often a solver repeats"});
    return false;
  }
  if (auto count = (*high - *low).asConstant(); count && *count < 1) {
    checker.error(Kind::EmptyRange, over.span, {show(*low), show(*high)});
    return false;
  }
  passBounds = {*low, *high};
  return true;
}

/// Checks a repeat and names what it gives: the states at the end, the passes made, and what they yielded.
bool Body::repeatLoop(const syntax::Statement &statement, std::vector<Definition> &definitions, SolverResult &yielded) {
  ExprPtr loop = make(ExprKind::Loop, nullptr, statement.span);
  loop->indices.emplace_back();
  size_t first = obligations.size();
  bool good = statement.over && passes(statement, loop->indices[0]) && proveReads(first);
  obligations.resize(first);
  if (!good || !statement.block)
    return false;
  firstPassLocal = static_cast<LocalId>(function->locals.size());
  passScope = scopes.size();
  scopes.emplace_back();
  for (SolverState &state : states) {
    state.current = addLocal(state.name, function->locals[state.start].type, LocalKind::State, function->locals[state.start].span);
    scopes.back()[state.name] = state.current;
    loop->states.push_back(state.current);
    loop->args.push_back(reference(state.start, statement.span));
  }
  ExprPtr until = untilCondition(statement);
  openPass(statement, loop->indices[0]);
  for (const syntax::StatementPtr &inner : statement.block->statements) {
    makesResult = false;
    good = passStatement(*inner, *loop, yielded) && good;
  }
  for (const SolverState &state : states)
    loop->args.push_back(reference(scopes.back().at(state.name), statement.span));
  scopes.pop_back();
  passScope = 0;
  if (!good || !until)
    return false;
  loop->args.push_back(std::move(until));
  if (yielded.value)
    loop->args.push_back(std::move(yielded.value));
  nameResults(std::move(loop), definitions, yielded);
  return true;
}

/// Asked of the states before each pass.
ExprPtr Body::untilCondition(const syntax::Statement &statement) {
  if (!statement.until) {
    ExprPtr never = make(ExprKind::Constant, Type::scalar(Element::Bool), statement.span);
    never->constant = false;
    return never;
  }
  size_t first = obligations.size();
  ExprPtr condition = expr(*statement.until);
  bool good = condition && proveReads(first);
  obligations.resize(first);
  if (good && !condition->type->isBool()) {
    checker.error(Kind::ConditionNotBool, statement.until->span, {show(*condition->type)});
    return nullptr;
  }
  return good ? std::move(condition) : nullptr;
}

/// Binds the number of the pass. Reads by it are proven from the range, which every definition of a pass lies within.
void Body::openPass(const syntax::Statement &statement, IndexVar &var) {
  const bool named = statement.over->domain != nullptr;
  var.local = addLocal(named ? statement.over->value->text : "pass", Type::scalar(Element::Int), LocalKind::Index, statement.over->span);
  if (named)
    bind(statement.over->value->text, var.local, statement.over->span);
  indices[var.local] = {passBounds.first, passBounds.second, statement.over->span, false};
}

bool Body::passStatement(const syntax::Statement &statement, Expr &loop, SolverResult &yielded) {
  using syntax::StatementKind;
  if (statement.kind == StatementKind::Definition && statement.mark == "state") {
    checker.error(Kind::MarkNotAllowed, statement.span, {"state", "a repeat"}).fix = "declare the state above the repeat, with its start";
    failed.insert(statement.target.name.text);
    return false;
  }
  if (statement.kind == StatementKind::Repeat) {
    checker.error(Kind::StatementNotAllowed, statement.span, {"`repeat`", "a repeat; make it a solver of its own"});
    return false;
  }
  if (statement.kind != StatementKind::Clauses) {
    ExprPtr none;
    return this->statement(statement, loop.definitions, none);
  }
  if (statement.clauses.size() == 1 && statement.clauses[0].word.text == "yield")
    return yieldClause(statement.clauses[0], yielded);
  checker.error(Kind::StatementNotAllowed, statement.span,
                {"`" + statement.clauses[0].word.text + "`", "a repeat"});
  return false;
}

/// `yield energy: e, density: n`: a record of the pass.
bool Body::yieldClause(const syntax::Clause &clause, SolverResult &yielded) {
  if (yielded.type) {
    checker.error(Kind::StatementNotAllowed, clause.span, {"a second `yield`", "a repeat; one yields all values"})
        .notes.push_back({yielded.span, "the first is here"});
    return false;
  }
  yielded.span = clause.span;
  yielded.value = make(ExprKind::MakeRecord, nullptr, clause.span);
  std::vector<FieldType> fields;
  size_t first = obligations.size();
  bool good = true;
  for (const syntax::Argument &arg : clause.args) {
    ExprPtr value = yieldedValue(arg, fields);
    good &= value != nullptr;
    yielded.value->args.push_back(std::move(value));
  }
  good = good && proveReads(first);
  obligations.resize(first);
  yielded.type = Type::record("", std::move(fields));
  yielded.value->type = yielded.type;
  return good;
}

ExprPtr Body::yieldedValue(const syntax::Argument &arg, std::vector<FieldType> &fields) {
  const std::string &name = arg.label.text;
  if (name.empty() || arg.domain) {
    Diagnostic &d = checker.error(Kind::UnnamedYield, arg.span, {std::string(checker.sources.text(arg.span))});
    if (arg.value->kind == syntax::ExprKind::Name && !arg.domain)
      d.fix = "write `" + arg.value->text + ": " + arg.value->text + "`";
    return nullptr;
  }
  const bool taken = std::any_of(fields.begin(), fields.end(), [&](const FieldType &field) { return field.name == name; });
  if (taken || name == "trace" || name == "steps") {
    checker.error(Kind::Redefined, arg.label.span, {name}).fix = "a result has `trace` and `steps`, and each yielded name once";
    return nullptr;
  }
  ExprPtr value = expr(*arg.value);
  if (!value)
    return nullptr;
  if (!isData(*value->type)) {
    checker.error(Kind::TypeMismatch, arg.value->span, {dataWanted, show(*value->type)});
    return nullptr;
  }
  TypeRef outside = outsidePass(value->type, name, arg.span);
  if (!outside)
    return nullptr;
  fields.push_back({name, outside});
  return value;
}

/// The type behind the repeat of what a pass makes: extents that only a pass knows get new names, and must not depend on
/// which pass it is.
TypeRef Body::outsidePass(const TypeRef &type, const std::string &name, Span span) {
  bool varies = false;
  std::unordered_map<LocalId, LocalId> fresh;
  TypeRef outside = Type::substitute(type, [&](LocalId id) {
    if (id < firstPassLocal)
      return Dim::symbol(id);
    varies |= function->locals[id].kind != LocalKind::Dimension;
    auto [it, isNew] = fresh.emplace(id, 0);
    if (isNew)
      it->second = addLocal(nameOf(id), Type::scalar(Element::Int), LocalKind::Dimension, span);
    return Dim::symbol(it->second);
  });
  if (!varies)
    return outside;
  checker.error(Kind::ShapeVariesByPass, span, {name, show(*type)});
  return nullptr;
}

void Body::nameResults(ExprPtr loop, std::vector<Definition> &definitions, SolverResult &yielded) {
  Definition definition;
  definition.span = loop->span;
  std::vector<TypeRef> items;
  auto add = [&](const std::string &name, TypeRef type) {
    items.push_back(type);
    LocalId id = addLocal(name, std::move(type), LocalKind::Definition, loop->span);
    definition.locals.push_back(id);
    return id;
  };
  for (const SolverState &state : states)
    scopes.back()[state.name] = add(state.name, function->locals[state.start].type);
  yielded.steps = add("steps", Type::scalar(Element::Int));
  if (yielded.type)
    yielded.trace = add("trace", Type::list(yielded.type));
  loop->type = Type::tuple(std::move(items));
  definition.value = std::move(loop);
  definitions.push_back(std::move(definition));
}

/// `{ fields of the last yield, trace, steps }`.
ExprPtr Body::yieldedRecord(const SolverResult &yielded, std::vector<Definition> &definitions, Span span) {
  ExprPtr item = make(ExprKind::Item, yielded.type, span);
  item->args.push_back(reference(yielded.trace, span));
  item->args.push_back(dimValue(passBounds.second - passBounds.first - Dim(1), span));
  LocalId last = addLocal("last", yielded.type, LocalKind::Definition, span);
  Definition definition;
  definition.locals = {last};
  definition.span = span;
  bindDims(last, *yielded.type, {}, definition.dims, definition.checks, boundDims, span);
  definition.checks.clear();
  definition.value = std::move(item);
  definitions.push_back(std::move(definition));
  ExprPtr out = make(ExprKind::MakeRecord, nullptr, span);
  std::vector<FieldType> fields = yielded.type->fields;
  for (uint32_t i = 0; i < fields.size(); ++i) {
    ExprPtr field = make(ExprKind::Field, fields[i].type, span);
    field->position = i;
    field->args.push_back(reference(last, span));
    out->args.push_back(std::move(field));
  }
  fields.push_back({"trace", function->locals[yielded.trace].type});
  out->args.push_back(reference(yielded.trace, span));
  fields.push_back({"steps", Type::scalar(Element::Int)});
  out->args.push_back(reference(yielded.steps, span));
  out->type = Type::record("", std::move(fields));
  return out;
}

} // namespace gms::sema
