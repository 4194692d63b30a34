#include "compiler/codegen/cpu/dispatch_code.h"
#include "compiler/codegen/cpu/object_code.h"
#include <llvm/IR/GlobalIFunc.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InlineAsm.h>
#include <llvm/IR/Module.h>

namespace gms::compiler::cpu {

namespace {

/// The level x86-64-v4, by the Intel manual's CPUID and XGETBV: leaf 7 EBX has AVX512F (16), DQ (17), CD (28),
/// BW (30) and VL (31), leaf 1 ECX says that the system saves states (27), and XCR0 that those of AVX (1, 2) and
/// AVX-512 (5 to 7) are among them.
constexpr uint32_t wideFeatures = 1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31;
constexpr uint32_t savesStates = 1u << 27, wideStates = 0xe6;

/// Calls of the loader's resolver, which may call nothing: it runs before other relocations are done.
class Resolver {
public:
  Resolver(llvm::Module &module, llvm::Function *function)
      : b(module.getContext()), function(function), i32(b.getInt32Ty()) {}

  void build(llvm::Function *narrow, llvm::Function *wide) {
    llvm::Value *no = b.getFalse();
    start("entry");
    llvm::Value *enough = b.CreateICmpUGE(cpuid(0, 0), b.getInt32(7));
    auto *saved = block("saved"), *states = block("states"), *end = block("end");
    auto *first = b.GetInsertBlock();
    b.CreateCondBr(enough, saved, end);
    b.SetInsertPoint(saved);
    llvm::Value *saves = has(cpuid(1, 2), savesStates);
    b.CreateCondBr(saves, states, end);
    b.SetInsertPoint(states);
    llvm::Value *all = b.CreateAnd(has(xcr0(), wideStates), has(cpuid(7, 1), wideFeatures));
    b.CreateBr(end);
    b.SetInsertPoint(end);
    llvm::PHINode *can = b.CreatePHI(b.getInt1Ty(), 3);
    can->addIncoming(no, first);
    can->addIncoming(no, saved);
    can->addIncoming(all, states);
    b.CreateRet(b.CreateSelect(can, wide, narrow));
  }

private:
  llvm::IRBuilder<> b;
  llvm::Function *function;
  llvm::Type *i32;

  llvm::BasicBlock *block(const char *name) {
    return llvm::BasicBlock::Create(b.getContext(), name, function);
  }
  void start(const char *name) { b.SetInsertPoint(block(name)); }

  llvm::Value *has(llvm::Value *bits, uint32_t wanted) {
    return b.CreateICmpEQ(b.CreateAnd(bits, b.getInt32(wanted)), b.getInt32(wanted));
  }

  /// One of EAX, EBX, ECX and EDX of a leaf.
  llvm::Value *cpuid(uint32_t leaf, unsigned which) {
    auto *registers = llvm::StructType::get(i32, i32, i32, i32);
    auto *type = llvm::FunctionType::get(registers, {i32, i32}, false);
    auto *code = llvm::InlineAsm::get(
        type, "cpuid", "={ax},={bx},={cx},={dx},{ax},{cx},~{dirflag},~{fpsr},~{flags}", true);
    return b.CreateExtractValue(b.CreateCall(type, code, {b.getInt32(leaf), b.getInt32(0)}), which);
  }

  llvm::Value *xcr0() {
    auto *registers = llvm::StructType::get(i32, i32);
    auto *type = llvm::FunctionType::get(registers, {i32}, false);
    auto *code =
        llvm::InlineAsm::get(type, "xgetbv", "={ax},={dx},{cx},~{dirflag},~{fpsr},~{flags}", true);
    return b.CreateExtractValue(b.CreateCall(type, code, {b.getInt32(0)}), 0);
  }
};

} // namespace

std::string makeDispatch(const std::string &symbol, const std::string &narrow, const std::string &wide,
                         std::string &error) {
  llvm::LLVMContext context;
  llvm::Module module("gms", context);
  auto *pointer = llvm::PointerType::getUnqual(context);
  // What the two take does not matter here.
  auto *type = llvm::FunctionType::get(llvm::Type::getInt32Ty(context), false);
  const auto declared = [&](const std::string &name) {
    auto *made = llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, name, module);
    made->setVisibility(llvm::GlobalValue::HiddenVisibility);
    return made;
  };
  auto *resolver = llvm::Function::Create(llvm::FunctionType::get(pointer, false),
                                          llvm::GlobalValue::InternalLinkage, symbol + ".resolver", module);
  Resolver(module, resolver).build(declared(narrow), declared(wide));
  llvm::GlobalIFunc::create(type, 0, llvm::GlobalValue::ExternalLinkage, symbol, resolver, &module);
  return objectOf(module, Processor::baseLevel(), error);
}

} // namespace gms::compiler::cpu
