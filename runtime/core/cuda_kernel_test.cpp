// The launcher on a driver that is made of host memory: its kernels are functions of this file.
#include "runtime/core/cuda_kernel.h"
#include "runtime/core/error.h"
#include <cstring>
#include <gtest/gtest.h>
#include <map>

namespace gms::runtime {
namespace {

/// What a kernel is started with, in the order of the compiler's parameters.
struct Started {
  const gms_tensor *arguments;
  const gms_key *keys;
  std::byte *workspace;
  const int64_t *slots;
  int32_t *status;
  int64_t workspaceEach, first;
  unsigned x, y, z;
};
using FakeKernel = void (*)(const Started &);

struct FakeGpu {
  std::map<std::string, FakeKernel> kernels;
  size_t free = size_t(1) << 30, uploads = 0, launches = 0;
  int major = 9, devices = 1;
  CudaResult launchResult = 0, allocateResult = 0;
  std::vector<unsigned> samples;
} fake;

std::unique_ptr<CudaDriver> fakeDriver() {
  auto driver = std::make_unique<CudaDriver>();
  driver->init = [](unsigned) { return 0; };
  driver->deviceCount = [](int *count) { return *count = fake.devices, 0; };
  driver->deviceGet = [](int *device, int) { return *device = 0, 0; };
  driver->deviceName = [](char *name, int, int) { return std::strcpy(name, "Fake"), 0; };
  driver->deviceAttribute = [](int *value, int which, int) { return *value = which == 75 ? fake.major : 0, 0; };
  driver->contextRetain = [](CudaHandle *, int) { return 0; };
  driver->contextSet = [](CudaHandle) { return 0; };
  driver->memoryInfo = [](size_t *unused, size_t *all) { return *unused = *all = fake.free, 0; };
  driver->moduleLoad = [](CudaHandle *module, const void *, unsigned, int *, void **) { return *module = nullptr, 0; };
  driver->moduleUnload = [](CudaHandle) { return 0; };
  driver->moduleFunction = [](CudaHandle *function, CudaHandle, const char *name) {
    const auto found = fake.kernels.find(name);
    return *function = found == fake.kernels.end() ? nullptr : reinterpret_cast<void *>(found->second), *function ? 0 : 500;
  };
  driver->allocate = [](CudaPointer *memory, size_t bytes) {
    *memory = reinterpret_cast<CudaPointer>(std::aligned_alloc(256, (bytes + 255) / 256 * 256));
    return fake.allocateResult;
  };
  driver->free = [](CudaPointer memory) { return std::free(reinterpret_cast<void *>(memory)), 0; };
  driver->upload = [](CudaPointer to, const void *from, size_t bytes, CudaHandle) {
    ++fake.uploads;
    return std::memcpy(reinterpret_cast<void *>(to), from, bytes), 0;
  };
  driver->download = [](void *to, CudaPointer from, size_t bytes, CudaHandle) {
    return std::memcpy(to, reinterpret_cast<void *>(from), bytes), 0;
  };
  driver->streamCreate = [](CudaHandle *, unsigned) { return 0; };
  driver->streamSynchronise = [](CudaHandle) { return 0; };
  driver->launch = [](CudaHandle function, unsigned x, unsigned y, unsigned z, unsigned, unsigned, unsigned, unsigned,
                      CudaHandle, void **p, void **) {
    const auto pointer = [&](int k) { return reinterpret_cast<void *>(*static_cast<CudaPointer *>(p[k])); };
    ++fake.launches;
    fake.samples.push_back(y);
    if (!fake.launchResult)
      reinterpret_cast<FakeKernel>(function)({static_cast<gms_tensor *>(pointer(0)), static_cast<gms_key *>(pointer(1)),
                                              static_cast<std::byte *>(pointer(2)), static_cast<int64_t *>(pointer(3)),
                                              static_cast<int32_t *>(pointer(4)), *static_cast<int64_t *>(p[5]),
                                              *static_cast<int64_t *>(p[6]), x, y, z});
    return fake.launchResult;
  };
  driver->errorName = [](CudaResult, const char **name) { return *name = "CUDA_ERROR_ILLEGAL_ADDRESS", 0; };
  driver->errorText = [](CudaResult, const char **) { return 1; };
  return driver;
}

constexpr const char *twice = R"({"version": 1, "name": "k", "inputs": [{"type": 4, "extents": [-1, -1]}, {"type": 4, "extents": []}], "block": 256, "checks": true,
  "values": [["dim", 0, 0], ["dim", 0, 1], ["muli", 0, 1], ["const", 4], ["muli", 2, 3], ["const", 3], ["le", 0, 5],
             ["scalar", 1], ["f32", 7], ["mulf", 8, 8], ["floorf", 9], ["whole", 10]],
  "outputs": [{"type": 4, "extents": [0, 1]}, {"type": 3, "extents": []}],
  "requirements": [{"value": 6, "text": "at most three rows"}],
  "slots": [4, 4],
  "launches": [{"kernel": "first", "kind": "tiles", "tile": 4, "most_outer": 8, "pixels": [2], "outer": [11]},
               {"kernel": "second", "kind": "block", "tile": 1, "most_outer": 8, "pixels": [], "outer": []}]})";

