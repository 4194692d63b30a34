#include "compiler/codegen/cpu/object_code.h"
#include "runtime/physics/physics.h"
#include <llvm/Analysis/CGSCCPassManager.h>
#include <llvm/Analysis/LoopAnalysisManager.h>
#include <llvm/ExecutionEngine/Orc/AbsoluteSymbols.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/Transforms/InstCombine/InstCombine.h>
#include <llvm/Transforms/Scalar/DCE.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Scalar/SimplifyCFG.h>
#include <mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h>
#include <mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h>
#include <mlir/Target/LLVMIR/Export.h>
#include <mutex>

namespace gms::compiler::cpu {

namespace {

void initialise() {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    llvm::InitializeNativeTargetAsmParser(); // of the instructions that dispatch_code.cpp writes
  });
}

std::unique_ptr<llvm::TargetMachine> makeMachine(const Processor &processor, std::string &error) {
  llvm::Triple triple(llvm::sys::getDefaultTargetTriple());
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return nullptr;
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Standard; // only where an operation says so
  return std::unique_ptr<llvm::TargetMachine>(
      target->createTargetMachine(triple, processor.name, processor.features, options, llvm::Reloc::PIC_,
                                  llvm::CodeModel::Small, llvm::CodeGenOptLevel::Default));
}

/// Few passes: code is already vectorised and free of what is invariant, and compiling must be quick.
void optimise(llvm::Module &module, llvm::TargetMachine &machine) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  llvm::FunctionPassManager passes;
  passes.addPass(llvm::SimplifyCFGPass());
  passes.addPass(llvm::EarlyCSEPass());
  passes.addPass(llvm::InstCombinePass());
  passes.addPass(llvm::EarlyCSEPass());
  passes.addPass(llvm::DCEPass());
  for (llvm::Function &function : module)
    if (!function.isDeclaration())
      passes.run(function, functions);
}

/// Machine code, as a file or as text.
std::string assembled(llvm::Module &module, llvm::TargetMachine &machine, llvm::CodeGenFileType type,
                      std::string &error) {
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, stream, nullptr, type)) {
    error = "LLVM has no object files for this processor";
    return "";
  }
  passes.run(module);
  return std::string(bytes.begin(), bytes.end());
}

} // namespace

std::string objectOf(llvm::Module &module, const Processor &processor, std::string &error) {
  initialise();
  std::unique_ptr<llvm::TargetMachine> machine = makeMachine(processor, error);
  if (!machine)
    return "";
  module.setTargetTriple(machine->getTargetTriple());
  module.setDataLayout(machine->createDataLayout());
  return assembled(module, *machine, llvm::CodeGenFileType::ObjectFile, error);
}

Processor Processor::host() {
  Processor made{llvm::sys::getHostCPUName().str(), "", false};
  std::string features;
  for (const auto &feature : llvm::sys::getHostCPUFeatures()) {
    features +=
        (features.empty() ? "" : ",") + std::string(feature.second ? "+" : "-") + feature.first().str();
    if (feature.first() == "avx512vl" && feature.second)
      made.avx512 = true;
  }
  made.features = features;
  return made;
}

Processor Processor::baseLevel() { return {"x86-64", "", false}; }
Processor Processor::avx2Level() { return {"x86-64-v3", "+fast-gather", false}; }
Processor Processor::avx512Level() { return {"x86-64-v4", "", true}; }

std::string makeCode(mlir::ModuleOp module, const Processor &processor, CodeForm form, std::string &error) {
  initialise();
  mlir::registerBuiltinDialectTranslation(*module.getContext());
  mlir::registerLLVMDialectTranslation(*module.getContext());
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> code = mlir::translateModuleToLLVMIR(module, context, "gms", true);
  std::unique_ptr<llvm::TargetMachine> machine = makeMachine(processor, error);
  if (!code || !machine) {
    if (error.empty())
      error = "the kernel's LLVM form cannot be translated";
    return "";
  }
  code->setTargetTriple(machine->getTargetTriple());
  code->setDataLayout(machine->createDataLayout());
  for (llvm::Function &function : *code)
    if (!function.isDeclaration()) {
      function.addFnAttr("target-cpu", processor.name);
      function.addFnAttr("target-features", processor.features);
      function.addFnAttr("prefer-vector-width", processor.avx512 ? "512" : "256");
      function.addFnAttr(llvm::Attribute::NoUnwind);
    }
  optimise(*code, *machine);
  std::string text;
  if (form == CodeForm::LlvmIr) {
    llvm::raw_string_ostream stream(text);
    code->print(stream, nullptr);
    return text;
  }
  return assembled(*code, *machine,
                   form == CodeForm::Object ? llvm::CodeGenFileType::ObjectFile
                                            : llvm::CodeGenFileType::AssemblyFile,
                   error);
}

namespace {

/// What kernels call, as it is linked into this library.
llvm::orc::SymbolMap runtimeFunctions(llvm::orc::LLJIT &jit) {
  llvm::orc::SymbolMap functions;
#define GMS_PHYSICS_FUNCTION(name)                                                                               \
  functions[jit.mangleAndIntern(#name)] = {llvm::orc::ExecutorAddr::fromPtr(&name),                              \
                                           llvm::JITSymbolFlags::Exported | llvm::JITSymbolFlags::Callable};
#include "runtime/physics/functions.def"
#undef GMS_PHYSICS_FUNCTION
  return functions;
}

} // namespace

struct LoadedCode::Jit {
  std::unique_ptr<llvm::orc::LLJIT> jit;
};

LoadedCode::LoadedCode() = default;
LoadedCode::~LoadedCode() = default;

std::unique_ptr<LoadedCode> LoadedCode::load(const std::string &object, std::string &error) {
  initialise();
  auto fail = [&](llvm::Error problem) {
    error = llvm::toString(std::move(problem));
    return nullptr;
  };
  auto made = llvm::orc::LLJITBuilder().create();
  if (!made)
    return fail(made.takeError());
  auto &jit = **made;
  auto generator =
      llvm::orc::DynamicLibrarySearchGenerator::GetForCurrentProcess(jit.getDataLayout().getGlobalPrefix());
  if (!generator)
    return fail(generator.takeError());
  jit.getMainJITDylib().addGenerator(std::move(*generator));
  if (auto problem = jit.getMainJITDylib().define(llvm::orc::absoluteSymbols(runtimeFunctions(jit))))
    return fail(std::move(problem));
  if (auto problem = jit.addObjectFile(llvm::MemoryBuffer::getMemBufferCopy(object, "gms")))
    return fail(std::move(problem));
  std::unique_ptr<LoadedCode> loaded(new LoadedCode);
  loaded->jit = std::make_unique<Jit>();
  loaded->jit->jit = std::move(*made);
  return loaded;
}

void *LoadedCode::symbol(const std::string &name) const {
  auto address = jit->jit->lookup(name);
  if (!address) {
    llvm::consumeError(address.takeError());
    return nullptr;
  }
  return address->toPtr<void *>();
}

} // namespace gms::compiler::cpu
