// LLVM's part: from the LLVM dialect to machine code, in memory or as an object file.
#pragma once
#include <memory>
#include <mlir/IR/BuiltinOps.h>
#include <string>

namespace llvm {
class Module;
}

namespace gms::compiler::cpu {

/// The processor that code is for.
struct Processor {
  std::string name;     ///< as LLVM calls it: "znver4", "x86-64-v3", …
  std::string features; ///< "+avx2,…"; empty: what the name implies
  bool avx512 = false;

  static Processor host();
  static Processor baseLevel();                      ///< any of x86-64
  static Processor avx2Level();                      ///< x86-64-v3
  static Processor avx512Level();                    ///< x86-64-v4
  unsigned lanes() const { return avx512 ? 16 : 8; } ///< f32 in a vector
};

enum class CodeForm { Object, Assembly, LlvmIr };

/// A position-independent object file (or its text). Empty, with `error` set, where LLVM refuses.
std::string makeCode(mlir::ModuleOp module, const Processor &processor, CodeForm form, std::string &error);

/// The object file of a module of LLVM's.
std::string objectOf(llvm::Module &module, const Processor &processor, std::string &error);

/// An object file in memory. Lives as long as its functions are called; not for static storage.
class LoadedCode {
public:
  static std::unique_ptr<LoadedCode> load(const std::string &object, std::string &error);
  ~LoadedCode();
  /// The address of a symbol, or null.
  void *symbol(const std::string &name) const;

private:
  LoadedCode();
  struct Jit;
  std::unique_ptr<Jit> jit;
};

} // namespace gms::compiler::cpu
