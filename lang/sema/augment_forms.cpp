// What augments are made of: draws, choose, and the forms maybe, one_of, some_of and repeat, which are choices and
// repetition over operators that stand behind |>.
#include "lang/sema/checker.h"
#include <cmath>

namespace gms::sema {

bool Body::mayDraw(Span span, const char *mark) {
  for (const Body *body = this; body; body = body->outer)
    if (body->kind() == FunctionKind::Augment || body->kind() == FunctionKind::Experiment || body->kind() == FunctionKind::Test) {
      function->draws = true;
      return true;
    }
  if (kind() == FunctionKind::Recipe) {
    function->draws = true;
    return true;
  }
  checker.error(Kind::MarkNotAllowed, span, {mark, kind() == FunctionKind::Warp ? "a warp" : kind() == FunctionKind::Solver ? "a solver" : "an op"}).fix =
      "draw in an augment and pass the value as an argument";
  return false;
}

ExprPtr Body::draw(const syntax::Expr &e, const std::string &placeName) {
  struct Form {
    const char *name;
    Distribution distribution;
    size_t arity;
  };
  static const Form forms[] = {{"uniform", Distribution::Uniform, 2},      {"normal", Distribution::Normal, 2},
                               {"log_uniform", Distribution::LogUniform, 2}, {"integer", Distribution::Integer, 2},
                               {"bernoulli", Distribution::Bernoulli, 1},  {"categorical", Distribution::Categorical, 1},
                               {"choice", Distribution::Choice, 1},        {"permutation", Distribution::Permutation, 1}};
  if (!mayDraw(e.span, "~"))
    return nullptr;
  const Form *form = nullptr;
  std::string name = e.kind == syntax::ExprKind::Call && e.operands[0]->kind == syntax::ExprKind::Name ? e.operands[0]->text : "";
  for (const Form &candidate : forms)
    if (name == candidate.name)
      form = &candidate;
  if (!form) {
    Diagnostic &d = checker.error(Kind::UnknownDistribution, e.span, {name.empty() ? std::string(checker.sources.text(e.span)) : name});
    d.fix = "there are uniform, normal, log_uniform, integer, bernoulli, categorical, choice and permutation";
    return nullptr;
  }
  ExprPtr out = make(ExprKind::Draw, nullptr, e.span);
  out->distribution = form->distribution;
  out->place = place(placeName);
  for (const syntax::Argument &arg : e.args) {
    if (arg.value->kind == syntax::ExprKind::Range && form->distribution == Distribution::Integer && arg.value->operands.size() == 2) {
      ExprPtr low, high;
      if (!rangeBounds(*arg.value, low, high))
        return nullptr;
      out->args.push_back(std::move(low));
      out->args.push_back(std::move(high));
      continue;
    }
    bool chooses = form->distribution == Distribution::Choice || form->distribution == Distribution::Categorical;
    if (chooses && arg.value->kind == syntax::ExprKind::List && arg.value->args.empty()) {
      checker.error(Kind::EmptyChoice, arg.span);
      return nullptr;
    }
    out->args.push_back(expr(*arg.value));
    if (!out->args.back())
      return nullptr;
  }
  if (out->args.size() != form->arity) {
    checker.error(Kind::TooManyArguments, e.span, {name, std::to_string(form->arity), std::to_string(out->args.size())});
    return nullptr;
  }
  switch (form->distribution) {
  case Distribution::Uniform:
  case Distribution::Normal:
  case Distribution::LogUniform:
    for (ExprPtr &arg : out->args) {
      if (arg->type->kind != TypeKind::Scalar || arg->type->isBool()) {
        checker.error(Kind::TypeMismatch, arg->span, {"a number", show(*arg->type)});
        return nullptr;
      }
      arg = asReal(std::move(arg));
    }
    if (!unify(out->args[0], out->args[1], e.span))
      return nullptr;
    if (out->args[0]->type->element == Element::F64) { // numbers are drawn in one precision, whatever they are used in
      for (ExprPtr &arg : out->args)
        arg = toElement(std::move(arg), Element::F32);
      out->type = out->args[0]->type;
      return toElement(std::move(out), Element::F64);
    }
    out->type = out->args[0]->type;
    break;
  case Distribution::Integer:
    for (ExprPtr &arg : out->args)
      if (!(arg = asInt(std::move(arg))))
        return nullptr;
    if (auto low = toDim(*out->args[0]), high = toDim(*out->args[1]); low && high)
      if (auto size = (*high - *low).asConstant(); size && *size <= 0) {
        checker.error(Kind::EmptyRange, e.span, {show(*low), show(*high)});
        return nullptr;
      }
    out->type = Type::scalar(Element::Int);
    break;
  case Distribution::Bernoulli:
    out->args[0] = coerce(std::move(out->args[0]), Type::scalar(Element::F32), e.span);
    out->type = Type::scalar(Element::Bool);
    break;
  case Distribution::Categorical:
    if (!out->args[0]->type->isTensor() || out->args[0]->type->dims.size() != 1) {
      checker.error(Kind::TypeMismatch, out->args[0]->span, {"a tensor of weights", show(*out->args[0]->type)});
      return nullptr;
    }
    if (out->args[0]->kind == ExprKind::MakeTensor)
      out->args[0] = literalAs(std::move(out->args[0]), Element::F32, {}, e.span);
    else if (out->args[0]->type->element == Element::F64)
      out->args[0] = preciseTensor(std::move(out->args[0]), Element::F32);
    out->type = Type::scalar(Element::Int);
    break;
  case Distribution::Choice: {
    const Type &list = *out->args[0]->type;
    if (list.isTensor() && list.dims.size() == 1)
      out->type = Type::scalar(list.element, list.unit);
    else if (list.kind == TypeKind::List)
      out->type = list.fields[0].type;
    else {
      checker.error(Kind::TypeMismatch, out->args[0]->span, {"a list", show(list)});
      return nullptr;
    }
    break;
  }
  case Distribution::Permutation: {
    ExprPtr count = asInt(std::move(out->args[0]));
    if (!count)
      return nullptr;
    auto dim = toDim(*count);
    if (!dim) {
      checker.error(Kind::CompileTimeValue, e.span, {"the length of a permutation"});
      return nullptr;
    }
    out->args[0] = std::move(count);
    out->type = Type::tensor(Element::Int, {*dim});
    break;
  }
  }
  return out->args[0] ? std::move(out) : nullptr;
}

ExprPtr Body::choose(const syntax::Expr &e) {
  std::vector<std::pair<ExprPtr, ExprPtr>> arms;
  for (size_t i = 0; i + 1 < e.operands.size(); i += 2) {
    ExprPtr weight = coerce(expr(*e.operands[i], Type::scalar(Element::F32)), Type::scalar(Element::F32), e.operands[i]->span);
    ExprPtr value = expr(*e.operands[i + 1]);
    if (!weight || !value)
      return nullptr;
    arms.emplace_back(std::move(weight), std::move(value));
  }
  return chooseOf(std::move(arms), e.span, "choose");
}

ExprPtr Body::chooseOf(std::vector<std::pair<ExprPtr, ExprPtr>> arms, Span span, const std::string &name) {
  if (!mayDraw(span, name.c_str()))
    return nullptr;
  double total = 0;
  bool constants = true;
  for (auto &arm : arms) {
    const double *weight = arm.first->kind == ExprKind::Constant ? std::get_if<double>(&arm.first->constant) : nullptr;
    constants &= weight != nullptr;
    if (!weight)
      continue;
    total += *weight;
    if (*weight < 0 || *weight > 1 + 1e-9) {
      checker.error(Kind::WeightOutOfRange, arm.first->span, {std::to_string(*weight)});
      return nullptr;
    }
  }
  if (constants && std::abs(total - 1) > 1e-6) {
    checker.error(Kind::WeightsDoNotSum, span, {std::to_string(total)}).fix = "make the weights sum to 1";
    return nullptr;
  }
  for (auto &arm : arms)
    arm.first = toElement(std::move(arm.first), Element::F32);
  ExprPtr out = make(ExprKind::Choose, arms[0].second->type, span);
  out->place = place(name);
  for (size_t i = 1; i < arms.size(); ++i) {
    if (!unify(arms[0].second, arms[i].second, arms[i].second->span))
      return nullptr;
    out->type = joined(out->type, arms[i].second->type);
  }
  for (auto &arm : arms) {
    out->args.push_back(std::move(arm.first));
    out->args.push_back(std::move(arm.second));
  }
  return bound(std::move(out));
}

/// maybe(p, f), one_of([f, g]), some_of(n, [f, g]) behind |>, and repeat(i in 0..n) of f.
ExprPtr Body::form(const std::string &name, const syntax::Expr &e, ExprPtr &piped, bool &known) {
  bool isRepeat = name == "repeat" && e.body;
  known = piped && (name == "maybe" || name == "one_of" || name == "some_of" || isRepeat);
  if (!known)
    return nullptr;
  if (isRepeat)
    return repeatForm(e, std::move(piped));
  std::vector<Definition> definitions;
  ExprPtr value = hoist(std::move(piped), definitions);
  Span span = e.span;
  size_t wanted = name == "one_of" ? 1 : 2;
  if (e.args.size() != wanted) {
    checker.error(Kind::TooManyArguments, span, {name, std::to_string(wanted), std::to_string(e.args.size())});
    return nullptr;
  }
  const syntax::Expr &operators = *e.args[wanted - 1].value;
  std::vector<std::pair<ExprPtr, ExprPtr>> arms;
  if (name == "maybe") {
    ExprPtr p = coerce(expr(*e.args[0].value, Type::scalar(Element::F32)), Type::scalar(Element::F32), e.args[0].span);
    if (!p)
      return nullptr;
    p = hoist(std::move(p), definitions);
    ExprPtr rest = p->kind == ExprKind::Constant ? constant(1 - std::get<double>(p->constant), span)
                                                 : primitive(Prim::Sub, p->type, span, constant(1.0, span), clone(*p));
    ExprPtr moved = apply(operators, reference(value->local, span));
    if (!moved)
      return nullptr;
    arms.emplace_back(std::move(p), std::move(moved));
    arms.emplace_back(std::move(rest), reference(value->local, span));
    return wrap(std::move(definitions), chooseOf(std::move(arms), span, "maybe"));
  }
  if (operators.kind == syntax::ExprKind::List && operators.args.empty()) {
    checker.error(Kind::EmptyChoice, operators.span);
    return nullptr;
  }
  if (operators.kind != syntax::ExprKind::List) {
    checker.error(Kind::NotExpected, operators.span, {"a list of operators", "something else"});
    return nullptr;
  }
  size_t count = operators.args.size();
  if (name == "one_of") {
    for (const syntax::Argument &f : operators.args) {
      ExprPtr moved = apply(*f.value, reference(value->local, span));
      if (!moved)
        return nullptr;
      arms.emplace_back(constant(1.0 / static_cast<double>(count), span), std::move(moved));
    }
    return wrap(std::move(definitions), chooseOf(std::move(arms), span, "one_of"));
  }
  return someOf(e, operators, std::move(value), std::move(definitions));
}

/// n different operators of a list, in an order that is drawn: pass t applies number order[t].
ExprPtr Body::someOf(const syntax::Expr &e, const syntax::Expr &operators, ExprPtr value, std::vector<Definition> definitions) {
  Span span = e.span;
  int64_t count = static_cast<int64_t>(operators.args.size());
  ExprPtr n = asInt(expr(*e.args[0].value), "how many operators are applied");
  const int64_t *passes = n && n->kind == ExprKind::Constant ? std::get_if<int64_t>(&n->constant) : nullptr;
  if (!n || !mayDraw(span, "some_of"))
    return nullptr;
  if (!passes) {
    checker.error(Kind::CompileTimeValue, e.args[0].span, {"how many of the " + std::to_string(count) + " operators are applied"});
    return nullptr;
  }
  if (*passes < 0 || *passes > count) {
    checker.error(Kind::NotExpected, e.args[0].span,
                  {"a number from 0 to " + std::to_string(count) + ", as many as there are operators,", std::to_string(*passes)});
    return nullptr;
  }
  ExprPtr order = make(ExprKind::Draw, Type::tensor(Element::Int, {Dim(count)}), span);
  order->distribution = Distribution::Permutation;
  order->place = place("some_of");
  order->args.push_back(constant(count, span));
  order = hoist(std::move(order), definitions);
  for (int64_t t = 0; t < *passes; ++t) {
    ExprPtr pick = make(ExprKind::Read, Type::scalar(Element::Int), span);
    pick->args.push_back(reference(order->local, span));
    pick->args.push_back(constant(t, span));
    pick = hoist(std::move(pick), definitions);
    ExprPtr next;
    for (int64_t k = count - 1; k >= 0; --k) {
      ExprPtr moved = apply(*operators.args[k].value, reference(value->local, span));
      if (!moved)
        return nullptr;
      if (!next) {
        next = std::move(moved);
        continue;
      }
      if (!unify(moved, next, span))
        return nullptr;
      ExprPtr branch = make(ExprKind::If, moved->type, span);
      branch->args.push_back(primitive(Prim::Eq, Type::scalar(Element::Bool), span, reference(pick->local, span), constant(k, span)));
      branch->args.push_back(std::move(moved));
      branch->args.push_back(std::move(next));
      next = std::move(branch);
    }
    value = hoist(std::move(next), definitions);
  }
  return wrap(std::move(definitions), std::move(value));
}

/// `x |> repeat(i in 0..n) of f`: f applied n times; every pass draws its own.
ExprPtr Body::repeatForm(const syntax::Expr &e, ExprPtr piped) {
  if (e.args.size() != 1 || !e.args[0].domain || e.args[0].domain->kind != syntax::ExprKind::Range) {
    checker.error(Kind::NotExpected, e.span, {"repeat(i in 0..n) of an operator", "something else"});
    return nullptr;
  }
  ExprPtr low, high;
  if (!rangeBounds(*e.args[0].domain, low, high))
    return nullptr;
  scopes.emplace_back();
  ExprPtr out = make(ExprKind::Repeat, piped->type, e.span);
  LocalId index = addLocal(e.args[0].value->text, Type::scalar(Element::Int), LocalKind::Index, e.args[0].span);
  bind(e.args[0].value->text, index, e.args[0].span);
  out->local = addLocal("carried", piped->type, LocalKind::State, e.span);
  out->indices.push_back({index, std::move(low), std::move(high), nullptr});
  out->place = place("repeat");
  ExprPtr next = apply(*e.body, reference(out->local, e.span));
  scopes.pop_back();
  if (!next)
    return nullptr;
  if (differInPrecision(*piped->type, *next->type)) {
    checker.error(Kind::BranchesDiffer, e.span, {show(*piped->type), show(*next->type)});
    return nullptr;
  }
  if (!unify(piped, next, e.span))
    return nullptr;
  out->args.push_back(std::move(piped));
  out->args.push_back(std::move(next));
  return out;
}

} // namespace gms::sema
