// What a launcher does, as code of the host: shapes, slots of the workspace, grids, launches in order.
#include "compiler/codegen/cuda/emulate.h"
#include "compiler/codegen/cuda/build_kernels.h"
#include "runtime/abi/kernel.h"
#include <cstddef>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/SCF/IR/SCF.h>

namespace gms::compiler::cuda {
using namespace mlir;

namespace {

class HostEntries {
public:
  HostEntries(func::FuncOp function, const StagePlan &plan, ArrayRef<Launch> launches,
              const DenseSet<Operation *> &onHost, ModuleOp host)
      : function(function), plan(plan), launches(launches), onHost(onHost), host(host), loc(function.getLoc()),
        pointer(LLVM::LLVMPointerType::get(function.getContext())) {}

  void shapeFunction() {
    OpBuilder b = open((function.getName() + "_shape").str(), {pointer, pointer});
    Block *entry = b.getBlock();
    SampleFrame frame = frameOf(entry->getArgument(0));
    Value met = requirements(b, frame);
    auto choice = scf::IfOp::create(b, loc, b.getI32Type(), met, true);
    OpBuilder in = OpBuilder::atBlockEnd(choice.thenBlock());
    Value mark = index(in, 0);
    SampleCode code(plan, constants, frame, OpBuilder(mark.getDefiningOp()));
    for (auto [k, result] : llvm::enumerate(function.front().getTerminator()->getOperands()))
      describe(in, entry->getArgument(0), function.getNumArguments() + k, result, code);
    LLVM::StoreOp::create(in, loc, word(in, slotOffsets(in, code).back()), entry->getArgument(1));
    scf::YieldOp::create(in, loc, status(in, GMS_OK));
    OpBuilder out = OpBuilder::atBlockEnd(choice.elseBlock());
    scf::YieldOp::create(out, loc, status(out, GMS_BAD_SHAPE));
    func::ReturnOp::create(b, loc, choice.getResults());
  }

  void entry() {
    OpBuilder b = open(function.getName().str(), {pointer, OpBuilder(function).getI64Type(), OpBuilder(function).getI64Type()});
    auto arguments = b.getBlock()->getArguments();
    Value call = arguments[0];
    Value slots = LLVM::AllocaOp::create(b, loc, pointer, b.getI64Type(), constant(b, plan.slots.size() + 1), 8);
    Value failed = LLVM::AllocaOp::create(b, loc, pointer, b.getI32Type(), constant(b, 1), 4);
    Value version = field(b, call, offsetof(gms_call, version), b.getI32Type());
    Value known = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, version, status(b, GMS_ABI_VERSION));
    Value count = field(b, call, offsetof(gms_call, argument_count), b.getI32Type());
    const int64_t arity = function.getNumArguments() + function.getNumResults();
    known = arith::AndIOp::create(b, loc, known,
                                  arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, count, status(b, arity)));
    Value start = arith::SelectOp::create(b, loc, known, status(b, GMS_OK), status(b, GMS_BAD_VERSION));
    auto loop = scf::ForOp::create(b, loc, toIndex(b, arguments[1]), toIndex(b, arguments[2]), index(b, 1), start);
    OpBuilder in = OpBuilder::atBlockEnd(loop.getBody());
    Value before = loop.getRegionIterArgs()[0];
    Value fine = arith::CmpIOp::create(in, loc, arith::CmpIPredicate::eq, before, status(in, GMS_OK));
    auto choice = scf::IfOp::create(in, loc, in.getI32Type(), fine, true);
    OpBuilder run = OpBuilder::atBlockEnd(choice.thenBlock()), skip = OpBuilder::atBlockEnd(choice.elseBlock());
    scf::YieldOp::create(run, loc, sample(run, call, loop.getInductionVar(), slots, failed));
    scf::YieldOp::create(skip, loc, before);
    scf::YieldOp::create(in, loc, choice.getResults());
    func::ReturnOp::create(b, loc, loop.getResults());
  }

private:
  func::FuncOp function;
  const StagePlan &plan;
  ArrayRef<Launch> launches;
  const DenseSet<Operation *> &onHost;
  ModuleOp host;
  Location loc;
  Type pointer;
  ConstantSymbols constants; ///< shapes depend on none

  OpBuilder open(const std::string &name, ArrayRef<Type> types) {
    OpBuilder b = OpBuilder::atBlockEnd(host.getBody());
    auto made = func::FuncOp::create(b, loc, name, b.getFunctionType(types, b.getI32Type()));
    return OpBuilder::atBlockEnd(made.addEntryBlock());
  }

