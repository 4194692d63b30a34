// Plots as inline SVG; colours come from the page's style, so that they follow light and dark.
#pragma once
#include "runtime/report/report.h"
#include <string>
#include <vector>

namespace gms::runtime {

/// The range of an axis and where its labels stand.
struct Axis {
  double low = 0;
  double high = 1;
  bool logarithmic = false;
  std::vector<double> ticks; ///< ascending, within low..high
  double step = 1;           ///< between ticks; a ratio where logarithmic

  /// The place of a value between the ends, 0 to 1.
  double share(double value) const;
  std::string label(double tick) const;
};

/// An axis that holds low..high (both finite; positive where logarithmic), its ends at ticks of 1, 2 or 5
/// times a power of ten, about `wanted` of them.
Axis axisFor(double low, double high, bool logarithmic, int wanted);

/// A figure: title, legend where it says something, axes, series. A plot without a finite point says so
/// instead. Throws ReportSeriesUneven.
std::string plotFigure(const Plot &plot);

} // namespace gms::runtime
