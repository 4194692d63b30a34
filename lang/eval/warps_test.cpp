#include "lang/eval/test_programs.h"
#include "lang/eval/warp_map.h"
#include <cmath>
#include <gtest/gtest.h>

namespace gms::eval {
namespace {

using namespace test;

/// The map of a warp with real parameters, one a given number, on an input of `height` by `width`.
using Body = std::function<E(Maker &, const std::vector<LocalId> &)>;
FunctionId warpOf(Program &program, size_t parameters, const Body &body) {
  Maker m(program, FunctionKind::Warp, "warp");
  std::vector<LocalId> given;
  for (size_t i = 0; i < parameters; ++i)
    given.push_back(m.parameter(real()));
  m.warpLocals();
  E e = body(m, given);
  return m.finish(std::move(e));
}
FunctionId shift(Program &program) {
  return warpOf(program, 2, [](Maker &m, const std::vector<LocalId> &by) {
    return tuple(add(m.y(), m.local(by[0])), add(m.x(), m.local(by[1])));
  });
}
FunctionId rotate(Program &program) {
  return warpOf(program, 1, [](Maker &m, const std::vector<LocalId> &angle) {
    LocalId c = m.name(real()), s = m.name(real());
    E cosine = prim(Prim::Cos, real(), list(m.local(angle[0]))),
      sine = prim(Prim::Sin, real(), list(m.local(angle[0])));
    E body = tuple(sub(mul(m.local(c), m.y()), mul(m.local(s), m.x())),
                   add(mul(m.local(s), m.y()), mul(m.local(c), m.x())));
    std::vector<std::pair<LocalId, E>> definitions;
    definitions.emplace_back(c, std::move(cosine));
    definitions.emplace_back(s, std::move(sine));
    return m.block(std::move(definitions), std::move(body));
  });
}

WarpStep step(const Program &program, FunctionId id, std::vector<double> parameters, int64_t height = 10,
              int64_t width = 12) {
  WarpStep out;
  out.warp = &program.function(id);
  for (double p : parameters)
    out.arguments.emplace_back(p);
  out.inputHeight = height;
  out.inputWidth = width;
  return out;
}

/// An augment over one image [1, h, w].
Value applied(Program &program, const std::function<E(Maker &, LocalId)> &body, Value image) {
  Maker m(program, FunctionKind::Augment, "f");
  LocalId x = m.tensor(3, Element::F32, Role::Image);
  E e = body(m, x);
  FunctionId id = m.finish(std::move(e));
  return Evaluator(program).call(id, {std::move(image)});
}
Value row(std::vector<double> data) {
  int64_t n = static_cast<int64_t>(data.size());
  return tensorOf({1, 1, n}, std::move(data));
}
using Numbers = std::vector<double>;

Numbers shifted(double by, Sampling sampling, Border border, Numbers data = {0, 1, 2, 4}) {
  Program program;
  FunctionId warp = shift(program);
  return dataOf(applied(
      program,
      [&](Maker &m, LocalId x) {
        return m.warp(warp, m.local(x), list(num(0.0), num(by)), sampling, border);
      },
      row(data)));
}

TEST(Warp, WholeShiftsAreExact) {
  for (Sampling sampling : {Sampling::Nearest, Sampling::Bilinear, Sampling::Bicubic}) {
    EXPECT_EQ(shifted(1, sampling, Border::Zero), (Numbers{1, 2, 4, 0}));
    EXPECT_EQ(shifted(-2, sampling, Border::Wrap), (Numbers{2, 4, 0, 1}));
    EXPECT_EQ(shifted(1, sampling, Border::Reflect), (Numbers{1, 2, 4, 2}));
    EXPECT_EQ(shifted(1, sampling, Border::Clamp), (Numbers{1, 2, 4, 4}));
  }
}

TEST(Warp, SamplesBetweenPixels) {
  EXPECT_EQ(shifted(0.5, Sampling::Bilinear, Border::Clamp), (Numbers{0.5, 1.5, 3, 4}));
  EXPECT_EQ(shifted(0.25, Sampling::Bilinear, Border::Zero), (Numbers{0.25, 1.25, 2.5, 3}));
  EXPECT_EQ(shifted(0.49, Sampling::Nearest, Border::Zero), (Numbers{0, 1, 2, 4}));
  EXPECT_EQ(shifted(0.5, Sampling::Nearest, Border::Zero), (Numbers{1, 2, 4, 0}));
  // Keys' kernel with a = -0.75 half way: -3/32, 19/32, 19/32, -3/32.
  EXPECT_EQ(shifted(-0.5, Sampling::Bicubic, Border::Zero, {0, 0, 1, 0, 0}),
            (Numbers{0, -0.09375, 0.59375, 0.59375, -0.09375}));
  // Four samples a pixel at 1/8, 3/8, 5/8, 7/8: a quarter and an eighth of the neighbour each way, twice.
  EXPECT_NEAR(shifted(0, Sampling::Area, Border::Clamp, {0, 0, 8, 0, 0})[2], 6, 1e-6);
  EXPECT_NEAR(shifted(0, Sampling::Area, Border::Clamp, {0, 0, 8, 0, 0})[1], 1, 1e-6);
}

TEST(Warp, FillIsWhatLiesOutside) {
  Program program;
  FunctionId warp = shift(program);
  Value moved = applied(
      program,
      [&](Maker &m, LocalId x) {
        return m.warp(warp, m.local(x), list(num(0.0), num(2.0), num(9.0)), Sampling::Nearest, Border::Fill);
      },
      row({1, 2, 3}));
  EXPECT_EQ(dataOf(moved), (Numbers{3, 9, 9}));
}

TEST(Warp, AdjacentWarpsAreOne) {
  Program program;
  FunctionId warp = shift(program);
  auto thereAndBack = [&](const std::function<E(Maker &, E)> &between) {
    return dataOf(applied(
        program,
        [&](Maker &m, LocalId x) {
          return m.warp(warp, between(m, m.warp(warp, m.local(x), list(num(0.0), num(2.5)))),
                        list(num(0.0), num(-2.5)));
        },
        row({1, 2, 3})));
  };
  EXPECT_EQ(thereAndBack([](Maker &, E e) { return e; }), (Numbers{1, 2, 3}));
  EXPECT_EQ(thereAndBack([](Maker &m, E e) { // a name in between changes nothing
              LocalId named = m.name(e->type);
              std::vector<std::pair<LocalId, E>> definitions;
              definitions.emplace_back(named, std::move(e));
              return m.block(std::move(definitions), m.local(named));
            }),
            (Numbers{1, 2, 3}));
  EXPECT_NE(thereAndBack([](Maker &, E e) { // an `if` chooses between images
              TypeRef type = e->type;
              return when(prim(Prim::Lt, truth(), list(num(0), num(1))), std::move(e),
                          make(ExprKind::Local, type));
            }),
            (Numbers{1, 2, 3}));
  EXPECT_NE(thereAndBack([](Maker &, E e) {
              TypeRef type = e->type;
              E choose = make(ExprKind::Choose, type, list(num(1.0), std::move(e)));
              choose->place = "choose";
              return choose;
            }),
            (Numbers{1, 2, 3}));
}

TEST(Warp, TheLastOneSaysHowToSample) {
  Program program;
  FunctionId warp = shift(program);
  auto moved = [&](Sampling first, Sampling last, Border border) {
    return dataOf(applied(
        program,
        [&](Maker &m, LocalId x) {
          return m.warp(warp, m.warp(warp, m.local(x), list(num(0.0), num(0.25)), first, Border::Wrap),
                        list(num(0.0), num(0.5)), last, border);
        },
        row({0, 8, 16})));
  };
  EXPECT_EQ(moved(Sampling::Nearest, Sampling::Bilinear, Border::Zero), (Numbers{6, 14, 4}));
  EXPECT_EQ(moved(Sampling::Bilinear, Sampling::Nearest, Border::Clamp), (Numbers{8, 16, 16}));
}

TEST(Warp, TheOrderOfComposition) {
  // x |> f |> g samples x at f(g(y, x)): scaled by 2 and then shifted by 1 reads 2 (x + 1).
  Program program;
  FunctionId move = shift(program);
  FunctionId scale = warpOf(
      program, 0, [](Maker &m, const std::vector<LocalId> &) { return tuple(m.y(), mul(m.x(), num(2.0))); });
  Value moved = applied(
      program,
      [&](Maker &m, LocalId x) {
        return m.warp(move, m.warp(scale, m.local(x), {}, Sampling::Nearest), list(num(0.0), num(1.0)),
                      Sampling::Nearest);
      },
      row({0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(dataOf(moved), (Numbers{3, 5, 0, 0, 0, 0}));
}

TEST(Warp, ExtentsOfItsOwn) {
  Program program;
  Maker w(program, FunctionKind::Warp, "crop");
  LocalId size = w.parameter(whole());
  w.warpLocals();
  w.f->extentHeight = w.dim(Dim::symbol(w.f->inputHeight));
  w.f->extentWidth = w.local(size);
  FunctionId crop = w.finish(tuple(w.y(), add(w.x(), num(1.0))));
  Value moved = applied(
      program, [&](Maker &m, LocalId x) { return m.warp(crop, m.local(x), list(num(2)), Sampling::Nearest); },
      row({5, 6, 7, 8}));
  EXPECT_EQ(std::get<TensorRef>(moved.v)->shape, (std::vector<int64_t>{1, 1, 2}));
  EXPECT_EQ(dataOf(moved), (Numbers{6, 7}));
  EXPECT_NE(failure([&] {
              applied(
                  program, [&](Maker &m, LocalId x) { return m.warp(crop, m.local(x), list(num(-1))); },
                  row({5}));
            }),
            "");
  EXPECT_NE(failure([&] {
              applied(
                  program,
                  [&](Maker &m, LocalId x) { return m.warp(crop, m.local(x), list(num(int64_t(1) << 40))); },
                  row({5}));
            }),
            "");
}

/// The largest distance of map(inverse(p)) from p over a grid of points.
double roundTrip(WarpMap &map) {
  double worst = 0;
  for (double y = 0; y <= 10; y += 2.5)
    for (double x = 0; x <= 12; x += 3) {
      auto [qy, qx] = map.inverse({y}, {x});
      auto [py, px] = map.at(qy, qx);
      worst = std::max({worst, std::abs(py.value - y), std::abs(px.value - x)});
    }
  return worst;
}

TEST(Inverse, AffineMapsOfAnyAngle) {
  Program program;
  FunctionId id = rotate(program);
  for (double angle : {0.0, 0.4, 1.57, 3.0, -2.2}) {
    WarpMap map(program, step(program, id, {angle}));
    EXPECT_TRUE(map.invertible());
    EXPECT_LT(roundTrip(map), 1e-4) << angle;
  }
}

TEST(Inverse, ProjectiveMaps) {
  Program program;
  FunctionId id = warpOf(program, 1, [](Maker &m, const std::vector<LocalId> &k) {
    LocalId d = m.name(real());
    E under = add(add(mul(m.local(k[0]), m.y()), mul(num(0.01), m.x())), num(1.0));
    std::vector<std::pair<LocalId, E>> definitions;
    definitions.emplace_back(d, std::move(under));
    // Sums of a fraction and a number, and of fractions over one denominator, stay fractions.
    E y = add(divide(add(m.y(), mul(num(0.2), m.x())), m.local(d)), num(0.5));
    E x = sub(divide(sub(mul(num(2.0), m.x()), m.y()), m.local(d)), divide(num(3.0), m.local(d)));
    return m.block(std::move(definitions), tuple(std::move(y), std::move(x)));
  });
  WarpMap map(program, step(program, id, {0.02}));
  EXPECT_TRUE(map.invertible());
  EXPECT_LT(roundTrip(map), 1e-3);
}

TEST(Inverse, SeesThroughCallsTuplesAndConditions) {
  Program program;
  Maker op(program, FunctionKind::Op, "about");
  LocalId v = op.parameter(real()), c = op.parameter(real());
  FunctionId about = op.finish(sub(mul(num(-1.0), sub(op.local(v), op.local(c))), op.local(c)));
  FunctionId id = warpOf(program, 1, [&](Maker &m, const std::vector<LocalId> &k) {
    LocalId a = m.name(real()), b = m.name(real());
    E block = make(ExprKind::Block, nullptr);
    Definition pair;
    pair.locals = {a, b};
    pair.value = tuple(m.call(about, list(m.y(), m.local(k[0]))), mul(m.x(), num(3.0)));
    block->definitions.push_back(std::move(pair));
    E chosen =
        when(prim(Prim::Gt, truth(), list(m.local(k[0]), num(0.0))), m.local(b), mul(m.local(b), m.local(b)));
    block->args.push_back(tuple(m.local(a), std::move(chosen)));
    block->type = block->args[0]->type;
    return block;
  });
  WarpMap affine(program, step(program, id, {2.0})), square(program, step(program, id, {-2.0}));
  EXPECT_TRUE(affine.invertible());
  EXPECT_LT(roundTrip(affine), 1e-4);
  EXPECT_FALSE(square.invertible());
}

TEST(Inverse, OthersByTheFixedPoint) {
  Program program;
  FunctionId id = warpOf(program, 1, [](Maker &m, const std::vector<LocalId> &k) {
    E wave = mul(m.local(k[0]), prim(Prim::Sin, real(), list(divide(m.x(), num(3.0)))));
    return tuple(add(m.y(), std::move(wave)),
                 add(m.x(), prim(Prim::Cos, real(), list(divide(m.y(), num(4.0))))));
  });
  WarpMap map(program, step(program, id, {1.5}));
  EXPECT_FALSE(map.invertible());
  EXPECT_LT(roundTrip(map), 1e-3);
}

/// Boxes or keypoints under a warp of a 10 x 12 image.
Numbers moved(Program &program, FunctionId warp, std::vector<double> parameters, std::vector<int64_t> shape,
              Numbers points) {
  Maker m(program, FunctionKind::Augment, "f");
  LocalId x = m.tensor(2, Element::F32, shape[1] == 4 ? Role::Boxes : Role::Keypoints);
  E e = make(ExprKind::WarpPoints, m.f->locals[x].type, list(m.local(x)));
  for (double p : parameters)
    e->args.push_back(num(p));
  e->function = warp;
  e->extents = {Dim(10), Dim(12)};
  FunctionId id = m.finish(std::move(e));
  return dataOf(Evaluator(program).call(id, {tensorOf(shape, std::move(points))}));
}

TEST(Points, MoveByTheInverse) {
  Program program;
  // The image shows what lies 2 below and 3 to the right, so things move up and to the left.
  EXPECT_EQ(moved(program, shift(program), {2, 3}, {2, 2}, {5, 5, 0, 1}), (Numbers{3, 2, -2, -2}));
}

TEST(Points, BoxesBoundTheirCornersAndAreNotCut) {
  Program program;
  EXPECT_EQ(moved(program, shift(program), {2, 3}, {1, 4}, {1, 4, 7, 9}), (Numbers{-1, 1, 5, 6}));
  FunctionId quarter = warpOf(
      program, 0, [](Maker &m, const std::vector<LocalId> &) { return tuple(m.x(), sub(num(12.0), m.y())); });
  EXPECT_EQ(moved(program, quarter, {}, {1, 4}, {1, 4, 3, 9}), (Numbers{3, 1, 8, 3}));
  double half = std::sqrt(0.5);
  Numbers diamond = moved(program, rotate(program), {std::atan(1.0)}, {1, 4}, {4, 0, 6, 2});
  EXPECT_NEAR(diamond[0], 4 * half, 1e-5);
  EXPECT_NEAR(diamond[2], 8 * half, 1e-5);
  EXPECT_NEAR(diamond[1], -6 * half, 1e-5); // left of the image
  EXPECT_NEAR(diamond[3], -2 * half, 1e-5);
}

} // namespace
} // namespace gms::eval
