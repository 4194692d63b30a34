// Opens the compiler's library, and keeps compiled kernels on disk so that it is rarely opened.
#pragma once
#include "compiler/driver/compile.h"
#include "compiler/driver/kernel_key.h"

namespace gms::compiler {

/// The library libgms_compiler.so beside the executable (../lib or its own folder); opened once. Null, with
/// the reason, where it is missing.
Compiler *openCompiler(std::string &reason);

/// $XDG_CACHE_HOME/gms or ~/.cache/gms; "" where neither is known, or where GMS_CACHE=off.
std::string cacheFolder();

/// A kernel from the cache, or compiled and then cached (in the background of the next start: the shared
/// object is linked by `ld.lld`, where that is found). Nothing after an error, which has been reported.
std::optional<CompiledKernel> compileCached(const CompileRequest &request, Diagnostics &diagnostics);

} // namespace gms::compiler
