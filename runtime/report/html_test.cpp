#include "runtime/core/test_folder.h"
#include "runtime/report/html.h"
#include <gtest/gtest.h>

namespace gms::runtime {
namespace {

Report smallReport() {
  Report report;
  report.title = "photos & <friends>";
  report.command = "gms run photos.gms --seed 7";
  report.seed = "7";
  PictureGrid grid;
  grid.title = "strong";
  grid.columns = {"original", "variant 1"};
  Tensor pixels = Tensor::zeros(GMS_U8, {4, 4, 3});
  grid.rows = {{"cat.png", {{pixels, {}}, {pixels, {{"turn", "−12.4", "deg"}}}}},
               {"dog\xff.png", {{pixels, {}}}}};
  report.sections = {grid, Table{"sizes", {{"name", "", false}, {"width", "px", true}}, {{"cat", "4"}}},
                     Plot{"curve", "x", "y", {{"", {0, 1}, {0, 1}}}}, Paragraph{"Note", "a < b"}};
  report.claims = {{"mean(out) < 0.5", true, "0.4", "<", "0.5", "photos.gms:9"},
                   {"max(out) <= 1", false, "1.2", "<=", "1", "photos.gms:10"}};
  report.timings = {{"run", 0.5, 100, "images"}};
  report.remarks = {{"E0648", "cat2.png is truncated"}};
  report.environment = {{"CPU", "x86-64", ""}};
  return report;
}

bool holds(const std::string &page, const std::string &part) { return page.find(part) != std::string::npos; }

TEST(Html, ShowsAllPartsOfAReport) {
  std::string page = reportPage(smallReport());
  EXPECT_TRUE(holds(page, "<h1>photos &amp; &lt;friends&gt;</h1>"));
  EXPECT_TRUE(holds(page, "1 of 2 claims fails<"));
  EXPECT_TRUE(holds(page, "<dt>turn</dt><dd>−12.4 <span class='unit'>deg</span></dd>"));
  EXPECT_TRUE(holds(page, "found: 1.2 <span class='relation'>&lt;=</span> 1"));
  EXPECT_TRUE(holds(page, "<td class='number'>500 ms</td><td class='number'>100 images</td>"
                          "<td class='number'>200 images/s</td>"));
  EXPECT_TRUE(holds(page, "a &lt; b"));
  EXPECT_TRUE(holds(page, "<code>E0648</code> cat2.png is truncated"));
  EXPECT_TRUE(holds(page, "dog\xEF\xBF\xBD.png"));
  EXPECT_FALSE(holds(page, "{{"));
}

// No network: nothing in the page names another place, and the page forbids it.
TEST(Html, IsSelfContained) {
  std::string page = reportPage(smallReport());
  EXPECT_FALSE(holds(page, "http://"));
  EXPECT_FALSE(holds(page, "https://"));
  EXPECT_FALSE(holds(page, "<script"));
  EXPECT_FALSE(holds(page, "url("));
  EXPECT_TRUE(holds(page, "default-src 'none'"));
  EXPECT_TRUE(holds(page, "src='data:image/png;base64,iVBORw0KGgo"));
}

TEST(Html, IsTheSameOnAnyNumberOfThreads) {
  ThreadPool pool(3);
  EXPECT_EQ(reportPage(smallReport()), reportPage(smallReport(), {.pool = &pool}));
}

TEST(Html, SaysWhetherTheClaimsHold) {
  Report report = smallReport();
  EXPECT_FALSE(report.claimsHold());
  report.claims.pop_back();
  EXPECT_TRUE(report.claimsHold());
  EXPECT_TRUE(holds(reportPage(report), "The claim holds"));
  report.claims.clear();
  EXPECT_FALSE(holds(reportPage(report), "class='badge"));
}

TEST(Html, RefusesUnevenRowsAndBadPictures) {
  Report report;
  report.sections = {Table{"t", {{"a", "", false}}, {{"1", "2"}}}};
  EXPECT_EQ(kindThrownBy([&] { reportPage(report); }), ErrorKind::ReportRowUneven);
  PictureGrid grid;
  grid.rows = {{"a", {{Tensor(), {}}}}};
  report.sections = {grid};
  ThreadPool pool(2);
  EXPECT_EQ(kindThrownBy([&] { reportPage(report, {.pool = &pool}); }), ErrorKind::NotAPicture);
}

TEST(Html, WritesAWholeFile) {
  TemporaryFolder folder;
  writeReport(folder.at("report.html"), smallReport());
  EXPECT_EQ(readText(folder.at("report.html")), reportPage(smallReport()));
  EXPECT_EQ(folder.entries(), 1u);
}

} // namespace
} // namespace gms::runtime
