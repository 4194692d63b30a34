#include "runtime/report/html.h"
#include "embedded/report_page.h"
#include "embedded/report_style.h"
#include "runtime/core/atomic_file.h"
#include "runtime/core/error.h"
#include "runtime/core/png_write.h"
#include "runtime/core/progress.h"
#include "runtime/report/grid.h"
#include "runtime/report/markup.h"
#include "runtime/report/plot.h"
#include <algorithm>
#include <unordered_map>
#include <utility>

namespace gms::runtime {
namespace {

/// An element; `content` is markup already.
std::string element(const std::string &tag, const std::string &content, const std::string &classes = "") {
  return "<" + tag + (classes.empty() ? "" : " class='" + classes + "'") + ">" + content + "</" + tag + ">";
}

std::string section(const std::string &title, const std::string &content) {
  return "<section>" + (title.empty() ? "" : element("h2", escaped(title))) + content + "</section>\n";
}

struct EncodedPicture {
  std::string uri;
  int64_t height = 0;
  int64_t width = 0;
};

/// Every picture of the report as a data URI, encoded once and all at once.
class EncodedPictures {
public:
  EncodedPictures(const Report &report, const PageOptions &options) {
    std::vector<std::pair<const Picture *, EncodedPicture *>> work;
    for (const Section &part : report.sections)
      if (auto *grid = std::get_if<PictureGrid>(&part))
        for (const PictureRow &row : grid->rows)
          for (const Picture &picture : row.pictures)
            work.push_back({&picture, &encoded[&picture]});
    auto encode = [&](int64_t first, int64_t last, int) {
      for (int64_t i = first; i < last; ++i)
        *work[static_cast<size_t>(i)].second =
            encodeOne(*work[static_cast<size_t>(i)].first, options.pictureSide);
    };
    auto count = static_cast<int64_t>(work.size());
    if (options.pool)
      options.pool->parallelFor(count, options.pool->threads(), encode, 1);
    else
      encode(0, count, 0);
  }

  const EncodedPicture &of(const Picture &picture) const { return encoded.at(&picture); }

private:
  std::unordered_map<const Picture *, EncodedPicture> encoded;

  static EncodedPicture encodeOne(const Picture &picture, int64_t side) {
    Tensor small = shrunkTo(picture.pixels, side);
    return {"data:image/png;base64," + base64(encodePng(small)), small.extent(0), small.extent(1)};
  }
};

std::string withUnit(const NamedValue &value) {
  std::string text = escaped(value.value);
  return value.unit.empty() ? text : text + " " + element("span", escaped(value.unit), "unit");
}

std::string definitions(const std::vector<NamedValue> &values, const std::string &classes) {
  std::string list;
  for (const NamedValue &value : values)
    list += "<div>" + element("dt", escaped(value.name)) + element("dd", withUnit(value)) + "</div>";
  return element("dl", list, classes);
}

/// Focusable where something was drawn, so that a touch or the keyboard shows it as the mouse does.
std::string pictureCell(const Picture &picture, const EncodedPicture &encoded,
                        const std::string &alternative) {
  std::string image = "<img src='" + encoded.uri + "' width='" + std::to_string(encoded.width) +
                      "' height='" + std::to_string(encoded.height) + "' alt='" + escaped(alternative) + "'>";
  if (picture.drawn.empty())
    return "<td><figure>" + image + "</figure></td>";
  return "<td><figure tabindex='0'>" + image + element("figcaption", definitions(picture.drawn, "drawn")) +
         "</figure></td>";
}

std::string pictureTable(const PictureGrid &grid, const EncodedPictures &pictures) {
  size_t columns = grid.columns.size();
  bool drawn = false;
  for (const PictureRow &row : grid.rows) {
    columns = std::max(columns, row.pictures.size());
    for (const Picture &picture : row.pictures)
      drawn = drawn || !picture.drawn.empty();
  }
  auto columnName = [&](size_t i) { return i < grid.columns.size() ? grid.columns[i] : std::string(); };
  std::string head = "<th></th>";
  for (size_t i = 0; i < columns; ++i)
    head += "<th scope='col'>" + escaped(columnName(i)) + "</th>";
  std::string body;
  for (const PictureRow &row : grid.rows) {
    std::string cells = "<th scope='row'>" + element("span", escaped(row.name), "name") + "</th>";
    for (size_t i = 0; i < columns; ++i)
      cells += i < row.pictures.size() ? pictureCell(row.pictures[i], pictures.of(row.pictures[i]),
                                                     row.name + ", " + columnName(i))
                                       : "<td></td>";
    body += element("tr", cells) + "\n";
  }
  std::string choice =
      "<label class='all'><input type='checkbox'> Show what was drawn under each picture</label>";
  return (drawn ? choice : "") + "<div class='scroll'>" +
         element("table", element("thead", element("tr", head)) + element("tbody", body), "pictures") +
         "</div>";
}

std::string tableMarkup(const Table &table) {
  std::string head, body;
  for (const TableColumn &column : table.columns) {
    std::string unit =
        column.unit.empty() ? "" : " " + element("span", "(" + escaped(column.unit) + ")", "unit");
    head += element("th", escaped(column.name) + unit, column.numeric ? "number" : "");
  }
  for (const std::vector<std::string> &row : table.rows) {
    if (row.size() != table.columns.size())
      throw Error(ErrorKind::ReportRowUneven,
                  {table.title, std::to_string(row.size()), std::to_string(table.columns.size())});
    std::string cells;
    for (size_t i = 0; i < row.size(); ++i)
      cells += element("td", escaped(row[i]), table.columns[i].numeric ? "number" : "");
    body += element("tr", cells) + "\n";
  }
  return "<div class='scroll'>" +
         element("table", element("thead", element("tr", head)) + element("tbody", body), "values") +
         "</div>";
}

struct SectionMarkup {
  const EncodedPictures &pictures;

