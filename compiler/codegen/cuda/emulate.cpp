#include "compiler/codegen/cuda/emulate.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/LLVMIR/LLVMDialect.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/IR/IRMapping.h>

namespace gms::compiler::cuda {
using namespace mlir;

namespace {

bool hasBarrier(Operation &op) {
  return op.walk([](gpu::BarrierOp) { return WalkResult::interrupt(); }).wasInterrupted();
}

/// Host memory has one space.
Type hostType(Type type) {
  return isa<LLVM::LLVMPointerType>(type) ? Type(LLVM::LLVMPointerType::get(type.getContext())) : type;
}

class KernelEmulator {
public:
  KernelEmulator(gpu::GPUFuncOp kernel, ModuleOp host) : kernel(kernel), host(host), loc(kernel.getLoc()) {}

  LogicalResult run() {
    OpBuilder b = OpBuilder::atBlockEnd(host.getBody());
    const Type index = b.getIndexType();
    SmallVector<Type> types(3, index);
    for (Type type : kernel.getFunctionType().getInputs())
      types.push_back(hostType(type));
    auto function = func::FuncOp::create(b, loc, kernel.getName(), b.getFunctionType(types, {}));
    function.setPrivate();
    Block *entry = function.addEntryBlock();
    b.setInsertionPointToStart(entry);
    zero = arith::ConstantIndexOp::create(b, loc, 0);
    one = arith::ConstantIndexOp::create(b, loc, 1);
    threads = arith::ConstantIndexOp::create(b, loc, kernel.getKnownBlockSizeAttr()[0]);
    func::ReturnOp::create(b, loc);
    arrays = OpBuilder(entry->getTerminator());
    OpBuilder at(entry->getTerminator());
    for (unsigned axis = 3; axis-- > 0;) {
      grid[axis] = entry->getArgument(axis);
      auto loop = scf::ForOp::create(at, loc, zero, grid[axis], one);
      if (axis == 2)
        arrays = OpBuilder(loop);
      block[axis] = loop.getInductionVar();
      at = OpBuilder(loop.getBody()->getTerminator());
    }
    for (auto [from, to] : llvm::zip(kernel.getArguments(), entry->getArguments().drop_front(3)))
      uniform.map(from, to);
    emit(at, kernel.getBody().front());
    return success(fine);
  }

private:
  gpu::GPUFuncOp kernel;
  ModuleOp host;
  Location loc;
  OpBuilder arrays{kernel.getContext()}; ///< before all blocks
  Value zero, one, threads;
  Value block[3], grid[3];
  IRMapping uniform;                     ///< the same for all threads of a block
  DenseMap<Value, Value> kept;           ///< arrays, one element a thread, of what lives across a barrier
  llvm::StringMap<Value> shared;
  bool fine = true;

  Type keptType(Type type) {
    OpBuilder b(type.getContext());
    return type.isIndex() ? b.getI64Type() : type.isInteger(1) ? b.getI8Type() : hostType(type);
  }

  Value array(Type element, int64_t count) {
    Value size = arith::ConstantIntOp::create(arrays, loc, arrays.getI64Type(), count);
    return LLVM::AllocaOp::create(arrays, loc, LLVM::LLVMPointerType::get(arrays.getContext()), element, size, 16);
  }

  Value place(OpBuilder &b, Value values, Type type, Value thread) {
    Value offset = arith::IndexCastOp::create(b, loc, b.getI64Type(), thread);
    return LLVM::GEPOp::create(b, loc, values.getType(), keptType(type), values, ValueRange{offset});
  }

  void keep(OpBuilder &b, Value value, Value copy, Value thread) {
    const Type type = value.getType();
    Value &values = kept[value];
    if (!values)
      values = array(keptType(type), kernel.getKnownBlockSizeAttr()[0]);
    Value stored = copy;
    if (type.isIndex())
      stored = arith::IndexCastOp::create(b, loc, b.getI64Type(), copy);
    else if (type.isInteger(1))
      stored = arith::ExtUIOp::create(b, loc, b.getI8Type(), copy);
    LLVM::StoreOp::create(b, loc, stored, place(b, values, type, thread));
  }

  Value recall(OpBuilder &b, Value value, Value thread) {
    const Type type = value.getType();
    Value stored = LLVM::LoadOp::create(b, loc, keptType(type), place(b, kept.lookup(value), type, thread));
    if (type.isIndex())
      return arith::IndexCastOp::create(b, loc, type, stored);
    return type.isInteger(1) ? arith::TruncIOp::create(b, loc, type, stored).getResult() : stored;
  }

  /// What is made anew wherever it is used.
  static bool isFree(Operation *op) {
    return op->hasTrait<OpTrait::ConstantLike>() || isa<gpu::ThreadIdOp, gpu::BlockIdOp, gpu::GridDimOp, LLVM::AddressOfOp>(op);
  }

  Value fetch(OpBuilder &b, Value value, Value thread, IRMapping &map) {
    if (Value here = map.lookupOrNull(value))
      return here;
    Operation *op = value.getDefiningOp();
    if (op && isFree(op))
      copy(b, *op, thread, map);
    else
      map.map(value, recall(b, value, thread));
    return map.lookup(value);
  }

  void emit(OpBuilder &b, Block &body) {
    SmallVector<Operation *> segment;
    for (Operation &op : body.without_terminator()) {
      if (!hasBarrier(op)) {
        segment.push_back(&op);
        continue;
      }
      emitSegment(b, segment);
      segment.clear();
      if (isa<gpu::BarrierOp>(op))
        continue;
      if (op.getNumResults() || !isa<scf::IfOp, scf::ForOp>(op)) {
        op.emitError("holds a barrier, which is possible in conditionals and loops without results only");
        fine = false;
        return;
      }
      if (auto conditional = dyn_cast<scf::IfOp>(op))
        emitShared(b, conditional);
      else
        emitShared(b, cast<scf::ForOp>(op));
    }
    emitSegment(b, segment);
  }

