// Bundles come from anywhere: what is damaged is refused.
#include "runtime/run/bundle.h"
#include "runtime/abi/bundle.h"
#include "runtime/abi/kernel.h"
#include "runtime/core/atomic_file.h"
#include "runtime/core/test_folder.h"
#include <cstring>
#include <gtest/gtest.h>

namespace gms::runtime {
namespace {

std::string bundleOf(const std::string &header, const std::string &parts) {
  const uint64_t size = header.size();
  std::string bytes(reinterpret_cast<const char *>(&size), sizeof size);
  return bytes + header + parts;
}

std::string fileOf(const std::string &bundle, const std::function<void(gms_bundle_trailer &)> &change = {}) {
  const std::string runner = "the runner";
  gms_bundle_trailer trailer{runner.size(), bundle.size(), GMS_BUNDLE_VERSION, GMS_ABI_VERSION, {}};
  std::memcpy(trailer.magic, GMS_BUNDLE_MAGIC, sizeof trailer.magic);
  if (change)
    change(trailer);
  return runner + bundle + std::string(reinterpret_cast<const char *>(&trailer), sizeof trailer);
}

constexpr const char *header =
    R"({"plan": {"a": 1}, "kernels": {"offset": 0, "size": 3},
        "gpu": [{"name": "k", "launch": {"offset": 3, "size": 2}, "ptx": {"80": {"offset": 5, "size": 1}}, "cubin": {}}]})";

TEST(Bundle, ReadsItsParts) {
  const TemporaryFolder folder;
  writeWholeFile(folder.at("x"), fileOf(bundleOf(header, "abcdef")));
  const Bundle bundle = readBundle(folder.at("x"));
  EXPECT_EQ(bundle.plan, "{\"a\":1}");
  EXPECT_EQ(bundle.kernels, "abc");
  EXPECT_EQ(bundle.gpu.at("k").launchPlan, "de");
  EXPECT_EQ(bundle.gpu.at("k").ptx.at(80), "f");
  EXPECT_EQ(kindThrownBy([&] { openKernels(bundle, "cpu"); }), ErrorKind::KernelMissing);
  EXPECT_EQ(kindThrownBy([&] { openKernels({"", "", {}}, "cuda"); }), ErrorKind::BadDevice);
  EXPECT_EQ(kindThrownBy([&] { openKernels(bundle, "toaster"); }), ErrorKind::BadOptionValue);
}

TEST(Bundle, RefusesWhatIsDamaged) {
  const TemporaryFolder folder;
  const std::string whole = bundleOf(header, "abcdef");
  const std::string damaged[] = {
      "",
      "short",
      std::string(100, 'x'),
      fileOf(whole, [](gms_bundle_trailer &t) { t.version = 9; }),
      fileOf(whole, [](gms_bundle_trailer &t) { t.abi = 9; }),
      fileOf(whole, [](gms_bundle_trailer &t) { t.offset = UINT64_MAX; }),
      fileOf(whole, [](gms_bundle_trailer &t) { t.size = UINT64_MAX; }),
      fileOf(whole, [](gms_bundle_trailer &t) { t.size = 4; }),
      fileOf(bundleOf(header, "abc")),
      fileOf(bundleOf("{\"plan\": 1}", "")),
      fileOf(bundleOf("{", "")),
      fileOf(std::string("\xff\xff\xff\xff\xff\xff\xff\x7f", 8)),
  };
  for (const std::string &bytes : damaged) {
    writeWholeFile(folder.at("x"), bytes);
    EXPECT_EQ(kindThrownBy([&] { readBundle(folder.at("x")); }), ErrorKind::PlanUnreadable);
  }
}

} // namespace
} // namespace gms::runtime
