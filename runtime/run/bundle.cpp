#include "runtime/run/bundle.h"
#include "runtime/abi/bundle.h"
#include "runtime/core/atomic_file.h"
#include "runtime/core/error.h"
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <span>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

namespace gms::runtime {
namespace {

using Json = nlohmann::json;

[[noreturn]] void fail(const std::string &what) { throw Error(ErrorKind::PlanUnreadable, {what}); }

struct Closer {
  void operator()(std::FILE *file) const { std::fclose(file); }
};

std::string readAt(std::FILE *file, uint64_t offset, uint64_t size) {
  std::string bytes(size, '\0');
  if (std::fseek(file, static_cast<long>(offset), SEEK_SET) != 0 || std::fread(bytes.data(), 1, size, file) != size)
    fail("the file ends too early");
  return bytes;
}

std::string partOf(const std::string &parts, const Json &place) {
  const uint64_t offset = place.at("offset").get<uint64_t>(), size = place.at("size").get<uint64_t>();
  if (offset > parts.size() || size > parts.size() - offset)
    fail("a part lies beyond its end");
  return parts.substr(offset, size);
}

/// A shared object from memory; null where that cannot be done.
void *openFromMemory(const std::string &image) {
  const int file = memfd_create("gms-kernels", MFD_CLOEXEC);
  if (file < 0)
    return nullptr;
  const int failed = writeFully(file, {reinterpret_cast<const uint8_t *>(image.data()), image.size()});
  void *library = failed ? nullptr : dlopen(("/proc/self/fd/" + std::to_string(file)).c_str(), RTLD_NOW | RTLD_LOCAL);
  close(file);
  return library;
}

void *openFromFile(const std::string &image, const std::string &folder) {
  std::string path = folder + "/gms-kernels-XXXXXX";
  const int file = mkstemp(path.data());
  if (file < 0)
    return nullptr;
  const int failed = writeFully(file, {reinterpret_cast<const uint8_t *>(image.data()), image.size()});
  close(file);
  void *library = failed ? nullptr : dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  unlink(path.c_str());
  return library;
}

class BundleKernels : public KernelProvider {
public:
  explicit BundleKernels(void *library) : library(library) {}
  const Kernel &get(const std::string &name) override {
    const std::lock_guard lock(opening);
    std::unique_ptr<Kernel> &kernel = kernels[name];
    if (!kernel) {
      auto *entry = reinterpret_cast<gms_kernel>(dlsym(library, name.c_str()));
      auto *shape = reinterpret_cast<gms_shape_function>(dlsym(library, (name + "_shape").c_str()));
      if (!entry || !shape)
        throw Error(ErrorKind::KernelMissing, {name});
      kernel = std::make_unique<NativeKernel>(entry, shape);
    }
    return *kernel;
  }
  std::string device() const override { return "cpu"; }

private:
  void *library; ///< stays open: its code may be running when static storage ends
  std::mutex opening;
  std::map<std::string, std::unique_ptr<Kernel>> kernels;
};

/// Loaded when they are first called.
class GpuKernels : public KernelProvider {
public:
  GpuKernels(const Bundle &bundle, const Gpu &gpu) : bundle(bundle), gpu(gpu) {}
  const Kernel &get(const std::string &name) override {
    const auto code = bundle.gpu.find(name);
    if (code == bundle.gpu.end())
      throw Error(ErrorKind::KernelMissing, {name});
    const std::lock_guard lock(opening);
    std::unique_ptr<CudaKernel> &kernel = kernels[name];
    if (!kernel)
      kernel = std::make_unique<CudaKernel>(gpu, code->second);
    return *kernel;
  }
  std::string device() const override { return "cuda (" + gpu.name() + ")"; }

private:
  const Bundle &bundle;
  const Gpu &gpu;
  std::mutex opening;
  std::map<std::string, std::unique_ptr<CudaKernel>> kernels;
};

} // namespace

std::string ownFile() {
  char path[4096];
  const ssize_t size = readlink("/proc/self/exe", path, sizeof path);
  if (size > 0 && size < static_cast<ssize_t>(sizeof path))
    return std::string(path, static_cast<size_t>(size));
  return reinterpret_cast<const char *>(getauxval(AT_EXECFN));
}

Bundle readBundle(const std::string &path) {
  const std::unique_ptr<std::FILE, Closer> file(std::fopen(path.c_str(), "rb"));
  if (!file || std::fseek(file.get(), 0, SEEK_END) != 0)
    fail(path + " cannot be opened");
  const uint64_t size = static_cast<uint64_t>(std::ftell(file.get()));
  gms_bundle_trailer trailer{};
  if (size < sizeof trailer)
    fail("there is no program behind the runner");
  std::memcpy(&trailer, readAt(file.get(), size - sizeof trailer, sizeof trailer).data(), sizeof trailer);
  if (std::memcmp(trailer.magic, GMS_BUNDLE_MAGIC, sizeof trailer.magic) != 0)
    fail("there is no program behind the runner");
  if (trailer.version != GMS_BUNDLE_VERSION || trailer.abi != GMS_ABI_VERSION)
    fail("it was made by another version");
  if (trailer.size < 8 || trailer.offset > size || trailer.size > size - trailer.offset)
    fail("its length is wrong");
  const std::string bytes = readAt(file.get(), trailer.offset, trailer.size);
  uint64_t headerSize = 0;
  std::memcpy(&headerSize, bytes.data(), sizeof headerSize);
  if (headerSize > bytes.size() - 8)
    fail("its header is cut off");
  try {
    const Json header = Json::parse(bytes.substr(8, headerSize));
    const std::string parts = bytes.substr(8 + headerSize);
    Bundle bundle{header.at("plan").dump(), partOf(parts, header.at("kernels")), {}};
    for (const Json &entry : header.at("gpu")) {
      CudaCode &code = bundle.gpu[entry.at("name").get<std::string>()];
      code.launchPlan = partOf(parts, entry.at("launch"));
      for (const auto &[architecture, place] : entry.at("ptx").items())
        code.ptx[std::atoi(architecture.c_str())] = partOf(parts, place);
      for (const auto &[architecture, place] : entry.at("cubin").items())
        code.cubin[std::atoi(architecture.c_str())] = partOf(parts, place);
    }
    return bundle;
  } catch (const Json::exception &error) {
    fail(error.what());
  }
}

std::unique_ptr<KernelProvider> openKernels(const Bundle &bundle, const std::string &device) {
  if (device == "cuda" && bundle.gpu.empty())
    throw Error(ErrorKind::BadDevice, {"cuda", "this executable was built for the CPU alone (gms build --target cuda:sm_80)"});
  if (device == "cuda")
    return std::make_unique<GpuKernels>(bundle, Gpu::require());
  if (device != "cpu")
    throw Error(ErrorKind::BadOptionValue, {"--device", device, "cpu or cuda"});
  // Vector variants of the mathematical functions are looked up among what is open.
  dlopen("libmvec.so.1", RTLD_NOW | RTLD_GLOBAL);
  void *library = openFromMemory(bundle.kernels);
  const char *temporary = std::getenv("TMPDIR");
  for (const char *folder : {temporary ? temporary : "/tmp", ".", "/"})
    if (!library)
      library = openFromFile(bundle.kernels, folder);
  if (!library) {
    const char *reason = dlerror();
    throw Error(ErrorKind::KernelMissing, {reason ? reason : "all"});
  }
  return std::make_unique<BundleKernels>(library);
}

} // namespace gms::runtime
