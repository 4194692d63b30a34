// Built-in functions that make linear operators or use them: banded, toeplitz, dense, exponential, diagonal, kronecker_sum,
// apply, solve, lowest.
#include "lang/sema/checker.h"

namespace gms::sema {

namespace {

struct OperatorForm {
  const char *name;
  std::vector<const char *> parameters;
  const char *option; ///< a last parameter that has a default, or null
};
const OperatorForm forms[] = {
    {"banded", {"bands"}, "periodic"},   {"toeplitz", {"column"}, nullptr}, {"dense", {"elements"}, nullptr},
    {"exponential", {"rate", "size"}, nullptr}, {"diagonal", {"elements"}, nullptr},
    {"kronecker_sum", {"a", "b"}, nullptr},     {"apply", {"operator", "to"}, nullptr},
    {"solve", {"operator", "right"}, nullptr},  {"lowest", {"k", "operator"}, "measure"}};

const OperatorForm *findForm(const std::string &name) {
  for (const OperatorForm &form : forms)
    if (name == form.name)
      return &form;
  return nullptr;
}

} // namespace

bool isOperatorBuiltin(const std::string &name) { return findForm(name) != nullptr; }

ExprPtr Body::operatorBuiltin(const std::string &name, const syntax::Expr &e, ExprPtr piped) {
  std::vector<ExprPtr> args;
  if (!operatorArguments(name, e, std::move(piped), args))
    return nullptr;
  if (name == "banded")
    return banded(std::move(args[0]), std::move(args[1]), e.span);
  if (name == "toeplitz")
    return toeplitz(std::move(args[0]), e.span);
  if (name == "dense")
    return dense(std::move(args[0]), e.span);
  if (name == "exponential")
    return exponential(std::move(args[0]), std::move(args[1]), e.span);
  if (name == "diagonal")
    return diagonal(std::move(args[0]), e.span);
  if (name == "lowest")
    return lowest(std::move(args[0]), std::move(args[1]), std::move(args[2]), e.span);
  if (!isOperatorArgument(*args[0]) || (name == "kronecker_sum" && !isOperatorArgument(*args[1])))
    return nullptr;
  if (name == "kronecker_sum")
    return kroneckerSum(std::move(args[0]), std::move(args[1]), e.span);
  return name == "apply" ? applyOperator(std::move(args[0]), std::move(args[1]), e.span)
                         : solveWith(std::move(args[0]), std::move(args[1]), e.span);
}

/// The arguments in order; the option, where it has one, last and null where it is not given.
bool Body::operatorArguments(const std::string &name, const syntax::Expr &e, ExprPtr piped, std::vector<ExprPtr> &out) {
  const OperatorForm &form = *findForm(name);
  const size_t count = form.parameters.size();
  out.resize(count + (form.option ? 1 : 0));
  size_t position = piped ? 1 : 0;
  if (piped)
    out[0] = std::move(piped);
  for (const syntax::Argument &arg : e.args) {
    size_t at = position;
    if (!arg.label.empty()) {
      for (at = 0; at < count && arg.label.text != form.parameters[at];)
        ++at;
      if (at == count && !(form.option && arg.label.text == form.option))
        at = out.size();
    } else {
      ++position;
      at = at < count ? at : out.size(); // an option is given by its name
    }
    if (at >= out.size() || arg.domain) {
      if (arg.label.empty())
        checker.error(Kind::TooManyArguments, arg.span, {name, std::to_string(count), std::to_string(e.args.size())});
      else
        checker.error(Kind::UnknownArgument, arg.label.span, {name, arg.label.text});
      return false;
    }
    if (out[at]) {
      checker.error(Kind::DuplicateArgument, arg.span, {at < count ? form.parameters[at] : form.option});
      return false;
    }
    if (!(out[at] = expr(*arg.value)))
      return false;
  }
  for (size_t i = 0; i < count; ++i)
    if (!out[i]) {
      checker.error(Kind::MissingArgument, e.span, {name, form.parameters[i], "which has no default"});
      return false;
    }
  return true;
}

bool Body::isOperatorArgument(const Expr &e) {
  if (e.type->kind == TypeKind::Operator)
    return true;
  Diagnostic &d = checker.error(Kind::TypeMismatch, e.span, {"an operator", show(*e.type)});
  if (e.type->isTensor())
    d.fix = "make one of it: diagonal(...), dense(...) or banded(...)";
  return false;
}

/// A tensor of reals of that rank; ints become reals.
ExprPtr Body::realTensor(ExprPtr e, size_t rank, const char *what) {
  if (!e->type->isTensor() || e->type->dims.size() != rank || e->type->element == Element::Bool) {
    checker.error(Kind::TypeMismatch, e->span, {what, show(*e->type)});
    return nullptr;
  }
  const bool real = e->type->element == Element::F32 || e->type->element == Element::F64;
  const Element element = real ? e->type->element : realElement;
  return withElement(std::move(e), element);
}

ExprPtr Body::operatorOf(OperatorKind kind, std::vector<Dim> dims, ExprPtr tensor, Span span) {
  ExprPtr out = make(ExprKind::MakeOperator, Type::linearOperator(tensor->type->element, std::move(dims), tensor->type->unit), span);
  out->op = kind;
  out->args.push_back(std::move(tensor));
  return out;
}

/// Bands b[d, i]. Where it is only known later whether the operator goes round, both are written and one is taken.
ExprPtr Body::banded(ExprPtr bands, ExprPtr periodic, Span span) {
  if (!(bands = realTensor(std::move(bands), 2, "a tensor of bands, [width + 1, points]")))
    return nullptr;
  const Dim points = bands->type->dims[1];
  if (auto spare = (points - bands->type->dims[0]).asConstant(); spare && *spare < 0) {
    checker.error(Kind::TooManyBands, bands->span, {show(bands->type->dims[0]), show(points)});
    return nullptr;
  }
  if (periodic && !periodic->type->isBool()) {
    checker.error(Kind::ConditionNotBool, periodic->span, {show(*periodic->type)});
    return nullptr;
  }
  const bool known = !periodic || periodic->kind == ExprKind::Constant;
  const bool round = periodic && known && std::get<bool>(periodic->constant);
  if (known) {
    ExprPtr out = operatorOf(OperatorKind::Banded, {points}, std::move(bands), span);
    out->border = round ? Border::Wrap : Border::Zero;
    return out;
  }
  std::vector<Definition> definitions;
  bands = hoist(std::move(bands), definitions, "bands");
  ExprPtr wrapped = operatorOf(OperatorKind::Banded, {points}, reference(bands->local, span), span);
  wrapped->border = Border::Wrap;
  ExprPtr ended = operatorOf(OperatorKind::Banded, {points}, std::move(bands), span);
  ended->border = Border::Zero;
  ExprPtr either = make(ExprKind::If, ended->type, span);
  either->args.push_back(std::move(periodic));
  either->args.push_back(std::move(wrapped));
  either->args.push_back(std::move(ended));
  return wrap(std::move(definitions), std::move(either));
}

ExprPtr Body::toeplitz(ExprPtr column, Span span) {
  if (!(column = realTensor(std::move(column), 1, "the first column of a Toeplitz operator, a tensor [points]")))
    return nullptr;
  const Dim points = column->type->dims[0];
  return operatorOf(OperatorKind::Toeplitz, {points}, std::move(column), span);
}

/// A square tensor; extents that are not proven equal are checked when it runs, its symmetry always.
ExprPtr Body::dense(ExprPtr elements, Span span) {
  if (!(elements = realTensor(std::move(elements), 2, "a square tensor")))
    return nullptr;
  const Dim rows = elements->type->dims[0], columns = elements->type->dims[1];
  auto difference = (rows - columns).asConstant();
  if (difference && *difference != 0) {
    checker.error(Kind::ShapeMismatch, elements->span, {show(rows), show(columns)}).fix = "an operator is square";
    return nullptr;
  }
  std::vector<Definition> definitions;
  if (!difference) {
    Span at = elements->span;
    LocalId id = addLocal("elements", elements->type, LocalKind::Definition, at);
    Definition definition;
    definition.locals = {id};
    definition.checks.push_back({id, {}, 1, rows, at});
    definition.value = std::move(elements);
    definition.span = at;
    definitions.push_back(std::move(definition));
    elements = reference(id, at);
  }
  return wrap(std::move(definitions), operatorOf(OperatorKind::Dense, {rows}, std::move(elements), span));
}

ExprPtr Body::exponential(ExprPtr rate, ExprPtr size, Span span) {
  if (rate->type->kind != TypeKind::Scalar || rate->type->isBool() || !rate->type->unit.none()) {
    checker.error(Kind::PlainNumberNeeded, rate->span, {"exponential", show(*rate->type)});
    return nullptr;
  }
  size = asInt(std::move(size), "the number of points");
  if (!size)
    return nullptr;
  auto points = toDim(*size);
  if (!points) {
    checker.error(Kind::CompileTimeValue, size->span, {"on how many points an operator acts"});
    return nullptr;
  }
  return operatorOf(OperatorKind::Exponential, {*points}, asReal(std::move(rate)), span);
}

/// One band; of a plane too.
ExprPtr Body::diagonal(ExprPtr elements, Span span) {
  const bool plane = elements->type->isTensor() && elements->type->dims.size() == 2;
  if (!(elements = realTensor(std::move(elements), plane ? 2 : 1, "the elements of a diagonal, a tensor [points]")))
    return nullptr;
  std::vector<Definition> definitions;
  const std::vector<Dim> dims = elements->type->dims;
  TypeRef element = Type::scalar(elements->type->element, elements->type->unit);
  ExprPtr base = hoist(std::move(elements), definitions);
  ExprPtr read = make(ExprKind::Read, element, span);
  read->args.push_back(std::move(base));
  ExprPtr bands = make(ExprKind::Tabulate, nullptr, span);
  std::vector<Dim> shape = {Dim(1)};
  shape.insert(shape.end(), dims.begin(), dims.end());
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    LocalId id = addLocal(axis ? "e" + std::to_string(axis - 1) : "band", Type::scalar(Element::Int), LocalKind::Index, span);
    indices[id] = {Dim(0), shape[axis], span, false};
    bands->indices.push_back({id, constant(int64_t(0), span), dimValue(shape[axis], span), nullptr});
    if (axis)
      read->args.push_back(reference(id, span));
  }
  bands->type = Type::tensor(element->element, std::move(shape), Role::None, element->unit);
  bands->args.push_back(std::move(read));
  ExprPtr out = operatorOf(OperatorKind::Banded, dims, std::move(bands), span);
  out->border = Border::Zero;
  return wrap(std::move(definitions), std::move(out));
}

