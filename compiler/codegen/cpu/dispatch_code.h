// A kernel that exists for several levels of the processor: which one runs is decided when it is loaded.
#pragma once
#include <string>

namespace gms::compiler::cpu {

/// An object file that defines `symbol` as `narrow` or, where processor and system do AVX-512, as `wide`: an
/// indirect function of ELF, resolved once by the loader. Empty, with `error` set, where LLVM refuses.
std::string makeDispatch(const std::string &symbol, const std::string &narrow, const std::string &wide,
                         std::string &error);

} // namespace gms::compiler::cpu
