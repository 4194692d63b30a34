// `if` and what joins the values of several arms: selects where the arms are cheap, regions that may not run
// elsewhere.
#include "compiler/import/importer.h"
#include "compiler/import/operations.h"
#include <mlir/IR/Operation.h>

namespace gms::compiler {
using namespace program;

namespace {

/// Arms of up to so many cheap operations all run, and a select takes one: vectors stay whole.
constexpr size_t speculated = 24;

} // namespace

void Importer::flatten(const ImportValue &value, std::vector<ImportValue> &leaves) {
  if (const Group *group = value.group())
    for (const ImportValue &item : group->items)
      flatten(item, leaves);
  else if (const Series *series = value.series())
    flatten(series->form, leaves);
  else
    leaves.push_back(value);
}

ImportValue Importer::rebuild(const ImportValue &form, const std::vector<ImportValue> &leaves, size_t &next) {
  if (const Series *series = form.series()) {
    ImportValue made;
    made.form = std::make_shared<const Series>(Series{series->count, rebuild(series->form, leaves, next)});
    return made;
  }
  const Group *group = form.group();
  if (!group)
    return leaves[next++];
  std::vector<ImportValue> items;
  for (const ImportValue &item : group->items)
    items.push_back(rebuild(item, leaves, next));
  return ImportValue::group(std::move(items), group->list);
}

bool Importer::sameLeaf(const ImportValue &a, const ImportValue &b) {
  if (a.scalar() && b.scalar())
    return same(*a.scalar(), *b.scalar());
  if (a.string() && b.string())
    return *a.string() == *b.string();
  if (!a.tensor() || !b.tensor())
    return a.form.index() == b.form.index() && std::holds_alternative<std::monostate>(a.form);
  if (a.tensor() == b.tensor())
    return true;
  return a.tensor()->value && a.tensor()->value == b.tensor()->value;
}

/// `if p == 0 then a else if p == 1 then b else …`, as some_of writes it: the arms of a switch on p.
std::vector<const Expr *> Importer::switchArms(const Expr &expr) {
  std::vector<const Expr *> arms;
  const Expr *rest = &expr;
  for (int64_t number = 0; rest->kind == ExprKind::If; ++number) {
    const Expr &test = *rest->args[0];
    const bool counts =
        test.kind == ExprKind::Primitive && test.prim == Prim::Eq && test.args[0]->kind == ExprKind::Local &&
        test.args[0]->local == expr.args[0]->args[0]->local && test.args[0]->type->isInt() &&
        test.args[1]->kind == ExprKind::Constant && std::get_if<int64_t>(&test.args[1]->constant) &&
        std::get<int64_t>(test.args[1]->constant) == number;
    if (!counts)
      break;
    arms.push_back(rest->args[1].get());
    rest = rest->args[2].get();
  }
  arms.push_back(rest);
  return arms;
}

ImportValue Importer::conditional(const Expr &expr, Frame &frame) {
  if (const auto arms = switchArms(expr); arms.size() > 2 && !emitter.inBody()) {
    const Scalar number = scalar(*expr.args[0]->args[0], frame);
    const Scalar last = Scalar::of(static_cast<int64_t>(arms.size() - 1));
    const Scalar below = emitter.primitive(Prim::Lt, {number, Scalar::of(int64_t(0))});
    const Scalar taken = emitter.nonNegative(number) ? number : emitter.select(below, last, number);
    if (!number.known())
      return join(taken, arms.size(), [&](size_t k) { return eval(*arms[k], frame); }, expr.span);
  }
  const Scalar condition = scalar(*expr.args[0], frame);
  if (condition.known()) {
    ImportValue taken = eval(*expr.args[condition.whole ? 1 : 2], frame);
    return forced(taken);
  }
  if (expr.type->kind == TypeKind::Operator)
    return eitherOperator(condition, *linearOperator(*expr.args[1], frame), *linearOperator(*expr.args[2], frame));
  auto arm = [&](Frame &inner, size_t k) { return eval(*expr.args[1 + k], inner); };
  if (emitter.inBody() && expr.type->kind == TypeKind::Tensor)
    return joinRules(condition, 2, expr, frame, arm);
  return join(condition, 2, [&](size_t k) { return arm(frame, k); }, expr.span);
}

/// Inside a body a conditional tensor is a rule: each element that is read asks the condition.
ImportValue Importer::joinRules(const Scalar &selector, size_t arms, const Expr &expr, Frame &frame,
                                const std::function<ImportValue(Frame &, size_t)> &arm) {
  const std::vector<Scalar> sizes = extents(*expr.type, frame);
  return ruled(expr.type->element, sizes, [=, this, &expr](const std::vector<Scalar> &indices) {
    ImportValue result = join(
        selector, arms,
        [&](size_t k) -> ImportValue {
          Frame copy = frame;
          ImportValue value = arm(copy, k);
          return readElement(*value.tensor(), indices, Border::Proven);
        },
        expr.span);
    return toScalar(result, expr);
  });
}

/// `choose`, `if` and lists sample what they hold (docs/language.md): a copy between two warps stops their
/// composition.
ImportValue Importer::forced(const ImportValue &value) {
  if (emitter.inBody())
    return value;
  std::vector<ImportValue> leaves;
  flatten(value, leaves);
  for (ImportValue &leaf : leaves) {
    const Tensor *t = leaf.tensor();
    if (!t || !t->value || !t->value.getDefiningOp() ||
        t->value.getDefiningOp()->getName().getStringRef() != "aug.warp")
      continue;
    leaf = compute(t->element, t->extents, [&](const std::vector<Scalar> &indices) {
      return readElement(*t, indices, Border::Proven);
    });
  }
  size_t next = 0;
  return rebuild(value, leaves, next);
}

ImportValue Importer::join(const Scalar &selector, size_t count,
                           const std::function<ImportValue(size_t)> &arm, Span span) {
  if (count == 1)
    return forced(arm(0));
  mlir::Operation *op = ops::arms(emitter, emitter.value(selector), count);
  std::vector<ImportValue> values;
  std::vector<std::vector<ImportValue>> leaves(count);
  for (size_t k = 0; k < count; ++k) {
    emitter.enter(op, &op->getRegion(k).front(), Emitter::Region::Arm);
    values.push_back(arm(k));
    emitter.leave();
    flatten(values[k], leaves[k]);
    if (leaves[k].size() != leaves[0].size())
      fail(Kind::ArmsDiffer, span, {std::to_string(leaves[0].size()), std::to_string(leaves[k].size())});
  }
  std::vector<size_t> differing;
  bool tensors = false, linear = false;
  for (size_t leaf = 0; leaf < leaves[0].size(); ++leaf)
    for (size_t k = 1; k < count; ++k)
      if (!sameLeaf(leaves[0][leaf], leaves[k][leaf])) {
        differing.push_back(leaf);
        tensors |= leaves[0][leaf].tensor() != nullptr;
        for (const auto &values : leaves)
          linear |= values[leaf].linear() != nullptr;
        break;
      }
  std::vector<ImportValue> result = leaves[0];
  if (linear)
    moveArms(op); // a warp's map stays a formula
  if (differing.empty() || linear || (!tensors && speculate(op)))
    for (size_t leaf : differing)
      result[leaf] = selectLeaf(selector, leaves, leaf, span);
  else
    joinRegions(op, leaves, differing, result, span);
  // Kept until the end, so that no value's address is used again while it is a key.
  op->remove();
  emitter.unfinished.push_back(op);
  for (size_t leaf = 0; leaf < result.size(); ++leaf)
    result[leaf] = forced(result[leaf]);
  size_t next = 0;
  return rebuild(values[0], result, next);
}

/// Whether an operation may run where its arm is not taken, at little cost.
bool Importer::cheap(mlir::Operation &op) const {
  if (op.getNumRegions())
    return false;
  const llvm::StringRef name = op.getName().getStringRef();
  if (name == "aug.draw" || name == "aug.categorical")
    return !emitter.inBody();
  if (name == "arith.floordivsi" || name == "arith.divui" || name == "arith.remui")
    return emitter.positive(Scalar::of(op.getOperand(1), Element::Int));
  return name.starts_with("arith.") || name == "core.read" || name == "math.floor" || name == "math.absf" ||
         name == "math.roundeven" || name == "math.ceil" || name == "math.sqrt";
}

bool Importer::speculate(mlir::Operation *op) {
  size_t operations = 0;
  for (mlir::Region &region : op->getRegions())
    for (mlir::Operation &inner : region.front()) {
      if (!cheap(inner))
        return false;
      ++operations;
    }
  if (operations > speculated)
    return false;
  moveArms(op);
  return true;
}

void Importer::moveArms(mlir::Operation *op) {
  for (mlir::Region &region : op->getRegions())
    op->getBlock()->getOperations().splice(op->getIterator(), region.front().getOperations());
}

/// Coefficient by coefficient.
ImportValue Importer::selectLinear(const Scalar &condition, const ImportValue &a, const ImportValue &b) {
  LinearForm taken = linearForm(a, Element::F32), other = linearForm(b, Element::F32);
  for (LinearForm *form : {&taken, &other})
    if (!form->projective)
      form->d[0] = Scalar::of(1.0, Element::F32);
  for (int k = 0; k < 3; ++k) {
    taken.n[k] = emitter.select(condition, taken.n[k], other.n[k]);
    taken.d[k] = emitter.select(condition, taken.d[k], other.d[k]);
  }
  taken.projective |= other.projective;
  return std::make_shared<const LinearForm>(taken);
}

ImportValue Importer::selectLeaf(const Scalar &selector, const std::vector<std::vector<ImportValue>> &leaves,
                                 size_t leaf, Span span) {
  auto select = [&](const Scalar &condition, const ImportValue &a, const ImportValue &b) -> ImportValue {
    if (a.linear() || b.linear())
      return selectLinear(condition, a, b);
    if (!a.scalar() || !b.scalar())
      fail(Kind::NotKnownWhenCompiling, span, {"which of these values is taken"});
    return emitter.select(condition, *a.scalar(), *b.scalar());
  };
  if (selector.element == Element::Bool)
    return select(selector, leaves[0][leaf], leaves[1][leaf]);
  ImportValue result = leaves.back()[leaf];
  for (size_t k = leaves.size() - 1; k-- > 0;) {
    Scalar here = emitter.primitive(Prim::Eq, {selector, Scalar::of(static_cast<int64_t>(k))});
    result = select(here, leaves[k][leaf], result);
  }
  return result;
}

void Importer::joinRegions(mlir::Operation *op, const std::vector<std::vector<ImportValue>> &leaves,
                           const std::vector<size_t> &differing, std::vector<ImportValue> &result,
                           Span span) {
  // Each arm turns its leaves into values inside its own region.
  std::vector<std::vector<mlir::Value>> yielded(leaves.size());
  for (size_t k = 0; k < leaves.size(); ++k) {
    emitter.enter(op, &op->getRegion(k).front(), Emitter::Region::Arm);
    for (size_t leaf : differing) {
      const ImportValue &value = leaves[k][leaf];
      if (const Tensor *t = value.tensor())
        yielded[k].push_back(materialise(*t, span));
      else if (value.scalar())
        yielded[k].push_back(emitter.value(*value.scalar()));
      else
        fail(Kind::NotKnownWhenCompiling, span, {"which of these values is taken"});
    }
    emitter.leave();
  }
  mlir::Operation *joined = ops::finishArms(emitter, op, yielded);
  for (size_t k = 0; k < differing.size(); ++k) {
    const ImportValue &first = leaves[0][differing[k]];
    mlir::Value value = joined->getResult(k);
    if (const Tensor *t = first.tensor())
      result[differing[k]] = tensorOf(value, t->element, joinedExtents(leaves, differing[k], value));
    else
      result[differing[k]] = Scalar::of(value, first.scalar()->element);
  }
}

/// Extents that all arms share are known before the arms; others are asked of the result.
std::vector<Scalar> Importer::joinedExtents(const std::vector<std::vector<ImportValue>> &leaves, size_t leaf,
                                            mlir::Value value) {
  std::vector<Scalar> sizes = leaves[0][leaf].tensor()->extents;
  for (size_t axis = 0; axis < sizes.size(); ++axis) {
    bool shared = true;
    for (const auto &arm : leaves)
      shared &= same(arm[leaf].tensor()->extents[axis], sizes[axis]);
    if (!shared)
      sizes[axis] = ops::extent(emitter, value, axis);
  }
  return sizes;
}

} // namespace gms::compiler
