// Which line ends end a statement, which names are units, and which brackets Layout puts in.
#include "GmsParser.h"
#include "lang/syntax/antlr/layout.h"
#include <gtest/gtest.h>

using namespace gms;

namespace {

/// The tokens of every top-level statement: END as `;`, a unit as <unit>, EOF as `.`, others as written.
std::string arranged(const std::string &text) {
  Sources sources;
  Diagnostics diagnostics;
  const uint32_t file = sources.add("t.gms", text);
  const syntax::Places places(file, sources.file(file).text(), 0);
  antlr4::ANTLRInputStream input(text);
  GmsLexer lexer(&input);
  syntax::Layout layout(lexer, places, diagnostics, 100);
  std::string out;
  for (syntax::Tokens tokens = layout.next(); !tokens.empty(); tokens = layout.next())
    for (const auto &token : tokens) {
      const size_t type = token->getType();
      const std::string written(places.text(*token));
      out += out.empty() ? "" : " ";
      out += type == antlr4::Token::EOF ? "."
             : type == GmsParser::END   ? ";"
             : type == GmsParser::UNIT  ? "<" + written + ">"
             : written.empty()          ? std::string("+") + syntax::bracketText(type)
                                        : written;
    }
  return out;
}

TEST(Layout, LineEnds) {
  EXPECT_EQ(arranged("a = 1\nb = 2"), "a = 1 . b = 2 .");
  EXPECT_EQ(arranged("a = 1;b = 2;;\n\n;"), "a = 1 . b = 2 .");
  EXPECT_EQ(arranged("a = 1\n  + 2\n- 3"), "a = 1 + 2 - 3 .");
  EXPECT_EQ(arranged("a = 1 +\n2"), "a = 1 + 2 .");
  EXPECT_EQ(arranged("a = f(\n1\n,\n2)\nb = 1"), "a = f ( 1 , 2 ) . b = 1 .");
  EXPECT_EQ(arranged("op f\n{\n a = 1\n b = 2\n}\n"), "op f { a = 1 ; b = 2 } .");
  EXPECT_EQ(arranged("x = if a\nthen b\nelse c"), "x = if a then b else c .");
  EXPECT_EQ(arranged("choose {\na: b\nnot c: d }"), "choose { a : b ; not c : d } .");
  EXPECT_EQ(arranged("// only\n\r\n// comments"), "");
}

TEST(Layout, Units) {
  EXPECT_EQ(arranged("a = 2 eV/angstrom"), "a = 2 <eV/angstrom> .");
  EXPECT_EQ(arranged("a = 2 eV /x"), "a = 2 <eV> / x .");
  EXPECT_EQ(arranged("a = 2 eV/ x"), "a = 2 <eV> / x .");
  EXPECT_EQ(arranged("a = 3 kg*m^2/s^2/K"), "a = 3 <kg*m^2/s^2/K> .");
  EXPECT_EQ(arranged("a = 3 cm^-1"), "a = 3 <cm^-1> .");
  EXPECT_EQ(arranged("a = [1, 2] bohr"), "a = [ 1 , 2 ] <bohr> .");
  EXPECT_EQ(arranged("a = f(3\nbohr)"), "a = f ( 3 bohr ) .");
  EXPECT_EQ(arranged("budget 200 by x"), "budget 200 by x .");
  EXPECT_EQ(arranged("a = 0..n"), "a = 0 .. n .");
}

TEST(Layout, Brackets) {
  EXPECT_EQ(arranged("op f {\n a = g(1\nop h = 1"), "op f { a = g ( 1 +) +} . op h = 1 .");
  EXPECT_EQ(arranged("op f {\n a = (1\n b = 2\n}"), "op f { a = ( 1 +) ; b = 2 } .");
  EXPECT_EQ(arranged("a = (1 }\nb = 2)"), "a = ( 1 +) . b = 2 .");
  EXPECT_EQ(arranged("a = {b: (1}"), "a = { b : ( 1 +) } .");
  EXPECT_EQ(arranged("a = 1)"), "a = 1 .");
  // A word of the grammar as a name at the margin is no declaration unless a name follows.
  EXPECT_EQ(arranged("a = f(\nmodel, 3)"), "a = f ( model , 3 ) .");
  EXPECT_EQ(arranged("op f(\n a = 1,\n b = 2)"), "op f ( a = 1 , b = 2 ) .");
}

TEST(Layout, Docs) {
  EXPECT_EQ(arranged("/// one\n/// two\nop f = 1"), "/// one /// two op f = 1 .");
  EXPECT_EQ(arranged("op f {\n/// lost\n}\n"), "op f { } .");
}

} // namespace
