// The part of NVIDIA's driver interface that launching kernels needs. The driver library is opened when a GPU is first
// asked for, so the same program runs where there is none; its header is not needed to build.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace gms::runtime {

/// Handles and numbers of the driver, as cuda.h has them.
using CudaResult = int; ///< 0: success
using CudaPointer = unsigned long long;
using CudaHandle = void *;

/// Functions of libcuda.so.1; the second name is the symbol's.
#define GMS_CUDA_FUNCTIONS(F)                                                                                           \
  F(init, "cuInit", (unsigned))                                                                                         \
  F(deviceCount, "cuDeviceGetCount", (int *))                                                                           \
  F(deviceGet, "cuDeviceGet", (int *, int))                                                                             \
  F(deviceName, "cuDeviceGetName", (char *, int, int))                                                                  \
  F(deviceAttribute, "cuDeviceGetAttribute", (int *, int, int))                                                         \
  F(contextRetain, "cuDevicePrimaryCtxRetain", (CudaHandle *, int))                                                     \
  F(contextSet, "cuCtxSetCurrent", (CudaHandle))                                                                        \
  F(memoryInfo, "cuMemGetInfo_v2", (size_t *, size_t *))                                                                \
  F(moduleLoad, "cuModuleLoadDataEx", (CudaHandle *, const void *, unsigned, int *, void **))                           \
  F(moduleUnload, "cuModuleUnload", (CudaHandle))                                                                       \
  F(moduleFunction, "cuModuleGetFunction", (CudaHandle *, CudaHandle, const char *))                                    \
  F(allocate, "cuMemAlloc_v2", (CudaPointer *, size_t))                                                                 \
  F(free, "cuMemFree_v2", (CudaPointer))                                                                                \
  F(upload, "cuMemcpyHtoDAsync_v2", (CudaPointer, const void *, size_t, CudaHandle))                                    \
  F(download, "cuMemcpyDtoHAsync_v2", (void *, CudaPointer, size_t, CudaHandle))                                        \
  F(fill, "cuMemsetD8Async", (CudaPointer, unsigned char, size_t, CudaHandle))                                          \
  F(streamCreate, "cuStreamCreate", (CudaHandle *, unsigned))                                                           \
  F(streamSynchronise, "cuStreamSynchronize", (CudaHandle))                                                             \
  F(launch, "cuLaunchKernel", (CudaHandle, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned,        \
                               CudaHandle, void **, void **))                                                           \
  F(errorName, "cuGetErrorName", (CudaResult, const char **))                                                           \
  F(errorText, "cuGetErrorString", (CudaResult, const char **))

struct CudaDriver {
#define GMS_CUDA_FIELD(field, symbol, parameters) CudaResult(*field) parameters = nullptr;
  GMS_CUDA_FUNCTIONS(GMS_CUDA_FIELD)
#undef GMS_CUDA_FIELD

  /// Opens a driver library. Null, with the reason, where it cannot be opened or lacks a function.
  static std::unique_ptr<CudaDriver> open(const std::string &library, std::string &reason);
};

/// One GPU with its context and stream, kept for the process.
class Gpu {
public:
  /// The first GPU of this machine (CUDA_VISIBLE_DEVICES chooses), opened once. Null, with the reason in words, where there
  /// is no driver, no device, or none from sm_80 on.
  static Gpu *find(std::string &reason);
  /// As `find`; throws BadDevice. For when a GPU was asked for by name.
  static Gpu &require();
  /// A GPU behind a driver that was opened by hand, for tests.
  static std::unique_ptr<Gpu> open(std::unique_ptr<CudaDriver> driver, std::string &reason);

  const CudaDriver &driver() const { return *functions; }
  CudaHandle stream() const { return mainStream; }
  const std::string &name() const { return deviceName; }
  /// 90 for sm_90.
  int architecture() const { return arch; }
  /// Makes the GPU's context that of this thread.
  void use() const;
  size_t freeBytes() const;
  /// Throws GpuFailed, or GpuOutOfMemory, where `result` is not 0. `what` says what was tried.
  void check(CudaResult result, const std::string &what) const;

private:
  std::unique_ptr<CudaDriver> functions;
  CudaHandle context = nullptr, mainStream = nullptr;
  std::string deviceName;
  int arch = 0;
};

/// Memory on the GPU that only grows, so that repeated calls allocate nothing.
class GpuMemory {
public:
  explicit GpuMemory(const Gpu &gpu) : gpu(gpu) {}
  ~GpuMemory();
  GpuMemory(const GpuMemory &) = delete;
  GpuMemory &operator=(const GpuMemory &) = delete;
  /// At least so many bytes, aligned to 256; what was there is lost where it grows.
  CudaPointer reserve(size_t bytes);
  size_t bytes() const { return held; }

private:
  const Gpu &gpu;
  CudaPointer memory = 0;
  size_t held = 0;
};

} // namespace gms::runtime
