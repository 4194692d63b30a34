// Adjoints of what bodies read: gathered, element by element, where the indices of a read can be solved for; so that the adjoint
// of a convolution is a convolution. Elsewhere they are scattered.
#include "compiler/transforms/body_adjoint.h"
#include "compiler/transforms/body_point.h"
#include "compiler/transforms/emission.h"
#include "compiler/transforms/tensor_extents.h"
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/IR/Matchers.h>

namespace gms::compiler {
using namespace mlir;

namespace {

/// The indices of a nest whose bounds can be used in front of its root; where a bound depends on indices or data inside, the
/// least and largest values of the bounds, so that the points of the box include all of the nest's.
class NestBox {
public:
  NestBox(OpBuilder &builder, Operation *root, const ReadSite &site) : builder(builder), root(root), site(site) {}

  SmallVector<NestIndex> bounds() {
    SmallVector<NestIndex> made;
    for (const NestIndex &index : site.indices)
      made.push_back({index.argument, bound(index, index.low, core::Reduction::Min, made),
                      bound(index, index.high, core::Reduction::Max, made)});
    return made;
  }

private:
  OpBuilder &builder;
  Operation *root;
  const ReadSite &site;

  Value bound(const NestIndex &index, Value value, core::Reduction kind, ArrayRef<NestIndex> outer) {
    if (!root->isAncestor(value.getParentBlock()->getParentOp()))
      return value;
    SmallVector<Value> lows, highs;
    for (const NestIndex &box : outer) {
      lows.push_back(box.low);
      highs.push_back(box.high);
    }
    Value extreme = makeReduce(builder, root->getLoc(), kind, lows, highs, builder.getIndexType(),
                               [&](OpBuilder &b, ValueRange point) {
                                 IRMapping mapping;
                                 for (auto [box, v] : llvm::zip(outer, point))
                                   mapping.map(box.argument, v);
                                 Value again = cloneValue(b, value, root, mapping);
                                 // A point of the box need not be one of the nest.
                                 for (Operation &op : *b.getInsertionBlock())
                                   readSafely(&op);
                                 return again;
                               });
    // Of an empty nest the extremes are the largest and smallest integers.
    ScalarBuilder s(builder, root->getLoc());
    return kind == core::Reduction::Min ? s.maxi(extreme, s.index(-limit)) : s.mini(extreme, s.index(limit));
  }
  static constexpr int64_t limit = int64_t(1) << 40;
};

/// What a read inside a body gives back to its tensor.
class ReadAdjoint {
public:
  ReadAdjoint(Sweep &sweep, std::shared_ptr<const BodyAdjoint> body, core::ReadOp read)
      : sweep(sweep), body(std::move(body)), site(siteOf(read, this->body->op, this->body->indices)) {}

  void add() {
    Value tensor = site.read.getTensor();
    SmallVector<NestIndex> box = NestBox(sweep.builder, body->op, site).bounds();
    if (auto inversion = ReadInversion::of(site.read, body->op, box)) {
      sweep.addElements(tensor, gathered(std::move(*inversion)), body->op);
      return;
    }
    if (sweep.tensorsFit())
      sweep.add(tensor, scattered(box), body->op);
    else
      sweep.addElements(tensor, selected(box), body->op);
  }

private:
  Sweep &sweep;
  std::shared_ptr<const BodyAdjoint> body;
  ReadSite site;

  Type type() const { return core::ReadOp(site.read).getResult().getType(); }
  Value tensorRead() const { return core::ReadOp(site.read).getTensor(); }
  static std::pair<SmallVector<Value>, SmallVector<Value>> endsOf(ArrayRef<NestIndex> indices) {
    std::pair<SmallVector<Value>, SmallVector<Value>> ends;
    for (const NestIndex &index : indices) {
      ends.first.push_back(index.low);
      ends.second.push_back(index.high);
    }
    return ends;
  }

  /// Of one element: the sum over all points that read it.
  ElementRule gathered(ReadInversion inversion) const {
    auto sum = [body = body, site = site, inversion, type = type()](OpBuilder &b, ValueRange place) {
      Location loc = body->op->getLoc();
      auto [lows, highs] = endsOf(inversion.free);
      return makeReduce(b, loc, core::Reduction::Sum, lows, highs, type,
                        [&](OpBuilder &inner, ValueRange point) -> Value {
                          DenseMap<Value, Value> values;
                          for (auto [index, value] : llvm::zip(inversion.free, point))
                            values[index.argument] = value;
                          ScalarBuilder s(inner, loc);
                          Value condition = inversion.solve(s, place, values);
                          SmallVector<Value> found = adjointAtPoint(inner, *body, site, values, false);
                          if (found.empty())
                            return {};
                          return condition ? s.select(condition, found[0], s.real(0, type)) : found[0];
                        });
    };
    const bool loops = !inversion.free.empty();
    return [sum, inversion, loops, type = type(), loc = body->op->getLoc()](OpBuilder &b, ValueRange place) -> Value {
      ScalarBuilder s(b, loc);
      Value condition = inversion.placeCondition(s, place);
      if (!condition)
        return sum(b, place);
      if (!loops) {
        Value element = sum(b, place);
        return element ? s.select(condition, element, s.real(0, type)) : element;
      }
      return choose(b, loc, condition, type, [&](OpBuilder &inner) { return sum(inner, place); });
    };
  }

