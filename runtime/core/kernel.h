// What runs on a device, behind one interface: compiled code, a GPU, or the plain evaluator.
#pragma once
#include "runtime/abi/kernel.h"
#include <memory>
#include <string>

namespace gms::runtime {

class Kernel {
public:
  virtual ~Kernel() = default;
  /// As gms_shape_function: fills the outputs' shapes, types and ranks and the bytes of workspace.
  virtual int32_t shape(gms_tensor *arguments, int64_t *workspaceBytes) const = 0;
  /// As gms_kernel, for samples [first, last) of a call. Throws Error only for what no status says.
  virtual int32_t run(const gms_call &call, int64_t first, int64_t last) const = 0;
  /// Whether ranges of one call may run on several threads at once; a GPU takes the whole call from one.
  virtual bool concurrent() const { return true; }
};

/// Functions of a loaded object.
class NativeKernel : public Kernel {
public:
  NativeKernel(gms_kernel entry, gms_shape_function shapes) : entry(entry), shapes(shapes) {}
  int32_t shape(gms_tensor *arguments, int64_t *workspaceBytes) const override {
    return shapes(arguments, workspaceBytes);
  }
  int32_t run(const gms_call &call, int64_t first, int64_t last) const override { return entry(&call, first, last); }

private:
  gms_kernel entry;
  gms_shape_function shapes;
};

/// Gives kernels by the names that the plan uses.
class KernelProvider {
public:
  virtual ~KernelProvider() = default;
  /// The kernel; valid while the provider lives. Several threads may ask at once. Throws KernelMissing, or what compiling it throws.
  virtual const Kernel &get(const std::string &name) = 0;
  /// "cpu (avx512)", as a report shows it.
  virtual std::string device() const = 0;
};

} // namespace gms::runtime
