// The tree that a text gives, and the limits that hostile texts meet.
#include "lang/syntax/parse.h"
#include <gtest/gtest.h>

using namespace gms;

namespace {

struct Parsed {
  Sources sources;
  Diagnostics diagnostics;
  syntax::Tree tree;
  explicit Parsed(const std::string &text) {
    tree = syntax::parse(sources, sources.add("t.gms", text), diagnostics);
  }
  std::string messages() const {
    std::string out;
    for (const Diagnostic &d : diagnostics.sorted())
      out += render(d, sources, false);
    return out;
  }
  std::string codes() const {
    std::string out;
    for (const Diagnostic &d : diagnostics.sorted())
      out += (out.empty() ? "" : " ") + codeOf(d.kind);
    return out;
  }
};

/// The printed tree of `x = text`, without the lines of the definition.
std::string exprOf(const std::string &text) {
  const Parsed parsed("x = " + text);
  EXPECT_EQ(parsed.messages(), "") << text;
  std::string out = syntax::print(parsed.tree), lines;
  const std::string head = "definition\n  target x\n";
  EXPECT_EQ(out.substr(0, head.size()), head);
  out = out.substr(head.size());
  for (size_t at = 0; at < out.size();) {
    const size_t end = out.find('\n', at);
    lines += out.substr(at + 2, end - at - 1);
    at = end + 1;
  }
  return lines;
}

TEST(Parse, OfBelongsToTheLastCallAndTakesAProduct) {
  EXPECT_EQ(exprOf("2 * sum(i) of a * b + c"), "binary +\n"
                                               "  binary *\n"
                                               "    number 2\n"
                                               "    call\n"
                                               "      name sum\n"
                                               "      argument\n"
                                               "        name i\n"
                                               "      of\n"
                                               "        binary *\n"
                                               "          name a\n"
                                               "          name b\n"
                                               "  name c\n");
  const Parsed parsed("x = 2 * -sum(i) of a * b + c");
  const syntax::Expr &product = *parsed.tree.statements[0]->value->operands[0];
  EXPECT_EQ(parsed.sources.text(product.span), "2 * -sum(i) of a * b");
  EXPECT_EQ(parsed.sources.text(product.operands[1]->operands[0]->span), "sum(i) of a * b");
  EXPECT_EQ(Parsed("x = (f(i)) of a").codes(), "E0123");
  EXPECT_EQ(Parsed("x = f(i)^2 of a").codes(), "E0123");
}

TEST(Parse, ComparisonsAreOneChain) {
  EXPECT_EQ(exprOf("a > b >= c"), "compare > >=\n  name a\n  name b\n  name c\n");
  EXPECT_EQ(exprOf("(a > b) == c"), "compare ==\n  compare > bracketed\n    name a\n    name b\n  name c\n");
}

TEST(Parse, Precedence) {
  EXPECT_EQ(exprOf("c + x |> f < 3"),
            "compare <\n  pipe |>\n    binary +\n      name c\n      name x\n    name f\n  number 3\n");
  EXPECT_EQ(exprOf("-x^2"), "unary -\n  binary ^\n    name x\n    number 2\n");
  EXPECT_EQ(exprOf("a ^ b ^ c"), "binary ^\n  name a\n  binary ^\n    name b\n    name c\n");
  EXPECT_EQ(exprOf("not a and b"), "binary and\n  unary not\n    name a\n  name b\n");
  EXPECT_EQ(exprOf("0..n - 1 step 2"),
            "range .. step\n  number 0\n  binary -\n    name n\n    number 1\n  number 2\n");
}

TEST(Parse, UnitsTouch) {
  EXPECT_EQ(exprOf("0.01 eV/angstrom"), "number 0.01 unit eV/angstrom\n");
  EXPECT_EQ(exprOf("2 eV / x"), "binary /\n  number 2 unit eV\n  name x\n");
  EXPECT_EQ(exprOf("1 cm^-1"), "number 1 unit cm^-1\n");
  EXPECT_EQ(exprOf("2 m ^ 2"), "binary ^\n  number 2 unit m\n  number 2\n");
  EXPECT_EQ(exprOf("[1, 2] bohr"), "list unit bohr\n  argument\n    number 1\n  argument\n    number 2\n");
  EXPECT_EQ(exprOf("10%"), "number 10%\n");
}

TEST(Parse, StringsAndDerivatives) {
  EXPECT_EQ(exprOf("\"a\\\"\\\\\\u{e9}\""), "string \"a\\\"\\\\é\"\n");
  EXPECT_EQ(exprOf("d(e) / d(y) / g"), "binary /\n  derivative\n    name e\n    name y\n  name g\n");
  EXPECT_EQ(exprOf("?"), "hole\n");
  EXPECT_EQ(exprOf("?{a, b}"), "hole {\n  argument\n    name a\n  argument\n    name b\n");
}

TEST(Parse, Declarations) {
  Parsed parsed(
      "/// one\n///two\nextern fit(f in model, by: real = 3) (x) of real -> trained\ntype t = (real, int)");
  ASSERT_EQ(parsed.messages(), "");
  EXPECT_EQ(syntax::print(parsed.tree), "doc \"one\"\ndoc \"two\"\n"
                                        "declaration extern fit\n"
                                        "  parameters\n    parameter f in\n      type model\n"
                                        "    parameter by\n      type real\n      default\n        number 3\n"
                                        "  parameters\n    parameter x\n"
                                        "  of real\n"
                                        "  type trained\n"
                                        "declaration type t\n  type tuple\n    item real\n    item int\n");
}

TEST(Parse, ByteOrderMarkAndPlacesInUtf8) {
  Parsed parsed("\xEF\xBB\xBFname = \"é\" + größe");
  ASSERT_EQ(parsed.messages(), "");
  EXPECT_EQ(parsed.sources.text(parsed.tree.statements[0]->value->operands[1]->span), "größe");
}

TEST(Parse, CommentsAreCollected) {
  Parsed parsed("// one\nx = f(a, // two\n  b)\n/// doc\ny = 1 // three");
  ASSERT_EQ(parsed.tree.comments.size(), 3u);
  EXPECT_EQ(parsed.sources.text(parsed.tree.comments[1]), "// two");
}

TEST(Limits, SizeEncodingAndNesting) {
  EXPECT_EQ(Parsed(std::string(10u << 20, ' ')).codes(), "E0100");
  for (const char *wrong : {"x = \xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82"})
    EXPECT_EQ(Parsed(wrong).codes(), "E0101") << wrong;
  const auto repeated = [](const std::string &part, size_t count) {
    std::string out;
    for (size_t i = 0; i < count; ++i)
      out += part;
    return out;
  };
  for (const char *part : {"(", "[", "{a: ", "-", "1+", "not ", "d(", "if a then b else ", "a^", "f(1) of ",
                           "choose {1: ", "?{"})
    EXPECT_EQ(Parsed("x = " + repeated(part, 100'000)).codes(), "E0102") << part;
  for (const char *part : {"(1)", "[1]", ".a", " |> f", " < b", " step 1"})
    EXPECT_EQ(Parsed("x = f" + repeated(part, 100'000)).codes(), "E0102") << part;
  EXPECT_EQ(Parsed(repeated(" op f {\n", 100'000)).codes(), "E0102");
  EXPECT_EQ(Parsed("op f(x: " + repeated("(a) -> ", 100'000)).codes(), "E0102");
}

TEST(Limits, WhatIsAllowedIsRead) {
  const size_t deep = syntax::maxNesting - 10;
  EXPECT_EQ(Parsed("x = " + std::string(deep, '(') + "1" + std::string(deep, ')')).codes(), "");
  EXPECT_EQ(Parsed("test " + std::string(deep, '[') + "1" + std::string(deep, ']') + " == 1").codes(), "");
  std::string list = "x = [";
  for (int i = 0; i < 50'000; ++i)
    list += "1 + 2, ";
  EXPECT_EQ(Parsed(list + "3]").codes(), "");
}

TEST(Limits, MessagesAreFew) {
  std::string text;
  for (int i = 0; i < 100'000; ++i)
    text += "x = = 3\n";
  const Parsed parsed(text);
  EXPECT_LE(parsed.diagnostics.all().size(), 210u);
  EXPECT_NE(parsed.codes().find("E0127"), std::string::npos);
  EXPECT_LE(Parsed(std::string(1u << 20, '#')).diagnostics.all().size(), 210u);
  EXPECT_LE(Parsed("op f {" + text + "}").diagnostics.all().size(), 210u);
}

} // namespace
