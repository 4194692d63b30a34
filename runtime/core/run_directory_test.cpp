#include "runtime/core/atomic_file.h"
#include "runtime/core/run_directory.h"
#include "runtime/core/test_folder.h"
#include <gtest/gtest.h>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace gms::runtime {
namespace {

namespace fs = std::filesystem;

TEST(RunDirectory, NumbersRunsFromOne) {
  TemporaryFolder folder;
  RunDirectory first(folder.at("runs"), "photos");
  RunDirectory second(folder.at("runs/"), "photos");
  EXPECT_EQ(first.path(), folder.at("runs/photos/1"));
  EXPECT_EQ(second.path(), folder.at("runs/photos/2"));
  first.complete();
  second.complete();
}

TEST(RunDirectory, TakesTheNumberAfterTheLast) {
  TemporaryFolder folder;
  fs::create_directories(folder.at("photos/7"));
  fs::create_directories(folder.at("photos/notes"));
  fs::create_directories(folder.at("photos/99999999999999"));
  RunDirectory run(folder.path.string(), "photos");
  EXPECT_EQ(run.number(), 8);
}

TEST(RunDirectory, RecordsHowARunEnded) {
  TemporaryFolder folder;
  RunDirectory run(folder.path.string(), "photos");
  EXPECT_EQ(readRunRecord(run.path()).state, "running");
  run.complete();
  RunRecord record = readRunRecord(run.path());
  EXPECT_EQ(record.format, kRunFormat);
  EXPECT_EQ(record.name, "photos");
  EXPECT_EQ(record.number, 1);
  EXPECT_EQ(record.state, "complete");
  RunDirectory other(folder.path.string(), "photos");
  other.keepInterrupted();
  EXPECT_EQ(readRunRecord(other.path()).state, "interrupted");
}

TEST(RunDirectory, AFailedRunLeavesNothing) {
  TemporaryFolder folder;
  {
    RunDirectory run(folder.at("runs"), "photos");
    writeWholeFile(run.file("grid.png"), "bytes");
  }
  EXPECT_EQ(folder.entries(), 0u);
  fs::create_directories(folder.at("runs/photos/1"));
  {
    RunDirectory run(folder.at("runs"), "photos");
  }
  EXPECT_TRUE(fs::exists(folder.at("runs/photos/1")));
  EXPECT_FALSE(fs::exists(folder.at("runs/photos/2")));
}

TEST(RunDirectory, RunsThatStartAtOnceGetDifferentNumbers) {
  TemporaryFolder folder;
  std::mutex mutex;
  std::set<int> numbers;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 5; ++i) {
        RunDirectory run(folder.path.string(), "photos");
        run.complete();
        std::lock_guard lock(mutex);
        EXPECT_TRUE(numbers.insert(run.number()).second);
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(numbers.size(), 40u);
}

TEST(RunDirectory, RefusesNamesThatLeaveTheFolder) {
  TemporaryFolder folder;
  for (const char *name : {"", ".", "..", "../x", "a/b"})
    EXPECT_EQ(kindThrownBy([&] { RunDirectory(folder.path.string(), name); }), ErrorKind::BadRunName) << name;
}

TEST(RunDirectory, TellsWhereAFolderCannotBeMade) {
  TemporaryFolder folder;
  writeWholeFile(folder.at("file"), "x");
  EXPECT_EQ(kindThrownBy([&] { RunDirectory(folder.at("file"), "photos"); }), ErrorKind::FolderNotMade);
}

TEST(RunDirectory, ChecksTheRecordsItReads) {
  TemporaryFolder folder;
  auto reading = [&] { return readRunRecord(folder.path.string()); };
  EXPECT_EQ(kindThrownBy(reading), ErrorKind::RunRecordUnreadable);
  for (const char *text :
       {"", "[]", "{\"format\": \"1\"}", "{\"format\": 1}", "{\"format\": 1, \"name\": 2}"}) {
    writeWholeFile(folder.at("run.json"), text);
    EXPECT_EQ(kindThrownBy(reading), ErrorKind::RunRecordUnreadable) << text;
  }
  writeWholeFile(folder.at("run.json"), "{\"format\": 2}");
  EXPECT_EQ(kindThrownBy(reading), ErrorKind::RunFormatTooNew);
}

} // namespace
} // namespace gms::runtime
