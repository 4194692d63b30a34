#include "compiler/codegen/cpu/kernel_code.h"
#include "compiler/codegen/cpu/sample_emitter.h"
#include "runtime/abi/kernel.h"
#include <cstddef>
#include <mlir/Dialect/ControlFlow/IR/ControlFlowOps.h>

namespace gms::compiler::cpu {
using namespace mlir;

namespace {

/// Inputs of fewer bytes are copied, since bytes are read by words.
constexpr int64_t wordBytes = 8;

class KernelBuilder {
public:
  KernelBuilder(func::FuncOp function, unsigned lanes, ModuleOp out)
      : function(function), lanes(lanes), out(out), b(out.getContext()), loc(function.getLoc()),
        pointer(LLVM::LLVMPointerType::get(out.getContext())), i64(b.getI64Type()), i32(b.getI32Type()),
        name(function.getName().str()), inputs(function.getNumArguments()),
        outputs(function.getNumResults()) {}

  LogicalResult run() {
    function.walk([&](aug::KeyOp) { draws = true; });
    if (failed(sample()) || failed(shape()))
      return failure();
    entry();
    return success();
  }

private:
  func::FuncOp function;
  unsigned lanes;
  ModuleOp out;
  OpBuilder b;
  Location loc;
  Type pointer, i64, i32;
  std::string name;
  unsigned inputs, outputs;
  bool draws = false;

  // ---- memory ----
  Value field(Value base, int64_t offset, Type type) {
    return LLVM::LoadOp::create(b, loc, type, at(base, offset), type == i32 ? 4 : 8);
  }
  Value at(Value base, int64_t offset) {
    return offset ? Value(LLVM::GEPOp::create(b, loc, pointer, b.getI8Type(), base,
                                              ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(offset)}))
                  : base;
  }
  void setField(Value base, int64_t offset, Value value) {
    LLVM::StoreOp::create(b, loc, value, at(base, offset), value.getType() == i32 ? 4 : 8);
  }
  Value integer(int64_t v, Type type) { return arith::ConstantOp::create(b, loc, b.getIntegerAttr(type, v)); }
  static int64_t shapeField(unsigned argument, unsigned axis) {
    return argument * sizeof(gms_tensor) + offsetof(gms_tensor, shape) + axis * sizeof(int64_t);
  }
  static int64_t typeOf(Type element) {
    if (element.isF32())
      return GMS_F32;
    if (element.isF64())
      return GMS_F64;
    return element.isInteger(8) ? GMS_U8 : element.isInteger(32) ? GMS_I32 : GMS_I64;
  }

  func::FuncOp makeFunction(const std::string &symbol, ArrayRef<Type> arguments) {
    b.setInsertionPointToEnd(out.getBody());
    auto made = func::FuncOp::create(b, loc, symbol, b.getFunctionType(arguments, {i32}));
    b.setInsertionPointToStart(made.addEntryBlock());
    return made;
  }

  // ---- inputs ----
  /// The input's place and extents, and whether its descriptor disagrees with the type. `data` may be null.
  Buffer describe(unsigned k, Value descriptors, Value data, Value &disagrees) {
    auto type = cast<RankedTensorType>(function.getArgument(k).getType());
    Buffer made;
    made.pointer = data;
    made.shape.assign(type.getShape().begin(), type.getShape().end());
    made.element = type.getElementType();
    auto check = [&](Value have, int64_t want) {
      Value differs =
          arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, have, integer(want, have.getType()));
      disagrees = disagrees ? Value(arith::OrIOp::create(b, loc, disagrees, differs)) : differs;
    };
    check(field(descriptors, k * sizeof(gms_tensor) + offsetof(gms_tensor, rank), i32), type.getRank());
    // Bools and bytes are both stored as i8.
    if (!made.element.isInteger(8))
      check(field(descriptors, k * sizeof(gms_tensor) + offsetof(gms_tensor, type), i32),
            typeOf(made.element));
    for (auto [axis, extent] : llvm::enumerate(type.getShape())) {
      Value have = field(descriptors, shapeField(k, axis), i64);
      if (ShapedType::isDynamic(extent)) {
        made.extents.push_back(arith::IndexCastOp::create(b, loc, b.getIndexType(), have));
      } else {
        check(have, extent);
        made.extents.push_back(arith::ConstantIndexOp::create(b, loc, extent));
      }
    }
    return made;
  }

