#include "compiler/driver/differential.h"
#include "compiler/import/program_builder.h"
#include <cstdlib>
#include <gtest/gtest.h>

namespace gms::compiler {
namespace {
using namespace program;
using namespace build;

std::vector<Engine> engines() {
  std::vector<Engine> list;
  for (const char *name : {"cpu", "cpu-unfused", "emulated"})
    list.push_back(*findEngine(name));
  return list;
}

eval::Value picture(int64_t c, int64_t h, int64_t w) {
  auto t = eval::Tensor::make(Element::F32, {c, h, w});
  for (size_t at = 0; at < t->data.size(); ++at)
    t->data[at] = static_cast<float>(static_cast<double>(at * 37 % 101) / 101);
  return eval::Value(eval::TensorRef(t));
}

/// out[k, i, j] = x[k, i, j + 1, border: reflect] if it is below 0.5, else its negative
FunctionId mirrored(Program &program) {
  FunctionBuilder f(program, FunctionKind::Op, "mirrored");
  const TypeRef image = f.image("x");
  auto k = f.index("k"), i = f.index("i"), j = f.index("j");
  auto at = [&] {
    return f.read(f.local(f.named("x")),
                  f.list(f.local(k), f.local(i), f.prim(Prim::Add, f.local(j), f.whole(1))), Border::Reflect);
  };
  auto condition = f.prim(Prim::Lt, at(), f.real(0.5));
  condition->type = Type::scalar(Element::Bool);
  auto body = f.conditional(std::move(condition), at(), f.prim(Prim::Neg, at()));
  return f.finish(f.tabulate(image, {k, i, j}, std::move(body)));
}

/// x moved by a number that is drawn.
FunctionId moved(Program &program) {
  FunctionBuilder g(program, FunctionKind::Warp, "shift");
  const LocalId by = g.parameter("by", Type::scalar(Element::F32));
  g.warpLocals();
  auto x = g.prim(Prim::Add, g.local(g.function->x), g.local(by));
  const FunctionId shift = g.finish(g.tuple(g.list(g.local(g.function->y), std::move(x))));
  FunctionBuilder f(program, FunctionKind::Augment, "moved");
  const TypeRef image = f.image("x");
  auto drawn = f.draw(Distribution::Uniform, Type::scalar(Element::F32), "by", f.list(f.real(-3), f.real(3)));
  return f.finish(f.warp(shift, image, f.list(f.local(f.named("x")), std::move(drawn))));
}

struct Differential : testing::Test {
  void SetUp() override {
    setenv("GMS_CACHE", "off", 1);
    unsetenv("GMS_PLANT");
  }
  void TearDown() override { unsetenv("GMS_PLANT"); }
  static std::vector<std::string> run(FunctionId (*make)(Program &)) {
    Program program;
    const FunctionId function = make(program);
    return disagreements(program, function, {picture(3, 7, 21)}, {5, 11, 2}, engines());
  }
};

TEST_F(Differential, EnginesAgree) {
  EXPECT_EQ(run(mirrored), std::vector<std::string>());
  EXPECT_EQ(run(moved), std::vector<std::string>());
}

TEST_F(Differential, WrongLoweringsAreFound) {
  setenv("GMS_PLANT", "border", 1);
  EXPECT_EQ(run(mirrored).size(), 6u); // three engines, two samples
  setenv("GMS_PLANT", "select", 1);
  EXPECT_EQ(run(mirrored).size(), 6u);
  setenv("GMS_PLANT", "warp", 1);
  EXPECT_EQ(run(moved).size(), 6u);
  setenv("GMS_PLANT", "draw", 1);
  EXPECT_EQ(run(moved).size(), 6u);
}

TEST_F(Differential, DrawnNumbersAreThoseOfTheGenerator) {
  Program program;
  const FunctionId function = moved(program);
  const KernelRun made = runCompiled(program, function, {picture(1, 4, 5)}, {5, 11, 2}, *findEngine("cpu"));
  ASSERT_EQ(made.drawn.size(), 1u) << made.error;
  const uint32_t word = eval::word({5, 11, 2}, eval::placeHash("moved/by"), 0);
  EXPECT_EQ(made.drawn[0], static_cast<double>(eval::uniform(word, -3, 3)));
}

TEST_F(Differential, ToleranceGoesByType) {
  const TypeRef real = Type::scalar(Element::F32), whole = Type::scalar(Element::Int);
  EXPECT_EQ(difference(*real, eval::Value(1.0), eval::Value(1.0 + 5e-6)), "");
  EXPECT_NE(difference(*real, eval::Value(1.0), eval::Value(1.001)), "");
  EXPECT_EQ(difference(*real, eval::Value(1.0), eval::Value(1.001), 0.01), "");
  EXPECT_NE(difference(*whole, eval::Value(int64_t(3)), eval::Value(int64_t(4))), "");
  const TypeRef image = Type::tensor(Element::F32, {Dim(1), Dim(1), Dim(1)}, Role::Image);
  auto of = [](double v) {
    auto t = eval::Tensor::make(Element::F32, {1, 1, 1});
    t->data[0] = v;
    return eval::Value(eval::TensorRef(t));
  };
  EXPECT_EQ(difference(*image, of(0.5), of(0.503)), "");
  EXPECT_NE(difference(*image, of(0.5), of(0.51)), "");
}

} // namespace
} // namespace gms::compiler
