#include "runtime/core/test_folder.h"
#include "runtime/report/plot.h"
#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace gms::runtime {
namespace {

std::vector<std::string> labelsOf(const Axis &axis) {
  std::vector<std::string> labels;
  for (double tick : axis.ticks)
    labels.push_back(axis.label(tick));
  return labels;
}

using Labels = std::vector<std::string>;

TEST(Plot, TicksAreRoundNumbers) {
  EXPECT_EQ(labelsOf(axisFor(0.3, 4.1, false, 5)), (Labels{"0", "1", "2", "3", "4", "5"}));
  EXPECT_EQ(labelsOf(axisFor(-0.3, 0.3, false, 6)),
            (Labels{"−0.3", "−0.2", "−0.1", "0", "0.1", "0.2", "0.3"}));
  EXPECT_EQ(labelsOf(axisFor(1000, 1003, false, 3)), (Labels{"1000", "1001", "1002", "1003"}));
  EXPECT_EQ(labelsOf(axisFor(1, 900, true, 6)), (Labels{"1", "10", "100", "1000"}));
  EXPECT_EQ(labelsOf(axisFor(0.002, 1.01, true, 6)), (Labels{"0.01", "0.1", "1"}));
  EXPECT_EQ(labelsOf(axisFor(5, 5, true, 6)), (Labels{"5", "10", "20", "50"}));
  EXPECT_EQ(labelsOf(axisFor(3, 40, true, 6)), (Labels{"2", "5", "10", "20", "50"}));
}

TEST(Plot, AxesHoldWhatTheyShow) {
  double values[] = {0, 1, -1, 5, 1e-9, 1e9, 1e299, -1e299, 123.456, 1 + 1e-13};
  for (double low : values)
    for (double high : values) {
      if (low > high)
        continue;
      Axis axis = axisFor(low, high, false, 6);
      EXPECT_LE(axis.low, low + axis.step * 1e-6);
      EXPECT_GE(axis.high, high - axis.step * 1e-6);
      EXPECT_LT(axis.low, axis.high);
      EXPECT_GE(axis.ticks.size(), 2u);
      EXPECT_LE(axis.ticks.size(), 20u) << low << " " << high;
    }
  Axis wide = axisFor(1e-299, 1e299, true, 6);
  EXPECT_LE(wide.ticks.size(), 10u);
  EXPECT_NEAR(wide.share(1e-299), 0, 0.01);
}

size_t countOf(const std::string &text, const std::string &part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

TEST(Plot, DrawsLinesWithGaps) {
  double nan = std::numeric_limits<double>::quiet_NaN();
  std::string figure = plotFigure({"energy", "d", "E", {{"a <b>", {0, 1, 2, 3, 4}, {1, 2, nan, 3, 4}}}});
  size_t line = figure.rfind("class='line'");
  std::string path = figure.substr(line, figure.find("/>", line) - line);
  EXPECT_EQ(countOf(path, "M"), 2u);
  EXPECT_EQ(countOf(path, "L"), 2u);
  EXPECT_NE(figure.find("a &lt;b&gt;"), std::string::npos);
}

TEST(Plot, PointsTellTheirValues) {
  std::string figure = plotFigure({"", "", "", {{"", {1, 2}, {3, 0.25}, SeriesStyle::Points}}});
  EXPECT_NE(figure.find("<title>2, 0.25</title>"), std::string::npos);
  EXPECT_EQ(figure.find("legend"), std::string::npos);
}

TEST(Plot, TheSizeOfManyPointsIsBounded) {
  Series line{"line", {}, {}, SeriesStyle::Line}, points{"points", {}, {}, SeriesStyle::Points};
  for (int i = 0; i < 300000; ++i) {
    line.x.push_back(i);
    line.y.push_back(std::sin(i * 0.37));
  }
  points.x = line.x;
  points.y = std::vector<double>(line.x.size(), 0.5);
  EXPECT_LT(plotFigure({"", "", "", {line, points}}).size(), 100000u);
}

TEST(Plot, ValuesThatALogAxisCannotShowLeaveGaps) {
  Plot plot{"", "", "", {{"", {1, 2, 3}, {0, -1, 10}, SeriesStyle::Points}}};
  plot.logY = true;
  EXPECT_EQ(countOf(plotFigure(plot), "<circle"), 1u);
}

TEST(Plot, SaysWhereThereIsNothing) {
  EXPECT_NE(plotFigure({"empty", "", "", {}}).find("No finite value"), std::string::npos);
  EXPECT_EQ(kindThrownBy([] { plotFigure({"", "", "", {{"a", {1}, {}}}}); }), ErrorKind::ReportSeriesUneven);
}

} // namespace
} // namespace gms::runtime
