#include "compiler/codegen/cpu/table_code.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/LLVMIR/LLVMDialect.h>
#include <mlir/Dialect/Vector/IR/VectorOps.h>
#include <mlir/IR/IRMapping.h>
#include <mlir/Interfaces/SideEffectInterfaces.h>

namespace gms::compiler::cpu {
using namespace mlir;

namespace {

/// Fewer operations than this are as quick as a load.
constexpr size_t leastSaved = 3;

class Tabulation {
public:
  Tabulation(scf::ForOp outer, scf::ForOp inner, Value column, const ColumnTables &tables)
      : outer(outer), inner(inner), column(column), tables(tables), b(outer), loc(outer.getLoc()) {}

  void run() {
    collect();
    keepWhatTablesCannotHold();
    SetVector<Value> rows = chosen();
    if (rows.empty() || needed(rows).size() < leastSaved + rows.size())
      return;
    fill(rows);
    for (auto [number, row] : llvm::enumerate(rows))
      replace(row, number);
    for (Operation *op : llvm::reverse(invariant))
      if (op->use_empty())
        op->erase();
  }

private:
  scf::ForOp outer, inner;
  Value column;
  const ColumnTables &tables;
  OpBuilder b;
  Location loc;
  SetVector<Operation *> invariant; ///< operations of the inner loop that no outer loop changes, in their order
  SmallVector<int> slotOf;          ///< the first slot of each row

  bool isInvariant(Value value) {
    Operation *source = value.getDefiningOp();
    if (source && invariant.contains(source))
      return true;
    return value == inner.getInductionVar() || !outer->isAncestor(value.getParentBlock()->getParentOp());
  }

  /// What may run where it did not before: it reads nothing and cannot trap.
  static bool mayMove(Operation *op) {
    return !op->getNumRegions() && op->getNumResults() == 1 && isMemoryEffectFree(op) && isSpeculatable(op);
  }

  void collect() {
    inner.getBody()->walk([&](Operation *op) {
      if (mayMove(op) && llvm::all_of(op->getOperands(), [&](Value v) { return isInvariant(v); }))
        invariant.insert(op);
    });
  }

  static int slotsOf(Type type) {
    auto lanes = dyn_cast<VectorType>(type);
    if (!lanes || !lanes.getElementType().isIntOrFloat())
      return 0;
    const unsigned bits = lanes.getElementTypeBitWidth();
    return bits == 32 ? 1 : bits == 64 ? 2 : 0;
  }

  bool usedOutside(Operation *op) {
    return llvm::any_of(op->getUsers(), [&](Operation *user) { return !invariant.contains(user); });
  }

  /// Conditions, addresses and scalars are made again in every row, of what the tables hold.
  void keepWhatTablesCannotHold() {
    for (bool changed = true; changed;) {
      changed = false;
      const SmallVector<Operation *> all(invariant.begin(), invariant.end());
      for (Operation *op : llvm::reverse(all))
        if (!slotsOf(op->getResult(0).getType()) && usedOutside(op))
          changed |= invariant.remove(op);
    }
  }

  SetVector<Value> chosen() {
    SetVector<Value> rows;
    int used = 0;
    for (Operation *op : invariant) {
      Value value = op->getResult(0);
      const int slots = slotsOf(value.getType());
      if (!usedOutside(op) || used + slots > ColumnTables::slots || isa<vector::BroadcastOp>(op))
        continue;
      rows.insert(value);
      slotOf.push_back(used);
      used += slots;
    }
    return rows;
  }

  /// The operations that make these values, in their order.
  SetVector<Operation *> needed(const SetVector<Value> &rows) {
    DenseSet<Operation *> found;
    SmallVector<Value> open(rows.begin(), rows.end());
    open.push_back(column);
    while (!open.empty()) {
      Operation *source = open.pop_back_val().getDefiningOp();
      if (!source || !inner->isProperAncestor(source) || !found.insert(source).second)
        continue;
      open.append(source->operand_begin(), source->operand_end());
    }
    SetVector<Operation *> ordered;
    inner.getBody()->walk([&](Operation *op) {
      if (found.contains(op))
        ordered.insert(op);
    });
    return ordered;
  }

  Value place(Value at, int slot, unsigned bytes) {
    auto pointer = LLVM::LLVMPointerType::get(b.getContext());
    Value row = arith::MulIOp::create(b, loc, tables.slotBytes, number(slot));
    Value element = arith::IndexCastOp::create(b, loc, b.getI64Type(), at);
    Value offset = arith::AddIOp::create(b, loc, row, arith::MulIOp::create(b, loc, element, number(bytes)));
    return LLVM::GEPOp::create(b, loc, pointer, b.getI8Type(), tables.pointer, ArrayRef<LLVM::GEPArg>{offset});
  }
  Value number(int64_t v) { return arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(v)); }
  static unsigned bytesOf(Value row) { return cast<VectorType>(row.getType()).getElementTypeBitWidth() / 8; }

  /// The loop that writes the tables, before all others.
  void fill(const SetVector<Value> &rows) {
    IRMapping made;
    b.setInsertionPoint(outer);
    auto loop = scf::ForOp::create(b, loc, inner.getLowerBound(), inner.getUpperBound(), inner.getStep());
    made.map(inner.getInductionVar(), loop.getInductionVar());
    b.setInsertionPoint(loop.getBody()->getTerminator());
    for (Operation *op : needed(rows))
      b.clone(*op, made);
    for (auto [number, row] : llvm::enumerate(rows))
      LLVM::StoreOp::create(b, loc, made.lookup(row),
                            place(made.lookupOrDefault(column), slotOf[number], bytesOf(row)), bytesOf(row));
  }

  /// Each block that uses a row loads it once, so that an arm that does not run loads nothing.
  void replace(Value row, size_t number) {
    llvm::MapVector<Block *, SmallVector<OpOperand *>> uses;
    for (OpOperand &use : row.getUses())
      if (!invariant.contains(use.getOwner()))
        uses[use.getOwner()->getBlock()].push_back(&use);
    for (auto &[block, operands] : uses) {
      Operation *first = operands.front()->getOwner();
      for (OpOperand *use : operands)
        if (use->getOwner()->isBeforeInBlock(first))
          first = use->getOwner();
      b.setInsertionPoint(first);
      Value loaded =
          LLVM::LoadOp::create(b, loc, row.getType(), place(column, slotOf[number], bytesOf(row)), bytesOf(row));
      for (OpOperand *use : operands)
        use->set(loaded);
    }
  }
};

} // namespace

void tabulateColumns(scf::ForOp outer, scf::ForOp inner, Value column, const ColumnTables &tables) {
  if (tables.pointer && outer != inner)
    Tabulation(outer, inner, column, tables).run();
}

} // namespace gms::compiler::cpu