int64_t elementsOf(const gms_tensor &t) { return t.shape[0] * t.shape[1]; }

/// Doubles the image into the workspace's second slot; refuses negative beginnings.
void first(const Started &s) {
  for (unsigned y = 0; y < s.y; ++y) {
    const gms_tensor *arguments = s.arguments + (s.first + y) * 4;
    auto *to = reinterpret_cast<float *>(s.workspace + (s.first + y) * s.workspaceEach + s.slots[1]);
    const auto *from = static_cast<const float *>(arguments[0].data);
    for (int64_t k = 0; k < elementsOf(arguments[0]); ++k)
      to[k] = 2 * from[k];
    if (elementsOf(arguments[0]) > 0 && from[0] < 0)
      s.status[s.first + y] = GMS_BAD_SHAPE;
  }
}

/// Copies it out; the second output is the sample's number.
void second(const Started &s) {
  for (unsigned y = 0; y < s.y; ++y) {
    const gms_tensor *arguments = s.arguments + (s.first + y) * 4;
    std::memcpy(arguments[2].data, s.workspace + (s.first + y) * s.workspaceEach + s.slots[1],
                static_cast<size_t>(elementsOf(arguments[0])) * 4);
    *static_cast<int64_t *>(arguments[3].data) = static_cast<int64_t>(s.keys[s.first + y].sample);
  }
}

class CudaKernelTest : public ::testing::Test {
protected:
  void SetUp() override {
    fake = FakeGpu();
    fake.kernels = {{"first", first}, {"second", second}};
    std::string reason;
    gpu = Gpu::open(fakeDriver(), reason);
    ASSERT_TRUE(gpu) << reason;
  }

  /// Samples of 2 x `width`, all reading `image`, or each its own.
  int32_t run(int64_t samples, int64_t width, bool shared, float start = 1) {
    const CudaKernel kernel(*gpu, code);
    const size_t each = static_cast<size_t>(2 * width);
    images.assign(each * static_cast<size_t>(samples), start);
    results.assign(each * static_cast<size_t>(samples), 0);
    numbers.assign(static_cast<size_t>(samples), -1);
    std::vector<gms_tensor> arguments;
    std::vector<gms_key> keys;
    for (int64_t s = 0; s < samples; ++s) {
      const size_t at = each * static_cast<size_t>(s);
      gms_tensor list[4] = {{&images[shared ? 0 : at], {2, width}, GMS_F32, 2, 0, 0}, {&scale, {}, GMS_F32, 0, 0, 0}};
      int64_t bytes = -1;
      EXPECT_EQ(kernel.shape(list, &bytes), GMS_OK);
      EXPECT_EQ(list[2].shape[1], width);
      EXPECT_EQ(bytes, 0);
      list[2].data = &results[at];
      list[3].data = &numbers[static_cast<size_t>(s)];
      arguments.insert(arguments.end(), list, list + 4);
      keys.push_back({0, static_cast<uint64_t>(100 + s), 0, 0});
    }
    const gms_call call{GMS_ABI_VERSION, 4, samples, arguments.data(), keys.data(), nullptr, 0, nullptr};
    return kernel.run(call, 0, samples);
  }

  std::unique_ptr<Gpu> gpu;
  CudaCode code{twice, {{80, "ptx"}}, {}};
  float scale = 1.5f;
  std::vector<float> images, results;
  std::vector<int64_t> numbers;
};

TEST_F(CudaKernelTest, RunsAllSamplesInOneRound) {
  ASSERT_EQ(run(5, 7, false), GMS_OK);
  EXPECT_EQ(results, std::vector<float>(70, 2.0f));
  EXPECT_EQ(numbers, (std::vector<int64_t>{100, 101, 102, 103, 104}));
  EXPECT_EQ(fake.launches, 2u);
  EXPECT_EQ(fake.uploads, 1u); // all of it is small
}

