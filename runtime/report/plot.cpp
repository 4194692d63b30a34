#include "runtime/report/plot.h"
#include "runtime/core/error.h"
#include "runtime/report/markup.h"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

namespace gms::runtime {
namespace {

// All in the units of the view box.
constexpr double kWidth = 720;
constexpr double kHeight = 380;
constexpr double kTop = 12;
constexpr double kRight = 20;
constexpr double kBottom = 50;
constexpr double kLetter = 7.2;       ///< width of a digit in a label
constexpr size_t kColours = 8;        ///< that the style defines
constexpr size_t kMarkedPoints = 300; ///< up to here each point shows its values
constexpr double kLargest = 1e300;    ///< beyond it, differences overflow

std::string coordinate(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string attribute(const char *name, double value) {
  return " " + std::string(name) + "='" + coordinate(value) + "'";
}

double roundStep(double rough) {
  double power = std::pow(10, std::floor(std::log10(rough)));
  double share = rough / power;
  return (share < 1.5 ? 1 : share < 3.5 ? 2 : share < 7.5 ? 5 : 10) * power;
}

Axis linearAxis(double low, double high, int wanted) {
  if (low == high) {
    double around = low == 0 ? 1 : std::abs(low) * 0.1;
    low -= around;
    high += around;
  }
  Axis axis;
  // Below the spacing of doubles a step would not move.
  double finest = std::max(std::abs(low), std::abs(high)) * 1e-12;
  axis.step = roundStep(std::max((high - low) / wanted, finest));
  double first = std::floor(low / axis.step + 1e-9), last = std::ceil(high / axis.step - 1e-9);
  for (double i = first; i <= last; ++i)
    axis.ticks.push_back(i * axis.step);
  axis.low = first * axis.step;
  axis.high = last * axis.step;
  return axis;
}

/// 1, 2 or 5 times a power of ten: the nearest that is not above a value, or not below it.
double roundEnd(double value, bool upper) {
  double power = std::pow(10, std::floor(std::log10(value) + 1e-9));
  double ends[] = {1, 2, 5, 10};
  double slack = 1e-9 * value;
  if (upper)
    return power * *std::find_if(std::begin(ends), std::end(ends) - 1,
                                 [&](double e) { return e * power >= value - slack; });
  return power * *(std::find_if(std::begin(ends), std::end(ends),
                                [&](double e) { return e * power > value + slack; }) -
                   1);
}

Axis logAxis(double low, double high, int wanted) {
  Axis axis;
  axis.logarithmic = true;
  axis.low = roundEnd(low, false);
  axis.high = std::max(roundEnd(high, true), axis.low * 10);
  double firstPower = std::floor(std::log10(axis.low) + 1e-9),
         lastPower = std::floor(std::log10(axis.high) + 1e-9);
  double every = std::max(1.0, std::ceil((lastPower - firstPower) / wanted));
  axis.step = std::pow(10, every);
  bool between = lastPower - firstPower <= 2;
  for (double power = firstPower; power <= lastPower; power += every)
    for (double factor : {1, 2, 5}) {
      double tick = factor * std::pow(10, power);
      if ((factor == 1 || between) && tick >= axis.low * (1 - 1e-9) && tick <= axis.high * (1 + 1e-9))
        axis.ticks.push_back(tick);
    }
  return axis;
}

/// Where a plot is drawn: maps values to the view box.
struct Frame {
  Axis x, y;
  double left = 60;

  double across(double value) const { return left + x.share(value) * (kWidth - kRight - left); }
  double down(double value) const { return kHeight - kBottom - y.share(value) * (kHeight - kBottom - kTop); }
};

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;

  void add(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  bool empty() const { return low > high; }
};

bool shown(double value, bool logarithmic) {
  return std::abs(value) <= kLargest && (!logarithmic || value > 1 / kLargest);
}

bool shown(const Plot &plot, const Series &series, size_t i) {
  return shown(series.x[i], plot.logX) && shown(series.y[i], plot.logY);
}

std::optional<Frame> frameOf(const Plot &plot) {
  Range x, y;
  for (const Series &series : plot.series) {
    if (series.x.size() != series.y.size())
      throw Error(ErrorKind::ReportSeriesUneven,
                  {series.name, std::to_string(series.x.size()), std::to_string(series.y.size())});
    for (size_t i = 0; i < series.x.size(); ++i)
      if (shown(plot, series, i)) {
        x.add(series.x[i]);
        y.add(series.y[i]);
      }
  }
  if (x.empty())
    return std::nullopt;
  Frame frame{axisFor(x.low, x.high, plot.logX, 8), axisFor(y.low, y.high, plot.logY, 6)};
  size_t longest = 1;
  for (double tick : frame.y.ticks)
    longest = std::max(longest, frame.y.label(tick).size());
  frame.left = 34 + kLetter * static_cast<double>(longest);
  return frame;
}

std::string axes(const Frame &frame, const Plot &plot) {
  std::string svg;
  double bottom = kHeight - kBottom, right = kWidth - kRight;
  for (double tick : frame.y.ticks) {
    double y = frame.down(tick);
    svg += "<path class='rule' d='M" + coordinate(frame.left) + " " + coordinate(y) + "H" +
           coordinate(right) + "'/>";
    svg += "<text class='tick end'" + attribute("x", frame.left - 8) + attribute("y", y + 4) + ">" +
           frame.y.label(tick) + "</text>";
  }
  for (double tick : frame.x.ticks) {
    double x = frame.across(tick);
    svg += "<path class='axis' d='M" + coordinate(x) + " " + coordinate(bottom) + "v5'/>";
    svg += "<text class='tick middle'" + attribute("x", x) + attribute("y", bottom + 19) + ">" +
           frame.x.label(tick) + "</text>";
  }
  svg += "<path class='axis' d='M" + coordinate(frame.left) + " " + coordinate(bottom) + "H" +
         coordinate(right) + "'/>";
  svg += "<text class='label middle'" + attribute("x", (frame.left + right) / 2) +
         attribute("y", kHeight - 10) + ">" + escaped(plot.xLabel) + "</text>";
  svg += "<text class='label middle' transform='translate(15 " + coordinate((kTop + bottom) / 2) +
         ") rotate(-90)'>" + escaped(plot.yLabel) + "</text>";
  return svg;
}

/// The corners of a line. Of the points that fall on one column of pixels only the first, the lowest, the
/// highest and the last are kept, in their order: the picture is the same and its size is bounded.
class LinePath {
public:
  void add(double x, double y) {
    if (held.empty() || std::floor(x) != std::floor(held.front().first))
      flush();
    held.push_back({x, y});
  }
  void gap() {
    flush();
    open = false;
  }
  std::string take() {
    flush();
    return std::move(path);
  }

private:
  std::string path;
  std::vector<std::pair<double, double>> held;
  bool open = false;

  void flush() {
    if (held.empty())
      return;
    auto byY = [](auto &a, auto &b) { return a.second < b.second; };
    auto lowest = std::min_element(held.begin(), held.end(), byY),
         highest = std::max_element(held.begin(), held.end(), byY);
    for (auto at = held.begin(); at != held.end(); ++at)
      if (at == held.begin() || at == lowest || at == highest || at + 1 == held.end()) {
        path += (open ? "L" : "M") + coordinate(at->first) + " " + coordinate(at->second);
        open = true;
      }
    held.clear();
  }
};

std::string lineOf(const Frame &frame, const Plot &plot, const Series &series) {
  LinePath path;
  for (size_t i = 0; i < series.x.size(); ++i)
    if (shown(plot, series, i))
      path.add(frame.across(series.x[i]), frame.down(series.y[i]));
    else
      path.gap();
  return "<path class='line' d='" + path.take() + "'/>";
}

/// Few points say their values when pointed at; many are one path of dots, each place once.
std::string pointsOf(const Frame &frame, const Plot &plot, const Series &series) {
  std::string marks;
  std::vector<std::pair<int, int>> places;
  for (size_t i = 0; i < series.x.size(); ++i) {
    if (!shown(plot, series, i))
      continue;
    double x = frame.across(series.x[i]), y = frame.down(series.y[i]);
    if (series.x.size() <= kMarkedPoints)
      marks += "<circle class='mark'" + attribute("cx", x) + attribute("cy", y) + " r='3.5'><title>" +
               escaped(series.name.empty() ? "" : series.name + ": ") + numberText(series.x[i], 6) + ", " +
               numberText(series.y[i], 6) + "</title></circle>";
    else
      places.push_back({static_cast<int>(std::lround(x * 2)), static_cast<int>(std::lround(y * 2))});
  }
  if (places.empty())
    return marks;
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  std::string dots = "<path class='dots' d='";
  for (auto [x, y] : places)
    dots += "M" + coordinate(x / 2.0) + " " + coordinate(y / 2.0) + "h0";
  return dots + "'/>";
}

std::string classOf(size_t number) {
  return "series s" + std::to_string(number % kColours) + (number / kColours % 2 ? " dashed" : "");
}

std::string legendOf(const Plot &plot) {
  bool named =
      std::any_of(plot.series.begin(), plot.series.end(), [](const Series &s) { return !s.name.empty(); });
  if (!named)
    return "";
  std::string list = "<ul class='legend'>";
  for (size_t i = 0; i < plot.series.size(); ++i) {
    const Series &series = plot.series[i];
    std::string sign = series.style == SeriesStyle::Points ? "" : "<path class='line' d='M1 6H23'/>";
    sign += series.style == SeriesStyle::Line ? "" : "<circle class='mark' cx='12' cy='6' r='3.5'/>";
    list += "<li><svg class='" + classOf(i) + "' width='24' height='12' aria-hidden='true'>" + sign +
            "</svg>" + escaped(series.name) + "</li>";
  }
  return list + "</ul>";
}

} // namespace

double Axis::share(double value) const {
  if (logarithmic)
    return (std::log10(value) - std::log10(low)) / (std::log10(high) - std::log10(low));
  return (value - low) / (high - low);
}

std::string Axis::label(double tick) const {
  if (logarithmic)
    return numberText(tick, 1);
  if (std::abs(tick) < step * 1e-6)
    return "0";
  // As many digits as it takes to tell two ticks apart.
  double magnitude = std::max(std::abs(low), std::abs(high));
  return numberText(tick,
                    std::clamp(static_cast<int>(std::ceil(std::log10(magnitude / step) + 1e-9)) + 1, 2, 14));
}

Axis axisFor(double low, double high, bool logarithmic, int wanted) {
  return logarithmic ? logAxis(low, high, wanted) : linearAxis(low, high, wanted);
}

std::string plotFigure(const Plot &plot) {
  std::string figure = "<figure class='plot'><h3>" + escaped(plot.title) + "</h3>" + legendOf(plot);
  std::optional<Frame> frame = frameOf(plot);
  if (!frame)
    return figure + "<p class='nothing'>No finite value to plot.</p></figure>";
  figure +=
      "<svg viewBox='0 0 720 380' role='img' aria-label='" + escaped(plot.title) + "'>" + axes(*frame, plot);
  for (size_t i = 0; i < plot.series.size(); ++i) {
    const Series &series = plot.series[i];
    figure += "<g class='" + classOf(i) + "'>";
    if (series.style != SeriesStyle::Points)
      figure += lineOf(*frame, plot, series);
    if (series.style != SeriesStyle::Line)
      figure += pointsOf(*frame, plot, series);
    figure += "</g>";
  }
  return figure + "</svg></figure>";
}

} // namespace gms::runtime
