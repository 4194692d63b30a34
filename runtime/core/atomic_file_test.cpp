#include "runtime/core/atomic_file.h"
#include "runtime/core/test_folder.h"
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace gms::runtime {
namespace {

TEST(AtomicFile, WritesAndReplacesWholeFiles) {
  TemporaryFolder folder;
  writeWholeFile(folder.at("a.txt"), "first");
  writeWholeFile(folder.at("a.txt"), "second");
  EXPECT_EQ(readText(folder.at("a.txt")), "second");
  EXPECT_EQ(folder.entries(), 1u);
}

TEST(AtomicFile, LeavesNothingWhenNotCommitted) {
  TemporaryFolder folder;
  writeWholeFile(folder.at("a.txt"), "old");
  {
    AtomicFile file(folder.at("a.txt"));
    file.write("half of the n");
    EXPECT_EQ(folder.entries(), 2u);
  }
  EXPECT_EQ(readText(folder.at("a.txt")), "old");
  EXPECT_EQ(folder.entries(), 1u);
}

TEST(AtomicFile, NamesTheFileThatCannotBeWritten) {
  TemporaryFolder folder;
  auto write = [&] { writeWholeFile(folder.at("missing/a.txt"), "x"); };
  EXPECT_EQ(kindThrownBy(write), ErrorKind::FileNotWritten);
  EXPECT_NE(messageThrownBy(write).find("missing/a.txt could not be written: No such file"),
            std::string::npos);
  std::filesystem::create_directory(folder.at("taken"));
  EXPECT_EQ(kindThrownBy([&] { writeWholeFile(folder.at("taken"), "x"); }), ErrorKind::FileNotWritten);
  EXPECT_EQ(folder.entries(), 1u);
}

TEST(AtomicFile, TellsOfAFullDevice) {
  int full = open("/dev/full", O_WRONLY);
  if (full < 0)
    GTEST_SKIP() << "no /dev/full here";
  std::vector<uint8_t> bytes(100000);
  EXPECT_EQ(writeFully(full, bytes), ENOSPC);
  close(full);
}

// A file size limit stops a write half way, as a full disk does, without any rights.
TEST(AtomicFile, RemovesWhatItWroteWhenAWriteFails) {
  TemporaryFolder folder;
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  rlimit small{4096, old.rlim_max};
  auto handler = std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  ErrorKind kind = kindThrownBy([&] { writeWholeFile(folder.at("a.bin"), std::vector<uint8_t>(100000)); });
  setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(kind, ErrorKind::FileNotWritten);
  EXPECT_EQ(folder.entries(), 0u);
}

TEST(AtomicFile, TellsOfAFullDiskAndLeavesNothing) {
  TemporaryFolder folder;
  if (mount("gms-test", folder.path.c_str(), "tmpfs", 0, "size=64k") != 0)
    GTEST_SKIP() << "mounting a small disk needs root";
  ErrorKind kind = kindThrownBy([&] { writeWholeFile(folder.at("a.bin"), std::vector<uint8_t>(1 << 20)); });
  size_t left = folder.entries();
  umount(folder.path.c_str());
  EXPECT_EQ(kind, ErrorKind::DiskFull);
  EXPECT_EQ(left, 0u);
}

} // namespace
} // namespace gms::runtime
