#include "compiler/codegen/cuda/emit_ptx.h"
#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IRReader/IRReader.h>
#include <llvm/Linker/Linker.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/SourceMgr.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/Transforms/IPO/Internalize.h>
#include <llvm/Transforms/Utils/Cloning.h>
#include <mlir/Conversion/GPUToNVVM/GPUToNVVMPass.h>
#include <mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h>
#include <mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h>
#include <mlir/Dialect/Arith/Transforms/Passes.h>
#include <mlir/Dialect/ControlFlow/IR/ControlFlow.h>
#include <mlir/Dialect/LLVMIR/NVVMDialect.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/Math/Transforms/Passes.h>
#include <mlir/Pass/PassManager.h>
#include <mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h>
#include <mlir/Target/LLVMIR/Dialect/GPU/GPUToLLVMIRTranslation.h>
#include <mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h>
#include <mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h>
#include <mlir/Target/LLVMIR/Export.h>
#include <mlir/Transforms/GreedyPatternRewriteDriver.h>
#include <mlir/Transforms/Passes.h>

extern "C" {
void LLVMInitializeNVPTXTargetInfo();
void LLVMInitializeNVPTXTarget();
void LLVMInitializeNVPTXTargetMC();
void LLVMInitializeNVPTXAsmPrinter();
}

