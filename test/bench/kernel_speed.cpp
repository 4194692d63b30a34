// How fast the kernels of a program run on one thread, beside what the processor's multiply-adds can reach.
//
// usage: gms_kernel_speed PROGRAM.gms STDLIB FUNCTION FLOP [FUNCTION FLOP]...
// Extents of the functions' parameters are written as numbers. FLOP is what one call counts for. Prints a line a function:
// microseconds a call, GFLOP/s, and the share of the peak of its result's precision, measured just before.
#include "compiler/driver/open_compiler.h"
#include "lang/sema/check.h"
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace {
using namespace gms;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// The shortest time of one run, in seconds, over at least 0.3 s.
double shortest(auto &&run) {
  double best = 1e9;
  for (const double end = now() + 0.3; now() < end;) {
    const double start = now();
    run();
    best = std::min(best, now() - start);
  }
  return best;
}

/// Multiply-adds of independent vectors that stay in registers: 10^9 operations a second.
template <typename T, int Bytes> double peakOf() {
  typedef T Vector __attribute__((vector_size(Bytes)));
  constexpr int chains = 12, passes = 20000;
  Vector sums[chains], factor = Vector{} + T(0.999), term = Vector{} + T(0.001);
  for (int k = 0; k < chains; ++k)
    sums[k] = Vector{} + T(k);
  const double seconds = shortest([&] {
    for (int pass = 0; pass < passes; ++pass) {
#pragma clang fp contract(fast)
#pragma GCC unroll 12
      for (int k = 0; k < chains; ++k)
        sums[k] = sums[k] * factor + term;
    }
    asm volatile("" ::"m"(sums));
  });
  return 2.0 * chains * passes * (Bytes / sizeof(T)) / seconds / 1e9;
}

double peak(bool doubles) {
  return doubles ? std::max(peakOf<double, 64>(), peakOf<double, 32>()) : std::max(peakOf<float, 64>(), peakOf<float, 32>());
}

int show(const Diagnostics &diagnostics, const Sources &sources) {
  for (const Diagnostic &message : diagnostics.sorted())
    std::fprintf(stderr, "%s\n", render(message, sources, false).c_str());
  return 1;
}

struct Memory {
  std::vector<std::vector<double>> blocks;
  void give(gms_tensor &tensor, bool filled) {
    int64_t all = 1;
    for (int axis = 0; axis < tensor.rank; ++axis)
      all *= tensor.shape[axis];
    std::vector<double> block(all + 16);
    if (filled && tensor.type == GMS_F32)
      for (int64_t k = 0; k < all; ++k)
        reinterpret_cast<float *>(block.data())[k] = 0.01f * static_cast<float>(k % 97) - 0.3f;
    else if (filled)
      for (int64_t k = 0; k < all; ++k)
        block[k] = 0.01 * static_cast<double>(k % 97) - 0.3;
    blocks.push_back(std::move(block));
    tensor.data = blocks.back().data();
  }
};

int measure(const compiler::CompiledKernel &kernel, const char *name, double flop) {
  Memory memory;
  memory.blocks.reserve(64);
  std::vector<gms_tensor> arguments;
  for (const compiler::SignatureItem &item : kernel.signature.inputs) {
    gms_tensor tensor{};
    tensor.type = item.type->element == program::Element::F32 ? GMS_F32 : GMS_F64;
    for (const program::Dim &dim : item.type->dims)
      tensor.shape[tensor.rank++] = dim.asConstant().value_or(0);
    memory.give(tensor, true);
    arguments.push_back(tensor);
  }
  arguments.resize(arguments.size() + kernel.signature.outputs.size());
  int64_t bytes = 0;
  if (const int status = kernel.shape(arguments.data(), &bytes))
    return std::fprintf(stderr, "%s: status %d\n", name, status), 1;
  for (size_t k = kernel.signature.inputs.size(); k < arguments.size(); ++k)
    memory.give(arguments[k], false);
  void *workspace = std::aligned_alloc(64, (bytes + 127) / 64 * 64);
  gms_key key{};
  const gms_call call{GMS_ABI_VERSION, static_cast<uint32_t>(arguments.size()), 1, arguments.data(), &key, workspace, bytes, nullptr};
  const double seconds = shortest([&] { kernel.entry(&call, 0, 1); });
  const double most = peak(arguments.back().type == GMS_F64), rate = flop / seconds / 1e9;
  std::printf("%-20s %9.2f us %8.2f GFLOP/s %5.1f %% of %.1f, workspace %.1f kB\n", name, seconds * 1e6, rate, 100 * rate / most, most,
              static_cast<double>(bytes) / 1024);
  std::free(workspace);
  return 0;
}

} // namespace

int main(int count, char **values) {
  if (count < 5)
    return 2;
  std::string reason;
  compiler::Compiler *library = compiler::openCompiler(reason);
  if (!library)
    return std::fprintf(stderr, "%s\n", reason.c_str()), 1;
  Sources sources;
  Diagnostics diagnostics;
  std::ifstream in(values[1]);
  const uint32_t file = sources.add(values[1], {std::istreambuf_iterator<char>(in), {}});
  const std::unique_ptr<program::Program> program = sema::check(sources, file, {{values[2]}}, diagnostics);
  if (diagnostics.failed())
    return show(diagnostics, sources);
  for (int k = 3; k + 1 < count; k += 2) {
    compiler::CompileRequest request;
    request.program = program.get();
    if (const program::Function *function = program->find(values[k]))
      request.entry = function->id;
    const std::optional<compiler::CompiledKernel> kernel = library->compile(request, diagnostics);
    if (!kernel || !kernel->entry)
      return show(diagnostics, sources);
    if (const int status = measure(*kernel, values[k], std::atof(values[k + 1])))
      return status;
  }
  return 0;
}
