// A loop backwards (Griewank and Walther 2008, chapter 4): the loop keeps what each pass began with, and another one goes
// through the passes from the last to the first, makes each again and takes the adjoints of the states through it. It is a
// core.loop without `until`, so that it can be differentiated in the same way.
#include "compiler/transforms/sweep.h"
#include "compiler/transforms/fusion_cost.h"
#include "compiler/transforms/scalar_builder.h"
#include "compiler/transforms/tensor_extents.h"
#include <mlir/IR/IRMapping.h>
#include <mlir/IR/Matchers.h>

namespace gms::compiler {
using namespace mlir;

namespace {

/// One entry of a history, as the value that the pass yielded; `element` may change what is read.
using ElementOf = llvm::function_ref<Value(OpBuilder &, ValueRange indices)>;
Value entryBy(OpBuilder &builder, Location loc, Value history, ElementOf element) {
  auto type = cast<RankedTensorType>(history.getType());
  if (type.getRank() == 1)
    return element(builder, {});
  SmallVector<Value> extents;
  for (int64_t axis = 1; axis < type.getRank(); ++axis)
    extents.push_back(extentOf(builder, loc, history, axis));
  auto made = core::ComputeOp::create(
      builder, loc, RankedTensorType::get(type.getShape().drop_front(), type.getElementType()), extents);
  SmallVector<Type> types(extents.size(), builder.getIndexType());
  OpBuilder::InsertionGuard guard(builder);
  Block *body = builder.createBlock(&made.getBody(), {}, types, SmallVector<Location>(types.size(), loc));
  core::YieldOp::create(builder, loc, element(builder, body->getArguments()));
  return made.getResult();
}

Value readAt(OpBuilder &builder, Location loc, Value history, Value pass, ValueRange indices) {
  SmallVector<Value> place{pass};
  place.append(indices.begin(), indices.end());
  auto type = cast<RankedTensorType>(history.getType());
  return core::ReadOp::create(builder, loc, type.getElementType(), history, place, core::Border::Proven);
}

Value entryOf(OpBuilder &builder, Location loc, Value history, Value pass) {
  return entryBy(builder, loc, history, [&](OpBuilder &b, ValueRange indices) {
    return readAt(b, loc, history, pass, indices);
  });
}

Type historyType(Value count, Type each) {
  SmallVector<int64_t> shape{ShapedType::kDynamic};
  APInt number;
  if (matchPattern(count, m_ConstantInt(&number)))
    shape[0] = number.getSExtValue();
  auto tensor = dyn_cast<RankedTensorType>(each);
  if (tensor)
    shape.append(tensor.getShape().begin(), tensor.getShape().end());
  return RankedTensorType::get(shape, tensor ? tensor.getElementType() : each);
}

/// What a pass has worked on: sums, eigenpairs and solutions. To read them again costs less than to make them again.
bool isWorkedOn(Operation &op) {
  auto compute = dyn_cast<core::ComputeOp>(op);
  return compute ? isLongSum(compute)
                 : isa<core::LowestOp, core::LowestPlaneOp, core::ResponseOp, core::ResponsePlaneOp, core::SolveOp,
                       core::ExponentialSumOp>(op);
}

/// The histories of what the passes have worked on may take so many bytes.
constexpr int64_t mostKept = 32 << 20;

SmallVector<Value> worthKeeping(core::LoopOp op) {
  SmallVector<Value> kept;
  APInt count;
  if (op.getUntil() || !matchPattern(op.getCount(), m_ConstantInt(&count)))
    return kept;
  int64_t left = mostKept / std::max<int64_t>(count.getSExtValue(), 1);
  for (Operation &inner : op.getBody().front())
    if (isWorkedOn(inner))
      for (Value result : inner.getResults()) {
        auto type = cast<RankedTensorType>(result.getType());
        const int64_t bytes = type.hasStaticShape() ? type.getNumElements() * type.getElementTypeBitWidth() / 8 : mostKept;
        if (bytes > left)
          continue;
        left -= bytes;
        kept.push_back(result);
      }
  return kept;
}

/// A loop that gives what `op` gives, and what each pass began with and worked on. What used the results uses its results from now on;
/// `op` is left without a user, and without requirements, so that it goes with all that nothing needs.
struct Recorded {
  core::LoopOp loop;
  SmallVector<Value> begins; ///< one a state: its history, or its only value where it never changes
  SmallVector<std::pair<Value, Value>> made; ///< what a pass works on, and its history

