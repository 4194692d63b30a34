#include "runtime/core/cuda_driver.h"
#include "runtime/core/error.h"
#include <algorithm>
#include <dlfcn.h>
#include <mutex>

namespace gms::runtime {
namespace {

constexpr int capabilityMajor = 75, capabilityMinor = 76; ///< of CUdevice_attribute
constexpr CudaResult outOfMemory = 2;
constexpr int oldestArchitecture = 80;

} // namespace

std::unique_ptr<CudaDriver> CudaDriver::open(const std::string &library, std::string &reason) {
  void *handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    reason = "NVIDIA's driver library " + library + " could not be opened";
    return nullptr;
  }
  auto driver = std::make_unique<CudaDriver>();
  bool whole = true;
  const auto find = [&](auto &function, const char *symbol) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(handle, symbol));
    if (!function && whole) {
      reason = "the driver library " + library + " lacks " + symbol + ": it is too old";
      whole = false;
    }
  };
#define GMS_CUDA_LOAD(field, symbol, parameters) find(driver->field, symbol);
  GMS_CUDA_FUNCTIONS(GMS_CUDA_LOAD)
#undef GMS_CUDA_LOAD
  if (!whole) {
    dlclose(handle);
    return nullptr;
  }
  return driver;
}

std::unique_ptr<Gpu> Gpu::open(std::unique_ptr<CudaDriver> driver, std::string &reason) {
  auto gpu = std::make_unique<Gpu>();
  gpu->functions = std::move(driver);
  const CudaDriver &cuda = *gpu->functions;
  int count = 0, device = 0, major = 0, minor = 0;
  if (cuda.init(0) != 0 || cuda.deviceCount(&count) != 0 || count == 0) {
    reason = "no NVIDIA GPU was found";
    return nullptr;
  }
  char name[128] = {};
  if (cuda.deviceGet(&device, 0) != 0 || cuda.deviceName(name, sizeof name - 1, device) != 0 ||
      cuda.deviceAttribute(&major, capabilityMajor, device) != 0 ||
      cuda.deviceAttribute(&minor, capabilityMinor, device) != 0) {
    reason = "the GPU does not answer";
    return nullptr;
  }
  gpu->deviceName = name;
  gpu->arch = 10 * major + minor;
  if (gpu->arch < oldestArchitecture) {
    reason = std::string(name) + " is sm_" + std::to_string(gpu->arch) + "; GPUs from sm_80 on are supported";
    return nullptr;
  }
  if (cuda.contextRetain(&gpu->context, device) != 0 || cuda.contextSet(gpu->context) != 0 ||
      cuda.streamCreate(&gpu->mainStream, 1) != 0) {
    reason = std::string(name) + " cannot be used: it may be taken by another program";
    return nullptr;
  }
  return gpu;
}

Gpu *Gpu::find(std::string &reason) {
  // Never destroyed: the driver is gone before static objects are.
  static std::mutex mutex;
  static Gpu *gpu = nullptr;
  static std::string failure;
  const std::lock_guard lock(mutex);
  if (!gpu && failure.empty())
    if (auto driver = CudaDriver::open("libcuda.so.1", failure))
      gpu = Gpu::open(std::move(driver), failure).release();
  reason = failure;
  return gpu;
}

Gpu &Gpu::require() {
  std::string reason;
  Gpu *gpu = find(reason);
  if (!gpu)
    throw Error(ErrorKind::BadDevice, {"cuda", reason});
  return *gpu;
}

void Gpu::use() const { check(functions->contextSet(context), "choosing the GPU"); }

size_t Gpu::freeBytes() const {
  size_t unused = 0, all = 0;
  check(functions->memoryInfo(&unused, &all), "asking for its memory");
  return unused;
}

void Gpu::check(CudaResult result, const std::string &what) const {
  if (result == 0)
    return;
  if (result == outOfMemory)
    throw Error(ErrorKind::GpuOutOfMemory, {deviceName, what});
  const char *code = nullptr, *text = nullptr;
  functions->errorName(result, &code);
  functions->errorText(result, &text);
  throw Error(ErrorKind::GpuFailed, {deviceName, what, std::string(code ? code : "an unknown error") + (text ? std::string(", ") + text : "")});
}

GpuMemory::~GpuMemory() {
  if (memory)
    gpu.driver().free(memory);
}

CudaPointer GpuMemory::reserve(size_t bytes) {
  if (bytes <= held)
    return memory;
  if (memory)
    gpu.check(gpu.driver().free(memory), "freeing memory");
  memory = 0;
  held = 0;
  // A little more, so that samples of slowly growing size do not allocate each time.
  const size_t wanted = std::max<size_t>(bytes + bytes / 8, 1 << 16);
  gpu.check(gpu.driver().allocate(&memory, wanted), "allocating " + std::to_string(wanted) + " bytes");
  held = wanted;
  return memory;
}

} // namespace gms::runtime
