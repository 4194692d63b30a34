#include "runtime/jit/jit_kernels.h"
#include "compiler/driver/open_compiler.h"
#include "runtime/core/cuda_kernel.h"
#include "runtime/core/error.h"
#include "runtime/core/thread_pool.h"
#include <algorithm>

namespace gms::runtime {
namespace {

std::string nameOf(compiler::Device device) {
  if (device == compiler::Device::Cuda)
    return "cuda (" + Gpu::require().name() + ")";
  return device == compiler::Device::Emulated ? "emulated cuda" : "cpu";
}

std::unique_ptr<Kernel> makeKernel(compiler::Device device, const compiler::CompiledKernel &compiled) {
  if (device == compiler::Device::Cuda)
    return std::make_unique<CudaKernel>(Gpu::require(), CudaCode{compiled.launchPlan, compiled.ptx, compiled.cubin});
  return std::make_unique<NativeKernel>(compiled.entry, compiled.shape);
}

} // namespace

JitKernels::JitKernels(const program::Program &program, const std::vector<JitRequest> &requests, compiler::Device device,
                       int threads, Diagnostics &diagnostics) {
  deviceName = nameOf(device);
  std::vector<std::optional<compiler::CompiledKernel>> compiled(requests.size());
  std::vector<Diagnostics> messages(requests.size());
  ThreadPool pool(std::max(1, std::min(threads, static_cast<int>(requests.size()))));
  pool.parallelFor(static_cast<int64_t>(requests.size()), pool.threads(), [&](int64_t first, int64_t last, int) {
    for (int64_t i = first; i < last; ++i) {
      const size_t at = static_cast<size_t>(i);
      compiler::CompileRequest request;
      request.program = &program;
      request.entry = requests[at].function;
      request.name = requests[at].name;
      request.device = device;
      if (device == compiler::Device::Cuda)
        request.cudaTargets = {"sm_" + std::to_string(Gpu::require().architecture())};
      compiled[at] = compiler::compileCached(request, messages[at]);
    }
  }, 1);
  for (size_t i = 0; i < requests.size(); ++i) {
    for (const Diagnostic &message : messages[i].all()) {
      Diagnostic &copy = message.severity == Severity::Error ? diagnostics.error(message.kind, message.span)
                                                             : diagnostics.warning(message.kind, message.span);
      copy = message;
    }
    if (!compiled[i]) {
      whole = false;
      continue;
    }
    signatureList.push_back(compiled[i]->signature);
    std::unique_ptr<Kernel> kernel = makeKernel(device, *compiled[i]);
    kernels[requests[i].name] = {std::move(*compiled[i]), std::move(kernel)};
  }
}

const Kernel &JitKernels::get(const std::string &name) {
  const auto found = kernels.find(name);
  if (found == kernels.end())
    throw Error(ErrorKind::KernelMissing, {name});
  return *found->second.kernel;
}

} // namespace gms::runtime
