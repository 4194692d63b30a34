// gms-opt: reads IR, runs any of the compiler's passes, and prints it: for tests and for whoever writes a
// pass.
#include "compiler/codegen/cpu/compile.h"
#include "compiler/dialect/aug/aug.h"
#include "compiler/dialect/core/core.h"
#include "compiler/transforms/passes.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/ControlFlow/IR/ControlFlowOps.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/LLVMIR/LLVMDialect.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/Dialect/Vector/IR/VectorOps.h>
#include <mlir/Pass/PassManager.h>
#include <mlir/Tools/mlir-opt/MlirOptMain.h>
#include <mlir/Transforms/Passes.h>

namespace {
using namespace mlir;

/// Replaces the module by its CPU code with explicit vectors, or by that in the LLVM dialect.
template <gms::compiler::CpuForm form>
struct ToCpuCode : PassWrapper<ToCpuCode<form>, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ToCpuCode)
  ToCpuCode() = default;
  ToCpuCode(const ToCpuCode &other) : PassWrapper<ToCpuCode<form>, OperationPass<ModuleOp>>(other) {}
  StringRef getArgument() const final {
    return form == gms::compiler::CpuForm::Vectors ? "cpu-vectors" : "cpu-llvm";
  }
  StringRef getDescription() const final { return "CPU code of every kernel"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<LLVM::LLVMDialect, vector::VectorDialect, scf::SCFDialect, cf::ControlFlowDialect>();
  }
  Pass::Option<bool> verify{*this, "verify", llvm::cl::desc("check the code"), llvm::cl::init(true)};
  Pass::Option<unsigned> lanes{*this, "lanes", llvm::cl::desc("f32 in a vector"), llvm::cl::init(16)};
  void runOnOperation() override {
    ModuleOp module = this->getOperation();
    OwningOpRef<ModuleOp> code = gms::compiler::cpuForm(module, lanes, form, verify);
    if (!code)
      return this->signalPassFailure();
    module.getBody()->clear();
    module.getBody()->getOperations().splice(module.getBody()->end(), code->getBody()->getOperations());
  }
};

/// Prints the assembly of a module in the LLVM dialect.
struct PrintAssembly : PassWrapper<PrintAssembly, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PrintAssembly)
  PrintAssembly() = default;
  PrintAssembly(const PrintAssembly &other) : PassWrapper(other) {}
  StringRef getArgument() const final { return "cpu-assembly"; }
  StringRef getDescription() const final { return "prints the machine code of a module in the LLVM dialect"; }
  Pass::Option<bool> avx512{*this, "avx512", llvm::cl::desc("for x86-64-v4, else for x86-64-v3"),
                            llvm::cl::init(true)};
  Pass::Option<bool> ir{*this, "ir", llvm::cl::desc("LLVM IR after its passes"), llvm::cl::init(false)};
  void runOnOperation() override {
    using namespace gms::compiler::cpu;
    std::string error;
    llvm::outs() << makeCode(getOperation(), avx512 ? Processor::avx512Level() : Processor::avx2Level(),
                             ir ? CodeForm::LlvmIr : CodeForm::Assembly, error);
    if (error.empty())
      return;
    getOperation().emitError(error);
    signalPassFailure();
  }
};

} // namespace

int main(int argc, char **argv) {
  DialectRegistry registry;
  registry.insert<gms::core::CoreDialect, gms::aug::AugDialect, arith::ArithDialect, func::FuncDialect,
                  math::MathDialect, scf::SCFDialect, tensor::TensorDialect, vector::VectorDialect,
                  LLVM::LLVMDialect>();
  registerCanonicalizerPass();
  registerCSEPass();
  gms::compiler::registerGmsCorePasses();
  PassRegistration<ToCpuCode<gms::compiler::CpuForm::Vectors>>();
  PassRegistration<ToCpuCode<gms::compiler::CpuForm::Llvm>>();
  PassRegistration<PrintAssembly>();
  PassPipelineRegistration<>("gms-core", "from what import gives to what code is made from",
                             [](OpPassManager &manager) { gms::compiler::buildCorePipeline(manager, true); });
  PassPipelineRegistration<>(
      "gms-core-unfused", "the same with a compute an operator",
      [](OpPassManager &manager) { gms::compiler::buildCorePipeline(manager, false); });
  return asMainReturnCode(MlirOptMain(argc, argv, "gms-opt: the passes of the GMS compiler\n", registry));
}