  // What decides is the same for the whole block: thread 0 has it.
  void emitShared(OpBuilder &b, scf::IfOp op) {
    IRMapping map = uniform;
    auto guard = scf::IfOp::create(b, loc, fetch(b, op.getCondition(), zero, map), op.elseBlock() != nullptr);
    OpBuilder in(guard.thenBlock()->getTerminator());
    emit(in, *op.thenBlock());
    if (!op.elseBlock())
      return;
    OpBuilder other(guard.elseBlock()->getTerminator());
    emit(other, *op.elseBlock());
  }

  void emitShared(OpBuilder &b, scf::ForOp op) {
    IRMapping map = uniform;
    Value low = fetch(b, op.getLowerBound(), zero, map), high = fetch(b, op.getUpperBound(), zero, map);
    auto passes = scf::ForOp::create(b, loc, low, high, fetch(b, op.getStep(), zero, map));
    uniform.map(op.getInductionVar(), passes.getInductionVar());
    OpBuilder in(passes.getBody()->getTerminator());
    emit(in, *op.getBody());
  }

  void emitSegment(OpBuilder &b, ArrayRef<Operation *> segment) {
    if (llvm::all_of(segment, isFree))
      return;
    DenseSet<Operation *> members(segment.begin(), segment.end());
    auto loop = scf::ForOp::create(b, loc, zero, threads, one);
    OpBuilder in(loop.getBody()->getTerminator());
    Value thread = loop.getInductionVar();
    IRMapping map = uniform;
    auto livesOn = [&](Operation *user) {
      for (; user; user = user->getParentOp())
        if (members.contains(user))
          return false;
      return true;
    };
    for (Operation *op : segment) {
      copy(in, *op, thread, map);
      for (Value result : op->getResults())
        if (!isFree(op) && llvm::any_of(result.getUsers(), livesOn))
          keep(in, result, map.lookup(result), thread);
    }
  }

  Value sharedArray(LLVM::GlobalOp global) {
    Value &values = shared[global.getSymName()];
    if (!values) {
      auto type = cast<LLVM::LLVMArrayType>(global.getType());
      values = array(type.getElementType(), type.getNumElements());
    }
    return values;
  }

  void copyAddress(OpBuilder &b, LLVM::AddressOfOp op, IRMapping &map) {
    auto global = kernel->getParentOfType<gpu::GPUModuleOp>().lookupSymbol<LLVM::GlobalOp>(op.getGlobalName());
    Value address = global.getAddrSpace() == 3
                        ? sharedArray(global)
                        : LLVM::AddressOfOp::create(b, loc, hostType(op.getType()), op.getGlobalName()).getResult();
    map.map(op.getResult(), address);
  }

  void copy(OpBuilder &b, Operation &op, Value thread, IRMapping &map) {
    for (Value operand : op.getOperands())
      fetch(b, operand, thread, map);
    if (auto id = dyn_cast<gpu::ThreadIdOp>(op))
      return map.map(id.getResult(), id.getDimension() == gpu::Dimension::x ? thread : zero);
    if (auto id = dyn_cast<gpu::BlockIdOp>(op))
      return map.map(id.getResult(), block[static_cast<unsigned>(id.getDimension())]);
    if (auto size = dyn_cast<gpu::GridDimOp>(op))
      return map.map(size.getResult(), grid[static_cast<unsigned>(size.getDimension())]);
    if (auto address = dyn_cast<LLVM::AddressOfOp>(op))
      return copyAddress(b, address, map);
    if (isa<LLVM::AddrSpaceCastOp>(op))
      return map.map(op.getResult(0), map.lookup(op.getOperand(0)));
    Operation *made = b.insert(op.cloneWithoutRegions(map));
    for (auto [from, to] : llvm::zip(op.getResults(), made->getResults())) {
      to.setType(hostType(to.getType()));
      map.map(from, to);
    }
    // Memory of one launch's outputs is another's input here.
    if (auto load = dyn_cast<LLVM::LoadOp>(made))
      load.setInvariant(false);
    for (auto [from, to] : llvm::zip(op.getRegions(), made->getRegions())) {
      if (from.empty())
        continue;
      Block &target = to.emplaceBlock();
      for (BlockArgument argument : from.getArguments())
        map.map(argument, target.addArgument(hostType(argument.getType()), loc));
      OpBuilder in = OpBuilder::atBlockEnd(&target);
      for (Operation &inner : from.front())
        copy(in, inner, thread, map);
    }
  }
};

} // namespace

LogicalResult emulateKernels(gpu::GPUModuleOp kernels, ModuleOp host) {
  OpBuilder b = OpBuilder::atBlockEnd(host.getBody());
  for (auto global : kernels.getOps<LLVM::GlobalOp>())
    if (global.getAddrSpace() != 3)
      cast<LLVM::GlobalOp>(b.clone(*global)).setAddrSpace(0);
  // Functions of the runtime take pointers into host memory.
  for (auto declared : kernels.getOps<func::FuncOp>()) {
    SmallVector<Type> inputs = llvm::map_to_vector(declared.getArgumentTypes(), hostType);
    auto here = func::FuncOp::create(b, declared.getLoc(), declared.getName(), b.getFunctionType(inputs, declared.getResultTypes()));
    here.setPrivate();
  }
  for (auto kernel : kernels.getOps<gpu::GPUFuncOp>())
    if (failed(KernelEmulator(kernel, host).run()))
      return failure();
  return success();
}

} // namespace gms::compiler::cuda