TEST_F(CudaKernelTest, UploadsASharedImageOnce) {
  ASSERT_EQ(run(6, 2000, true), GMS_OK);
  EXPECT_EQ(fake.uploads, 2u);
  EXPECT_EQ(results, std::vector<float>(24000, 2.0f));
}

TEST_F(CudaKernelTest, WorksInRoundsWhereMemoryIsShort) {
  fake.free = 400000;
  ASSERT_EQ(run(7, 2000, false), GMS_OK);
  EXPECT_EQ(results, std::vector<float>(28000, 2.0f));
  EXPECT_GT(fake.launches, 2u);
  EXPECT_EQ(numbers.back(), 106);
}

TEST_F(CudaKernelTest, GivesTheStatusOfASample) {
  EXPECT_EQ(run(3, 4, false, -1), GMS_BAD_SHAPE);
  const CudaKernel kernel(*gpu, code);
  gms_tensor list[4] = {{nullptr, {4, 1}, GMS_F32, 2, 0, 0}, {&scale, {}, GMS_F32, 0, 0, 0}};
  int64_t bytes = 0;
  EXPECT_EQ(kernel.shape(list, &bytes), GMS_BAD_SHAPE);
  list[0].rank = 1;
  EXPECT_EQ(kernel.shape(list, &bytes), GMS_BAD_SHAPE);
  const gms_call old{GMS_ABI_VERSION + 1, 4, 0, nullptr, nullptr, nullptr, 0, nullptr};
  EXPECT_EQ(kernel.run(old, 0, 0), GMS_BAD_VERSION);
}

template <typename Run> ErrorKind kindOf(Run run) {
  try {
    run();
  } catch (const Error &error) {
    return error.kind();
  }
  return {};
}

TEST_F(CudaKernelTest, FailuresAreCoded) {
  fake.launchResult = 700;
  EXPECT_EQ(kindOf([&] { run(1, 4, false); }), ErrorKind::GpuFailed);
  fake.launchResult = 0;
  fake.allocateResult = 2;
  EXPECT_EQ(kindOf([&] { run(1, 4, false); }), ErrorKind::GpuOutOfMemory);
  EXPECT_EQ(kindOf([&] { CudaKernel(*gpu, {twice, {{100, "ptx"}}, {{80, "cubin"}}}); }), ErrorKind::NoCodeForGpu);
  EXPECT_EQ(kindOf([&] { CudaKernel(*gpu, {"{}", {{80, "ptx"}}, {}}); }), ErrorKind::PlanUnreadable);
  EXPECT_EQ(kindOf([&] { readLaunchPlan(R"({"version": 2})"); }), ErrorKind::PlanTooNew);
}

TEST_F(CudaKernelTest, RefusesSamplesBeyondItsIndices) {
  const CudaKernel kernel(*gpu, code);
  gms_tensor list[4] = {{nullptr, {2, int64_t(1) << 31}, GMS_F32, 2, 0, 0}, {&scale, {}, GMS_F32, 0, 0, 0}};
  const gms_call call{GMS_ABI_VERSION, 4, 1, list, nullptr, nullptr, 0, nullptr};
  EXPECT_EQ(kindOf([&] { kernel.run(call, 0, 1); }), ErrorKind::SampleTooLarge);
}

TEST_F(CudaKernelTest, ChoosesTheCodeOfTheArchitecture) {
  const CudaCode many{"", {{80, "p80"}, {90, "p90"}}, {{80, "c80"}, {90, "c90"}}};
  EXPECT_EQ(codeFor(many, 86), "c80");
  EXPECT_EQ(codeFor(many, 90), "c90");
  EXPECT_EQ(codeFor(many, 100), "p90");
}

TEST(CudaDriver, SaysWhyThereIsNone) {
  std::string reason;
  EXPECT_FALSE(CudaDriver::open("libnosuchdriver.so.1", reason));
  EXPECT_NE(reason.find("could not be opened"), std::string::npos);
  fake = FakeGpu();
  fake.devices = 0;
  EXPECT_FALSE(Gpu::open(fakeDriver(), reason));
  EXPECT_EQ(reason, "no NVIDIA GPU was found");
  fake.devices = 1;
  fake.major = 7;
  EXPECT_FALSE(Gpu::open(fakeDriver(), reason));
  EXPECT_NE(reason.find("sm_80"), std::string::npos);
}

} // namespace
} // namespace gms::runtime
