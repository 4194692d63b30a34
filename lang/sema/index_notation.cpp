// Index notation: reads, definitions by index, reductions, scan. Extents of indices come from the reads.
#include "lang/sema/checker.h"

namespace gms::sema {

bool findBorder(const std::string &name, Border &border) {
  if (name == "zero") border = Border::Zero;
  else if (name == "clamp") border = Border::Clamp;
  else if (name == "reflect") border = Border::Reflect;
  else if (name == "wrap") border = Border::Wrap;
  else return false;
  return true;
}

std::optional<ReduceKind> findReduce(const std::string &name) {
  static const std::pair<const char *, ReduceKind> table[] = {
      {"sum", ReduceKind::Sum},       {"prod", ReduceKind::Prod}, {"min", ReduceKind::Min},     {"max", ReduceKind::Max},
      {"mean", ReduceKind::Mean},     {"median", ReduceKind::Median}, {"any", ReduceKind::Any}, {"all", ReduceKind::All},
      {"count", ReduceKind::Count},   {"argmin", ReduceKind::ArgMin}, {"argmax", ReduceKind::ArgMax},
      {"map", ReduceKind::Map},       {"filter", ReduceKind::Filter}};
  for (const auto &entry : table)
    if (name == entry.first)
      return entry.second;
  return std::nullopt;
}

ExprPtr Body::read(const syntax::Expr &e) {
  ExprPtr base = expr(*e.operands[0]);
  if (!base)
    return nullptr;
  if (base->type->isTensor())
    return readTensor(std::move(base), e);
  bool tuple = base->type->kind == TypeKind::Tuple, listed = base->type->kind == TypeKind::List;
  if ((!tuple && !listed) || e.args.size() != 1 || !e.args[0].label.empty()) {
    checker.error(Kind::NotIndexable, e.operands[0]->span, {show(*base->type)});
    return nullptr;
  }
  ExprPtr index = asInt(expr(*e.args[0].value));
  if (!index)
    return nullptr;
  ExprPtr item = make(ExprKind::Item, nullptr, e.span);
  if (tuple) {
    const int64_t *position = std::get_if<int64_t>(&index->constant);
    if (index->kind != ExprKind::Constant || *position < 0 || *position >= static_cast<int64_t>(base->type->fields.size())) {
      checker.error(Kind::CompileTimeValue, index->span, {"the position of a tuple's item"});
      return nullptr;
    }
    item->position = static_cast<uint32_t>(*position);
    item->type = base->type->fields[item->position].type;
    item->args.push_back(std::move(base));
    return item;
  }
  item->type = freshDims(base->type->fields[0].type);
  item->args.push_back(std::move(base));
  item->args.push_back(std::move(index));
  return bound(std::move(item));
}

ExprPtr Body::readTensor(ExprPtr base, const syntax::Expr &e) {
  Border border = Border::Proven;
  std::vector<const syntax::Argument *> given;
  for (const syntax::Argument &arg : e.args) {
    if (arg.label.text == "border") {
      if (arg.value->kind != syntax::ExprKind::Name || !findBorder(arg.value->text, border)) {
        checker.error(Kind::UnknownBorder, arg.value->span, {std::string(checker.sources.text(arg.value->span))});
        return nullptr;
      }
    } else if (!arg.label.empty()) {
      checker.error(Kind::UnknownArgument, arg.span, {"a read", arg.label.text});
      return nullptr;
    } else {
      given.push_back(&arg);
    }
  }
  const TypeRef type = base->type;
  if (given.size() != type->dims.size()) {
    checker.error(Kind::RankMismatch, e.span, {show(*type), std::to_string(type->dims.size()), std::to_string(given.size())});
    return nullptr;
  }
  ExprPtr out = make(ExprKind::Read, Type::scalar(type->element, type->unit), e.span);
  out->border = border;
  out->args.push_back(std::move(base));
  for (size_t axis = 0; axis < given.size(); ++axis) {
    ExprPtr index = asInt(expr(*given[axis]->value));
    if (!index)
      return nullptr;
    // A bare index whose extent is open runs as far as this dimension.
    if (index->kind == ExprKind::Local)
      if (auto it = indices.find(index->local); it != indices.end()) {
        if (it->second.open) {
          it->second.open = false;
          it->second.byRead = true;
          it->second.high = type->dims[axis];
          it->second.span = given[axis]->span;
        }
      }
    out->args.push_back(std::move(index));
  }
  if (border == Border::Proven)
    for (size_t axis = 0; axis < given.size(); ++axis)
      obligations.push_back({&out->args[axis + 1], type->dims[axis], given[axis]->span, openIndices});
  return out;
}

/// The ends of `low..high` or `low..=high` as ints, the upper one excluded.
bool Body::rangeBounds(const syntax::Expr &range, ExprPtr &low, ExprPtr &high) {
  low = asInt(expr(*range.operands[0]));
  high = asInt(expr(*range.operands[1]));
  if (!low || !high)
    return false;
  if (range.text == "..=")
    high = primitive(Prim::Add, Type::scalar(Element::Int), range.span, std::move(high), constant(int64_t(1), range.span));
  return true;
}

/// Opens `i` or `i in low..high` in the innermost scope. Reads in the bounds are proven with those of the body, so the
/// caller keeps `var` until then.
bool Body::openIndex(const syntax::Argument &argument, IndexVar &var, std::vector<LocalId> &opened) {
  if (argument.value->kind != syntax::ExprKind::Name || !argument.label.empty()) {
    checker.error(Kind::NotExpected, argument.span, {"the name of an index", "an expression"});
    return false;
  }
  IndexInfo info;
  info.span = argument.span;
  info.low = Dim(0);
  info.open = !argument.domain;
  if (argument.domain) {
    const syntax::Expr &domain = *argument.domain;
    if (domain.kind != syntax::ExprKind::Range || domain.operands.size() != 2) {
      checker.error(Kind::NotExpected, domain.span, {"a range such as 0..n", "something else"});
      return false;
    }
    if (!rangeBounds(domain, var.low, var.high))
      return false;
    info.low = toDim(*var.low);
    info.high = toDim(*var.high);
  }
  var.local = addLocal(argument.value->text, Type::scalar(Element::Int), LocalKind::Index, argument.span);
  bind(argument.value->text, var.local, argument.span);
  indices[var.local] = info;
  opened.push_back(var.local);
  openIndices.push_back(var.local);
  return true;
}

/// Ends the scope of indices: their extents must be known by now; reads are proven when the outermost scope ends.
bool Body::settle(const std::vector<LocalId> &opened, size_t firstObligation, bool good) {
  if (!good) {
    obligations.resize(firstObligation);
    return false;
  }
  for (LocalId id : opened)
    if (indices[id].open) {
      checker.error(Kind::UnknownExtent, function->locals[id].span, {nameOf(id)}).fix = "say `" + nameOf(id) + " in 0..n`";
      good = false;
    }
  if (good && openIndices.size() > opened.size())
    return true;
  good = good && proveReads(firstObligation);
  obligations.resize(firstObligation);
  return good;
}

/// `out[k, i, j] = body`, or `noise[k, i, j] ~ distribution`.
ExprPtr Body::tabulate(const syntax::Target &target, const syntax::Expr &value, bool draws, Span span) {
  scopes.emplace_back();
  std::vector<LocalId> opened;
  ExprPtr out = make(ExprKind::Tabulate, nullptr, span);
  size_t firstObligation = obligations.size();
  bool good = true;
  std::vector<IndexVar> vars;
  for (const syntax::Argument &argument : target.index)
    good &= openIndex(argument, vars.emplace_back(), opened);
  // A bound that is no extent expression, such as a call, is named: the name is one.
  std::vector<Definition> bounds;
  for (IndexVar &var : vars)
    if (good && var.high && !indices[var.local].high) {
      ExprPtr high = hoist(std::move(var.high), bounds);
      indices[var.local].high = toDim(*high);
    }
  ExprPtr body = good ? (draws ? draw(value, target.name.text) : expr(value)) : nullptr;
  // What no read says, the declared result does, where this definition is the body's value, or the state that it updates.
  const SolverState *state = updatedState(target.name.text);
  const TypeRef wanted = state ? function->locals[state->current].type : makesResult ? declaredResult : nullptr;
  if (body && wanted && wanted->isTensor() && wanted->dims.size() == opened.size())
    for (size_t i = 0; i < opened.size(); ++i)
      if (IndexInfo &info = indices[opened[i]]; info.open) {
        info.open = false;
        info.high = wanted->dims[i];
      }
  good = settle(opened, firstObligation, body != nullptr);
  std::vector<Dim> dims;
  for (LocalId id : opened) {
    const IndexInfo &info = indices[id];
    if (good && (!info.high || !info.low || !(*info.low == Dim(0)))) {
      checker.error(Kind::UnknownExtent, info.span, {nameOf(id)}).fix = "a definition by index runs from 0: say `" + nameOf(id) + " in 0..n`";
      good = false;
    }
    if (good) {
      dims.push_back(*info.high);
      out->indices.push_back({id, constant(int64_t(0), span), dimValue(*info.high, span), nullptr});
    }
  }
  openIndices.resize(openIndices.size() - opened.size());
  scopes.pop_back();
  if (!good)
    return nullptr;
  if (body->type->kind != TypeKind::Scalar) {
    checker.error(Kind::TypeMismatch, body->span, {"a scalar, one element of `" + target.name.text + "`", show(*body->type)});
    return nullptr;
  }
  bool toReal = makesResult && declaredResult && declaredResult->isTensor() && body->type->isInt() &&
                (declaredResult->element == Element::F32 || declaredResult->element == Element::F64);
  if (toReal)
    body = toElement(std::move(body), declaredResult->element);
  out->type = Type::tensor(body->type->element, std::move(dims), Role::None, body->type->unit);
  out->args.push_back(std::move(body));
  return wrap(std::move(bounds), std::move(out));
}

ExprPtr Body::reduction(const syntax::Expr &e, ReduceKind reduce) {
  if (!e.body) {
    checker.error(Kind::MissingReductionBody, e.span, {e.operands[0]->text}).fix =
        "write " + e.operands[0]->text + "(i) of ..., with an index and a body";
    return nullptr;
  }
  // A list, or map and filter over anything, is reduced element by element; ranges and bare indices are indices.
  bool lists = reduce == ReduceKind::Map || reduce == ReduceKind::Filter;
  for (const syntax::Argument &arg : e.args)
    if (arg.domain && arg.domain->kind != syntax::ExprKind::Range)
      lists = true;
  if (lists)
    return listReduction(e, reduce);
  scopes.emplace_back();
  std::vector<LocalId> opened;
  std::vector<IndexVar> vars;
  size_t firstObligation = obligations.size();
  bool good = true;
  for (const syntax::Argument &argument : e.args) {
    IndexVar var{};
    good = openIndex(argument, var, opened);
    if (!good)
      break;
    IndexInfo &info = indices[var.local];
    if (var.low && !info.low) // the bounds may be any ints
      if (auto bounds = lowerBounds(*var.low); !bounds.empty())
        info.low = bounds.front();
    if (var.high && !info.high)
      if (auto bounds = upperBounds(*var.high); !bounds.empty())
        info.high = bounds.front();
    vars.push_back(std::move(var));
  }
  ExprPtr body = good ? expr(*e.body) : nullptr;
  good = settle(opened, firstObligation, body != nullptr);
  ExprPtr out = make(ExprKind::Reduce, nullptr, e.span);
  out->reduce = reduce;
  for (size_t i = 0; good && i < opened.size(); ++i) {
    IndexVar &var = vars[i];
    if (!var.low) {
      var.low = constant(int64_t(0), e.span);
      var.high = dimValue(*indices[opened[i]].high, e.span);
    }
    out->indices.push_back(std::move(var));
  }
  openIndices.resize(openIndices.size() - opened.size());
  scopes.pop_back();
  if (!good)
    return nullptr;
  bool logical = reduce == ReduceKind::Any || reduce == ReduceKind::All || reduce == ReduceKind::Count;
  if (body->type->kind != TypeKind::Scalar || body->type->isBool() != logical) {
    checker.error(Kind::NotOrdered, body->span, {e.operands[0]->text, show(*body->type)}).fix = logical ? bracketComparison : "";
    return nullptr;
  }
  if (reduce == ReduceKind::Mean || reduce == ReduceKind::Median)
    body = asReal(std::move(body));
  if (body->type->element == Element::U8)
    body = toElement(std::move(body), Element::Int);
  bool counts = reduce == ReduceKind::Count || reduce == ReduceKind::ArgMin || reduce == ReduceKind::ArgMax;
  out->type = counts ? Type::scalar(Element::Int) : body->type;
  out->args.push_back(std::move(body));
  return out;
}

/// `scan(total: 0, i in 0..n) of (total + x[i])`: the running values of the first state.
ExprPtr Body::scan(const syntax::Expr &e) {
  if (!e.body) {
    checker.error(Kind::MissingReductionBody, e.span, {"scan"}).fix = "write scan(total: 0, i in 0..n) of (total + x[i])";
    return nullptr;
  }
  scopes.emplace_back();
  ExprPtr out = make(ExprKind::Scan, nullptr, e.span);
  std::vector<LocalId> opened;
  std::vector<IndexVar> vars;
  size_t firstObligation = obligations.size();
  bool good = true;
  for (const syntax::Argument &argument : e.args) {
    if (argument.label.empty()) {
      good = good && openIndex(argument, vars.emplace_back(), opened);
      continue;
    }
    ExprPtr start = expr(*argument.value);
    if (!start || start->type->kind != TypeKind::Scalar) {
      if (start)
        checker.error(Kind::TypeMismatch, argument.span, {"a scalar", show(*start->type)});
      good = false;
      continue;
    }
    if (start->type->isInt()) // `total: 0` starts a real unless the step says otherwise below
      start = toElement(std::move(start), Element::Int);
    LocalId id = addLocal(argument.label.text, start->type, LocalKind::State, argument.span);
    bind(argument.label.text, id, argument.span);
    out->states.push_back(id);
    out->args.push_back(std::move(start));
  }
  if (good && (opened.size() != 1 || out->states.empty())) {
    checker.error(Kind::NotExpected, e.span, {"one index and at least one state in a scan", std::to_string(opened.size()) + " indices"});
    good = false;
  }
  // A state that starts at an int literal is real where the body makes it one: the body is checked again with that type.
  ExprPtr body;
  const size_t bodyObligation = obligations.size();
  for (int pass = 0; good && pass < 2; ++pass) {
    body = expr(*e.body);
    if (!body)
      break;
    const Type &type = *body->type;
    if (out->states.size() > 1 && (type.kind != TypeKind::Tuple || type.fields.size() != out->states.size())) {
      checker.error(Kind::TypeMismatch, e.body->span, {"a tuple of " + std::to_string(out->states.size()) + " values, one a state", show(type)});
      good = false;
      break;
    }
    bool changed = false;
    for (size_t s = 0; s < out->states.size(); ++s) {
      const Type &item = out->states.size() == 1 ? type : *type.fields[s].type;
      Local &state = function->locals[out->states[s]];
      bool widens = item.isReal() && state.type->isReal() && item.element > state.type->element;
      if ((item.isReal() && state.type->isInt()) || widens) {
        out->args[s] = toElement(std::move(out->args[s]), item.element);
        if (!widens)
          out->args[s]->type = Type::scalar(item.element, item.unit);
        state.type = out->args[s]->type;
        changed = true;
      }
    }
    if (!changed)
      break;
    obligations.resize(bodyObligation);
  }
  good = settle(opened, firstObligation, good && body != nullptr);
  if (good) {
    const IndexInfo &info = indices[opened[0]];
    good = info.high && info.low && *info.low == Dim(0);
    if (good) {
      out->indices.push_back({opened[0], constant(int64_t(0), e.span), dimValue(*info.high, e.span), nullptr});
      out->type = Type::tensor(function->locals[out->states[0]].type->element, {*info.high}, Role::None, function->locals[out->states[0]].type->unit);
    } else {
      checker.error(Kind::UnknownExtent, info.span, {nameOf(opened[0])}).fix = "a scan runs from 0: say `i in 0..n`";
    }
  }
  openIndices.resize(openIndices.size() - opened.size());
  scopes.pop_back();
  if (!good)
    return nullptr;
  body = nextStates(*out, std::move(body), e.span);
  if (!body)
    return nullptr;
  out->args.push_back(std::move(body));
  return out;
}

/// The body of a scan with the types of its states: a scalar, or a tuple of one scalar a state.
ExprPtr Body::nextStates(const Expr &scan, ExprPtr body, Span span) {
  const auto stateType = [&](size_t s) { return function->locals[scan.states[s]].type; };
  if (scan.states.size() == 1)
    return coerce(std::move(body), stateType(0), span);
  for (size_t s = 0; s < scan.states.size(); ++s) {
    if (body->kind == ExprKind::MakeTuple) {
      body->args[s] = coerce(std::move(body->args[s]), stateType(s), span);
      if (!body->args[s])
        return nullptr;
    } else if (!sameForm(*body->type->fields[s].type, *stateType(s))) {
      checker.error(Kind::TypeMismatch, span, {show(*stateType(s)), show(*body->type->fields[s].type)});
      return nullptr;
    }
  }
  return body;
}

} // namespace gms::sema