namespace gms::compiler::cuda {
using namespace mlir;

namespace {

constexpr const char *gpuTriple = "nvptx64-nvidia-cuda";

/// Exactly rounded functions are instructions. (Of libdevice, the square root would be an approximation.)
void useInstructions(llvm::Module &module) {
  static constexpr std::pair<const char *, llvm::Intrinsic::ID> instructions[] = {
      {"__nv_sqrt", llvm::Intrinsic::sqrt},      {"__nv_floor", llvm::Intrinsic::floor},
      {"__nv_ceil", llvm::Intrinsic::ceil},      {"__nv_fabs", llvm::Intrinsic::fabs},
      {"__nv_rint", llvm::Intrinsic::roundeven}, {"__nv_trunc", llvm::Intrinsic::trunc},
      {"__nv_fma", llvm::Intrinsic::fma},        {"__nv_copysign", llvm::Intrinsic::copysign}};
  for (auto [name, id] : instructions)
    for (const char *suffix : {"", "f"}) {
      llvm::Function *function = module.getFunction(std::string(name) + suffix);
      if (!function)
        continue;
      function->replaceAllUsesWith(llvm::Intrinsic::getOrInsertDeclaration(&module, id, function->getReturnType()));
      function->eraseFromParent();
    }
}

/// Without libdevice: powers by exp and log, then polynomials.
LogicalResult expandFunctions(Operation *root) {
  RewritePatternSet powers(root->getContext());
  math::populateExpansionPatterns(powers, {"powf", "tan", "sinh", "cosh", "exp2"});
  if (failed(applyPatternsGreedily(root, std::move(powers))))
    return failure();
  RewritePatternSet polynomials(root->getContext());
  populateMathPolynomialApproximationPatterns(polynomials);
  return applyPatternsGreedily(root, std::move(polynomials));
}

void initialise() {
  static const bool once = [] {
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
    return true;
  }();
  (void)once;
}

std::unique_ptr<llvm::TargetMachine> machineFor(const std::string &arch, std::string &error) {
  initialise();
  const llvm::Triple triple(gpuTriple);
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return {};
  std::unique_ptr<llvm::TargetMachine> machine(target->createTargetMachine(
      triple, arch, "", llvm::TargetOptions(), std::nullopt, std::nullopt, llvm::CodeGenOptLevel::Aggressive));
  if (!machine || !machine->getMCSubtargetInfo()->isCPUStringValid(arch)) {
    error = "\"" + arch + "\" is no GPU architecture that this compiler knows; expected one such as sm_80, sm_90 or sm_100";
    return {};
  }
  return machine;
}

bool linkLibdevice(llvm::Module &module, const std::string &libdevice, std::string &error) {
  llvm::SMDiagnostic diagnostic;
  std::unique_ptr<llvm::Module> library = llvm::getLazyIRFileModule(libdevice, diagnostic, module.getContext());
  if (!library) {
    error = libdevice + " could not be read: " + diagnostic.getMessage().str();
    return false;
  }
  library->setTargetTriple(module.getTargetTriple());
  library->setDataLayout(module.getDataLayout());
  auto internalize = [](llvm::Module &m, const llvm::StringSet<> &fresh) {
    llvm::internalizeModule(m, [&](const llvm::GlobalValue &value) { return !fresh.contains(value.getName()); });
  };
  if (llvm::Linker::linkModules(module, std::move(library), llvm::Linker::LinkOnlyNeeded, internalize)) {
    error = libdevice + " could not be linked";
    return false;
  }
  return true;
}

/// The names of functions that nobody defines.
std::string missingFunctions(const llvm::Module &module) {
  std::string names;
  for (const llvm::Function &function : module)
    // A pass of the NVPTX target answers __nvvm_reflect.
    if (function.isDeclaration() && !function.isIntrinsic() && !function.use_empty() &&
        function.getName() != "__nvvm_reflect")
      names += (names.empty() ? "" : ", ") + function.getName().str();
  return names;
}

} // namespace

LogicalResult lowerToNvvm(gpu::GPUModuleOp module, bool libdevice) {
  if (!libdevice && failed(expandFunctions(module)))
    return failure();
  RewritePatternSet divisions(module.getContext());
  arith::populateCeilFloorDivExpandOpsPatterns(divisions);
  if (failed(applyPatternsGreedily(module, std::move(divisions))))
    return failure();
  PassManager manager(module.getContext(), gpu::GPUModuleOp::getOperationName());
  manager.addPass(createLoopInvariantCodeMotionPass());
  manager.addPass(createSCFToControlFlowPass());
  manager.addPass(createConvertGpuOpsToNVVMOps());
  manager.addPass(createReconcileUnrealizedCastsPass());
  return manager.run(module);
}

std::unique_ptr<llvm::Module> translateKernels(gpu::GPUModuleOp module, llvm::LLVMContext &context,
                                               const std::string &libdevice, std::string &error) {
  std::unique_ptr<llvm::TargetMachine> machine = machineFor("sm_80", error);
  if (!machine)
    return {};
  registerBuiltinDialectTranslation(*module.getContext());
  registerGPUDialectTranslation(*module.getContext());
  registerLLVMDialectTranslation(*module.getContext());
  registerNVVMDialectTranslation(*module.getContext());
  // Alignments follow from the layout while translating.
  const llvm::DataLayout layout = machine->createDataLayout();
  module->setAttr(LLVM::LLVMDialect::getDataLayoutAttrName(),
                  StringAttr::get(module.getContext(), layout.getStringRepresentation()));
  std::unique_ptr<llvm::Module> translated = translateModuleToLLVMIR(module, context, module.getName());
  if (!translated) {
    error = "the kernels could not be translated to LLVM IR";
    return {};
  }
  translated->setTargetTriple(llvm::Triple(gpuTriple));
  translated->setDataLayout(layout);
  useInstructions(*translated);
  if (!missingFunctions(*translated).empty() && !libdevice.empty() && !linkLibdevice(*translated, libdevice, error))
    return {};
  if (const std::string names = missingFunctions(*translated); !names.empty()) {
    error = "these functions need libdevice of the CUDA toolkit, which was not found: " + names +
            "; give its folder by --cuda-path";
    return {};
  }
  return translated;
}

std::string emitPtx(const llvm::Module &module, const std::string &arch, std::string &error) {
  std::unique_ptr<llvm::TargetMachine> machine = machineFor(arch, error);
  if (!machine)
    return "";
  std::unique_ptr<llvm::Module> copy = llvm::CloneModule(module);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(machine.get());
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O3).run(*copy, modules);
  llvm::SmallString<0> text;
  llvm::raw_svector_ostream out(text);
  llvm::legacy::PassManager emission;
  if (machine->addPassesToEmitFile(emission, out, nullptr, llvm::CodeGenFileType::AssemblyFile)) {
    error = "no PTX can be written for " + arch;
    return "";
  }
  emission.run(*copy);
  return text.str().str();
}

} // namespace gms::compiler::cuda
