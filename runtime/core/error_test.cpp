#include "runtime/core/error.h"
#include <cerrno>
#include <gtest/gtest.h>
#include <set>

namespace gms::runtime {
namespace {

TEST(Error, HasACodeAndAMessage) {
  Error error(ErrorKind::FolderNotMade, {"runs/photos", "permission denied"});
  EXPECT_EQ(error.code(), "E0612");
  EXPECT_STREQ(error.what(),
               "the folder runs/photos could not be made: permission denied; choose another place by --out");
  EXPECT_EQ(error.rendered(), "error[E0612]: " + std::string(error.what()));
}

TEST(Error, ArgumentsAreNotFilledAgain) {
  Error error(ErrorKind::FileUnreadable, {"{1}", "gone"});
  EXPECT_STREQ(error.what(), "{1} could not be read: gone");
}

TEST(Error, MissingArgumentsLeaveTheirHole) {
  Error error(ErrorKind::FileUnreadable, {"a.png"});
  EXPECT_STREQ(error.what(), "a.png could not be read: {1}");
}

TEST(Error, CodesAreUniqueAndInTheRuntimesRange) {
  std::set<uint16_t> seen;
  for (auto [kind, name] : allErrorKinds()) {
    auto number = static_cast<uint16_t>(kind);
    EXPECT_GE(number, 600) << name;
    EXPECT_LE(number, 799) << name;
    EXPECT_TRUE(seen.insert(number).second) << name;
    EXPECT_FALSE(textOf(kind).empty()) << name;
  }
}

TEST(Error, SystemReason) { EXPECT_EQ(systemReason(ENOENT), "No such file or directory"); }

} // namespace
} // namespace gms::runtime
