// Every message of the checker is produced by a text here, at the place it speaks of; and texts that must pass do.
#include "lang/sema/check.h"
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace gms::sema {
namespace {

struct Checked {
  Sources sources;
  Diagnostics diagnostics;
  std::unique_ptr<program::Program> program;
};

std::unique_ptr<Checked> run(const std::string &text) {
  auto out = std::make_unique<Checked>();
  const char *root = std::getenv("GMS_SOURCE_DIR");
  CheckOptions options;
  options.importPaths = {std::string(root ? root : ".") + "/stdlib"};
  uint32_t file = out->sources.add("t.gms", text);
  out->program = check(out->sources, file, options, out->diagnostics);
  return out;
}

struct Case {
  Kind kind;
  const char *text;
  const char *at; ///< the text that is underlined
};

const Case cases[] = {
    {Kind::UnknownName, "op f(x: real) -> real = y + x", "y"},
    {Kind::UnknownName, "op brightness(x: real) -> real = x\nop g(x: real) -> real = brightnes(x)", "brightnes"},
    {Kind::Redefined, "op f(x: real) -> real { x = 1\n return x }", "x"},
    {Kind::ModuleNotFound, "import nowhere_at_all", "nowhere_at_all"},
    {Kind::Recursion, "op f(x: real) -> real = g(x)\nop g(x: real) -> real = f(x)", "f"},
    {Kind::NotCallable, "op f(x: real) -> real = x(1)", "x"},
    {Kind::MarkNotAllowed, "op f(x: real) -> real { y ~ uniform(0, 1)\n return y }", "uniform(0, 1)"},
    {Kind::StatementNotAllowed, "op f(x: real) -> real { expect x < 1\n return x }", "expect x < 1"},
    {Kind::UnknownType, "op f(x: imag[c, h, w]) -> real = 1", "imag"},
    {Kind::UnknownUnit, "op f(x: real) -> real = 2 x", "x"},
    {Kind::UnknownField, "record r { a: real }\nop f(x: r) -> real = x.b", "b"},
    {Kind::UnknownArgument, "op g(x: real) -> real = x\nop f(x: real) -> real = g(x: x, by: 1)", "by"},
    {Kind::MissingArgument, "op g(x: real, y: real) -> real = x\nop f(x: real) -> real = g(x)", "g(x)"},
    {Kind::TooManyArguments, "op g(x: real) -> real = x\nop f(x: real) -> real = g(x, 2)", "2"},
    {Kind::DuplicateArgument, "op g(x: real) -> real = x\nop f(x: real) -> real = g(x, x: 2)", "x: 2"},
    {Kind::NoValue, "op f(x: real) -> real {\n}", nullptr},
    {Kind::NotInThisVersion, "model m(x: real) -> real = x", "m"},
    {Kind::NotExpected, "op f(x: real) -> real = 0..3", "0..3"},
    {Kind::TypeMismatch, "op f(x: real) -> bool = x", nullptr},
    {Kind::ShapeMismatch, "op f(x: real[3]) -> real = x[0]\nop g(y: real[4]) -> real = f(y)", nullptr},
    {Kind::RankMismatch, "op f(x: real[n, m]) -> real[n] { o[i] = x[i] }", "x[i]"},
    {Kind::UnitMismatch, "op f(a: length, b: energy) -> length = a + b", "a + b"},
    {Kind::RoleMismatch, "op g(x: image[c, h, w]) -> real = 1\nop f(x: features[c, h, w]) -> real = g(x)", nullptr},
    {Kind::RangeMismatch, "op g(x: image[c, h, w, range: imagenet]) -> real = 1\nop f(x: image[c, h, w]) -> real = g(x)", nullptr},
    {Kind::ConditionNotBool, "op f(x: real) -> real = if x then 1 else 2", "x"},
    {Kind::BranchesDiffer, "op f(x: real) -> real = if x > 0 then 1 else true", nullptr},
    {Kind::NotIndexable, "op f(x: real) -> real = x[0]", "x"},
    {Kind::IndexNotInt, "op f(x: real[n], y: real) -> real = x[y, border: clamp]", "y"},
    {Kind::NotWhole, "op f(x: real[n], k: int) -> real = x[k / 2, border: clamp]", "k / 2"},
    {Kind::UnknownExtent, "op f(x: real[n]) -> real[n] { o[i] = x[2 * i, border: zero]\n return o }", "i"},
    {Kind::Broadcast, "op f(x: real[n], y: real[n, m]) -> real[n] = x + y", "x + y"},
    {Kind::UnitExponent, "op f(a: length, b: real) -> real = a ^ b", "a ^ b"},
    {Kind::PlainNumberNeeded, "op f(a: length) -> real = exp(a)", "a"},
    {Kind::RaggedLiteral, "op f(x: real) -> real { y = [[1, 2], [3]]\n return x }", "[3]"},
    {Kind::UnboundDimension, "op f(x: real) -> real[n] { o[i in 0..3] = x }", "n"},
    {Kind::MissingReductionBody, "op f(x: real[n]) -> real = sum(i)", nullptr},
    {Kind::NotOrdered, "op f(x: bool) -> bool = x + x", nullptr},
    {Kind::NoSpatialField, "warp w() (y, x) = (y, x)\nop f(v: real[n]) -> real[n] = v |> w()", nullptr},
    {Kind::CompileTimeValue, "augment f(x: real, n: int) -> real = x |> some_of(n, [g])\nop g(x: real) -> real = x", nullptr},
    {Kind::CompileTimeValue, "op f(x: real, y: real = x) -> real = y", "x"},
    {Kind::CompileTimeValue, "op f(x: real[3], y: real = x[1] + 1) -> real = y", "x[1] + 1"},
    {Kind::ReadOutOfRange, "op f(x: real[n]) -> real[n] { o[i in 0..n] = x[i + 1] }", "i + 1"},
    {Kind::ReadOutOfRange, "op f(x: real[n], k: int[3]) -> real = sum(u in 0..min(k[3], n)) of x[u]", "3"},
    {Kind::ReadOutOfRange, "op f(x: real[n], k: real[3]) -> real[n] = scan(t: k[4], i in 0..n) of (t + x[i])", "4"},
    {Kind::ReadOutOfRange, "op f(x: real[n], k: int[3]) -> real[n] = scan(t: k[4], i in 0..n) of (t + x[i])", "4"},
    {Kind::WeightsDoNotSum, "augment f(x: real) -> real = choose { 0.7: x, 0.2: 1 - x }", nullptr},
    {Kind::WeightOutOfRange, "augment f(x: real) -> real = choose { 1.7: x, -0.7: 1 - x }", nullptr},
    {Kind::UnknownDistribution, "augment f(x: real) -> real { y ~ gauss(0, 1)\n return y }", "gauss(0, 1)"},
    {Kind::UnknownBorder, "op f(x: real[n]) -> real = x[0, border: mirror]", "mirror"},
    {Kind::MarkNotAllowed, "op f(x: real) -> real { state y = x }", "state y = x"},
    {Kind::NotAState, "solver f(x: real) { repeat 3 { x = x / 2\n yield x: x } }", "x"},
    {Kind::UnnamedYield, "solver f(x: real) { repeat 3 { y = x\n yield y } }", "y"},
    {Kind::TwoResults, "solver f(x: real) { repeat 3 { yield y: x }\n return x }", "x"},
    {Kind::StateChanges, "solver f(x: real) { state y = 0\n repeat 3 { y = x }\n return y }", "x"},
    {Kind::ShapeVariesByPass, "solver f(x: real) { repeat k in 0..3 { y[i in 0..k] = x\n yield y: y } }", "y: y"},
    {Kind::TooManyBands, "op f(x: real[1]) -> real[1] = banded([[1], [2]]) * x", "[[1], [2]]"},
    {Kind::TooManyVectors, "op f(x: real[2]) { return lowest(3, diagonal(x)) }", "3"},
    {Kind::UnitMismatch, "op f(x: energy[n], y: real[n]) -> real[n] = (diagonal(x) - diagonal(y)) * y", "(diagonal(x) - diagonal(y))"},
    {Kind::UnknownSampling, "warp id() (y, x) = (y, x)\nop f(v: image[c, h, w]) -> image[c, h, w] = v |> id(sampling: cubic)", nullptr},
};

TEST(CheckMessages, EachIsProduced) {
  for (const Case &c : cases) {
    auto checked = run(c.text);
    bool found = false;
    std::string all;
    for (const Diagnostic &d : checked->diagnostics.all()) {
      all += codeOf(d.kind) + " " + d.text + "\n";
      if (d.kind == c.kind) {
        found = true;
        if (c.at) {
          EXPECT_EQ(checked->sources.text(d.span), c.at) << c.text;
        }
      }
    }
    EXPECT_TRUE(found) << "expected " << codeOf(c.kind) << " from\n" << c.text << "\ngot\n" << all;
  }
}

const char *const good[] = {
    "op brightness(x: image[c, h, w], by: real) -> image[c, h, w] {\n  out[k, i, j] = clamp(x[k, i, j] + by, 0, 1)\n}\n"
    "test brightness([[[0.5, 0.9]]], by: 0.2) == [[[0.7, 1.0]]]",
    "op blur(x: image[c, h, w], k: real[n, n]) -> image[c, h, w] {\n  out[q, i, j] = sum(u in 0..n, v in 0..n) of k[u, v] * x[q, i + u - floor(n/2), j + v - floor(n/2), border: reflect]\n}",
    "op flip(x: real[n]) -> real[n] { o[i in 0..n] = x[n - 1 - i] }",
    "op half(x: real[n]) -> real[n] { o[i in 0..n] = x[floor(i / 2)] }",
    "op pick(x: real[n], k: real) -> real[n] { o[i in 0..n] = x[clamp(floor(k), 0, n - 1)] }",
    "op total(x: real[n]) -> real[n] = scan(t: 0, i in 0..n) of (t + x[i])",
    "solver root(a: real, passes: int = 6) {\n  state x = 1.0\n  repeat k in 0..passes until abs(x * x - a) < 1e-12 {\n"
    "    x = 0.5^k * (x + a / x)\n    yield root: x, square: x * x\n  }\n}\n"
    "op mean_root(a: real) -> f64 { r = root(a)\n return mean(k in 0..6) of (r.trace[k].root + r.square + r.steps) }",
    "solver relax(n: real[p]) -> real[p] {\n  state u = n\n  state i = 0\n  repeat 15 {\n    u[j] = u[clamp(j - 1, 0, p - 1)]\n    (u, i) = (2 * u, i + 1)\n  }\n  return u\n}",
    "op some(x: real[n], k: int[3]) -> real = sum(u in 0..min(k[0], n)) of x[u]",
    "op outer(x: real[n], y: real[m]) -> real[n, m] { o[i, j] = (sum(u in 0..1) of x[i + u]) * y[j] + x[i] }",
    "warp rotate(angle: angle, about: point = centre) (y, x) =\n  (about.y + cos(angle) * (y - about.y) - sin(angle) * (x - about.x), about.x + sin(angle) * (y - about.y) + cos(angle) * (x - about.x))\n"
    "warp crop(top: int, left: int, height: int, width: int) (y, x) -> extent[height, width] = (y + top, x + left)\n"
    "record sample { image: image[c, h, w], boxes: boxes[n] }\n"
    "op bright(x: image[c, h, w], by: real) -> image[c, h, w] { out[k, i, j] = x[k, i, j] + by }\n"
    "augment strong(s: sample) -> sample {\n  turn ~ uniform(-30 deg, 30 deg)\n  gain ~ uniform(-0.4, 0.4)\n  turned = s |> rotate(turn) |> bright(gain)\n  return choose { 0.7: turned, 0.3: turned |> crop(0, 0, 8, 8) |> maybe(0.5, bright(0.1)) }\n}",
};

TEST(CheckMessages, GoodTextsPass) {
  for (const char *text : good) {
    auto checked = run(text);
    for (const Diagnostic &d : checked->diagnostics.all())
      ADD_FAILURE() << render(d, checked->sources, false);
  }
}

} // namespace
} // namespace gms::sema
