#include "runtime/core/plan_evaluator.h"
#include "runtime/core/error.h"
#include "runtime/core/kernel_calls.h"
#include <algorithm>

namespace gms::runtime {
namespace {

/// A field or item keeps the notes of what it is taken from, unless it has its own.
Value partOf(const Value &whole, const Value &part) {
  Value value = part;
  if (!value.notes)
    value.notes = whole.notes;
  return value;
}

const Value &itemAt(const Value &list, int64_t index) {
  const std::vector<Value> &items = list.items();
  if (index < 0 || index >= static_cast<int64_t>(items.size()))
    throw Error(ErrorKind::ItemOutOfRange, {std::to_string(index), std::to_string(items.size())});
  return items[static_cast<size_t>(index)];
}

bool any(const std::vector<HostExprRef> &expressions, const Plan &plan) {
  return std::any_of(expressions.begin(), expressions.end(), [&](const HostExprRef &e) { return callsKernel(*e, plan); });
}

} // namespace

bool callsKernel(const HostExpr &e, const Plan &plan) {
  if (e.op == HostOp::Kernel || (e.op == HostOp::Call && callsKernel(*plan.functions[e.index].body, plan)))
    return true;
  return any(e.args, plan) || std::any_of(e.definitions.begin(), e.definitions.end(), [&](const HostDefinition &d) {
           return callsKernel(*d.value, plan);
         });
}

PlanEvaluator::PlanEvaluator(const Plan &plan, PlanServices services)
    : plan(plan), services(services), calls(std::make_unique<KernelCalls>(plan, this->services)) {}
PlanEvaluator::~PlanEvaluator() = default;

std::vector<KernelTiming> PlanEvaluator::timings() const { return calls->timings(); }

/// Evaluates the arguments, then `f` in each row, or once where no argument differs.
Column PlanEvaluator::eachRow(const HostExpr &e, const Rows &rows,
                              const std::function<Value(std::vector<const Value *> &)> &f) {
  std::vector<Column> columns;
  bool uniform = true;
  for (const HostExprRef &argument : e.args) {
    columns.push_back(evaluate(*argument, rows));
    uniform &= columns.back().uniform;
  }
  std::vector<const Value *> at(columns.size());
  std::vector<Value> results;
  const int64_t count = uniform ? 1 : rows.size();
  results.reserve(static_cast<size_t>(count));
  for (int64_t row = 0; row < count; ++row) {
    for (size_t i = 0; i < columns.size(); ++i)
      at[i] = &columns[i].at(row);
    results.push_back(f(at));
  }
  return {std::make_shared<const std::vector<Value>>(std::move(results)), uniform};
}

Column PlanEvaluator::evaluate(const HostExpr &e, const Rows &rows) {
  using Args = std::vector<const Value *>;
  switch (e.op) {
  case HostOp::Constant:
    return Column::same(e.constant);
  case HostOp::Local:
    return rows.find(e.index);
  case HostOp::Prim:
    return eachRow(e, rows, [&](Args &a) { return applyPrim(e.prim, *e.type, *a[0], a.size() > 1 ? a[1] : nullptr); });
  case HostOp::Convert:
    return eachRow(e, rows, [&](Args &a) { return convertScalar(*a[0], e.type->element); });
  case HostOp::Read:
    return eachRow(e, rows, [&](Args &a) {
      if (static_cast<int>(a.size()) != a[0]->tensor().rank() + 1)
        throw Error(ErrorKind::PlanUnreadable, {"a read with too few or too many indices"});
      std::vector<int64_t> indices;
      for (size_t i = 1; i < a.size(); ++i)
        indices.push_back(a[i]->whole());
      return readElement(a[0]->tensor(), e.border, indices);
    });
  case HostOp::Field:
    return eachRow(e, rows, [&](Args &a) { return partOf(*a[0], a[0]->items().at(e.index)); });
  case HostOp::Item:
    return eachRow(e, rows, [&](Args &a) { return partOf(*a[0], itemAt(*a[0], a[1]->whole())); });
  case HostOp::Length:
    return eachRow(e, rows, [&](Args &a) { return Value(static_cast<int64_t>(a[0]->items().size())); });
  case HostOp::Extent:
    return eachRow(e, rows, [&](Args &a) { return Value(extentOf(*a[0], e.fields, e.index)); });
  case HostOp::Group:
  case HostOp::List:
    return eachRow(e, rows, [&](Args &a) {
      std::vector<Value> items;
      for (const Value *item : a)
        items.push_back(*item);
      return e.op == HostOp::List ? Value::list(std::move(items)) : Value::group(std::move(items));
    });
  case HostOp::Tensor:
    return eachRow(e, rows, [&](Args &a) { return Value(tensorOf(e.type->element, e.extents, a)); });
  case HostOp::If:
    return conditional(e, rows);
  case HostOp::Call:
    return call(e, rows);
  case HostOp::Kernel: {
    std::vector<Column> arguments;
    for (const HostExprRef &argument : e.args)
      arguments.push_back(evaluate(*argument, rows));
    return calls->call(e.index, arguments, rows);
  }
  case HostOp::Extern:
    return externCall(e, rows);
  case HostOp::Block: {
    Rows scope(rows);
    for (const HostDefinition &definition : e.definitions)
      define(definition, scope);
    return evaluate(*e.args[0], scope);
  }
  case HostOp::Reduce:
    return reduce(e, rows);
  case HostOp::Repeat:
    return repeat(e, rows);
  case HostOp::Fit:
    if (!services.fits)
      throw Error(ErrorKind::PlanUnreadable, {"a fit, for which this runtime has no minimiser"});
    return Column::same(services.fits->fit(plan, services, e, rows, workName));
  }
  return Column::same(Value());
}

Column PlanEvaluator::conditional(const HostExpr &e, const Rows &rows) {
  const Column condition = evaluate(*e.args[0], rows);
  if (condition.uniform)
    return evaluate(*e.args[condition.at(0).boolean() ? 1 : 2], rows);
  std::vector<int64_t> taken[2];
  for (int64_t row = 0; row < rows.size(); ++row)
    taken[condition.at(row).boolean() ? 0 : 1].push_back(row);
  std::vector<Value> results(static_cast<size_t>(rows.size()));
  for (int arm = 0; arm < 2; ++arm) {
    if (taken[arm].empty())
      continue;
    const Rows part(rows, taken[arm]);
    const Column values = evaluate(*e.args[static_cast<size_t>(arm) + 1], part);
    for (size_t i = 0; i < taken[arm].size(); ++i)
      results[static_cast<size_t>(taken[arm][i])] = values.at(static_cast<int64_t>(i));
  }
  return Column::of(std::move(results));
}

Column PlanEvaluator::call(const HostExpr &e, const Rows &rows) {
  const HostFunction &function = plan.functions[e.index];
  Rows scope(rows.size(), rows.allKeys());
  for (size_t i = 0; i < e.args.size(); ++i)
    scope.set(function.parameters[i], evaluate(*e.args[i], rows));
  bindExtents(function.bindings, function.checks, scope);
  return evaluate(*function.body, scope);
}

Column PlanEvaluator::externCall(const HostExpr &e, const Rows &rows) {
  const ExternFunction &function = services.externs.get(e.name);
  return eachRow(e, rows, [&](std::vector<const Value *> &arguments) {
    std::vector<Value> values;
    for (const Value *argument : arguments)
      values.push_back(*argument);
    return function(services.host, values, *e.type);
  });
}

Column PlanEvaluator::repeat(const HostExpr &e, const Rows &rows) {
  // The count may not differ from row to row: it is an experiment's loop, not a sample's.
  const int64_t low = evaluate(*e.indices[0].low, rows).at(0).whole();
  const int64_t high = evaluate(*e.indices[0].high, rows).at(0).whole();
  Column carried = evaluate(*e.args[0], rows);
  for (int64_t i = low; i < high; ++i) {
    Rows scope(rows);
    scope.set(e.indices[0].slot, Column::same(Value(i)));
    scope.set(e.index, carried);
    carried = evaluate(*e.args[1], scope);
  }
  return carried;
}

void PlanEvaluator::define(const HostDefinition &definition, Rows &rows) {
  const Column value = evaluate(*definition.value, rows);
  if (definition.slots.size() == 1) {
    rows.set(definition.slots[0], value);
  } else {
    for (size_t part = 0; part < definition.slots.size(); ++part) {
      std::vector<Value> items;
      for (const Value &whole : *value.values)
        items.push_back(partOf(whole, whole.items().at(part)));
      rows.set(definition.slots[part], {std::make_shared<const std::vector<Value>>(std::move(items)), value.uniform});
    }
  }
  bindExtents(definition.bindings, definition.checks, rows);
}

void PlanEvaluator::bindExtents(const std::vector<HostExtent> &bindings, const std::vector<HostExtent> &checks, Rows &rows) {
  const auto extents = [&](const HostExtent &of) {
    const Column value = rows.find(of.of);
    std::vector<Value> found;
    for (const Value &each : *value.values)
      found.emplace_back(extentOf(each, of.fields, of.axis));
    return Column{std::make_shared<const std::vector<Value>>(std::move(found)), value.uniform};
  };
  for (const HostExtent &binding : bindings) {
    rows.set(binding.slot, extents(binding));
    if (binding.solved)
      rows.set(binding.slot, evaluate(*binding.solved, rows));
  }
  for (const HostExtent &check : checks) {
    const Column found = extents(check), expected = evaluate(*check.expected, rows);
    for (int64_t row = 0; row < rows.size(); ++row)
      if (found.at(row).whole() != expected.at(row).whole())
        throw Error(ErrorKind::ExtentMismatch,
                    {std::to_string(found.at(row).whole()), std::to_string(expected.at(row).whole()),
                     check.place.empty() ? "" : " (" + check.place + ")"});
  }
}

} // namespace gms::runtime