ExprPtr Body::kroneckerSum(ExprPtr a, ExprPtr b, Span span) {
  for (const ExprPtr *line : {&a, &b})
    if ((*line)->type->dims.size() != 1) {
      checker.error(Kind::TypeMismatch, (*line)->span, {"an operator on a line", show(*(*line)->type)});
      return nullptr;
    }
  if (!sameUnits(*a, *b, span))
    return nullptr;
  TypeRef type = Type::linearOperator(a->type->element, {a->type->dims[0], b->type->dims[0]}, a->type->unit);
  ExprPtr sum = make(ExprKind::MakeOperator, type, span);
  sum->op = OperatorKind::KroneckerSum;
  sum->args.push_back(std::move(a));
  sum->args.push_back(std::move(b));
  return sum;
}

/// `(e, phi) = lowest(k, A, measure: dx)`: eigenvalues in the operator's unit; sum of phi^2 measure is 1.
ExprPtr Body::lowest(ExprPtr k, ExprPtr a, ExprPtr measure, Span span) {
  k = asInt(std::move(k), "the number of eigenvalues");
  if (!k || !isOperatorArgument(*a))
    return nullptr;
  auto count = toDim(*k);
  if (!count) {
    checker.error(Kind::CompileTimeValue, k->span, {"the number of eigenvalues"});
    return nullptr;
  }
  Dim points(1);
  for (const Dim &dim : a->type->dims)
    points = Dim::product(points, dim);
  auto spare = (points - *count).asConstant();
  if ((spare && *spare < 0) || (count->asConstant() && *count->asConstant() < 1)) {
    checker.error(Kind::TooManyVectors, k->span, {show(points), show(*count)});
    return nullptr;
  }
  std::vector<Dim> dims = {*count};
  dims.insert(dims.end(), a->type->dims.begin(), a->type->dims.end());
  const Element element = a->type->element;
  TypeRef type = Type::tuple({Type::tensor(element, {*count}, Role::None, a->type->unit), Type::tensor(element, std::move(dims))});
  ExprPtr pairs = make(ExprKind::Lowest, type, span);
  pairs->args.push_back(std::move(k));
  pairs->args.push_back(std::move(a));
  return measure ? measured(std::move(pairs), std::move(measure), span) : std::move(pairs);
}

