#include "lang/eval/test_programs.h"
#include <cmath>
#include <gtest/gtest.h>

namespace gms::eval {
namespace {

using namespace test;

/// sum over the pixels of (1 + i + 3 j) times an image [1, 4, 4] that is turned about (2, 2) and looked at
/// under a sampling.
struct Turned {
  Program program;
  FunctionId value, byImage, byAngle, twice;
  explicit Turned(Sampling sampling) {
    Maker w(program, FunctionKind::Warp, "turn");
    w.warpLocals();
    LocalId angle = w.parameter(real());
    auto sine = [&] { return unary(Prim::Sin, w.local(angle)); };
    auto cosine = [&] { return unary(Prim::Cos, w.local(angle)); };
    auto from = [&](E e) { return sub(std::move(e), num(2.0)); };
    E y = add(num(2.0), add(mul(cosine(), from(w.y())), mul(sine(), from(w.x()))));
    E x = add(num(2.0), sub(mul(cosine(), from(w.x())), mul(sine(), from(w.y()))));
    FunctionId turn = w.finish(tuple(std::move(y), std::move(x)));
    auto made = [&](int what) {
      Maker m(program, FunctionKind::Op, "f");
      LocalId image = m.tensor(3, Element::F32, Role::Image), by = m.parameter(real()),
              seen = m.name(m.f->locals[image].type), i = m.index(), j = m.index();
      std::vector<IndexVar> indices;
      indices.push_back(m.over(i, num(0), num(4)));
      indices.push_back(m.over(j, num(0), num(4)));
      E weight = make(ExprKind::Convert, real(), list(add(add(num(1), m.local(i)), mul(num(3), m.local(j)))));
      E pixel = m.read(seen, list(num(0), m.local(i), m.local(j)));
      E sum = m.reduce(ReduceKind::Sum, real(), std::move(indices), mul(std::move(weight), std::move(pixel)));
      E warped = m.warp(turn, m.local(image), list(m.local(by)), sampling, Border::Clamp);
      if (what > 0)
        sum = m.derivative(std::move(sum), what == 1 ? image : by);
      if (what == 3)
        sum = m.derivative(std::move(sum), by);
      return m.finish(m.with(seen, std::move(warped), std::move(sum)));
    };
    value = made(0);
    byImage = made(1);
    byAngle = made(2);
    twice = made(3);
  }
  static std::vector<double> pixels(double bump = 0) {
    std::vector<double> out;
    for (int i = 0; i < 16; ++i)
      out.push_back(0.5 + 0.4 * std::sin(1.7 * i));
    out[6] += bump;
    return out;
  }
  double run(FunctionId id, double angle, double bump = 0) {
    Evaluator wide(program, std::make_shared<Tape>(), true);
    return realOf(wide.call(id, {tensorOf({1, 4, 4}, pixels(bump)), Value(angle)}));
  }
};

TEST(Derivative, OfWarpedPixels) {
  for (Sampling sampling : {Sampling::Nearest, Sampling::Bilinear, Sampling::Bicubic, Sampling::Area}) {
    Turned turned(sampling);
    const double angle = 0.3, h = 1e-6;
    double difference = (turned.run(turned.value, angle, h) - turned.run(turned.value, angle, -h)) / (2 * h);
    Value byImage =
        Evaluator(turned.program).call(turned.byImage, {tensorOf({1, 4, 4}, Turned::pixels()), Value(angle)});
    EXPECT_NEAR(dataOf(byImage)[6], difference, 1e-4);
    difference = (turned.run(turned.value, angle + h) - turned.run(turned.value, angle - h)) / (2 * h);
    EXPECT_NEAR(turned.run(turned.byAngle, angle), difference, 1e-7);
    EXPECT_EQ(difference == 0, sampling == Sampling::Nearest);
    difference = (turned.run(turned.byAngle, angle + h) - turned.run(turned.byAngle, angle - h)) / (2 * h);
    EXPECT_NEAR(turned.run(turned.twice, angle), difference, 1e-6 * (1 + std::fabs(difference)));
  }
}

/// Keypoints under y -> y + k sin(x), x -> x + k cos(y), by k: the inverse's derivative is the implicit one,
/// twice.
TEST(Derivative, OfMovedPoints) {
  Program program;
  Maker w(program, FunctionKind::Warp, "wave");
  w.warpLocals();
  LocalId k = w.parameter(real());
  FunctionId wave = w.finish(tuple(add(w.y(), mul(w.local(k), unary(Prim::Sin, w.x()))),
                                   add(w.x(), mul(w.local(k), unary(Prim::Cos, w.y())))));
  auto made = [&](int order) {
    Maker m(program, FunctionKind::Op, "f");
    LocalId points = m.tensor(2, Element::F32, Role::Keypoints), by = m.parameter(real()),
            out = m.name(m.f->locals[points].type);
    E moved = make(ExprKind::WarpPoints, m.f->locals[points].type, list(m.local(points), m.local(by)));
    moved->function = wave;
    moved->extents = {Dim(10), Dim(10)};
    E of = add(m.read(out, list(num(0), num(0))), mul(num(2.0), m.read(out, list(num(0), num(1)))));
    for (int o = 0; o < order; ++o)
      of = m.derivative(std::move(of), by);
    return m.finish(m.with(out, std::move(moved), std::move(of)));
  };
  FunctionId value = made(0), first = made(1), second = made(2);
  auto run = [&](FunctionId id, double by) {
    return realOf(Evaluator(program, std::make_shared<Tape>(), true)
                      .call(id, {tensorOf({1, 2}, {3.3, 4.1}), Value(by)}));
  };
  const double h = 1e-5;
  EXPECT_NEAR(run(first, 0.2), (run(value, 0.2 + h) - run(value, 0.2 - h)) / (2 * h), 1e-8);
  EXPECT_NEAR(run(second, 0.2), (run(first, 0.2 + h) - run(first, 0.2 - h)) / (2 * h), 1e-7);
}

/// What is drawn moves with the distribution's arguments, by the same word.
TEST(Derivative, OfDraws) {
  for (Distribution d : {Distribution::Uniform, Distribution::Normal, Distribution::LogUniform}) {
    auto made = [&](Program &program, bool derive) {
      Maker m(program, FunctionKind::Augment, "f");
      LocalId x = m.parameter(real());
      E drawn = m.draw(d, real(), "x", list(num(0.5), m.local(x)));
      return m.finish(derive ? m.derivative(std::move(drawn), x) : std::move(drawn));
    };
    Program program;
    FunctionId value = made(program, false), slope = made(program, true);
    auto run = [&](FunctionId id, double at) {
      return realOf(Evaluator(program, std::make_shared<Tape>(), true).call(id, {Value(at)}, {3, 4, 5}));
    };
    const double h = 1e-6;
    EXPECT_NEAR(run(slope, 2), (run(value, 2 + h) - run(value, 2 - h)) / (2 * h), 1e-7);
    EXPECT_NE(run(slope, 2), 0);
  }
}

} // namespace
} // namespace gms::eval
