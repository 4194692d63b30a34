// Tiles: several elements of a compute that reduces are made at once, so that what they read is read once, and so that
// enough sums are under way to keep the multiply-adds busy.
#include "compiler/codegen/cpu/nest.h"
#include "compiler/codegen/cpu/sample_emitter.h"
#include "compiler/transforms/read_ranges.h"
#include <mlir/IR/Matchers.h>

namespace gms::compiler::cpu {
using namespace mlir;

namespace {

/// Sums that fit into registers beside what they are made of, of 32 registers and of 16.
constexpr int64_t mostSumsOf32 = 16, mostSumsOf16 = 8;
/// A tile's code may not become longer than this, in operations.
constexpr int64_t longestTile = 1500;

/// What the elements along a loop index read of a tensor.
enum class Reach : uint8_t { Same, Neighbours, Scattered };

Reach reachOf(core::ReadOp read, Value along) {
  Reach reach = Reach::Same;
  for (auto [k, index] : llvm::enumerate(read.getIndices())) {
    const std::optional<int64_t> factor = factorOf(index, along);
    if (!factor || (*factor != 0 && (*factor != 1 || k + 1 != read.getIndices().size())))
      return Reach::Scattered;
    if (*factor == 1)
      reach = Reach::Neighbours;
  }
  return reach;
}

/// The one reduction of a compute's elements, and what it reads.
struct Reduced {
  core::ReduceOp reduce;
  SmallVector<core::ReadOp> reads;
  int64_t operations = 0;

  explicit Reduced(core::ComputeOp op) {
    unsigned reductions = 0;
    op.getBody().walk([&](Operation *inner) {
      ++operations;
      if (auto found = dyn_cast<core::ReduceOp>(inner)) {
        ++reductions;
        reduce = found;
      }
    });
    if (reductions != 1 || reduce->getParentOp() != op || reduce.getKind() == core::Reduction::ArgMin ||
        reduce.getKind() == core::Reduction::ArgMax)
      reduce = {};
    if (reduce)
      reduce.walk([&](core::ReadOp read) { reads.push_back(read); });
  }
  explicit operator bool() const { return reduce && !reads.empty(); }
  bool scattered(Value along) const {
    return llvm::any_of(reads, [&](core::ReadOp read) { return reachOf(read, along) == Reach::Scattered; });
  }
};

/// The tile that needs the fewest loads for a multiply-add.
class TileChoice {
public:
  TileChoice(core::ComputeOp op, const Reduced &reduced, ArrayRef<int64_t> shape, int along, int64_t lanes, int64_t most)
      : reduced(reduced), shape(shape), along(along), lanes(lanes), most(most), now(shape.size(), 1), best(now) {
    for (unsigned axis = 0; axis < shape.size(); ++axis) {
      free.push_back(!ShapedType::isDynamic(shape[axis]) && canWriteOut(op, axis));
      Value index = op.getBody().getArgument(axis);
      for (core::ReadOp read : reduced.reads)
        moves.push_back(reachOf(read, index) != Reach::Same);
    }
    tryAxis(0);
  }
  std::vector<int64_t> tile() const { return best; }
  int64_t vectors() const { return bestVectors; }

private:
  const Reduced &reduced;
  ArrayRef<int64_t> shape;
  std::vector<bool> free, moves; ///< axes that may be tiled; by axis, reads that differ along it
  int along;
  int64_t lanes, most;
  std::vector<int64_t> now, best;
  int64_t vectorsNow = 1, bestVectors = 1, sums = 1;
  double least = 1e30;

  void tryAxis(unsigned axis) {
    if (axis == shape.size())
      return judge();
    const bool wide = static_cast<int>(axis) == along;
    for (int64_t n : {1, 2, 3, 4, 6, 8}) {
      const int64_t each = wide ? n * lanes : n;
      if (n > 1 && (!free[axis] || shape[axis] < each))
        break;
      if (sums * n > most || (sums * n) * reduced.operations > longestTile)
        break;
      (wide ? vectorsNow : now[axis]) = n;
      sums *= n;
      tryAxis(axis + 1);
      sums /= n;
    }
    (wide ? vectorsNow : now[axis]) = 1;
  }