  std::string operator()(const PictureGrid &grid) const {
    return section(grid.title, pictureTable(grid, pictures));
  }
  std::string operator()(const Table &table) const { return section(table.title, tableMarkup(table)); }
  std::string operator()(const Plot &plot) const { return section("", plotFigure(plot)); }
  std::string operator()(const Paragraph &part) const {
    return section(part.title, element("p", escaped(part.text), "prose"));
  }
};

std::string claimItem(const Claim &claim) {
  std::string sides = escaped(claim.left);
  if (!claim.relation.empty())
    sides += " " + element("span", escaped(claim.relation), "relation") + " " + escaped(claim.right);
  std::string item = element("span", claim.holds ? "holds" : "fails", "verdict");
  item += element("code", escaped(claim.text));
  item += element("span", (claim.holds ? "" : "found: ") + sides, "sides");
  item += claim.place.empty() ? "" : element("span", escaped(claim.place), "place");
  return element("li", item, claim.holds ? "holds" : "fails");
}

std::string claimsMarkup(const std::vector<Claim> &claims) {
  std::string list;
  for (const Claim &claim : claims)
    list += claimItem(claim) + "\n";
  return claims.empty() ? "" : section("Claims", element("ul", list, "claims"));
}

std::string spanText(double seconds) {
  if (seconds >= 120)
    return durationText(seconds);
  if (seconds >= 1)
    return numberText(seconds, 3) + " s";
  return seconds >= 1e-3 ? numberText(seconds * 1e3, 3) + " ms" : numberText(seconds * 1e6, 3) + " µs";
}

std::string timingsMarkup(const std::vector<Timing> &timings) {
  Table table{
      "Timings", {{"step", "", false}, {"time", "", true}, {"done", "", true}, {"rate", "", true}}, {}};
  for (const Timing &timing : timings) {
    std::string done = timing.count > 0 ? std::to_string(timing.count) + " " + timing.unit : "";
    double rate = timing.seconds > 0 ? static_cast<double>(timing.count) / timing.seconds : 0;
    std::string rateText = rate > 0 ? numberText(rate, rate < 1000 ? 3 : 4) + " " + timing.unit + "/s" : "";
    table.rows.push_back({timing.name, spanText(timing.seconds), done, rateText});
  }
  return timings.empty() ? "" : section("Timings", tableMarkup(table));
}

std::string remarksMarkup(const std::vector<Remark> &remarks) {
  std::string list;
  for (const Remark &remark : remarks)
    list += element("li", (remark.code.empty() ? "" : element("code", escaped(remark.code)) + " ") +
                              escaped(remark.text));
  return remarks.empty() ? "" : section("Remarks", element("ul", list, "remarks"));
}

std::string badge(const Report &report) {
  auto failing =
      std::count_if(report.claims.begin(), report.claims.end(), [](const Claim &c) { return !c.holds; });
  size_t count = report.claims.size();
  if (count == 0)
    return "";
  std::string text = count == 1 ? "The claim holds" : "All " + std::to_string(count) + " claims hold";
  if (failing > 0)
    text = std::to_string(failing) + " of " + std::to_string(count) +
           (failing == 1 ? " claims fails" : " claims fail");
  if (failing == 1 && count == 1)
    text = "The claim fails";
  return element("p", text, failing == 0 ? "badge holds" : "badge fails");
}

std::string facts(const Report &report) {
  std::string list;
  auto add = [&](const char *name, const std::string &value, const char *tag) {
    if (!value.empty())
      list += "<div>" + element("dt", name) + element("dd", element(tag, escaped(value))) + "</div>";
  };
  add("program", report.program, "code");
  add("command", report.command, "code");
  add("seed", report.seed, "span");
  add("device", report.device, "span");
  return element("dl", list, "facts");
}

} // namespace

bool Report::claimsHold() const {
  return std::all_of(claims.begin(), claims.end(), [](const Claim &claim) { return claim.holds; });
}

std::string reportPage(const Report &report, const PageOptions &options) {
  EncodedPictures pictures(report, options);
  std::string sections;
  for (const Section &part : report.sections)
    sections += std::visit(SectionMarkup{pictures}, part);
  std::string environment =
      report.environment.empty() ? "" : section("Environment", definitions(report.environment, "facts"));
  return filled(embedded::report_page, {{"title", escaped(report.title)},
                                        {"style", embedded::report_style},
                                        {"date", escaped(report.date)},
                                        {"badge", badge(report)},
                                        {"facts", facts(report)},
                                        {"claims", claimsMarkup(report.claims)},
                                        {"sections", sections},
                                        {"timings", timingsMarkup(report.timings)},
                                        {"remarks", remarksMarkup(report.remarks)},
                                        {"environment", environment}});
}

void writeReport(const std::string &path, const Report &report, const PageOptions &options) {
  writeWholeFile(path, reportPage(report, options));
}

} // namespace gms::runtime