  /// The value where the condition holds, else 0, without running what makes it.
  static Value choose(OpBuilder &b, Location loc, Value condition, Type type,
                      llvm::function_ref<Value(OpBuilder &)> make) {
    auto choice = scf::IfOp::create(b, loc, TypeRange(type), condition, true);
    OpBuilder taken = choice.getThenBodyBuilder(), other = choice.getElseBodyBuilder();
    Value value = make(taken);
    if (!value) {
      choice.erase();
      return {};
    }
    scf::YieldOp::create(taken, loc, value);
    scf::YieldOp::create(other, loc, ScalarBuilder(other, loc).real(0, type));
    return choice.getResult(0);
  }

  SmallVector<Value> atPoint(OpBuilder &b, ArrayRef<NestIndex> box, ValueRange point) const {
    DenseMap<Value, Value> values;
    for (auto [index, value] : llvm::zip(box, point))
      values[index.argument] = value;
    SmallVector<Value> found = adjointAtPoint(b, *body, site, values, true);
    if (!found.empty())
      return found;
    ScalarBuilder s(b, body->op->getLoc());
    found.push_back(s.real(0, type()));
    found.append(cast<RankedTensorType>(tensorRead().getType()).getRank(), s.index(-1));
    return found;
  }

  Value scattered(ArrayRef<NestIndex> box) const {
    OpBuilder &b = sweep.builder;
    Location loc = body->op->getLoc();
    auto tensor = cast<RankedTensorType>(tensorRead().getType());
    SmallVector<Value> extents;
    for (int64_t axis = 0; axis < tensor.getRank(); ++axis)
      extents.push_back(extentOf(b, loc, tensorRead(), axis));
    auto [lows, highs] = endsOf(box);
    auto op = core::ScatterOp::create(b, loc, tensor, extents, lows, highs);
    OpBuilder::InsertionGuard guard(b);
    SmallVector<Type> types(box.size(), b.getIndexType());
    Block *block = b.createBlock(&op.getBody(), {}, types, SmallVector<Location>(box.size(), loc));
    core::YieldOp::create(b, loc, atPoint(b, box, block->getArguments()));
    return op.getResult();
  }

  /// The same where no tensor can be made: the sum over all points that turn out to read the element.
  ElementRule selected(SmallVector<NestIndex> box) const {
    return [self = *this, box](OpBuilder &b, ValueRange place) -> Value {
      Location loc = self.body->op->getLoc();
      auto [lows, highs] = endsOf(box);
      return makeReduce(b, loc, core::Reduction::Sum, lows, highs, self.type(),
                        [&](OpBuilder &inner, ValueRange point) -> Value {
                          SmallVector<Value> found = self.atPoint(inner, box, point);
                          ScalarBuilder s(inner, loc);
                          Value here = s.truth(true);
                          for (auto [have, want] : llvm::zip(ArrayRef(found).drop_front(), place))
                            here = s.andi(here, s.cmpi(arith::CmpIPredicate::eq, have, want));
                          return s.select(here, found[0], s.real(0, self.type()));
                        });
    };
  }
};

/// Whether what the operation gives depends on the value within its regions.
bool reachesResult(Operation *op, Value value) {
  llvm::SmallPtrSet<Value, 16> seen;
  SmallVector<Value> next{value};
  while (!next.empty()) {
    Value v = next.pop_back_val();
    if (!hasAdjoint(v.getType()) || !seen.insert(v).second)
      continue;
    for (OpOperand &use : v.getUses()) {
      Operation *user = use.getOwner();
      if (!carriesDerivative(use) || !op->isProperAncestor(user))
        continue;
      if (!user->hasTrait<OpTrait::IsTerminator>()) {
        next.append(user->result_begin(), user->result_end());
        continue;
      }
      if (user->getParentOp() == op)
        return true;
      next.append(user->getParentOp()->result_begin(), user->getParentOp()->result_end());
    }
  }
  return false;
}

} // namespace

void passThroughBody(Sweep &sweep, const BodyAdjoint &body) {
  auto shared = std::make_shared<const BodyAdjoint>(body);
  for (Value captured : activeCaptures(body.op, sweep.activity)) {
    if (!isa<RankedTensorType>(captured.getType())) {
      sweep.add(captured, adjointOfCaptured(sweep.builder, body, captured), body.op);
      continue;
    }
    SmallVector<core::ReadOp> reads;
    for (Operation *user : captured.getUsers())
      if (auto read = dyn_cast<core::ReadOp>(user); read && body.op->isProperAncestor(read))
        reads.push_back(read);
    for (core::ReadOp read : reads)
      if (reachesResult(body.op, read.getResult()))
        ReadAdjoint(sweep, shared, read).add();
  }
}

} // namespace gms::compiler