/// Eigenvectors over the square root of the measure of one point.
ExprPtr Body::measured(ExprPtr pairs, ExprPtr measure, Span span) {
  if (measure->type->kind != TypeKind::Scalar || measure->type->isBool()) {
    checker.error(Kind::TypeMismatch, measure->span, {"the measure of one point, a real", show(*measure->type)});
    return nullptr;
  }
  const TypeRef type = pairs->type;
  std::vector<Definition> definitions;
  Definition taken;
  taken.locals = {addLocal("values", type->fields[0].type, LocalKind::Definition, span),
                  addLocal("vectors", type->fields[1].type, LocalKind::Definition, span)};
  const LocalId values = taken.locals[0], vectors = taken.locals[1];
  taken.value = std::move(pairs);
  taken.span = span;
  definitions.push_back(std::move(taken));
  measure = asReal(std::move(measure));
  TypeRef rootType = Type::scalar(measure->type->element, measure->type->unit.power({1, 2}));
  ExprPtr root = primitive(Prim::Sqrt, rootType, span, std::move(measure));
  ExprPtr scaled = arithmetic(Prim::Div, reference(vectors, span), std::move(root), span);
  if (!scaled)
    return nullptr;
  ExprPtr out = make(ExprKind::MakeTuple, Type::tuple({type->fields[0].type, scaled->type}), span);
  out->args.push_back(reference(values, span));
  out->args.push_back(std::move(scaled));
  return wrap(std::move(definitions), std::move(out));
}

} // namespace gms::sema