  explicit Recorded(core::LoopOp op) {
    const unsigned states = op.getInits().size(), kept = states + op.getYields().size();
    SmallVector<unsigned> changing;
    for (unsigned k = 0; k < states; ++k)
      if (op.getNexts()[k] != op.getStates()[k])
        changing.push_back(k);
    SmallVector<Type> types = llvm::to_vector(op->getResults().take_front(kept).getTypes());
    for (unsigned k : changing)
      types.push_back(historyType(op.getCount(), op.getInits()[k].getType()));
    const SmallVector<Value> works = worthKeeping(op);
    for (Value work : works)
      types.push_back(historyType(op.getCount(), work.getType()));
    if (op.getUntil())
      types.push_back(op.getPasses().getType());
    OpBuilder builder(op->getContext());
    builder.setInsertionPointAfter(op);
    loop = core::LoopOp::create(builder, op.getLoc(), types, op.getCount(), op.getInits(), op.getUntilAttr());
    IRMapping mapping;
    op.getBody().cloneInto(&loop.getBody(), mapping);
    Operation *yield = loop.getBody().front().getTerminator();
    SmallVector<Value> values(yield->getOperands());
    SmallVector<Value> also;
    for (unsigned k : changing)
      also.push_back(loop.getStates()[k]);
    for (auto [place, work] : llvm::enumerate(works)) {
      also.push_back(mapping.lookup(work));
      made.push_back({also.back(), loop.getResult(kept + changing.size() + place)});
    }
    values.insert(values.begin() + kept, also.begin(), also.end());
    yield->setOperands(values);
    begins.assign(op.getInits().begin(), op.getInits().end());
    for (auto [place, k] : llvm::enumerate(changing))
      begins[k] = loop.getResult(kept + place);
    replace(op, kept);
  }

private:
  void replace(core::LoopOp op, unsigned kept) {
    for (unsigned k = 0; k < kept; ++k)
      op.getResult(k).replaceAllUsesWith(loop.getResult(k));
    if (op.getUntil())
      op.getPasses().replaceAllUsesWith(loop.getPasses());
    SmallVector<core::RequireOp> requirements;
    op.walk([&](core::RequireOp requirement) { requirements.push_back(requirement); });
    for (core::RequireOp requirement : requirements)
      requirement.erase();
  }
};

class BackwardLoop {
public:
  BackwardLoop(OpBuilder &builder, core::LoopOp op, ValueRange results, ValueRange captured)
      : builder(builder), loc(op.getLoc()), results(results), captured(captured), recorded(op), op(recorded.loop) {
    for (auto [k, init] : llvm::enumerate(op.getInits()))
      if (hasAdjoint(init.getType()))
        floats.push_back(k);
  }

  FailureOr<BlockAdjoints> run() {
    sumTails();
    SmallVector<Value> starts;
    for (unsigned k : floats)
      starts.push_back(results[k] ? results[k] : zeroLike(builder, loc, op.getInits()[k]));
    for (Value value : captured)
      starts.push_back(zeroLike(builder, loc, value));
    SmallVector<Type> types = llvm::to_vector(ValueRange(starts).getTypes());
    auto back = core::LoopOp::create(builder, loc, types, op.getCount(), starts, UnitAttr());
    SmallVector<Type> arguments{builder.getIndexType()};
    arguments.append(types);
    {
      OpBuilder::InsertionGuard guard(builder);
      Block *body = builder.createBlock(&back.getBody(), {}, arguments, SmallVector<Location>(arguments.size(), loc));
      FailureOr<SmallVector<Value>> next = pass(body->getArgument(0), body->getArguments().drop_front());
      if (failed(next))
        return failure();
      core::YieldOp::create(builder, loc, *next);
    }
    BlockAdjoints adjoints{SmallVector<Value>(op->getNumOperands()), SmallVector<Value>(captured.size())};
    for (auto [place, k] : llvm::enumerate(floats))
      adjoints.arguments[1 + k] = back.getResult(place);
    for (unsigned k = 0; k < captured.size(); ++k)
      adjoints.captured[k] = back.getResult(floats.size() + k);
    return adjoints;
  }

private:
  OpBuilder &builder;
  Location loc;
  ValueRange results, captured;
  Recorded recorded;
  core::LoopOp op;
  SmallVector<unsigned> floats; ///< the states that have adjoints
  SmallVector<Value> tails;     ///< with `until`: the sum of a history's adjoints behind its last pass

  Value historyAdjoint(unsigned yield) { return results[op.getInits().size() + yield]; }

