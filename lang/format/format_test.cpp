// Formatting keeps the tree and the comments, and formatting twice changes nothing.
#include "lang/format/format.h"
#include "lang/syntax/parse.h"
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <random>

using namespace gms;

namespace {

struct Formatted {
  bool valid = false;
  std::string text, tree;
  size_t comments = 0;
};

Formatted formatted(const std::string &text) {
  Sources sources;
  Diagnostics diagnostics;
  const syntax::Tree tree = syntax::parse(sources, sources.add("t.gms", text), diagnostics);
  Formatted out;
  out.valid = !diagnostics.failed();
  if (out.valid)
    out.text = format::format(sources, tree);
  out.tree = syntax::print(tree);
  out.comments = tree.comments.size();
  return out;
}

/// Checks what holds for every text that parses; gives the canonical text.
std::string stable(const std::string &text) {
  const Formatted once = formatted(text);
  EXPECT_TRUE(once.valid) << text;
  const Formatted twice = formatted(once.text);
  EXPECT_TRUE(twice.valid) << text << "\n---\n" << once.text;
  EXPECT_EQ(once.tree, twice.tree) << text;
  EXPECT_EQ(once.text, twice.text) << text;
  EXPECT_EQ(once.comments, twice.comments) << text;
  return once.text;
}

std::string read(const std::filesystem::path &path) {
  std::ifstream in(path);
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

std::vector<std::filesystem::path> programs(const std::filesystem::path &folder) {
  std::vector<std::filesystem::path> out;
  if (std::filesystem::is_directory(folder))
    for (const auto &entry : std::filesystem::directory_iterator(folder))
      if (entry.path().extension() == ".gms")
        out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

std::filesystem::path root() { return std::getenv("GMS_SOURCE_DIR") ? std::getenv("GMS_SOURCE_DIR") : "."; }

TEST(Format, Solvers) {
  EXPECT_EQ(stable("solver root( a:real,passes :int=6 ){\nstate x=1.0 // start\nrepeat   k in 0..passes until abs(x*x-a)<1e-12{\n"
                   "x=0.5^k*(x+a/x)\nyield root:x,error:abs(x*x-a)\n}\n}"),
            "solver root(a: real, passes: int = 6) {\n  state x = 1.0  // start\n"
            "  repeat k in 0..passes until abs(x * x - a) < 1e-12 {\n    x = 0.5^k * (x + a / x)\n"
            "    yield root: x, error: abs(x * x - a)\n  }\n}\n");
  EXPECT_EQ(stable("solver f(n: real[p]) {\n  state u = n\n  repeat 3 { u[i]=u[i]/2; (a,b)=(1,2) }\n  return u\n}"),
            "solver f(n: real[p]) {\n  state u = n\n  repeat 3 { u[i] = u[i] / 2; (a, b) = (1, 2) }\n  return u\n}\n");
}

TEST(Format, Spacing) {
  EXPECT_EQ(stable("x=a+b*-c^2;y=f( 1,k:2 )[ i,border:zero ] . z"),
            "x = a + b * -c^2\ny = f(1, k: 2)[i, border: zero].z\n");
  EXPECT_EQ(stable("a = 0 .. n\nb = 0.5..=2 bohr step 0.1"), "a = 0..n\nb = 0.5 ..= 2 bohr step 0.1\n");
  EXPECT_EQ(stable("x = 2 m ^ 2 + 3 m^2 + [1,2]bohr"), "x = 2 m ^ 2 + 3 m^2 + [1, 2] bohr\n");
  EXPECT_EQ(stable("x = \"a\\u{e9}\" + 1_000 + 10%"), "x = \"a\\u{e9}\" + 1_000 + 10%\n");
  EXPECT_EQ(stable("extern f(a in m,b:(real)->int=g) of real->t"),
            "extern f(a in m, b: (real) -> int = g) of real -> t\n");
  EXPECT_EQ(stable(""), "");
}

TEST(Format, BlankLines) {
  EXPECT_EQ(stable("\n\nx = 1\n\n\n\ny = 2\nop f {\n\n  a = 1\n\n\n  b = 2\n\n}\n\n"),
            "x = 1\n\ny = 2\nop f {\n  a = 1\n\n  b = 2\n}\n");
}

TEST(Format, Comments) {
  EXPECT_EQ(
      stable(
          "// head\n\n// next\n/// doc\nop f( // in\n  x: real, // the x\n  y: real // the y\n) { // block\n"
          "  z = g(x, y) // behind\n  // last\n} // end\n// tail"),
      "// head\n\n// next\n/// doc\nop f(\n  // in\n  x: real,  // the x\n  y: real  // the y\n) {  // "
      "block\n"
      "  z = g(x, y)  // behind\n  // last\n}  // end\n// tail\n");
  EXPECT_EQ(stable("x = a + // why\n  b\n"), "// why\nx = a + b\n");
  EXPECT_EQ(stable("x = f(1 /// stray\n)"), "x = f(\n  1  // stray\n)\n");
  EXPECT_EQ(stable("record r { // one\n  /// doc\n  a: real // two\n  b: int\n}"),
            "record r {\n  // one\n  /// doc\n  a: real,  // two\n  b: int\n}\n");
}

TEST(Format, LongLines) {
  const std::string name(30, 'n');
  EXPECT_EQ(stable("x = f(" + name + ", " + name + ", " + name + ", " + name + ")"),
            "x = f(\n  " + name + ", " + name + ", " + name + ",\n  " + name + "\n)\n");
  EXPECT_EQ(stable("x = " + name + " |> f(" + name + ") |> f(" + name + ") |> f(" + name + ")"),
            "x = " + name + "\n  |> f(" + name + ")\n  |> f(" + name + ")\n  |> f(" + name + ")\n");
  EXPECT_EQ(stable("op f(x: " + name + ", y: " + name + ") -> real = g(" + name + ", " + name + ")"),
            "op f(x: " + name + ", y: " + name + ") -> real =\n  g(" + name + ", " + name + ")\n");
}

TEST(Format, ArmsCasesAndTargets) {
  const std::string name(30, 'n'), longer(60, 'm');
  EXPECT_EQ(stable("op f { return choose { 0.5: " + name + " |> g, 0.5: " + longer + " |> g } }"),
            "op f {\n  return choose {\n    0.5: " + name + " |> g,\n    0.5: " + longer + " |> g\n  }\n}\n");
  EXPECT_EQ(stable("x = if a == 0 then " + name + " else if a == 1 then " + name + " else if a == 2 then f else " + name),
            "x = if a == 0 then " + name + "\n  else if a == 1 then " + name + "\n  else if a == 2 then f\n  else " +
                name + "\n");
  EXPECT_EQ(stable("out[n in 0..k, i in 0..h, j in 0..w] = a[" + longer + "] + b[" + name + "]"),
            "out[n in 0..k, i in 0..h, j in 0..w] = a[" + longer + "]\n  + b[" + name + "]\n");
  EXPECT_EQ(stable("x = y |> one_of([f(" + longer + "), g(" + name + ")])"),
            "x = y |> one_of([\n  f(" + longer + "),\n  g(" + name + ")\n])\n");
}

TEST(Format, BlocksOnOneLine) {
  EXPECT_EQ(stable("search s over p in q { minimize f(p) by grid; budget 3 }"),
            "search s over p in q { minimize f(p) by grid; budget 3 }\n");
  EXPECT_EQ(stable("repeat 3 { a = 1\n}"), "repeat 3 {\n  a = 1\n}\n");
}

TEST(Format, TestProgramsAreStable) {
  for (const char *folder : {"test/syntax", "test/run", "test/import", "stdlib", "examples/quickstart"}) {
    const auto all = programs(root() / folder);
    EXPECT_FALSE(all.empty()) << folder;
    for (const auto &path : all) {
      SCOPED_TRACE(path.filename());
      stable(read(path));
    }
  }
}

TEST(Format, SketchesAreStable) {
  const auto all = programs(root() / "../shared/programs");
  if (all.empty())
    GTEST_SKIP() << "the sketches are not here";
  for (const auto &path : all) {
    SCOPED_TRACE(path.filename());
    stable(read(path));
  }
}

/// Whatever the bytes, the parser gives a tree and messages; what it accepts, the formatter keeps.
TEST(Format, RandomMutationsNeverBreakIt) {
  const auto all = programs(root() / "test/syntax");
  ASSERT_FALSE(all.empty());
  std::mt19937 random(20240607);
  auto below = [&](size_t n) { return n == 0 ? 0 : random() % n; };
  static const char *const pieces[] = {
      "(",  ")",  "[",     "]",   "{", "}",  "\n",  ";",  "=", "of ",  " d(", "///x\n", "// y\n",
      "'",  "\"", "if ",   "?",   "~", "..", "^",   "-",  "1", " m/s", "é",   "\xff",   "\r",
      "/*", "**", "op f ", "in ", ":", ",",  "by ", "\t", "#", "1.",   "=="};
  const char *wanted = std::getenv("GMS_MUTATIONS"); // a long run by command
  const int rounds = wanted ? std::atoi(wanted) : 1500;
  for (int round = 0; round < rounds; ++round) {
    std::string text = read(all[below(all.size())]);
    const size_t from = below(text.size()), length = 1 + below(400);
    text = text.substr(from, length);
    for (size_t edits = below(4); edits > 0; --edits) {
      const size_t at = below(text.size());
      switch (below(4)) {
      case 0: text.erase(at, 1 + below(8)); break;
      case 1: text.insert(at, pieces[below(std::size(pieces))]); break;
      case 2: text.insert(at, text.substr(below(text.size()), below(40))); break;
      default: text.replace(at, 1, 1, static_cast<char>(random())); break;
      }
    }
    if (formatted(text).valid)
      stable(text);
    if (HasFailure())
      FAIL() << "round " << round;
  }
}

} // namespace
