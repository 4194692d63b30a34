#include "runtime/core/options.h"
#include "runtime/core/test_folder.h"
#include <gtest/gtest.h>

namespace gms::runtime {
namespace {

OptionParser parser() {
  return {"gms run", {{"--seed", "N", "keys the draws", "", false},
                      {"--quiet", "", "no progress", "-q", false},
                      {"--import", "FOLDER", "more folders", "-I", true}}};
}

TEST(Options, ReadsEverySpelling) {
  const Options options = parser().parse({"a.gms", "--seed=3", "-I", "x", "--import", "y", "-q", "--", "--seed"});
  EXPECT_EQ(options.value("--seed"), "3");
  EXPECT_EQ(options.values("--import"), (std::vector<std::string>{"x", "y"}));
  EXPECT_TRUE(options.has("--quiet"));
  EXPECT_EQ(options.positional(), (std::vector<std::string>{"a.gms", "--seed"}));
}

TEST(Options, OffersTheNearest) {
  EXPECT_NE(messageThrownBy([] { parser().parse({"--sed", "3"}); }).find("did you mean --seed?"), std::string::npos);
  EXPECT_EQ(kindThrownBy([] { parser().parse({"--seed"}); }), ErrorKind::OptionWithoutValue);
  EXPECT_EQ(kindThrownBy([] { parser().parse({"--quiet=1"}); }), ErrorKind::OptionWithValue);
  EXPECT_EQ(nearestWord("zzz", {"seed", "out"}), "");
}

TEST(Options, ChecksNumbers) {
  EXPECT_EQ(wholeNumber("--threads", "4", 1, 8), 4);
  EXPECT_EQ(kindThrownBy([] { wholeNumber("--threads", "9", 1, 8); }), ErrorKind::BadOptionValue);
  EXPECT_EQ(kindThrownBy([] { wholeNumber("--threads", "4x", 1, 8); }), ErrorKind::BadOptionValue);
  EXPECT_EQ(unsignedNumber("--seed", "18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(kindThrownBy([] { unsignedNumber("--seed", "-1"); }), ErrorKind::BadOptionValue);
}

} // namespace
} // namespace gms::runtime