  /// Entries behind the last pass repeat it, so that their adjoints are its own.
  void sumTails() {
    tails.resize(yieldCount());
    if (!op.getUntil())
      return;
    for (unsigned k = 0; k < tails.size(); ++k)
      if (Value history = historyAdjoint(k))
        tails[k] = entryBy(builder, loc, history, [&](OpBuilder &b, ValueRange indices) -> Value {
          auto type = cast<RankedTensorType>(history.getType()).getElementType();
          auto sum = core::ReduceOp::create(b, loc, type, core::Reduction::Sum, op.getPasses(), op.getCount());
          OpBuilder::InsertionGuard guard(b);
          Block *body = b.createBlock(&sum.getBody(), {}, {b.getIndexType()}, {loc});
          core::YieldOp::create(b, loc, readAt(b, loc, history, body->getArgument(0), indices));
          return sum.getResult();
        });
  }

  /// What the body yields to histories that the loop had before it was recorded.
  unsigned yieldCount() { return results.size() - recorded.begins.size() - (recorded.loop.getUntil() ? 1 : 0); }

  Value yieldAdjoint(unsigned yield, Value pass) {
    Value history = historyAdjoint(yield);
    if (!history || !tails[yield])
      return history ? entryOf(builder, loc, history, pass) : Value();
    ScalarBuilder s(builder, loc);
    Value isLast = s.cmpi(arith::CmpIPredicate::eq, s.addi(pass, s.index(1)), op.getPasses());
    return entryBy(builder, loc, history, [&](OpBuilder &b, ValueRange indices) -> Value {
      ScalarBuilder inner(b, loc);
      Value more = tails[yield];
      if (!indices.empty())
        more = core::ReadOp::create(b, loc, cast<RankedTensorType>(more.getType()).getElementType(), more, indices,
                                    core::Border::Proven);
      Value here = readAt(b, loc, history, pass, indices);
      return inner.addf(here, inner.select(isLast, more, inner.real(0, here.getType())));
    });
  }

  /// The adjoints before the pass that is `number`-th from the end, from those behind it.
  FailureOr<SmallVector<Value>> pass(Value number, ValueRange behind) {
    ScalarBuilder s(builder, loc);
    Value forward = s.subi(s.subi(op.getCount(), s.index(1)), number);
    if (!op.getUntil())
      return passed(forward, behind);
    // Passes that were not made change nothing.
    Value made = s.cmpi(arith::CmpIPredicate::slt, forward, op.getPasses());
    auto choice = core::BranchOp::create(builder, loc, behind.getTypes(), made);
    OpBuilder::InsertionGuard guard(builder);
    builder.createBlock(&choice.getTaken());
    FailureOr<SmallVector<Value>> before = passed(forward, behind);
    if (failed(before))
      return failure();
    core::YieldOp::create(builder, loc, *before);
    builder.createBlock(&choice.getOtherwise());
    core::YieldOp::create(builder, loc, behind);
    return SmallVector<Value>(choice.getResults());
  }

  FailureOr<SmallVector<Value>> passed(Value forward, ValueRange behind) {
    SmallVector<Value> arguments{forward}, yields(recorded.begins.size());
    for (auto [begin, init] : llvm::zip(recorded.begins, op.getInits()))
      arguments.push_back(begin == init ? begin : entryOf(builder, loc, begin, forward));
    for (auto [place, k] : llvm::enumerate(floats))
      yields[k] = behind[place];
    for (unsigned k = 0; k < yieldCount(); ++k)
      yields.push_back(yieldAdjoint(k, forward));
    yields.resize(op.getBody().front().getTerminator()->getNumOperands());
    SmallVector<std::pair<Value, Value>> known;
    for (auto [value, history] : recorded.made)
      known.push_back({value, entryOf(builder, loc, history, forward)});
    FailureOr<BlockAdjoints> made = differentiateBlock(builder, op.getBody().front(), arguments, yields, captured, known);
    if (failed(made))
      return failure();
    SmallVector<Value> before;
    for (auto [place, k] : llvm::enumerate(floats)) {
      Value adjoint = made->arguments[1 + k];
      before.push_back(adjoint ? adjoint : zeroLike(builder, loc, behind[place]));
    }
    for (auto [so, here] : llvm::zip(behind.drop_front(floats.size()), made->captured))
      before.push_back(addAdjoints(builder, loc, so, here));
    return before;
  }
};

} // namespace

FailureOr<BlockAdjoints> adjointsOfLoop(OpBuilder &builder, core::LoopOp op, ValueRange results, ValueRange captured) {
  // Those of the passes that were made: an index, which has none.
  return BackwardLoop(builder, op, results, captured).run();
}

} // namespace gms::compiler
