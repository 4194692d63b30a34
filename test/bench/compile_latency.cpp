// How long a function takes from text to callable code in a fresh process, without the cache on disk.
//
// usage: gms_compile_latency PROGRAM.gms STDLIB FUNCTION
// Prints ms: opening the compiler's library, parse and check, compile, and the same compile again.
#include "compiler/driver/open_compiler.h"
#include "lang/sema/check.h"
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace {
using namespace gms;

double milliseconds(auto &&work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

int show(const Diagnostics &diagnostics, const Sources &sources) {
  for (const Diagnostic &message : diagnostics.sorted())
    std::fprintf(stderr, "%s\n", render(message, sources, false).c_str());
  return 1;
}

} // namespace

int main(int count, char **values) {
  if (count != 4)
    return 2;
  std::string reason;
  compiler::Compiler *compiler = nullptr;
  const double opening = milliseconds([&] { compiler = compiler::openCompiler(reason); });
  if (!compiler) {
    std::fprintf(stderr, "%s\n", reason.c_str());
    return 1;
  }
  Sources sources;
  Diagnostics diagnostics;
  std::unique_ptr<program::Program> program;
  const double front = milliseconds([&] {
    std::ifstream in(values[1]);
    const uint32_t file = sources.add(values[1], {std::istreambuf_iterator<char>(in), {}});
    program = sema::check(sources, file, {{values[2]}}, diagnostics);
  });
  compiler::CompileRequest request;
  request.program = program.get();
  for (const auto &function : program->functions)
    if (function && function->name == values[3])
      request.entry = function->id;
  if (diagnostics.failed())
    return show(diagnostics, sources);
  std::optional<compiler::CompiledKernel> kernel;
  const double first = milliseconds([&] { kernel = compiler->compile(request, diagnostics); });
  const double again = milliseconds([&] { kernel = compiler->compile(request, diagnostics); });
  if (!kernel || !kernel->entry)
    return show(diagnostics, sources);
  std::printf("%.3f %.3f %.3f %.3f\n", opening, front, first, again);
  return 0;
}
