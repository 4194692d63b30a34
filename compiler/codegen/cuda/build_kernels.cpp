#include "compiler/codegen/cuda/build_kernels.h"
#include "compiler/codegen/cuda/stage_code.h"
#include "runtime/abi/kernel.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/LLVMIR/NVVMDialect.h>
#include <mlir/Dialect/SCF/IR/SCF.h>

namespace gms::compiler::cuda {
using namespace mlir;

std::string kernelName(StringRef function, size_t launch) { return (function + "_" + Twine(launch)).str(); }

namespace {

constexpr unsigned globalSpace = 1;

class KernelBuilder {
public:
  KernelBuilder(func::FuncOp function, const StagePlan &plan, gpu::GPUModuleOp module)
      : function(function), plan(plan), module(module), context(function.getContext()), loc(function.getLoc()) {}

  void constantsOf() {
    OpBuilder b = OpBuilder::atBlockBegin(module.getBody());
    function.walk([&](arith::ConstantOp op) {
      auto type = dyn_cast<RankedTensorType>(op.getType());
      if (!type)
        return;
      auto dense = cast<DenseElementsAttr>(op.getValue());
      const Type memory = memoryTypeOf(type.getElementType());
      if (type.getElementType() != memory)
        dense = dense.mapValues(memory, [&](const APInt &v) { return v.zext(memory.getIntOrFloatBitWidth()); });
      const std::string name = (function.getName() + "_constant_" + Twine(constants.size())).str();
      auto array = LLVM::LLVMArrayType::get(memory, std::max<int64_t>(type.getNumElements(), 1));
      auto flat = dense.reshape(RankedTensorType::get({type.getNumElements()}, memory));
      LLVM::GlobalOp::create(b, op.getLoc(), array, /*isConstant=*/true, LLVM::Linkage::Internal, name, flat,
                             /*alignment=*/16, globalSpace);
      constants[op.getResult()] = name;
    });
  }

  void build(const Launch &launch, size_t number) {
    OpBuilder b = OpBuilder::atBlockEnd(module.getBody());
    const Type pointer = LLVM::LLVMPointerType::get(context, globalSpace), word = b.getI64Type();
    SmallVector<Type> types(5, pointer);
    types.append(2, word);
    auto kernel = gpu::GPUFuncOp::create(b, loc, kernelName(function.getName(), number),
                                         b.getFunctionType(types, {}));
    kernel->setAttr(gpu::GPUDialect::getKernelFuncAttrName(), b.getUnitAttr());
    kernel.setKnownBlockSizeAttr(b.getDenseI32ArrayAttr({static_cast<int32_t>(kBlockThreads), 1, 1}));
    // One block a processor is enough: registers are not spilled to fit more of them.
    kernel->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(), b.getI32IntegerAttr(1));
    b.setInsertionPointToStart(&kernel.getBody().front());
    const SampleFrame frame = frameOf(b, kernel);
    for (auto [position, step] : llvm::enumerate(launch.steps)) {
      if (position && launch.kind == LaunchKind::Block)
        gpu::BarrierOp::create(b, loc);
      emitStep(b, launch.kind, step, frame, guardStatus(b, kernel, step));
    }
    gpu::ReturnOp::create(b, loc);
  }

private:
  func::FuncOp function;
  const StagePlan &plan;
  gpu::GPUModuleOp module;
  MLIRContext *context;
  Location loc;
  ConstantSymbols constants;
  Value status;

  Value at(OpBuilder &b, Value pointer, Value index, int64_t bytes) {
    Value size = arith::ConstantIntOp::create(b, loc, b.getI64Type(), bytes);
    Value offset = arith::MulIOp::create(b, loc, index, size);
    return LLVM::GEPOp::create(b, loc, pointer.getType(), b.getI8Type(), pointer, ValueRange{offset});
  }

  SampleFrame frameOf(OpBuilder &b, gpu::GPUFuncOp kernel) {
    auto parameter = [&](Parameter p) { return kernel.getArgument(static_cast<unsigned>(p)); };
    Value block = gpu::BlockIdOp::create(b, loc, gpu::Dimension::y);
    Value sample = arith::AddIOp::create(b, loc, parameter(Parameter::First),
                                         arith::IndexCastOp::create(b, loc, b.getI64Type(), block));
    SampleFrame frame;
    frame.space = globalSpace;
    frame.inputs = function.getNumArguments();
    const int64_t arguments = function.getNumArguments() + function.getNumResults();
    frame.arguments = at(b, parameter(Parameter::Arguments), sample, arguments * static_cast<int64_t>(sizeof(gms_tensor)));
    frame.key = at(b, parameter(Parameter::Keys), sample, sizeof(gms_key));
    Value offset = arith::MulIOp::create(b, loc, sample, parameter(Parameter::WorkspaceEach));
    Value workspace = parameter(Parameter::Workspace);
    frame.workspace = LLVM::GEPOp::create(b, loc, workspace.getType(), b.getI8Type(), workspace, ValueRange{offset});
    frame.slots = parameter(Parameter::Slots);
    status = at(b, parameter(Parameter::Status), sample, sizeof(int32_t));
    return frame;
  }

  /// Stages after a requirement that only the device can check do nothing for a sample that failed it.
  Value guardStatus(OpBuilder &b, gpu::GPUFuncOp, const Stage &step) {
    const bool checked = llvm::any_of(plan.stages, [](const Stage &s) { return isa<core::RequireOp>(s.op); });
    if (!checked || isa<core::RequireOp>(step.op))
      return {};
    Value word = LLVM::LoadOp::create(b, loc, b.getI32Type(), status);
    Value zero = arith::ConstantIntOp::create(b, loc, b.getI32Type(), 0);
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, word, zero);
  }

  void emitStep(OpBuilder &b, LaunchKind kind, const Stage &step, const SampleFrame &frame, Value fine) {
    OpBuilder at = b;
    if (fine) {
      auto guard = scf::IfOp::create(b, loc, fine, false);
      at = OpBuilder(guard.getThenRegion().front().getTerminator());
    }
    StageCode(plan, constants, frame, status).emit(at, kind, step);
    b.setInsertionPointToEnd(b.getBlock());
  }
};

} // namespace

gpu::GPUModuleOp buildKernels(func::FuncOp function, const StagePlan &plan, ArrayRef<Launch> launches) {
  OpBuilder b(function);
  auto module = gpu::GPUModuleOp::create(b, function.getLoc(), (function.getName() + "_kernels").str());
  KernelBuilder builder(function, plan, module);
  builder.constantsOf();
  for (auto [number, launch] : llvm::enumerate(launches))
    builder.build(launch, number);
  return module;
}

} // namespace gms::compiler::cuda
