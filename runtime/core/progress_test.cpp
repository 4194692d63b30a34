#include "runtime/core/progress.h"
#include "runtime/core/test_folder.h"
#include <cstdio>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <limits>
#include <thread>
#include <unistd.h>
#include <vector>

namespace gms::runtime {
namespace {

TEST(Progress, ShowsShareRateAndTimeLeft) {
  ProgressState state{"photos", "images", 50, 200, 2.0};
  EXPECT_EQ(progressText(state, 200, true, true), "photos  25 %  50/200 images  25.0/s  0:06 left");
  EXPECT_EQ(progressText(state, 60, false, false),
            "photos  ###---------  25 %  50/200 images  25.0/s  0:06 left");
  state.done = 200;
  EXPECT_EQ(progressText(state, 200, true, true), "photos  100 %  200/200 images  100/s");
}

TEST(Progress, CountsWhereTheTotalIsUnknown) {
  ProgressState state{"reading", "files", 7, 0, 0};
  EXPECT_EQ(progressText(state, 80, false, true), "reading  7 files");
}

TEST(Progress, NeverLeavesTheLine) {
  ProgressState state{"a label that is rather long for so small a terminal", "images", 50, 200, 2.0};
  EXPECT_EQ(progressText(state, 20, false, true), "a label that is rath");
  ProgressState wide{"ä", "images", 1, 2, 1};
  EXPECT_EQ(progressText(wide, 1, false, true), "ä");
}

TEST(Progress, Durations) {
  EXPECT_EQ(durationText(7.9), "0:07");
  EXPECT_EQ(durationText(750), "12:30");
  EXPECT_EQ(durationText(11045), "3:04:05");
  EXPECT_EQ(durationText(std::numeric_limits<double>::quiet_NaN()), "-");
}

std::string shownBy(ProgressStyle style) {
  TemporaryFolder folder;
  int file = open(folder.at("log").c_str(), O_CREAT | O_RDWR, 0600);
  {
    Progress progress("photos", 100, "images", style, file);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 25; ++i)
          progress.advance();
      });
    for (std::thread &thread : threads)
      thread.join();
    progress.finish();
  }
  close(file);
  return readText(folder.at("log"));
}

TEST(Progress, IsSilentWhereAskedAndInAShortLog) {
  EXPECT_EQ(shownBy(ProgressStyle::Silent), "");
  EXPECT_EQ(shownBy(ProgressStyle::Automatic), "");
}

TEST(Progress, TheBarIsDrawnAndCleared) {
  std::string shown = shownBy(ProgressStyle::Bar);
  EXPECT_EQ(shown.find("\rphotos  "), 0u);
  EXPECT_EQ(shown.substr(shown.size() - 4), "\r\x1b[K");
}

} // namespace
} // namespace gms::runtime
