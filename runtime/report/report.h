// What a run has to say: data only. html.h makes a page of it, grid.h a picture.
#pragma once
#include "runtime/core/tensor.h"
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace gms::runtime {

/// "turn = -12.4 deg".
struct NamedValue {
  std::string name;
  std::string value;
  std::string unit;
};

struct Picture {
  Tensor pixels;                 ///< what `toPicture` takes
  std::vector<NamedValue> drawn; ///< what was drawn for it, in the order of the program
};

struct PictureRow {
  std::string name;              ///< of the photograph
  std::vector<Picture> pictures; ///< one a column; fewer leave the rest empty
};

/// What `show` gives: rows are photographs, columns are variants.
struct PictureGrid {
  std::string title;
  std::vector<std::string> columns;
  std::vector<PictureRow> rows;
};

struct TableColumn {
  std::string name;
  std::string unit;
  bool numeric = false; ///< set to the right, digits of equal width
};

struct Table {
  std::string title;
  std::vector<TableColumn> columns;
  std::vector<std::vector<std::string>> rows;
};

enum class SeriesStyle { Line, Points, LineAndPoints };

struct Series {
  std::string name;
  std::vector<double> x;
  std::vector<double> y; ///< as many; what is not finite leaves a gap
  SeriesStyle style = SeriesStyle::Line;
};

struct Plot {
  std::string title;
  std::string xLabel; ///< with its unit: "distance (bohr)"
  std::string yLabel;
  std::vector<Series> series;
  bool logX = false; ///< values that are not positive leave gaps
  bool logY = false;
};

struct Paragraph {
  std::string title;
  std::string text;
};

using Section = std::variant<PictureGrid, Table, Plot, Paragraph>;

/// An `expect`: its text as written and what its two sides came to.
struct Claim {
  std::string text;
  bool holds = false;
  std::string left;     ///< value of the left side, with its unit
  std::string relation; ///< "<", "==", …; empty where the claim has one side
  std::string right;
  std::string place; ///< "photos.gms:31"
};

struct Timing {
  std::string name; ///< "read", "compile", "run"
  double seconds = 0;
  int64_t count = 0; ///< of what was done in that time; 0 where nothing is counted
  std::string unit;  ///< "images"
};

/// A file that was left out, or another thing that the reader should know.
struct Remark {
  std::string code; ///< may be empty
  std::string text;
};

struct Report {
  std::string title;
  std::string program; ///< the file's name
  std::string date;    ///< as it is to be shown
  std::string command;
  std::string seed;
  std::string device;
  std::vector<Section> sections;
  std::vector<Claim> claims;
  std::vector<Timing> timings;
  std::vector<Remark> remarks;
  std::vector<NamedValue> environment;

  bool claimsHold() const;
};

} // namespace gms::runtime