  /// Ends a function with a status where a condition holds; the code goes on in a new block.
  void leaveIf(SampleEmitter &emitter, func::FuncOp made, Value fails, Status status) {
    Block *here = b.getInsertionBlock(), *end = made.addBlock(), *next = made.addBlock();
    b.setInsertionPointToEnd(here);
    cf::CondBranchOp::create(b, loc, fails, end, next);
    b.setInsertionPointToEnd(end);
    func::ReturnOp::create(b, loc, integer(static_cast<int32_t>(status), i32));
    b.setInsertionPointToEnd(next);
    emitter.continueIn(next);
  }

  // ---- one sample ----
  /// Arguments: data of inputs and outputs, their descriptors, the key, the workspace and its bytes.
  LogicalResult sample() {
    SmallVector<Type> types(inputs + outputs + 3, pointer);
    types.push_back(i64);
    auto made = makeFunction(name + ".sample", types);
    made.setPrivate();
    for (unsigned k = 0; k < inputs + outputs; ++k)
      made.setArgAttr(k, LLVM::LLVMDialect::getNoAliasAttrName(), b.getUnitAttr());
    Block *block = &made.getBody().front();
    SampleEmitter emitter(b, block, lanes, false);
    ValueRange rest = block->getArguments().drop_front(inputs + outputs);
    emitter.leaveIf = [&](Value fails, Status status) { leaveIf(emitter, made, fails, status); };
    emitter.workspace = rest[2];
    emitter.workspaceBytes = rest[3];
    emitter.top = integer(0, i64);
    emitter.statusSlot = statusSlot();
    Value disagrees;
    for (unsigned k = 0; k < inputs; ++k)
      emitter.buffers[function.getArgument(k)] = describe(k, rest[0], block->getArgument(k), disagrees);
    if (draws) {
      emitter.seed = field(rest[1], offsetof(gms_key, seed), i64);
      emitter.sample = field(rest[1], offsetof(gms_key, sample), i64);
      emitter.epoch = field(rest[1], offsetof(gms_key, epoch), i32);
    }
    if (disagrees)
      emitter.leaveIf(disagrees, Status::BadShape);
    Operation *end = function.getBody().front().getTerminator();
    aim(emitter, end, SmallVector<Value>(block->getArguments().slice(inputs, outputs)), rest[0]);
    if (failed(emitter.stages(function.getBody().front())))
      return failure();
    for (auto [k, value] : llvm::enumerate(end->getOperands())) {
      Buffer from = emitter.buffer(value), to = from;
      to.pointer = block->getArgument(inputs + k);
      if (from.pointer != to.pointer)
        emitter.copy(from, to);
    }
    b.setInsertionPointToEnd(b.getInsertionBlock());
    finish(made, emitter.statusSlot);
    return success(!emitter.failed);
  }