  /// Loads a multiply-add, and what is made twice where the tile does not fit; sums that are too few wait for one another.
  void judge() {
    double loads = 0, waste = 1;
    const size_t reads = reduced.reads.size();
    for (size_t read = 0; read < reads; ++read) {
      double times = 1;
      for (unsigned axis = 0; axis < shape.size(); ++axis)
        if (moves[axis * reads + read])
          times *= static_cast<int>(axis) == along ? vectorsNow : now[axis];
      loads += times;
    }
    for (unsigned axis = 0; axis < shape.size(); ++axis) {
      const int64_t each = static_cast<int>(axis) == along ? lanes * vectorsNow : now[axis];
      if (!ShapedType::isDynamic(shape[axis]) && shape[axis] > 0)
        waste *= static_cast<double>((shape[axis] + each - 1) / each * each) / static_cast<double>(shape[axis]);
    }
    const double cost = waste * std::max({loads / static_cast<double>(sums) / 2, 0.5, 4.0 / static_cast<double>(sums)}) +
                        0.01 * loads / static_cast<double>(sums);
    if (cost >= least)
      return;
    least = cost;
    best = now;
    bestVectors = vectorsNow;
  }
};

} // namespace

/// Along the lanes' axis where what is summed lies side by side there; along the reduction where it does so there only.
void SampleEmitter::chooseTile(core::ComputeOp op, const Buffer &out, Nest &nest) {
  Reduced reduced(op);
  if (!reduced || !isa<FloatType>(out.element))
    return;
  auto argument = [&](int axis) { return op.getBody().getArgument(axis); };
  Value last = reduced.reduce.getBody().getArguments().back();
  APInt low, high;
  const bool isLong = !matchPattern(reduced.reduce.getLows().back(), m_ConstantInt(&low)) ||
                      !matchPattern(reduced.reduce.getHighs().back(), m_ConstantInt(&high)) ||
                      high.getSExtValue() - low.getSExtValue() >= 2 * static_cast<int64_t>(lanes);
  if (nest.lanes >= 0 && reduced.scattered(argument(nest.lanes))) {
    if (!isLong || reduced.scattered(last))
      return;
    nest.lanes = -1;
    nest.written.assign(nest.written.size(), false);
  } else if (nest.lanes < 0 && (!isLong || reduced.scattered(last))) {
    return;
  }
  for (bool written : nest.written)
    if (written)
      return;
  TileChoice choice(op, reduced, out.shape, nest.lanes, lanes, singles >= 16 ? mostSumsOf32 : mostSumsOf16);
  nest.tile = choice.tile();
  nest.vectors = choice.vectors();
}

void SampleEmitter::makeTile(core::ComputeOp op, const Buffer &out, const Nest &nest, const std::vector<Code> &indices) {
  std::vector<std::vector<Code>> places{indices};
  for (unsigned axis = 0; axis < indices.size(); ++axis) {
    const bool wide = static_cast<int>(axis) == nest.lanes;
    const int64_t count = wide ? nest.vectors : nest.tile[axis], step = wide ? lanes : 1;
    std::vector<std::vector<Code>> more;
    for (const std::vector<Code> &place : places)
      for (int64_t k = 0; k < count; ++k) {
        more.push_back(place);
        if (k)
          more.back()[axis] = add(place[axis], known(k * step));
      }
    places = std::move(more);
  }
  Value inside;
  if (nest.lanes >= 0)
    inside = allInside(op.getBody(), op.getBody().getArgument(nest.lanes), indices[nest.lanes], lanes * nest.vectors);
  if (!inside)
    return storeTile(op, out, places);
  at(depth());
  auto choice = scf::IfOp::create(b, loc, TypeRange(), inside, true);
  enter(choice, choice.thenBlock());
  storeTile(op, out, places);
  leave();
  insideReads.clear();
  atEdge = true;
  enter(choice, choice.elseBlock());
  storeTile(op, out, places);
  leave();
  atEdge = false;
}

Value SampleEmitter::allInside(Region &body, Value along, const Code &lanesAlong, int64_t width) {
  using P = arith::CmpIPredicate;
  const Code base{lanesAlong.base, {}, lanesAlong.level};
  Code all;
  body.walk([&](core::ReadOp read) {
    const unsigned axis = read.getIndices().size() - 1;
    if (read.getBorder() == core::Border::Proven || reachOf(read, along) != Reach::Neighbours)
      return;
    for (unsigned other = 0; other < axis; ++other)
      if (!readsInside(read, other))
        return;
    auto distances = distancesFrom(read.getIndices()[axis], along);
    if (!distances)
      return;
    const Buffer from = buffer(read.getTensor());
    Code first = add(base, known(distances->first));
    Code end = add(base, known(distances->second + width));
    Code here = both(compare(P::sge, first, known(0)), compare(P::sle, end, extentOf(from, axis)));
    all = all.value ? both(all, here) : here;
    insideReads.insert(read);
  });
  return all.value;
}

void SampleEmitter::storeTile(core::ComputeOp op, const Buffer &out, ArrayRef<std::vector<Code>> places) {
  OpenRegion &body = enterRegion(op.getBody(), places.size());
  for (size_t c = 0; c < places.size(); ++c) {
    body.channels[c]->least = depth(); // what is read stays behind the question whether it is inside
    for (auto [argument, index] : llvm::zip(op.getBody().getArguments(), places[c]))
      body.channels[c]->values[argument] = index;
  }
  std::vector<Code> elements;
  for (const Code &element : allYields(op.getBody()))
    elements.push_back(toMemory(element, out.element));
  leaveRegion();
  for (size_t c = 0; c < places.size(); ++c)
    store(out, places[c], elements[c]);
}

} // namespace gms::compiler::cpu
