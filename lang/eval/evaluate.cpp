// Calls, blocks, records, and what an expression of each kind gives.
#include "lang/eval/evaluate.h"
#include <algorithm>
#include <cstdio>

namespace gms::eval {

using namespace program;

namespace {

/// What a full tape means to a program.
template <typename Run> Value guarded(Span span, const Run &run) {
  try {
    return run();
  } catch (const TapeFull &error) {
    throw EvalError(span, 749, error.what(), error.what());
  }
}

} // namespace

std::string EvalError::coded() const {
  if (!code)
    return what();
  char text[8];
  std::snprintf(text, sizeof text, "E%04u", code);
  return std::string(text) + ": " + what();
}

Value Evaluator::call(FunctionId id, std::vector<Value> arguments, Key sample) {
  key = sample;
  identified = false;
  element = 0;
  const Function &function = program.function(id);
  tape->clear();
  for (Value &argument : arguments)
    argument = plain(argument, program);
  return guarded(function.span, [&] {
    return forced(invoke(function, std::move(arguments), function.name, function.span), program);
  });
}

Value Evaluator::invoke(const Function &function, std::vector<Value> arguments, const std::string &place,
                        Span span) {
  if (!function.body) {
    if (!externs)
      throw EvalError(span, "`" + function.name + "` is an extern, and nothing here provides it");
    for (Value &argument : arguments)
      argument = plain(forced(argument, program), program);
    return externs(function.name, std::move(arguments));
  }
  if (!function.captures.empty() && arguments.size() != function.parameters.size() + function.captures.size())
    throw EvalError(span, "internal: `" + function.name + "` is called without what it captures");
  const bool first = tape->empty() || std::none_of(arguments.begin(), arguments.end(), taped);
  const Tape::Mark mark = tape->mark();
  Frame frame{&function, std::vector<Value>(function.locals.size()), place};
  for (size_t i = 0; i < function.parameters.size(); ++i) {
    LocalId local = function.parameters[i].local;
    if (i < arguments.size())
      bind(frame, local, std::move(arguments[i]));
    else if (function.parameters[i].defaultValue)
      bind(frame, local, eval(*function.parameters[i].defaultValue, frame));
    else
      throw EvalError(span, "`" + function.name + "` needs its argument `" +
                                function.locals[function.parameters[i].local].name + "`");
  }
  for (size_t i = 0; i < function.captures.size(); ++i)
    frame.locals[function.captures[i]] = arguments[function.parameters.size() + i];
  bindExtents(function.dims, function.checks, frame);
  Value result = eval(*function.body, frame);
  // What is given to a function and depends on nothing that is differentiated by outside cannot be seen
  // through it.
  if (first && tape->size() != mark.nodes) {
    result = plain(result, program);
    tape->release(mark);
  }
  return result;
}

int64_t Evaluator::extent(const Value &value, const std::vector<uint32_t> &fields, uint32_t axis) {
  const Value *at = &value;
  for (uint32_t field : fields)
    at = &at->items().items[field];
  if (auto *image = std::get_if<std::shared_ptr<const WarpedImage>>(&at->v)) {
    const WarpStep &last = (*image)->steps.back();
    size_t rank = (*image)->source->shape.size();
    return axis + 2 == rank   ? last.outputHeight
           : axis + 1 == rank ? last.outputWidth
                              : (*image)->source->shape[axis];
  }
  return std::get<TensorRef>(at->v)->shape[axis];
}

void Evaluator::bindExtents(const std::vector<DimBinding> &dims, const std::vector<DimCheck> &checks,
                            Frame &frame) {
  for (const DimBinding &dim : dims) {
    frame.locals[dim.symbol] = extent(frame.locals[dim.of], dim.fields, dim.axis);
    if (dim.solved)
      frame.locals[dim.symbol] = dimension(*dim.solved, frame);
  }
  for (const DimCheck &check : checks) {
    int64_t wanted = dimension(check.expected, frame),
            found = extent(frame.locals[check.of], check.fields, check.axis);
    if (wanted != found)
      throw EvalError(check.span, "the extent of axis " + std::to_string(check.axis) + " is " +
                                      std::to_string(found) + "; " + check.expected.print([&](LocalId id) {
                                        return frame.function->locals[id].name;
                                      }) +
                                      " = " + std::to_string(wanted) + " was expected");
  }
}

int64_t Evaluator::dimension(const Dim &dim, Frame &frame) {
  return dim.evaluate([&](LocalId id) -> int64_t {
    if (auto *value = std::get_if<int64_t>(&frame.locals[id].v))
      return *value;
    throw EvalError(frame.function->locals[id].span,
                    "internal: the extent `" + frame.function->locals[id].name + "` has no value yet");
  });
}

Value Evaluator::ofScalar(Element element, Real value) {
  switch (element) {
  case Element::Bool:
    return Value(value.value != 0);
  case Element::U8:
  case Element::Int:
    return Value(static_cast<int64_t>(value.value));
  default:
    return Value(value);
  }
}

void Evaluator::run(const Definition &definition, Frame &frame) {
  Value value = eval(*definition.value, frame);
  if (definition.locals.size() == 1)
    bind(frame, definition.locals[0], std::move(value));
  else
    for (size_t i = 0; i < definition.locals.size(); ++i)
      bind(frame, definition.locals[i], value.items().items[i]);
  bindExtents(definition.dims, definition.checks, frame);
}

Value Evaluator::eval(const Expr &e, Frame &frame) {
  switch (e.kind) {
  case ExprKind::Constant:
    if (auto *text = std::get_if<std::string>(&e.constant))
      return Value(*text);
    return e.type->isReal()   ? Value(real(e, frame))
           : e.type->isBool() ? Value(truth(e, frame))
                              : Value(whole(e, frame));
  case ExprKind::Local:
    return frame.locals[e.local];
  case ExprKind::Primitive:
    if (e.args[0]->type->kind == TypeKind::String)
      return Value((std::get<std::string>(eval(*e.args[0], frame).v) ==
                    std::get<std::string>(eval(*e.args[1], frame).v)) == (e.prim == Prim::Eq));
    [[fallthrough]];
  case ExprKind::DimValue:
  case ExprKind::Convert:
  case ExprKind::Read:
    return e.type->isReal()   ? Value(real(e, frame))
           : e.type->isBool() ? Value(truth(e, frame))
                              : Value(whole(e, frame));
  case ExprKind::Tabulate:
    return tabulate(e, frame);
  case ExprKind::Reduce:
    return reduce(e, frame);
  case ExprKind::Scan:
    return scan(e, frame);
  case ExprKind::If:
    return forced(eval(*e.args[truth(*e.args[0], frame) ? 1 : 2], frame), program);
  case ExprKind::Call:
    return evalCall(e, frame);
  case ExprKind::Warp:
    return warp(e, frame);
  case ExprKind::WarpPoints:
    return warpPoints(e, frame);
  case ExprKind::Field:
  case ExprKind::Item:
    return evalItem(e, frame);
  case ExprKind::MakeRecord:
  case ExprKind::MakeTuple:
  case ExprKind::MakeList:
    return evalGroup(e, frame);
  case ExprKind::MakeTensor:
    return evalTensor(e, frame);
  case ExprKind::Length:
    return Value(static_cast<int64_t>(eval(*e.args[0], frame).items().items.size()));
  case ExprKind::Choose:
    return choose(e, frame);
  case ExprKind::Draw:
    return draw(e, frame);
  case ExprKind::Block:
    for (const Definition &definition : e.definitions)
      run(definition, frame);
    return eval(*e.args[0], frame);
  case ExprKind::Repeat:
    return repeat(e, frame);
  case ExprKind::Derivative:
    return derivative(e, frame);
  case ExprKind::OwnDerivative:
    return ownDerivative(e, frame);
  case ExprKind::Loop:
    return loop(e, frame);
  case ExprKind::MakeOperator:
    return makeOperator(e, frame);
  case ExprKind::ApplyOperator:
    return applyOperator(e, frame);
  case ExprKind::Lowest:
    return lowest(e, frame);
  case ExprKind::Solve:
    return solve(e, frame);
  case ExprKind::Fit:
    throw EvalError(e.span, "a fit is run by the runtime, in an experiment");
  }
  throw EvalError(e.span, "internal: an expression of unknown kind");
}

/// In an experiment or a recipe a sample that is passed keeps its identity, and keys the draws of what it is
/// passed to.
Value Evaluator::evalCall(const Expr &e, Frame &frame) {
  const Function &callee = program.function(e.function);
  std::vector<Value> arguments;
  std::optional<uint64_t> identity;
  for (const ExprPtr &arg : e.args) {
    arguments.push_back(eval(*arg, frame));
    if (!identity)
      identity = arguments.back().identity;
  }
  if (watch && watch->applied)
    watch->applied({&e, &callee, arguments, key, placeOf(e, frame), element});
  bool host =
      frame.function->kind == FunctionKind::Experiment || frame.function->kind == FunctionKind::Recipe;
  if (!host || !callee.body || callee.kind == FunctionKind::Recipe)
    return invoke(callee, std::move(arguments), placeOf(e, frame), e.span);
  Key around = key;
  bool identifiedAround = identified;
  if (identity && !identified)
    key.sample = *identity;
  Value result = forced(invoke(callee, std::move(arguments), placeOf(e, frame), e.span), program);
  key = around;
  identified = identifiedAround;
  result.identity = identity;
  return result;
}

Value Evaluator::apply(const Application &application) {
  key = application.key;
  element = application.element;
  const Expr *e = application.expr;
  if (e && e->kind == ExprKind::Warp)
    return forced(applyWarp(*e, application.arguments), program);
  if (e && e->kind == ExprKind::WarpPoints)
    return applyWarpPoints(*e, application.arguments, application.height, application.width);
  const Function &function = *application.function;
  return forced(invoke(function, application.arguments, application.place, e ? e->span : function.span),
                program);
}

Value Evaluator::evalItem(const Expr &e, Frame &frame) {
  Value base = eval(*e.args[0], frame);
  const std::vector<Value> &items = base.items().items;
  int64_t at = e.args.size() > 1 ? whole(*e.args[1], frame) : e.position,
          count = static_cast<int64_t>(items.size());
  if (at < 0 || at >= count)
    throw EvalError(e.span, "item " + std::to_string(at) + " of a list of " + std::to_string(count) +
                                " was asked for");
  Value item = items[static_cast<size_t>(at)];
  if (!item.identity)
    item.identity = base.identity;
  return item;
}

Value Evaluator::evalGroup(const Expr &e, Frame &frame) {
  std::vector<Value> items;
  for (const ExprPtr &arg : e.args) {
    Value item = eval(*arg, frame);
    items.push_back(e.kind == ExprKind::MakeList ? forced(item, program) : std::move(item));
  }
  return Value::group(std::move(items));
}

Value Evaluator::evalTensor(const Expr &e, Frame &frame) {
  std::vector<int64_t> shape;
  for (const Dim &dim : e.type->dims)
    shape.push_back(dimension(dim, frame));
  auto made = newTensor(e, std::move(shape));
  if (made->data.size() != e.args.size())
    throw EvalError(e.span, "internal: a tensor of " + std::to_string(made->data.size()) +
                                " elements is given " + std::to_string(e.args.size()));
  for (size_t i = 0; i < e.args.size(); ++i)
    made->set(i, scalar(*e.args[i], frame));
  return Value(TensorRef(std::move(made)));
}

void Evaluator::requireSize(const Expr &e, const std::vector<int64_t> &shape) {
  int64_t count = 1;
  for (int64_t extent : shape) {
    if (extent < 0)
      throw EvalError(e.span, "the extent " + std::to_string(extent) + " is negative");
    if (__builtin_mul_overflow(count, std::max<int64_t>(extent, 1), &count) || count > largestTensor)
      throw EvalError(e.span, "this tensor is too large for the evaluator, which holds at most " +
                                  std::to_string(largestTensor) + " elements");
  }
}

std::shared_ptr<Tensor> Evaluator::newTensor(const Expr &e, std::vector<int64_t> shape) {
  requireSize(e, shape);
  return Tensor::make(e.type->element, std::move(shape));
}

TensorRef Evaluator::tensor(const Expr &e, Frame &frame) {
  if (e.kind == ExprKind::Local)
    if (auto *t = std::get_if<TensorRef>(&frame.locals[e.local].v))
      return *t;
  return std::get<TensorRef>(forced(eval(e, frame), program).v);
}

} // namespace gms::eval
