#include "compiler/import/import.h"
#include "compiler/import/program_builder.h"
#include <gtest/gtest.h>
#include <mlir/IR/MLIRContext.h>
#include <mlir/IR/Verifier.h>

namespace gms::compiler {
namespace {
using namespace program;
using namespace build;

struct Imported {
  std::string text;
  Signature signature;
  Diagnostics diagnostics;
};

Imported imported(Program &program, FunctionId entry, const ImportOptions &options = {}) {
  Imported out;
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  auto module = import(program, entry, options, context, out.signature, out.diagnostics);
  if (!module)
    return out;
  llvm::raw_string_ostream stream(out.text);
  module->print(stream);
  EXPECT_TRUE(mlir::succeeded(mlir::verify(*module))) << out.text;
  return out;
}

size_t count(const std::string &text, const std::string &part) {
  size_t n = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++n;
  return n;
}

/// brightness(x: image[c, h, w], by: real) = clamp(x[k, i, j] + by, 0, 1)
FunctionId brightness(Program &program) {
  FunctionBuilder f(program, FunctionKind::Op, "brightness");
  const TypeRef image = f.image("x");
  const LocalId by = f.parameter("by", Type::scalar(Element::F32));
  auto k = f.index("k"), i = f.index("i"), j = f.index("j");
  auto sum = f.prim(Prim::Add, f.read(f.local(f.named("x")), f.list(f.local(k), f.local(i), f.local(j))),
                    f.local(by));
  auto clamped = f.prim(Prim::Max, f.prim(Prim::Min, std::move(sum), f.real(1)), f.real(0));
  return f.finish(f.tabulate(image, {k, i, j}, std::move(clamped)));
}

/// shift(by: real) (y, x) = (y + by, x)
FunctionId shift(Program &program) {
  FunctionBuilder f(program, FunctionKind::Warp, "shift");
  const LocalId by = f.parameter("by", Type::scalar(Element::F32));
  f.warpLocals();
  auto y = f.prim(Prim::Add, f.local(f.function->y), f.local(by));
  return f.finish(f.tuple(f.list(std::move(y), f.local(f.function->x))));
}

TEST(Import, PointwiseOp) {
  Program program;
  Imported out = imported(program, brightness(program));
  EXPECT_EQ(count(out.text, "core.compute"), 1u) << out.text;
  EXPECT_EQ(count(out.text, "core.read"), 2u);
  EXPECT_EQ(count(out.text, "fastmath<contract>"), 1u);
  ASSERT_EQ(out.signature.inputs.size(), 2u);
  EXPECT_EQ(out.signature.inputs[0].path, "x");
  EXPECT_EQ(out.signature.outputs.size(), 1u);
}

TEST(Import, KnownParameterIsFolded) {
  Program program;
  ImportOptions options;
  options.known["by"] = 0.25;
  Imported out = imported(program, brightness(program), options);
  EXPECT_EQ(out.signature.inputs.size(), 1u);
  EXPECT_NE(out.text.find("2.500000e-01"), std::string::npos) << out.text;
}

TEST(Import, CallsAreInlinedAndExtentsShared) {
  Program program;
  const FunctionId inner = brightness(program);
  FunctionBuilder f(program, FunctionKind::Op, "twice");
  const TypeRef image = f.image("x");
  auto once = f.call(inner, image, f.list(f.local(f.named("x")), f.real(0.5)));
  auto twice = f.call(inner, image, f.list(std::move(once), f.real(-0.5)));
  Imported out = imported(program, f.finish(std::move(twice)));
  EXPECT_EQ(count(out.text, "core.compute"), 2u) << out.text;
  EXPECT_EQ(count(out.text, "tensor.dim"), 3u);
}

TEST(Import, ChecksOfOneExtentVanish) {
  Program program;
  FunctionBuilder g(program, FunctionKind::Op, "blend");
  const TypeRef image = g.image("a");
  g.sameImage("b", image);
  auto k = g.index("k"), i = g.index("i"), j = g.index("j");
  auto at = [&](const char *name) {
    return g.read(g.local(g.named(name)), g.list(g.local(k), g.local(i), g.local(j)));
  };
  auto body = g.prim(Prim::Add, at("a"), at("b"));
  const FunctionId blend = g.finish(g.tabulate(image, {k, i, j}, std::move(body)));
  EXPECT_EQ(count(imported(program, blend).text, "core.require"), 3u);

  FunctionBuilder f(program, FunctionKind::Op, "double");
  const TypeRef own = f.image("x");
  auto call = f.call(blend, own, f.list(f.local(f.named("x")), f.local(f.named("x"))));
  EXPECT_EQ(count(imported(program, f.finish(std::move(call))).text, "core.require"), 0u);
}

TEST(Import, WhatIsInvariantLeavesTheBody) {
  Program program;
  FunctionBuilder f(program, FunctionKind::Op, "centred");
  const TypeRef image = f.image("x");
  auto k = f.index("k"), i = f.index("i"), j = f.index("j");
  auto mean = f.reduceOver(ReduceKind::Mean, image, f.named("x"));
  auto at = f.read(f.local(f.named("x")), f.list(f.local(k), f.local(i), f.local(j)));
  auto body = f.prim(Prim::Sub, std::move(at), std::move(mean));
  const std::string text = imported(program, f.finish(f.tabulate(image, {k, i, j}, std::move(body)))).text;
  EXPECT_LT(text.find("core.reduce"), text.find("core.compute")) << text;
}

TEST(Import, WarpsChainAndDrawsHavePlaces) {
  Program program;
  const FunctionId warp = shift(program);
  FunctionBuilder f(program, FunctionKind::Augment, "policy");
  const TypeRef image = f.image("x");
  auto drawn =
      f.draw(Distribution::Uniform, Type::scalar(Element::F32), "turn", f.list(f.real(-3), f.real(3)));
  auto inner = f.warp(warp, image, f.list(f.local(f.named("x")), std::move(drawn)));
  auto outer = f.warp(warp, image, f.list(std::move(inner), f.real(1)));
  Imported out = imported(program, f.finish(std::move(outer)));
  EXPECT_EQ(count(out.text, "aug.warp"), 2u) << out.text;
  ASSERT_EQ(out.signature.draws.size(), 1u);
  EXPECT_EQ(out.signature.draws[0].place, "policy/turn");
}

TEST(Import, ChooseRunsOneArm) {
  Program program;
  const FunctionId warp = shift(program);
  FunctionBuilder f(program, FunctionKind::Augment, "policy");
  const TypeRef image = f.image("x");
  auto moved = f.warp(warp, image, f.list(f.local(f.named("x")), f.real(2)));
  auto choose =
      f.choose(image, "choose", f.list(f.real(0.5), std::move(moved), f.real(0.5), f.local(f.named("x"))));
  const std::string text = imported(program, f.finish(std::move(choose))).text;
  EXPECT_EQ(count(text, "core.switch"), 1u) << text;
  EXPECT_LT(text.find("core.switch"), text.find("aug.warp"));
}

TEST(Import, CheapConditionIsASelect) {
  Program program;
  FunctionBuilder f(program, FunctionKind::Op, "solarize");
  const TypeRef image = f.image("x");
  auto k = f.index("k"), i = f.index("i"), j = f.index("j");
  auto at = [&] { return f.read(f.local(f.named("x")), f.list(f.local(k), f.local(i), f.local(j))); };
  auto condition = f.prim(Prim::Lt, at(), f.real(0.5));
  condition->type = Type::scalar(Element::Bool);
  auto body = f.conditional(std::move(condition), at(), f.prim(Prim::Sub, f.real(1), at()));
  const std::string text = imported(program, f.finish(f.tabulate(image, {k, i, j}, std::move(body)))).text;
  EXPECT_EQ(count(text, "arith.select"), 1u) << text;
  EXPECT_EQ(count(text, "scf.if"), 0u);
  EXPECT_EQ(count(text, "core.read"), 1u);
}

TEST(Import, RepeatNeedsAKnownCount) {
  Program program;
  FunctionBuilder f(program, FunctionKind::Op, "grow");
  const LocalId n = f.parameter("n", Type::scalar(Element::Int));
  const LocalId carried = f.add("v", Type::scalar(Element::F32), LocalKind::State);
  const LocalId k = f.index("k");
  auto next = f.prim(Prim::Mul, f.local(carried), f.real(2));
  const FunctionId grow = f.finish(f.repeat(k, f.local(n), carried, f.real(3), std::move(next)));
  Imported unknown = imported(program, grow);
  ASSERT_EQ(unknown.diagnostics.all().size(), 1u);
  EXPECT_EQ(unknown.diagnostics.all()[0].kind, Kind::NotKnownWhenCompiling);
  ImportOptions options;
  options.known["n"] = int64_t(4);
  Imported known = imported(program, grow, options);
  EXPECT_NE(known.text.find("4.800000e+01"), std::string::npos) << known.text;
}

TEST(Import, PointsMoveByTheInverse) {
  Program program;
  const FunctionId warp = shift(program);
  FunctionBuilder f(program, FunctionKind::Op, "moved");
  const LocalId n = f.dimension("n");
  const TypeRef points = Type::tensor(Element::F32, {Dim::symbol(n), Dim(2)}, Role::Keypoints);
  const LocalId p = f.parameter("p", points);
  f.function->dims.push_back({n, p, {}, 0});
  auto moved = f.warp(warp, points, f.list(f.local(p), f.real(2)), ExprKind::WarpPoints);
  moved->extents = {Dim(8), Dim(8)};
  const std::string text = imported(program, f.finish(std::move(moved))).text;
  EXPECT_EQ(count(text, "scf.for"), 0u) << text;
  EXPECT_EQ(count(text, "core.compute"), 1u);
}

} // namespace
} // namespace gms::compiler