  Value index(OpBuilder &b, int64_t v) { return arith::ConstantIndexOp::create(b, loc, v); }
  Value constant(OpBuilder &b, int64_t v) { return arith::ConstantIntOp::create(b, loc, b.getI64Type(), v); }
  Value status(OpBuilder &b, int64_t v) { return arith::ConstantIntOp::create(b, loc, b.getI32Type(), v); }
  Value word(OpBuilder &b, Value v) { return arith::IndexCastOp::create(b, loc, b.getI64Type(), v); }
  Value toIndex(OpBuilder &b, Value v) { return arith::IndexCastOp::create(b, loc, b.getIndexType(), v); }
  Value byte(OpBuilder &b, Value base, int64_t offset) {
    return LLVM::GEPOp::create(b, loc, pointer, b.getI8Type(), base, ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(offset)});
  }
  Value field(OpBuilder &b, Value base, int64_t offset, Type type) {
    return LLVM::LoadOp::create(b, loc, type, byte(b, base, offset));
  }

  SampleFrame frameOf(Value arguments) {
    SampleFrame frame;
    frame.inputs = function.getNumArguments();
    frame.arguments = arguments;
    return frame;
  }

  /// Whether the descriptors of the inputs are of the function's types.
  Value inputsAgree(OpBuilder &b, Value arguments) {
    Value all = arith::ConstantIntOp::create(b, loc, 1, 1);
    for (BlockArgument argument : function.getArguments()) {
      const InputForm form = formOf(argument);
      const int64_t base = static_cast<int64_t>(argument.getArgNumber() * sizeof(gms_tensor));
      auto check = [&](int64_t offset, Value expected) {
        Value found = field(b, arguments, base + offset, expected.getType());
        all = arith::AndIOp::create(b, loc, all, arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, found, expected));
      };
      check(offsetof(gms_tensor, rank), status(b, form.extents.size()));
      if (form.type >= 0)
        check(offsetof(gms_tensor, type), status(b, form.type));
      for (auto [axis, extent] : llvm::enumerate(form.extents))
        if (extent >= 0)
          check(static_cast<int64_t>(offsetof(gms_tensor, shape) + 8 * axis), constant(b, extent));
    }
    return all;
  }

  /// Whether all requirements on the shapes hold.
  Value requirements(OpBuilder &b, const SampleFrame &frame) {
    Value all = inputsAgree(b, frame.arguments);
    Value mark = arith::ConstantIntOp::create(b, loc, 1, 1);
    SampleCode code(plan, constants, frame, OpBuilder(mark.getDefiningOp()));
    for (const Stage &stage : plan.stages)
      if (onHost.contains(stage.op))
        all = arith::AndIOp::create(b, loc, all, code.scalar(cast<core::RequireOp>(stage.op).getCondition()));
    return all;
  }

  void describe(OpBuilder &b, Value arguments, size_t position, Value result, SampleCode &code) {
    auto type = cast<RankedTensorType>(result.getType());
    const int64_t base = static_cast<int64_t>(position * sizeof(gms_tensor));
    for (int64_t axis = 0; axis < type.getRank(); ++axis)
      LLVM::StoreOp::create(b, loc, word(b, code.extent(result, axis)),
                            byte(b, arguments, base + static_cast<int64_t>(offsetof(gms_tensor, shape)) + 8 * axis));
    LLVM::StoreOp::create(b, loc, status(b, abiType(type.getElementType())),
                          byte(b, arguments, base + static_cast<int64_t>(offsetof(gms_tensor, type))));
    LLVM::StoreOp::create(b, loc, status(b, type.getRank()),
                          byte(b, arguments, base + static_cast<int64_t>(offsetof(gms_tensor, rank))));
  }

  /// The offset of each slot, and after them the bytes of all.
  SmallVector<Value> slotOffsets(OpBuilder &b, SampleCode &code) {
    SmallVector<Value> offsets{index(b, 0)};
    for (const Slot &slot : plan.slots) {
      auto type = dyn_cast<RankedTensorType>(slot.value.getType());
      Value bytes = index(b, bytesOf(slot.value));
      for (int64_t axis = 0; type && axis < type.getRank(); ++axis)
        bytes = arith::MulIOp::create(b, loc, bytes, code.extent(slot.value, axis));
      Value up = arith::AddIOp::create(b, loc, bytes, index(b, kSlotAlignment - 1));
      Value aligned = arith::AndIOp::create(b, loc, up, index(b, -kSlotAlignment));
      offsets.push_back(arith::AddIOp::create(b, loc, offsets.back(), aligned));
    }
    return offsets;
  }

  Value sample(OpBuilder &b, Value call, Value number, Value slots, Value failed) {
    Value arguments = field(b, call, offsetof(gms_call, arguments), pointer);
    const int64_t each = (function.getNumArguments() + function.getNumResults()) * static_cast<int64_t>(sizeof(gms_tensor));
    Value offset = arith::MulIOp::create(b, loc, word(b, number), constant(b, each));
    Value mine = LLVM::GEPOp::create(b, loc, pointer, b.getI8Type(), arguments, ValueRange{offset});
    SampleFrame frame = frameOf(mine);
    auto choice = scf::IfOp::create(b, loc, b.getI32Type(), requirements(b, frame), true);
    OpBuilder in = OpBuilder::atBlockEnd(choice.thenBlock()), out = OpBuilder::atBlockEnd(choice.elseBlock());
    scf::YieldOp::create(out, loc, status(out, GMS_BAD_SHAPE));
    Value mark = index(in, 0);
    SampleCode code(plan, constants, frame, OpBuilder(mark.getDefiningOp()));
    SmallVector<Value> offsets = slotOffsets(in, code);
    for (size_t k = 0; k < plan.slots.size(); ++k)
      LLVM::StoreOp::create(in, loc, word(in, offsets[k]), byte(in, slots, 8 * static_cast<int64_t>(k)));
    LLVM::StoreOp::create(in, loc, status(in, GMS_OK), failed);
    Value room = field(in, call, offsetof(gms_call, workspace_bytes), in.getI64Type());
    Value fits = arith::CmpIOp::create(in, loc, arith::CmpIPredicate::sle, word(in, offsets.back()), room);
    auto launching = scf::IfOp::create(in, loc, in.getI32Type(), fits, true);
    OpBuilder run = OpBuilder::atBlockEnd(launching.thenBlock()), no = OpBuilder::atBlockEnd(launching.elseBlock());
    scf::YieldOp::create(no, loc, status(no, GMS_BAD_WORKSPACE));
    runLaunches(run, call, number, slots, failed, code);
    scf::YieldOp::create(run, loc, Value(LLVM::LoadOp::create(run, loc, run.getI32Type(), failed)));
    scf::YieldOp::create(in, loc, launching.getResults());
    return choice.getResult(0);
  }

  void runLaunches(OpBuilder &b, Value call, Value number, Value slots, Value failed, SampleCode &code) {
    Value back = arith::MulIOp::create(b, loc, word(b, number), constant(b, -static_cast<int64_t>(sizeof(int32_t))));
    Value words = LLVM::GEPOp::create(b, loc, pointer, b.getI8Type(), failed, ValueRange{back});
    const SmallVector<Value> shared{field(b, call, offsetof(gms_call, arguments), pointer),
                                    field(b, call, offsetof(gms_call, keys), pointer),
                                    field(b, call, offsetof(gms_call, workspace), pointer), slots, words,
                                    constant(b, 0), word(b, number)};
    for (auto [k, launch] : llvm::enumerate(launches)) {
      SmallVector<Value> operands = gridOf(b, launch, code);
      llvm::append_range(operands, shared);
      func::CallOp::create(b, loc, kernelName(function.getName(), k), TypeRange{}, operands);
    }
  }

  SmallVector<Value> gridOf(OpBuilder &b, const Launch &launch, SampleCode &code) {
    Value one = index(b, 1), x = one, z = one;
    for (const Stage &step : launch.steps) {
      auto compute = dyn_cast<core::ComputeOp>(step.op);
      if (launch.kind == LaunchKind::Block || !compute)
        continue;
      const Domain domain = domainOf(compute);
      auto size = [&](ArrayRef<unsigned> axes) {
        Value all = one;
        for (unsigned axis : axes)
          all = arith::MulIOp::create(b, loc, all, code.extent(compute.getResult(), axis));
        return all;
      };
      if (launch.kind == LaunchKind::Rows) {
        const auto rank = static_cast<unsigned>(compute.getResult().getType().getRank());
        x = arith::MaxSIOp::create(b, loc, x, size(llvm::to_vector(llvm::seq<unsigned>(0, rank))));
        continue;
      }
      Value tiles = arith::CeilDivSIOp::create(b, loc, size(domain.pixels), index(b, kTilePixels));
      x = arith::MaxSIOp::create(b, loc, x, tiles);
      if (spreadsOuter(compute))
        z = arith::MaxSIOp::create(b, loc, z, arith::MinSIOp::create(b, loc, size(domain.outer), index(b, kMostOuterBlocks)));
    }
    return {x, one, z};
  }
};

} // namespace

int32_t abiType(Type element) {
  if (element.isF32())
    return GMS_F32;
  if (element.isF64())
    return GMS_F64;
  if (element.isInteger(1))
    return GMS_BOOL;
  return element.isInteger(8) ? GMS_U8 : element.isInteger(32) ? GMS_I32 : GMS_I64;
}

InputForm formOf(BlockArgument argument) {
  auto type = cast<RankedTensorType>(argument.getType());
  // Bools and bytes are both stored as i8.
  InputForm form{type.getElementType().isInteger(8) ? -1 : abiType(type.getElementType()), {}};
  for (int64_t extent : type.getShape())
    form.extents.push_back(ShapedType::isDynamic(extent) ? -1 : extent);
  return form;
}

int64_t bytesOf(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return memoryTypeOf(type ? type.getElementType() : value.getType()).getIntOrFloatBitWidth() / 8;
}

void buildHostEntries(func::FuncOp function, const StagePlan &plan, ArrayRef<Launch> launches,
                      const DenseSet<Operation *> &onHost, ModuleOp host) {
  HostEntries entries(function, plan, launches, onHost, host);
  entries.shapeFunction();
  entries.entry();
}

} // namespace gms::compiler::cuda
