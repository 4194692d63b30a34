#include "compiler/codegen/cpu/prefetch_code.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/LLVMIR/LLVMDialect.h>
#include <mlir/Dialect/Vector/IR/VectorOps.h>
#include <mlir/IR/IRMapping.h>
#include <mlir/Interfaces/SideEffectInterfaces.h>

namespace gms::compiler::cpu {
using namespace mlir;

namespace {

/// Of lanes along a row, one in so many is asked for: they lie within a cache line or two. Of lanes that lie in
/// rows of their own, which come to new lines one by one, more.
constexpr int64_t lanesAlongRow = 8, lanesAcrossRows = 2;

class Prefetching {
public:
  Prefetching(scf::ForOp row, scf::ForOp inner) : row(row), inner(inner), b(row), loc(row.getLoc()) {}

  void run() {
    SmallVector<LLVM::masked_gather> gathers;
    inner.getBody()->walk([&](LLVM::masked_gather gather) { gathers.push_back(gather); });
    // Across rows, the gathers of one pixel's surroundings come to the same lines.
    llvm::MapVector<std::pair<Block *, Value>, LLVM::GEPOp> across;
    for (LLVM::masked_gather gather : gathers) {
      auto place = gather.getPtrs().getDefiningOp<LLVM::GEPOp>();
      if (!place || !canAsk(place))
        continue;
      if (isAlongRow(place.getDynamicIndices()[0]))
        ask(place, lanesAlongRow);
      else
        across[{gather->getBlock(), place.getBase()}] = place;
    }
    for (auto &[where, place] : across)
      ask(place, lanesAcrossRows);
  }

private:
  scf::ForOp row, inner;
  OpBuilder b;
  Location loc;
  IRMapping next;             ///< values of the next row
  DenseMap<Value, bool> known; ///< whether a value changes with the row

  bool inside(Value value) { return row->isAncestor(value.getParentBlock()->getParentOp()); }

  bool changes(Value value) {
    if (value == row.getInductionVar())
      return true;
    Operation *source = value.getDefiningOp();
    if (!source || !inside(value))
      return false;
    auto [found, fresh] = known.try_emplace(value, false);
    if (!fresh)
      return found->second;
    bool any = source->getNumRegions() > 0;
    for (Value operand : source->getOperands())
      any |= changes(operand);
    return known[value] = any;
  }

  /// Whether the value of the next row is arithmetic alone.
  bool canFollow(Value value) {
    if (value == row.getInductionVar() || !changes(value))
      return true;
    Operation *source = value.getDefiningOp();
    return !source->getNumRegions() && isMemoryEffectFree(source) && isSpeculatable(source) &&
           llvm::all_of(source->getOperands(), [&](Value operand) { return canFollow(operand); });
  }

  Value inNextRow(Value value) {
    if (!changes(value))
      return value;
    if (Value made = next.lookupOrNull(value))
      return made;
    if (value == row.getInductionVar()) {
      b.setInsertionPointToStart(row.getBody());
      Value moved = arith::AddIOp::create(b, loc, value, row.getStep());
      next.map(value, moved);
      return moved;
    }
    Operation *source = value.getDefiningOp();
    for (Value operand : source->getOperands())
      (void)inNextRow(operand);
    b.setInsertionPointAfter(source);
    b.clone(*source, next);
    return next.lookup(value);
  }

  static bool sharesLanes(arith::AddIOp sum) {
    return sum.getLhs().getDefiningOp<vector::BroadcastOp>() || sum.getRhs().getDefiningOp<vector::BroadcastOp>();
  }

  /// One lane of a vector of i32, with scalars as far as its sum goes. A cut to the tensor does not matter here.
  Value laneOf(Value lanes, int64_t lane) {
    if (auto cut = lanes.getDefiningOp<arith::MinSIOp>())
      return laneOf(cut.getLhs(), lane);
    if (auto sum = lanes.getDefiningOp<arith::AddIOp>(); sum && sharesLanes(sum)) {
      Value a = laneOf(sum.getLhs(), lane), c = laneOf(sum.getRhs(), lane);
      return arith::AddIOp::create(b, loc, a, c);
    }
    if (auto same = lanes.getDefiningOp<vector::BroadcastOp>())
      return same.getSource();
    return vector::ExtractOp::create(b, loc, lanes, ArrayRef<int64_t>{lane});
  }

  bool canAsk(LLVM::GEPOp place) {
    if (place.getDynamicIndices().size() != 1 || changes(place.getBase()))
      return false;
    Value lanes = place.getDynamicIndices()[0];
    return isa<VectorType>(lanes.getType()) && changes(lanes) && canFollow(lanes);
  }

  /// Whether all lanes move by the same from row to row.
  bool isAlongRow(Value lanes) {
    if (!changes(lanes))
      return true;
    Operation *source = lanes.getDefiningOp();
    if (auto cut = dyn_cast<arith::MinSIOp>(source))
      return isAlongRow(cut.getLhs());
    return isa<vector::BroadcastOp>(source) ||
           (isa<arith::AddIOp>(source) && isAlongRow(source->getOperand(0)) && isAlongRow(source->getOperand(1)));
  }

  void ask(LLVM::GEPOp place, int64_t together) {
    Value moved = inNextRow(place.getDynamicIndices()[0]);
    b.setInsertionPointAfter(moved.getDefiningOp());
    auto pointer = LLVM::LLVMPointerType::get(b.getContext());
    const int64_t count = cast<VectorType>(moved.getType()).getNumElements();
    for (int64_t lane = 0; lane < count; lane += together) {
      Value at = LLVM::GEPOp::create(b, loc, pointer, place.getElemType(), place.getBase(),
                                     ArrayRef<LLVM::GEPArg>{laneOf(moved, lane)});
      LLVM::Prefetch::create(b, loc, at, 0, 3, 1); // for reading, into all caches, data
    }
  }
};

} // namespace

void prefetchNextRow(scf::ForOp row, scf::ForOp inner) { Prefetching(row, inner).run(); }

} // namespace gms::compiler::cpu
