// Each message of syntax is produced by a text that a person might write, alone, at its place, and with its
// fix.
#include "lang/syntax/parse.h"
#include <gtest/gtest.h>
#include <set>

using namespace gms;

namespace {

struct Case {
  const char *text;
  const char *codes; ///< all of them, by place
  const char *place; ///< line:column of the first
  const char *part;  ///< contained in the rendered messages
};

const Case cases[] = {
    // own words
    {"x = 3 +", "E0112", "1:8", "expected an expression, found the end of the line"},
    {"x = f(a b)", "E0112", "1:9", "expected `)` or `,`, found `b`"},
    {"op f(3) = 1", "E0112", "1:6", "expected a name, found `3`"},
    {"op f(x: 3) = 1", "E0112", "1:9", "expected a type, found `3`"},
    {"42 = x", "E0112", "1:1", "expected a statement, found `42`"},
    {"record r { 3 }", "E0112", "1:12", "expected a field, found `3`"},
    {"x = a b", "E0112", "1:7", "an operator is missing before `b`"},
    {"experiment e { plot a agianst b }", "E0112", "1:23", "did you mean `against`?"},
    {"x: real = 3", "E0112", "1:2", "a definition states no type; write `x = ...`"},
    {"op f(x: real) {\n  if x > 0 then y\n}", "E0112", "2:3", "`if` chooses between two values"},
    {"x = 3 step 4", "E0112", "1:5", "expected a range before `step`, found `3`"},
    // characters
    {"x = a $ b", "E0103 E0112", "1:7", "`$` has no meaning in GMS"},
    {"x = 1 \xC2\xA0+ 2", "E0103", "1:7", "the character U+00A0 has no meaning"},
    {"op f(x: real) = x # y", "E0104", "1:19", "fix: write `//`"},
    {"x = \"abc", "E0105", "1:5", "fix: close it with"},
    {"x = \"a\\qb\"", "E0106", "1:7", "`\\q` is no escape"},
    {"x = \"\\u{110000}\"", "E0106", "1:6", "hexadecimal"},
    {"x = 'abc'", "E0107", "1:5", "double quotes"},
    {"x = 1 /* two\nlines */ + 3", "E0108", "1:7", "a comment starts with `//`"},
    {"x = a && b || !c", "E0109 E0109 E0109", "1:7", "`&&` is no operator of GMS; it is written `and`"},
    {"x = a ** 2", "E0109", "1:7", "it is written `^`"},
    {"x := 2", "E0109", "1:3", "it is written `=`"},
    // brackets
    {"op f(x: real) -> real {\n  y = g(x, 3)\nop g(x: real) = x", "E0110", "1:23",
     "`}` was expected before the next declaration"},
    {"op f {\n  y = g(x, 3\n  z = y\n}\nop g = 1", "E0110", "2:8",
     "`)` was expected before the next statement"},
    {"x = f(a]", "E0110", "1:6", "`)` was expected before `]`"},
    {"x = f(a", "E0110", "1:6", "before the end of the file"},
    {"experiment e {\n  repeat 3 {\n    x = 1\n  y = 2\n}\nop g = 1", "E0110", "1:14",
     "stands under another indentation"},
    {"op f {\n  y = g(x\n  z[i] = y\n}", "E0110", "2:8", "before the next statement"},
    {"op f {\n  y = [g(x)\n  (a, b) = y\n  return a\n}", "E0110", "2:7", "before the next statement"},
    {"op f {\n  y = g(x\n  return y\n}", "E0110", "2:8", "before the next statement"},
    {"x = f([1, , 2], 3)", "E0112", "1:11", "expected an expression, found `,`"},
    {"x = f(a b.c, d(e) / d(y))[1] + 2", "E0112", "1:9", "found `b`"},
    {"x = a)", "E0111", "1:6", "no `(` is open"},
    // words
    {"experiment e {\n  expct a < b\n  y = = 3\n}", "E0113 E0112", "2:3", "did you mean `expect`?"},
    {"experimnt e { x = 1 }", "E0113", "1:1", "did you mean `experiment`?"},
    {"frobnicate x = 3", "E0113", "1:1", "a definition is `frobnicate = ...`"},
    {"experiment e {\n  let a = 3\n  var b = a\n}", "E0114 E0114", "2:3", "write the name alone: `a = ...`"},
    {"def f(x: real) = x", "E0115", "1:1", "a function is declared by `op"},
    {"op f {\n  for k in 0..3 { x = 1 }\n}", "E0115", "2:3", "repetition is `repeat k in 0..n"},
    {"op f(x: real) -> real { x + 1 }", "E0116", "1:25", "return ..."},
    {"print(3)", "E0116", "1:1", "cannot stand alone"},
    {"x = 1 + if a then b else c", "E0117", "1:9", "put brackets around if"},
    {"x = if a then b", "E0118", "1:16", "`else` was expected"},
    {"x = if a else b", "E0118", "1:10", "`then` was expected"},
    {"experiment e { expect a = 3 }", "E0119", "1:25", "a comparison is written `==`"},
    {"x = y = 3", "E0119", "1:7", "fix: write `==`"},
    {"x == 3", "E0120", "1:3", "one `=`"},
    {"op f {\n  x[i] == 3\n  y == 2\n}", "E0120 E0120", "2:8", "fix: write `=`"},
    {"x = f(1, k = 3)", "E0121", "1:12", "write `k: ...`"},
    {"x = sum(i) a[i]", "E0122", "1:12", "write `of` before `a`"},
    {"x = y of a", "E0123", "1:7", "found `y` before it"},
    {"x = a[1] bohr", "E0124", "1:10", "`bohr` stands behind `]`"},
    {"x = d(e)", "E0125", "1:9", "`/ d(` was expected"},
    {"x = d(e) / y", "E0125", "1:12", "found where `/ d(` was expected"},
    {"op of(x: real) = x", "E0126", "1:4", "`of` is a reserved word"},
    {"x = .5 + 1", "E0128", "1:5", "0.5"},
    {"x = 1. + 2", "E0128", "1:5", "as in 1.0"},
    {"op d(x: real) = x", "E0129", "1:4", "choose another name"},
    {"x = d (3)", "E0129", "1:5", "choose another name"},
    {"x =\ny = 3", "E0130", "1:3", "nothing on its right"},
    {"op f {\n  x = 1 +\n  y = 3\n}", "E0130", "2:9", "`+` has nothing on its right"},
    {"x = 1 /// why", "W0901", "1:7", "write `//`"},
    {"x = 1\n/// last", "W0901", "2:1", "nothing below"},
};

std::string codesOf(const std::vector<Diagnostic> &all) {
  std::string out;
  for (const Diagnostic &d : all)
    out += (out.empty() ? "" : " ") + codeOf(d.kind);
  return out;
}

TEST(Messages, OfSyntax) {
  for (const Case &c : cases) {
    Sources sources;
    Diagnostics diagnostics;
    const uint32_t file = sources.add("t.gms", c.text);
    syntax::parse(sources, file, diagnostics);
    const auto all = diagnostics.sorted();
    std::string text;
    for (const Diagnostic &d : all)
      text += render(d, sources, false);
    EXPECT_EQ(codesOf(all), c.codes) << text;
    ASSERT_FALSE(all.empty()) << c.text;
    const LineColumn at = sources.file(file).at(all[0].span.begin);
    EXPECT_EQ(std::to_string(at.line) + ":" + std::to_string(at.column), c.place) << text;
    EXPECT_NE(text.find(c.part), std::string::npos) << c.part << "\n" << text;
  }
}

/// The limits have tests of their own; every other kind of this room is in the table.
TEST(Messages, EachIsProduced) {
  std::string seen = "E0100 E0101 E0102 E0127 ";
  for (const Case &c : cases)
    seen += std::string(c.codes) + " ";
  for (auto [kind, name] : allKinds())
    if (static_cast<int>(kind) < 200) {
      EXPECT_NE(seen.find(codeOf(kind) + " "), std::string::npos) << name;
    }
}

TEST(Messages, SeveralInOneFileAreRecovered) {
  Sources sources;
  Diagnostics diagnostics;
  const uint32_t file = sources.add("t.gms", "op f(x: real, 3) -> real {\n"
                                             "  y = x +\n"
                                             "  z = (x x)\n"
                                             "  return y\n"
                                             "}\n"
                                             "op g(x: real) = x y\n"
                                             "op h(x: real) = x\n");
  const syntax::Tree tree = syntax::parse(sources, file, diagnostics);
  EXPECT_EQ(codesOf(diagnostics.sorted()), "E0112 E0130 E0112 E0112");
  ASSERT_EQ(tree.statements.size(), 3u);
  EXPECT_EQ(tree.statements[0]->block->statements.size(), 3u);
  EXPECT_EQ(tree.statements[2]->name.text, "h");
}

} // namespace
