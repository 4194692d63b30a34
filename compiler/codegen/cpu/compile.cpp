#include "compiler/codegen/cpu/compile.h"
#include "compiler/codegen/cpu/kernel_code.h"
#include "compiler/codegen/cpu/lower_to_llvm.h"
#include "compiler/codegen/cpu/vector_math.h"
#include <mlir/Dialect/ControlFlow/IR/ControlFlowOps.h>
#include <mlir/Dialect/LLVMIR/LLVMDialect.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Vector/IR/VectorOps.h>
#include <mlir/IR/Verifier.h>

namespace gms::compiler {
using namespace mlir;

OwningOpRef<ModuleOp> cpuForm(ModuleOp module, unsigned lanes, CpuForm form, bool verify) {
  module.getContext()
      ->loadDialect<LLVM::LLVMDialect, vector::VectorDialect, scf::SCFDialect, cf::ControlFlowDialect,
                    math::MathDialect>();
  OwningOpRef<ModuleOp> out = ModuleOp::create(module.getLoc());
  for (auto function : module.getOps<func::FuncOp>())
    if (function->hasAttr("gms.kernel") && failed(cpu::buildKernel(function, lanes, *out)))
      return {};
  cpu::expandVectorMath(*out);
  if (verify && failed(mlir::verify(*out)))
    return {};
  if (form == CpuForm::Vectors)
    return out;
  if (failed(cpu::lowerToLlvm(*out)) || (verify && failed(mlir::verify(*out))))
    return {};
  return out;
}

CpuCode compileForCpu(ModuleOp module, const CpuOptions &options) {
  CpuCode made;
  OwningOpRef<ModuleOp> llvm = cpuForm(module, options.processor.lanes(), CpuForm::Llvm, options.verify);
  if (!llvm) {
    made.error = "no CPU code can be made of this kernel";
    return made;
  }
  made.object = cpu::makeCode(*llvm, options.processor, cpu::CodeForm::Object, made.error);
  if (!made || !options.load)
    return made;
  made.code = cpu::LoadedCode::load(made.object, made.error);
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!made || !function->hasAttr("gms.kernel"))
      continue;
    CpuKernel kernel{function.getName().str(), nullptr, nullptr};
    kernel.entry = reinterpret_cast<gms_kernel>(made.code->symbol(kernel.name));
    kernel.shape = reinterpret_cast<gms_shape_function>(made.code->symbol(kernel.name + "_shape"));
    if (!kernel.entry || !kernel.shape)
      made.error = "the kernel " + kernel.name + " has no address";
    made.kernels.push_back(std::move(kernel));
  }
  return made;
}

} // namespace gms::compiler
