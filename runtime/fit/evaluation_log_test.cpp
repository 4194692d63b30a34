#include "runtime/fit/evaluation_log.h"
#include "runtime/core/error.h"
#include "runtime/core/test_folder.h"
#include <filesystem>
#include <gtest/gtest.h>
#include <vector>

using namespace gms::runtime;

namespace {

struct Counting {
  int calls = 0;
  Evaluate function() {
    return [this](std::span<const double> x, std::span<double> gradient) {
      ++calls;
      double sum = 0;
      for (size_t i = 0; i < x.size(); ++i) {
        const double d = x[i] - static_cast<double>(i);
        sum += d * d * d * d + d * d;
        gradient[i] = 4 * d * d * d + 2 * d;
      }
      return sum;
    };
  }
};

std::vector<double> searched(const std::string &path, int steps, Counting &counting) {
  std::vector<double> x(6, 9.0);
  EvaluationLog log(path, x.size(), 42);
  lbfgs(x, {.steps = steps}, log.around(counting.function()), [](const Step &) { return true; });
  return x;
}

TEST(EvaluationLog, ResumesWithTheSameBits) {
  const TemporaryFolder folder;
  Counting whole, begun, resumed, again;
  const std::vector<double> expected = searched(folder.at("whole"), 12, whole);
  searched(folder.at("parts"), 5, begun);
  EXPECT_EQ(searched(folder.at("parts"), 12, resumed), expected);
  EXPECT_EQ(begun.calls + resumed.calls, whole.calls);
  EXPECT_EQ(searched(folder.at("parts"), 12, again), expected);
  EXPECT_EQ(again.calls, 0);
}

TEST(EvaluationLog, DropsARecordThatWasCutOff) {
  const TemporaryFolder folder;
  Counting whole, resumed;
  const std::string path = folder.at("log");
  const std::vector<double> expected = searched(path, 8, whole);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 3);
  EXPECT_EQ(searched(path, 8, resumed), expected);
  EXPECT_EQ(resumed.calls, 1);
}

TEST(EvaluationLog, RefusesAnotherSearch) {
  const TemporaryFolder folder;
  Counting counting;
  searched(folder.at("log"), 3, counting);
  EXPECT_THROW(EvaluationLog(folder.at("log"), 6, 43), Error);
  EXPECT_THROW(EvaluationLog(folder.at("log"), 7, 42), Error);
  EvaluationLog log(folder.at("log"), 6, 42);
  std::vector<double> x(6, 1.5), gradient(6);
  EXPECT_THROW(log.around(counting.function())(x, gradient), Error);
}

} // namespace
