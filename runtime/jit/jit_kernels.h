// Kernels compiled when they are first needed, or taken from the cache on disk: the one place of the runtime that knows
// the compiler. The compiler's library is opened only where the cache misses.
#pragma once
#include "compiler/driver/compile.h"
#include "runtime/core/kernel.h"
#include <map>

namespace gms::runtime {

/// What is compiled: functions of a typed program by the names that the plan uses.
struct JitRequest {
  program::FunctionId function = 0;
  std::string name;
};

class JitKernels : public KernelProvider {
public:
  /// Compiles all, on up to `threads` threads. `diagnostics` has the reasons where `complete()` is false.
  JitKernels(const program::Program &program, const std::vector<JitRequest> &requests, compiler::Device device, int threads,
             Diagnostics &diagnostics);

  bool complete() const { return whole; }
  const Kernel &get(const std::string &name) override;
  std::string device() const override { return deviceName; }
  /// One a request, in order.
  const std::vector<compiler::Signature> &signatures() const { return signatureList; }

private:
  struct Entry {
    compiler::CompiledKernel compiled;
    std::unique_ptr<Kernel> kernel;
  };
  std::map<std::string, Entry> kernels;
  std::vector<compiler::Signature> signatureList;
  std::string deviceName;
  bool whole = true;
};

} // namespace gms::runtime
