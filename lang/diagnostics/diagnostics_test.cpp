#include "lang/diagnostics/diagnostics.h"
#include <gtest/gtest.h>
#include <set>

using namespace gms;

namespace {

std::string shown(std::string text, uint32_t begin, uint32_t end) {
  Sources sources;
  const uint32_t file = sources.add("a.gms", std::move(text));
  Diagnostics diagnostics;
  diagnostics.error(Kind::ExpectedSyntax, {file, begin, end}, {"a name", "`3`"});
  return render(diagnostics.all()[0], sources, false);
}

TEST(Diagnostics, KindsHaveNumbersOfTheirOwn) {
  std::set<int> numbers;
  for (auto [kind, name] : allKinds()) {
    EXPECT_TRUE(numbers.insert(static_cast<int>(kind)).second) << name;
    EXPECT_GE(static_cast<int>(kind), 100) << name;
    EXPECT_LT(static_cast<int>(kind), 1000) << name;
    Kind found;
    EXPECT_TRUE(findKind(codeOf(kind), found));
    EXPECT_EQ(found, kind);
  }
}

TEST(Diagnostics, CodesAreReadInEveryForm) {
  EXPECT_EQ(codeOf(Kind::ExpectedSyntax), "E0112");
  EXPECT_EQ(codeOf(Kind::MisplacedDoc), "W0901");
  Kind kind;
  for (const char *code : {"E0112", "e112", "0112", "112"}) {
    EXPECT_TRUE(findKind(code, kind)) << code;
    EXPECT_EQ(kind, Kind::ExpectedSyntax);
  }
  for (const char *code : {"", "E", "E9999", "E01x", "x112", "99999999999"})
    EXPECT_FALSE(findKind(code, kind)) << code;
}

TEST(Diagnostics, NearestOffersWhatIsNear) {
  const std::vector<std::string> words{"expect", "export", "by", "return"};
  EXPECT_EQ(nearest("expct", words), "expect");
  EXPECT_EQ(nearest("Expect", words), "expect");
  EXPECT_EQ(nearest("retrun", words), "return");
  EXPECT_EQ(nearest("expect", {"expect"}), "");
  EXPECT_EQ(nearest("xy", words), "");
  EXPECT_EQ(nearest("quite_other", words), "");
  EXPECT_EQ(nearest("", words), "");
}

TEST(Diagnostics, SortedByPlaceWithoutRepetition) {
  Diagnostics diagnostics;
  diagnostics.error(Kind::HashComment, {1, 9, 10});
  diagnostics.error(Kind::HashComment, {1, 3, 4});
  diagnostics.error(Kind::HashComment, {1, 9, 10});
  diagnostics.warning(Kind::MisplacedDoc, {1, 5, 6});
  const auto sorted = diagnostics.sorted();
  ASSERT_EQ(sorted.size(), 3u);
  EXPECT_EQ(sorted[0].span.begin, 3u);
  EXPECT_EQ(sorted[1].span.begin, 5u);
  EXPECT_EQ(sorted[2].span.begin, 9u);
  EXPECT_EQ(diagnostics.errorCount(), 3u);
}

TEST(Render, UnderlinesTheRange) {
  EXPECT_EQ(shown("x = 1\ny = abc + 2\n", 10, 13), "a.gms:2:5: error[E0112]: expected a name, found `3`\n"
                                                   " 2 | y = abc + 2\n"
                                                   "   |     ^^^\n");
}

TEST(Render, CountsColumnsAsTheyAreSeen) {
  // Two columns a wide character, none for a combining mark, four for a tab.
  EXPECT_EQ(shown("\t猫e\u0301 = 3", 10, 11), "a.gms:1:8: error[E0112]: expected a name, found `3`\n"
                                              " 1 |     猫e\u0301 = 3\n"
                                              "   |           ^\n");
}

TEST(Render, EndOfLineSeveralLinesAndNoPlace) {
  EXPECT_NE(shown("x =\n", 3, 3).find(" 1 | x =\n   |    ^\n"), std::string::npos);
  EXPECT_NE(shown("x = f(a,\n  b)", 4, 13).find(" 1 | x = f(a,\n   |     ^^^^\n"), std::string::npos);
  EXPECT_NE(shown("", 0, 0).find(" 1 | \n   | ^\n"), std::string::npos);
  Diagnostics diagnostics;
  diagnostics.error(Kind::TooManyErrors, {}, {"3"});
  EXPECT_EQ(render(diagnostics.all()[0], Sources(), false),
            "error[E0127]: more than 3 syntax errors; the rest of this file was not read\n");
}

TEST(Render, LongLinesAreCutAndControlCharactersHidden) {
  const std::string text = std::string(500, 'a') + "b" + std::string(500, 'c');
  const std::string out = shown(text, 500, 501);
  EXPECT_LT(out.size(), 600u);
  EXPECT_NE(out.find("… aaa"), std::string::npos);
  const size_t line = out.find(" 1 | "), under = out.find("   | ");
  ASSERT_NE(under, std::string::npos);
  // The first character is three bytes and one column.
  EXPECT_EQ(out.find('b', line) - line - 2, out.find('^', under) - under);
  EXPECT_EQ(shown("x\033[31m", 0, 1).find('\033'), std::string::npos);
}

TEST(Render, FixNotesAndWarnings) {
  Sources sources;
  const uint32_t file = sources.add("a.gms", "x = {\n");
  Diagnostics diagnostics;
  Diagnostic &message = diagnostics.warning(Kind::MisplacedDoc, {file, 0, 1});
  message.fix = "remove it";
  message.notes.push_back({{file, 4, 5}, "opened here"});
  const std::string out = render(diagnostics.all()[0], sources, false);
  EXPECT_NE(out.find("warning[W0901]: "), std::string::npos);
  EXPECT_NE(out.find("a.gms:1:5: note: opened here\n 1 | x = {\n   |     ^\n"), std::string::npos);
  EXPECT_NE(out.find("  fix: remove it\n"), std::string::npos);
  EXPECT_NE(render(diagnostics.all()[0], sources, true).find("\033[1;33m"), std::string::npos);
}

TEST(Render, Json) {
  Sources sources;
  const uint32_t file = sources.add("a\"b.gms", "x = 1\ny");
  Diagnostics diagnostics;
  Diagnostic &message = diagnostics.error(Kind::ExpectedSyntax, {file, 4, 7}, {"a\nb", "\\"});
  message.notes.push_back({{file, 0, 1}, "here"});
  EXPECT_EQ(
      renderJson(message, sources),
      R"({"code":"E0112","severity":"error","file":"a\"b.gms","line":1,"column":5,"endLine":2,"endColumn":2,)"
      R"("text":"expected a\nb, found \\","fix":"","notes":[{"file":"a\"b.gms","line":1,"column":1,)"
      R"("endLine":1,"endColumn":2,"text":"here"}]})");
}

} // namespace
