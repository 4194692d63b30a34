// Expressions other than tensors, reductions, conditionals, draws and warps.
#include "compiler/import/importer.h"
#include "compiler/import/operations.h"
#include <mlir/Dialect/Arith/IR/Arith.h>

namespace gms::compiler {
using namespace program;

void Importer::fail(Kind kind, Span span, std::initializer_list<std::string> arguments) {
  diagnostics.error(kind, span, arguments);
  throw ImportFailure();
}

void Importer::failNotCompiled(const Expr &expr, const char *what) {
  fail(Kind::NotCompiledYet, expr.span, {what});
}

ImportValue Importer::eval(const Expr &expr, Frame &frame) {
  // What gives or reads whole tensors and does not depend on the bodies around it is made before them, once.
  switch (expr.kind) {
  case ExprKind::Tabulate:
  case ExprKind::Reduce:
  case ExprKind::Scan:
  case ExprKind::Warp:
  case ExprKind::WarpPoints:
  case ExprKind::Choose:
  case ExprKind::If:
  case ExprKind::Repeat:
  case ExprKind::Derivative:
  case ExprKind::Loop:
  case ExprKind::Convert:
  case ExprKind::MakeOperator:
  case ExprKind::ApplyOperator:
  case ExprKind::Lowest:
  case ExprKind::Solve:
    if (emitter.depth() == 1 || (expr.kind == ExprKind::Convert && (emitter.inBody() || !expr.type->isTensor())))
      break;
    if (const size_t place = placeFor(expr, frame); place < emitter.depth())
      return emitter.atLevel(place, [&] { return dispatch(expr, frame); });
    break;
  default:
    break;
  }
  return dispatch(expr, frame);
}

ImportValue Importer::dispatch(const Expr &expr, Frame &frame) {
  switch (expr.kind) {
  case ExprKind::Constant:
    return constant(expr);
  case ExprKind::Local:
    if (std::holds_alternative<std::monostate>(frame.locals[expr.local].form))
      fail(Kind::NotKnownWhenCompiling, expr.span, {"`" + frame.function->local(expr.local).name + "`"});
    return frame.locals[expr.local];
  case ExprKind::DimValue:
    return dim(expr.dim, frame);
  case ExprKind::Primitive:
    return primitive(expr, frame);
  case ExprKind::Convert:
    return convert(expr, frame);
  case ExprKind::Read:
    return read(expr, frame);
  case ExprKind::Tabulate:
    return tabulate(expr, frame);
  case ExprKind::Reduce:
    return reduce(expr, frame);
  case ExprKind::Scan:
    return scan(expr, frame);
  case ExprKind::If:
    return conditional(expr, frame);
  case ExprKind::Call:
    return call(expr, frame);
  case ExprKind::Warp:
    return warp(expr, frame);
  case ExprKind::WarpPoints:
    return warpPoints(expr, frame);
  case ExprKind::Field:
    return eval(*expr.args[0], frame).group()->items[expr.position];
  case ExprKind::Item:
    return item(expr, frame);
  case ExprKind::MakeRecord:
  case ExprKind::MakeTuple:
    return ImportValue::group(evalAll(expr, frame), false);
  case ExprKind::MakeList:
    return forced(ImportValue::group(evalAll(expr, frame), true));
  case ExprKind::MakeTensor:
    return makeTensor(expr, frame);
  case ExprKind::Length:
    return lengthOf(eval(*expr.args[0], frame));
  case ExprKind::Choose:
    return choose(expr, frame);
  case ExprKind::Draw:
    return draw(expr, frame);
  case ExprKind::Block:
    return block(expr, frame);
  case ExprKind::Repeat:
    return repeat(expr, frame);
  case ExprKind::Loop:
    return loop(expr, frame);
  case ExprKind::Derivative:
    return derivative(expr, frame);
  case ExprKind::OwnDerivative:
    return ownDerivative(expr, frame);
  case ExprKind::MakeOperator:
    return makeOperator(expr, frame);
  case ExprKind::ApplyOperator:
    return applyOperator(expr, frame);
  case ExprKind::Lowest:
    return lowest(expr, frame);
  case ExprKind::Solve:
    return solve(expr, frame);
  case ExprKind::Fit:
    break;
  }
  failNotCompiled(expr, "this expression");
}

std::vector<ImportValue> Importer::evalAll(const Expr &expr, Frame &frame, size_t from) {
  std::vector<ImportValue> values;
  for (size_t k = from; k < expr.args.size(); ++k)
    values.push_back(eval(*expr.args[k], frame));
  return values;
}

Scalar Importer::toScalar(const ImportValue &value, const Expr &expr) {
  if (const Scalar *s = value.scalar())
    return *s;
  if (const LinearForm *form = value.linear(); form && !form->projective)
    if (form->n[1].known() && form->n[1].real == 0 && form->n[2].known() && form->n[2].real == 0)
      return form->n[0];
  if (value.linear())
    throw NotLinear();
  if (const Tensor *t = value.tensor(); t && t->rank() == 0)
    return readElement(*t, {}, Border::Proven);
  failNotCompiled(expr, "this value, which is no scalar,");
}

Scalar Importer::scalar(const Expr &expr, Frame &frame) { return toScalar(eval(expr, frame), expr); }

TensorRef Importer::tensor(const Expr &expr, Frame &frame) {
  ImportValue value = eval(expr, frame);
  if (auto *t = std::get_if<TensorRef>(&value.form))
    return *t;
  failNotCompiled(expr, "this value, which is no tensor,");
}

std::vector<Scalar> Importer::scalars(const std::vector<ExprPtr> &args, size_t from, Frame &frame) {
  std::vector<Scalar> values;
  for (size_t k = from; k < args.size(); ++k)
    values.push_back(scalar(*args[k], frame));
  return values;
}

int64_t Importer::knownInt(const Expr &expr, Frame &frame, const char *what) {
  Scalar value = scalar(expr, frame);
  if (!value.known())
    fail(Kind::NotKnownWhenCompiling, expr.span, {what});
  return value.whole;
}

Scalar Importer::dim(const Dim &d, Frame &frame) {
  Scalar sum = Scalar::of(int64_t(0));
  for (const Dim::Term &term : d.terms())
    sum = emitter.add(sum, emitter.mul(atom(term.atom, frame), Scalar::of(term.coefficient)));
  return emitter.add(sum, Scalar::of(d.constant()));
}

Scalar Importer::atom(const Dim::Atom &atom, Frame &frame) {
  if (atom.kind == Dim::AtomKind::Symbol) {
    const Scalar *value = frame.locals[atom.symbol].scalar();
    if (!value)
      fail(Kind::NotKnownWhenCompiling, frame.function->local(atom.symbol).span,
           {"`" + frame.function->local(atom.symbol).name + "`"});
    return *value;
  }
  Scalar result = dim(atom.operands[0], frame);
  if (atom.kind == Dim::AtomKind::FloorDiv)
    return emitter.primitive(Prim::FloorDiv, {result, Scalar::of(atom.divisor)});
  const Prim prim = atom.kind == Dim::AtomKind::Min   ? Prim::Min
                    : atom.kind == Dim::AtomKind::Max ? Prim::Max
                                                      : Prim::Mul;
  for (size_t k = 1; k < atom.operands.size(); ++k)
    result = emitter.primitive(prim, {result, dim(atom.operands[k], frame)});
  return result;
}

std::vector<Scalar> Importer::extents(const Type &type, Frame &frame) {
  std::vector<Scalar> values;
  for (const Dim &d : type.dims) {
    const Scalar size = dim(d, frame);
    values.push_back(
        emitter.nonNegative(size) ? size : emitter.primitive(Prim::Max, {size, Scalar::of(int64_t(0))}));
  }
  return values;
}

ImportValue Importer::constant(const Expr &expr) {
  if (auto *text = std::get_if<std::string>(&expr.constant))
    return ImportValue::text(*text);
  const Element element = expr.type->element;
  if (auto *truth = std::get_if<bool>(&expr.constant))
    return Scalar::of(*truth);
  if (auto *whole = std::get_if<int64_t>(&expr.constant))
    return foldConvert(Scalar::of(*whole), element);
  return foldConvert(Scalar::of(std::get<double>(expr.constant), Element::F64), element);
}

ImportValue Importer::makeTensor(const Expr &expr, Frame &frame) {
  auto made = std::make_shared<Tensor>();
  made->element = expr.type->element;
  made->extents = extents(*expr.type, frame);
  bool known = true;
  for (const ExprPtr &arg : expr.args) {
    made->elements.push_back(emitter.convert(scalar(*arg, frame), made->element));
    known &= made->elements.back().known();
  }
  if (literalsAreInputs && known)
    return literalArgument(*made);
  return TensorRef(std::move(made));
}

ImportValue Importer::primitive(const Expr &expr, Frame &frame) {
  std::vector<ImportValue> values = evalAll(expr, frame);
  for (const ImportValue &value : values)
    if (value.linear())
      return linearPrimitive(expr.prim, values);
  if (values[0].string() && values.size() > 1 && values[1].string())
    return Scalar::of((*values[0].string() == *values[1].string()) == (expr.prim == Prim::Eq));
  std::vector<Scalar> args;
  for (size_t k = 0; k < values.size(); ++k)
    args.push_back(toScalar(values[k], *expr.args[k]));
  Scalar result = emitter.primitive(expr.prim, args);
  // Bytes compute as ints, and come back where a byte is asked for.
  return expr.type->kind == TypeKind::Scalar ? emitter.convert(result, expr.type->element) : result;
}

ImportValue Importer::convert(const Expr &expr, Frame &frame) {
  ImportValue value = eval(*expr.args[0], frame);
  const Element to = expr.type->element;
  if (value.linear())
    return value;
  if (auto *t = std::get_if<TensorRef>(&value.form)) {
    if ((*t)->element == to)
      return value;
    return compute(to, (*t)->extents, [&, t = *t](const std::vector<Scalar> &indices) {
      return emitter.convert(readElement(*t, indices, Border::Proven), to);
    });
  }
  return emitter.convert(toScalar(value, expr), to);
}

Frame Importer::enterFunction(const Expr &expr, Frame &frame, size_t firstArgument) {
  const Function &callee = program.function(expr.function);
  Frame inner;
  inner.function = &callee;
  inner.locals.resize(callee.locals.size());
  inner.place = expr.place.empty() ? frame.place : frame.place + "/" + expr.place;
  size_t next = firstArgument;
  for (const Parameter &parameter : callee.parameters)
    bind(inner, parameter.local, eval(*expr.args[next++], frame));
  const size_t end = expr.args.size() - (expr.kind == ExprKind::Warp && expr.border == Border::Fill ? 1 : 0);
  for (size_t k = 0; k < callee.captures.size(); ++k)
    inner.locals[callee.captures[k]] =
        next < end ? eval(*expr.args[next++], frame) : frame.locals[callee.outerCaptures[k]];
  return inner;
}

ImportValue Importer::call(const Expr &expr, Frame &frame) {
  const Function &callee = program.function(expr.function);
  if (callee.kind == FunctionKind::Extern || !callee.body)
    fail(Kind::ExternInKernel, expr.span, {callee.name});
  Frame inner = enterFunction(expr, frame, 0);
  const mlir::Location outer = emitter.loc;
  emitter.loc = mlir::NameLoc::get(mlir::StringAttr::get(&emitter.context, callee.name));
  bindDims(callee.dims, callee.checks, inner);
  ImportValue result = eval(*callee.body, inner);
  emitter.loc = outer;
  return result;
}

ImportValue Importer::block(const Expr &expr, Frame &frame) {
  define(expr.definitions, frame);
  return eval(*expr.args[0], frame);
}

void Importer::define(const std::vector<Definition> &definitions, Frame &frame) {
  for (const Definition &definition : definitions) {
    ImportValue value = eval(*definition.value, frame);
    if (definition.locals.size() == 1) {
      bind(frame, definition.locals[0], std::move(value));
    } else {
      const Group *items = value.group();
      for (size_t k = 0; k < definition.locals.size(); ++k)
        bind(frame, definition.locals[k], items->items[k]);
    }
    bindDims(definition.dims, definition.checks, frame);
  }
}

ImportValue Importer::repeat(const Expr &expr, Frame &frame) {
  const IndexVar &index = expr.indices[0];
  const int64_t low = knownInt(*index.low, frame, "the start of this repetition");
  const int64_t high = knownInt(*index.high, frame, "the end of this repetition");
  if (high - low > 4096)
    failNotCompiled(expr, "a repetition of more than 4096 passes");
  frame.locals[expr.local] = eval(*expr.args[0], frame);
  const std::string place = frame.place;
  for (int64_t k = low; k < high; ++k) {
    frame.locals[index.local] = Scalar::of(k);
    frame.place = (expr.place.empty() ? place : place + "/" + expr.place) + "[" + std::to_string(k) + "]";
    frame.locals[expr.local] = eval(*expr.args[1], frame);
  }
  frame.place = place;
  return frame.locals[expr.local];
}

ImportValue Importer::item(const Expr &expr, Frame &frame) {
  ImportValue value = eval(*expr.args[0], frame);
  if (const Series *series = value.series())
    return passOf(*series, scalar(*expr.args[1], frame), expr.span);
  const Group *group = value.group();
  if (!group)
    fail(Kind::NotKnownWhenCompiling, expr.args[0]->span, {"this list"});
  if (expr.args.size() < 2)
    return group->items[expr.position];
  return pick(group->items, scalar(*expr.args[1], frame), expr);
}

ImportValue Importer::pick(const std::vector<ImportValue> &items, const Scalar &index, const Expr &expr) {
  if (index.known()) {
    if (index.whole < 0 || index.whole >= static_cast<int64_t>(items.size()))
      fail(Kind::ListIndexOutside, expr.span, {std::to_string(index.whole), std::to_string(items.size())});
    return items[index.whole];
  }
  return join(index, items.size(), [&](size_t k) { return items[k]; }, expr.span);
}

Scalar Importer::lengthOf(const ImportValue &list) {
  return list.series() ? list.series()->count : Scalar::of(static_cast<int64_t>(list.group()->items.size()));
}

Scalar Importer::extentOf(LocalId local, const std::vector<uint32_t> &fields, uint32_t axis, Frame &frame) {
  const ImportValue *value = &frame.locals[local];
  for (uint32_t field : fields)
    value = &value->group()->items[field];
  if (const Tensor *t = value->tensor())
    return t->extents[axis];
  if (value->group() || value->series())
    return lengthOf(*value);
  fail(Kind::NotKnownWhenCompiling, frame.function->local(local).span,
       {"the extent of `" + frame.function->local(local).name + "`"});
}

void Importer::require(const Scalar &condition, const std::string &text, bool firstPass) {
  if (condition.known() && condition.whole)
    return;
  // Extents are numbers of the sample: the check stands where they are known, outside of bodies, and once.
  mlir::Value value = emitter.value(condition);
  const size_t level = emitter.levelOf(value);
  if (level < emitter.firstBody() && required.insert(value).second)
    ops::require(emitter, value, text, level, firstPass);
}

void Importer::bindDims(const std::vector<DimBinding> &dims, const std::vector<DimCheck> &checks,
                        Frame &frame) {
  for (const DimBinding &binding : dims) {
    frame.locals[binding.symbol] = extentOf(binding.of, binding.fields, binding.axis, frame);
    if (binding.solved)
      frame.locals[binding.symbol] = dim(*binding.solved, frame);
  }
  for (const DimCheck &check : checks) {
    Scalar found = extentOf(check.of, check.fields, check.axis, frame);
    Scalar expected = dim(check.expected, frame);
    auto name = [&](LocalId id) { return frame.function->local(id).name; };
    require(emitter.primitive(Prim::Eq, {found, expected}),
            frame.function->name + ": extent " + std::to_string(check.axis) + " of `" + name(check.of) +
                "` must be " + check.expected.print(name));
  }
}

} // namespace gms::compiler