  /// Where a status is kept until the sample is done: that of functions which it calls and of requirements in arms
  /// and loops; null where it has neither.
  Value statusSlot() {
    const WalkResult found = function.walk([&](Operation *op) {
      const bool keeps = isa<core::LibraryOp>(op) || (isa<core::RequireOp>(op) && op->getParentOp() != function);
      return keeps ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (!found.wasInterrupted())
      return {};
    Value slot = LLVM::AllocaOp::create(b, loc, pointer, i32, integer(1, i32), 4);
    LLVM::StoreOp::create(b, loc, integer(0, i32), slot, 4);
    return slot;
  }

  /// Stages write the outputs themselves.
  void aim(SampleEmitter &emitter, Operation *end, ArrayRef<Value> pointers, Value descriptors) {
    for (auto [k, value] : llvm::enumerate(end->getOperands())) {
      Operation *source = value.getDefiningOp();
      if (!source || source->getName().getDialectNamespace() == "arith" || emitter.destinations.count(value))
        continue;
      Buffer made;
      made.pointer = pointers[k];
      auto type = cast<RankedTensorType>(value.getType());
      made.element = type.getElementType();
      for (unsigned axis = 0; descriptors && axis < type.getRank(); ++axis)
        made.extents.push_back(arith::IndexCastOp::create(
            b, loc, b.getIndexType(), field(descriptors, shapeField(inputs + k, axis), i64)));
      emitter.destinations[value] = made;
    }
  }

  /// The last block has no end yet.
  void finish(func::FuncOp made, Value slot = {}) {
    for (Block &block : made.getBody())
      if (!block.mightHaveTerminator()) {
        b.setInsertionPointToEnd(&block);
        func::ReturnOp::create(b, loc, slot ? Value(LLVM::LoadOp::create(b, loc, i32, slot, 4)) : integer(0, i32));
      }
  }

  // ---- shapes ----
  LogicalResult shape() {
    auto made = makeFunction(name + "_shape", {pointer, pointer});
    Block *block = &made.getBody().front();
    Value descriptors = block->getArgument(0);
    SampleEmitter emitter(b, block, lanes, true);
    emitter.leaveIf = [&](Value fails, Status status) { leaveIf(emitter, made, fails, status); };
    emitter.top = integer(0, i64);
    Value disagrees;
    for (unsigned k = 0; k < inputs; ++k) {
      Value data;
      if (!cast<RankedTensorType>(function.getArgument(k).getType()).getRank())
        data = field(descriptors, k * sizeof(gms_tensor) + offsetof(gms_tensor, data), pointer);
      emitter.buffers[function.getArgument(k)] = describe(k, descriptors, data, disagrees);
    }
    if (disagrees)
      emitter.leaveIf(disagrees, Status::BadShape);
    aim(emitter, function.getBody().front().getTerminator(), SmallVector<Value>(outputs), Value());
    if (failed(emitter.stages(function.getBody().front())))
      return failure();
    for (auto [k, value] : llvm::enumerate(function.getBody().front().getTerminator()->getOperands())) {
      const Buffer &result = emitter.buffer(value);
      const int64_t base = (inputs + k) * sizeof(gms_tensor);
      emitter.toEnd();
      for (auto [axis, extent] : llvm::enumerate(result.extents))
        setField(descriptors, shapeField(inputs + k, axis), arith::IndexCastOp::create(b, loc, i64, extent));
      setField(descriptors, base + offsetof(gms_tensor, type), integer(typeOf(result.element), i32));
      setField(descriptors, base + offsetof(gms_tensor, rank), integer(result.extents.size(), i32));
    }
    emitter.toEnd();
    setField(block->getArgument(1), 0, emitter.top);
    finish(made);
    return success(!emitter.failed);
  }

  // ---- the range of samples ----
  void entry() {
    auto made = makeFunction(name, {pointer, i64, i64});
    Block *start = &made.getBody().front();
    Value call = start->getArgument(0);
    Value version = field(call, offsetof(gms_call, version), i32);
    Value count = field(call, offsetof(gms_call, argument_count), i32);
    using P = arith::CmpIPredicate;
    Value wrong = arith::CmpIOp::create(b, loc, P::ne, version, integer(GMS_ABI_VERSION, i32));
    wrong = arith::OrIOp::create(b, loc, wrong,
                                 arith::CmpIOp::create(b, loc, P::ne, count, integer(inputs + outputs, i32)));
    Value descriptors = field(call, offsetof(gms_call, arguments), pointer);
    Value keys = field(call, offsetof(gms_call, keys), pointer);
    Value workspace = field(call, offsetof(gms_call, workspace), pointer);
    Value bytes = field(call, offsetof(gms_call, workspace_bytes), i64);
    Value words =
        LLVM::AllocaOp::create(b, loc, pointer, b.getI8Type(), integer(64 * std::max(inputs, 1u), i32), 64);
    Block *head = made.addBlock(), *body = made.addBlock(), *end = made.addBlock();
    Value number = head->addArgument(i64, loc);
    Value status = end->addArgument(i32, loc);
    cf::CondBranchOp::create(b, loc, wrong, end,
                             ValueRange(integer(static_cast<int32_t>(Status::BadVersion), i32)), head,
                             ValueRange(start->getArgument(1)));
    b.setInsertionPointToEnd(head);
    Value more = arith::CmpIOp::create(b, loc, P::slt, number, start->getArgument(2));
    cf::CondBranchOp::create(b, loc, more, body, ValueRange(), end, ValueRange(integer(0, i32)));
    b.setInsertionPointToEnd(body);
    SmallVector<Value> operands = sampleArguments(descriptors, number, words);
    Value distance = arith::MulIOp::create(b, loc, number, integer(sizeof(gms_key), i64));
    Value key = LLVM::GEPOp::create(b, loc, pointer, b.getI8Type(), keys, ArrayRef<LLVM::GEPArg>{distance});
    operands.append({key, workspace, bytes});
    Value result = func::CallOp::create(b, loc, name + ".sample", TypeRange(i32), operands).getResult(0);
    Value good = arith::CmpIOp::create(b, loc, P::eq, result, integer(0, i32));
    Value next = arith::AddIOp::create(b, loc, number, integer(1, i64));
    cf::CondBranchOp::create(b, loc, good, head, ValueRange(next), end, ValueRange(result));
    b.setInsertionPointToEnd(end);
    func::ReturnOp::create(b, loc, status);
  }

  /// The data of one sample's arguments, then its descriptors.
  SmallVector<Value> sampleArguments(Value descriptors, Value number, Value words) {
    const int64_t each = (inputs + outputs) * sizeof(gms_tensor);
    Value distance = arith::MulIOp::create(b, loc, number, integer(each, i64));
    Value mine =
        LLVM::GEPOp::create(b, loc, pointer, b.getI8Type(), descriptors, ArrayRef<LLVM::GEPArg>{distance});
    SmallVector<Value> data;
    for (unsigned k = 0; k < inputs + outputs; ++k) {
      data.push_back(field(mine, k * sizeof(gms_tensor) + offsetof(gms_tensor, data), pointer));
      if (k < inputs)
        data.back() = readable(data.back(), k, mine, at(words, 64 * k));
    }
    data.push_back(mine);
    return data;
  }

  /// The input itself, or a copy of one so small that a word does not fit into it.
  Value readable(Value data, unsigned k, Value descriptors, Value copy) {
    auto type = cast<RankedTensorType>(function.getArgument(k).getType());
    if (!type.getElementType().isInteger(8) || !type.getRank())
      return data;
    Value size = integer(1, i64);
    for (unsigned axis = 0; axis < type.getRank(); ++axis)
      size = arith::MulIOp::create(b, loc, size, field(descriptors, shapeField(k, axis), i64));
    Value small = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, size, integer(wordBytes, i64));
    Value copied = arith::SelectOp::create(b, loc, small, size, integer(0, i64));
    copied = arith::MaxSIOp::create(b, loc, copied, integer(0, i64));
    LLVM::MemcpyOp::create(b, loc, copy, data, copied, false);
    return arith::SelectOp::create(b, loc, small, copy, data);
  }
};

} // namespace

LogicalResult buildKernel(func::FuncOp function, unsigned lanes, ModuleOp out) {
  return KernelBuilder(function, lanes, out).run();
}

} // namespace gms::compiler::cpu
