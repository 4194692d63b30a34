#include "compiler/codegen/cuda/compile_cuda.h"
#include "compiler/codegen/cuda/toolkit.h"
#include <gtest/gtest.h>

namespace gms::compiler {
namespace {

TEST(Toolkit, ReadsTheReportOfPtxas) {
  const std::vector<cuda::KernelResources> all = cuda::readResources(
      "ptxas info    : 0 bytes gmem\n"
      "ptxas info    : Compiling entry function 'k_0' for 'sm_80'\n"
      "ptxas info    : Function properties for k_0\n"
      "    8 bytes stack frame, 12 bytes spill stores, 16 bytes spill loads\n"
      "ptxas info    : Used 45 registers, used 1 barriers, 1024 bytes smem, 408 bytes cmem[0]\n"
      "ptxas info    : Compiling entry function 'k_1' for 'sm_80'\n"
      "    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads\n"
      "ptxas info    : Used 10 registers, 408 bytes cmem[0]\n");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].kernel, "k_0");
  EXPECT_EQ(all[0].registers, 45);
  EXPECT_EQ(all[0].spillBytes, 28);
  EXPECT_EQ(all[0].sharedBytes, 1024);
  EXPECT_EQ(all[1].spillBytes, 0);
}

TEST(Toolkit, SaysWhatIsMissing) {
  const cuda::Toolkit none = cuda::findToolkit("/nowhere");
  EXPECT_TRUE(none.ptxas.empty() && none.libdevice.empty());
  EXPECT_NE(none.statement.find("ptxas was not found"), std::string::npos);
  EXPECT_NE(none.statement.find("/nowhere"), std::string::npos);
}

} // namespace
} // namespace gms::compiler
