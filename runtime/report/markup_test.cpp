#include "runtime/report/markup.h"
#include <gtest/gtest.h>
#include <limits>
#include <vector>

namespace gms::runtime {
namespace {

TEST(Markup, EscapesWhatCouldBreakOut) {
  EXPECT_EQ(escaped("<img src='x' onerror=\"a&b\">"),
            "&lt;img src=&#39;x&#39; onerror=&quot;a&amp;b&quot;&gt;");
  EXPECT_EQ(escaped("grüße ⟶ 🖼"), "grüße ⟶ 🖼");
}

TEST(Markup, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(escaped("a\xff"), "a\xEF\xBF\xBD");
  EXPECT_EQ(escaped("\xe2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(escaped("\xc0\xaf"), "\xEF\xBF\xBD\xEF\xBF\xBD"); // a long form of '/'
  EXPECT_EQ(escaped("\xed\xa0\x80").size(), 9u);              // a surrogate
  EXPECT_EQ(escaped("\xf4\x90\x80\x80").size(), 12u);         // past U+10FFFF
  EXPECT_EQ(escaped(std::string_view("\0\x1b", 2)).size(), 6u);
}

TEST(Markup, Base64OfTheStandardsExamples) {
  auto of = [](std::string text) {
    return base64({reinterpret_cast<const uint8_t *>(text.data()), text.size()});
  };
  EXPECT_EQ(of(""), "");
  EXPECT_EQ(of("f"), "Zg==");
  EXPECT_EQ(of("fo"), "Zm8=");
  EXPECT_EQ(of("foo"), "Zm9v");
  EXPECT_EQ(of("foobar"), "Zm9vYmFy");
}

TEST(Markup, FillsHolesOnce) {
  EXPECT_EQ(filled("<b>{{a}}</b>{{b}}{{c}}", {{"a", "{{b}}"}, {"b", "2"}}), "<b>{{b}}</b>2{{c}}");
  EXPECT_EQ(filled("{{a", {{"a", "1"}}), "{{a");
}

TEST(Markup, NumbersAsPeopleWriteThem) {
  EXPECT_EQ(numberText(0), "0");
  EXPECT_EQ(numberText(-0.0), "0");
  EXPECT_EQ(numberText(-12.5), "−12.5");
  EXPECT_EQ(numberText(0.1 + 0.2), "0.3");
  EXPECT_EQ(numberText(123456), "123500");
  EXPECT_EQ(numberText(1e9), "1e9");
  EXPECT_EQ(numberText(1.5e-7), "1.5e−7");
  EXPECT_EQ(numberText(3.14159265, 6), "3.14159");
  EXPECT_EQ(numberText(-std::numeric_limits<double>::infinity()), "−∞");
  EXPECT_EQ(numberText(std::numeric_limits<double>::quiet_NaN()), "not a number");
}

} // namespace
} // namespace gms::runtime
