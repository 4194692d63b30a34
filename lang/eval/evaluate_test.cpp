#include "lang/eval/test_programs.h"
#include "lang/eval/tests.h"
#include <cmath>
#include <gtest/gtest.h>

namespace gms::eval {
namespace {

using namespace test;

/// The value of an expression that a function without parameters gives.
Value valueOf(const std::function<E(Maker &)> &body, Key key = {}) {
  Program program;
  Maker maker(program, FunctionKind::Augment, "f");
  E e = body(maker);
  FunctionId id = maker.finish(std::move(e));
  return Evaluator(program).call(id, {}, key);
}

TEST(Evaluate, BordersOfAnyIndex) {
  auto all = [](Border border) {
    std::string out;
    for (int64_t i = -5; i < 9; ++i)
      out += bordered(i, 4, border) < 0 ? '.' : "abcd"[bordered(i, 4, border)];
    return out;
  };
  EXPECT_EQ(all(Border::Zero), ".....abcd.....");
  EXPECT_EQ(all(Border::Clamp), "aaaaaabcdddddd");
  EXPECT_EQ(all(Border::Reflect), "bcdcbabcdcbabc");
  EXPECT_EQ(all(Border::Wrap), "dabcdabcdabcda");
  EXPECT_EQ(bordered(-3, 1, Border::Reflect), 0);
  EXPECT_EQ(bordered(0, 0, Border::Clamp), -1);
}

/// out[i] = x[i - 1] + x[i + 1]
FunctionId neighbours(Program &program, Border border) {
  Maker m(program, FunctionKind::Op, "neighbours");
  LocalId x = m.tensor(1), i = m.index();
  E left = m.read(x, list(sub(m.local(i), num(1))), border),
    right = m.read(x, list(add(m.local(i), num(1))), border);
  return m.finish(m.tabulate({{i, m.dims(x)[0]}}, add(std::move(left), std::move(right))));
}

TEST(Evaluate, AStencilUnderEachBorder) {
  auto run = [](Border border) {
    Program program;
    FunctionId id = neighbours(program, border);
    return dataOf(Evaluator(program).call(id, {tensorOf({3}, {1, 2, 4})}));
  };
  EXPECT_EQ(run(Border::Zero), (std::vector<double>{2, 5, 2}));
  EXPECT_EQ(run(Border::Clamp), (std::vector<double>{3, 5, 6}));
  EXPECT_EQ(run(Border::Reflect), (std::vector<double>{4, 5, 4}));
  EXPECT_EQ(run(Border::Wrap), (std::vector<double>{6, 5, 3}));
  EXPECT_NE(failure([&] { run(Border::Proven); }).find("internal"), std::string::npos);
}

TEST(Evaluate, RealsAreRoundedAfterEveryOperation) {
  auto run = [](TypeRef type) {
    return realOf(valueOf(
        [&](Maker &) { return sub(add(num(16777216.0, type), num(1.0, type)), num(16777216.0, type)); }));
  };
  EXPECT_EQ(run(real()), 0);
  EXPECT_EQ(run(Type::scalar(Element::F64)), 1);
  EXPECT_EQ(realOf(valueOf([](Maker &) { return divide(num(1.0), num(3.0)); })), double(1.0f / 3.0f));
}

TEST(Evaluate, IntsHave64Bits) {
  auto run = [](Prim p, int64_t a, int64_t b) {
    return wholeOf(valueOf([&](Maker &) { return prim(p, whole(), list(num(a), num(b))); }));
  };
  const int64_t large = (int64_t(1) << 62) + 1;
  EXPECT_EQ(run(Prim::Add, large, 2), large + 2);
  EXPECT_EQ(run(Prim::Add, INT64_MAX, 1), INT64_MIN);
  EXPECT_EQ(run(Prim::FloorDiv, -7, 2), -4);
  EXPECT_EQ(run(Prim::Mod, -7, 2), 1);
  EXPECT_EQ(run(Prim::FloorDiv, INT64_MIN, -1), INT64_MIN);
  EXPECT_EQ(run(Prim::Pow, 3, 39), 4052555153018976267);
  EXPECT_EQ(run(Prim::Max, large, large - 1), large);
  EXPECT_NE(failure([&] { run(Prim::Mod, 1, 0); }), "");
}

TEST(Evaluate, Conversions) {
  auto run = [](double value, Element to) {
    return wholeOf(
        valueOf([&](Maker &) { return make(ExprKind::Convert, Type::scalar(to), list(num(value))); }));
  };
  EXPECT_EQ(run(2.5, Element::U8), 2);
  EXPECT_EQ(run(3.5, Element::U8), 4);
  EXPECT_EQ(run(-1, Element::U8), 0);
  EXPECT_EQ(run(300, Element::U8), 255);
  EXPECT_EQ(run(NAN, Element::U8), 0);
  EXPECT_EQ(run(-2.7, Element::Int), -2);
  EXPECT_EQ(run(1e30, Element::Int), INT64_MIN);
}

Value reduced(ReduceKind kind, std::vector<double> numbers, Element element = Element::F32) {
  Program program;
  Maker m(program, FunctionKind::Op, "f");
  LocalId x = m.tensor(1, element);
  bool places = kind == ReduceKind::ArgMin || kind == ReduceKind::ArgMax || kind == ReduceKind::Count;
  bool truths = kind == ReduceKind::Any || kind == ReduceKind::All;
  FunctionId id = m.finish(m.reduceOver(kind,
                                        places   ? whole()
                                        : truths ? truth()
                                                 : Type::scalar(element),
                                        x));
  int64_t n = static_cast<int64_t>(numbers.size());
  return Evaluator(program).call(id, {tensorOf({n}, std::move(numbers), element)});
}

TEST(Evaluate, ReductionsOfReals) {
  EXPECT_EQ(realOf(reduced(ReduceKind::Sum, std::vector<double>(1000, 0.1f))),
            double(float(1000 * double(0.1f))));
  EXPECT_EQ(realOf(reduced(ReduceKind::Prod, {2, 3, 4})), 24);
  EXPECT_EQ(realOf(reduced(ReduceKind::Mean, {1, 2, 6})), 3);
  EXPECT_EQ(realOf(reduced(ReduceKind::Median, {5, 1, 2, 9})), 3.5);
  EXPECT_EQ(realOf(reduced(ReduceKind::Min, {3, -1, 2})), -1);
  EXPECT_TRUE(std::isnan(realOf(reduced(ReduceKind::Max, {3, NAN, 5}))));
  EXPECT_EQ(wholeOf(reduced(ReduceKind::ArgMax, {1, 7, 7})), 1);
  EXPECT_EQ(wholeOf(reduced(ReduceKind::ArgMin, {4, 1, 1})), 1);
}

TEST(Evaluate, ReductionsOfNothing) {
  EXPECT_EQ(realOf(reduced(ReduceKind::Sum, {})), 0);
  EXPECT_EQ(realOf(reduced(ReduceKind::Prod, {})), 1);
  EXPECT_EQ(realOf(reduced(ReduceKind::Min, {})), HUGE_VAL);
  EXPECT_EQ(realOf(reduced(ReduceKind::Max, {})), -HUGE_VAL);
  EXPECT_TRUE(std::isnan(realOf(reduced(ReduceKind::Mean, {}))));
  EXPECT_FALSE(std::get<bool>(reduced(ReduceKind::Any, {}, Element::Bool).v));
  EXPECT_TRUE(std::get<bool>(reduced(ReduceKind::All, {}, Element::Bool).v));
}

TEST(Evaluate, ReductionsOfIntsAndBools) {
  EXPECT_EQ(wholeOf(reduced(ReduceKind::Sum, {1, 2, 4}, Element::Int)), 7);
  EXPECT_EQ(wholeOf(reduced(ReduceKind::Max, {9, 200, 4}, Element::U8)), 200);
  EXPECT_EQ(wholeOf(reduced(ReduceKind::Count, {1, 0, 1}, Element::Bool)), 2);
  EXPECT_TRUE(std::get<bool>(reduced(ReduceKind::Any, {0, 1}, Element::Bool).v));
  EXPECT_FALSE(std::get<bool>(reduced(ReduceKind::All, {0, 1}, Element::Bool).v));
}

TEST(Evaluate, AConditionLeavesPassesOut) {
  Value sum = valueOf([](Maker &m) {
    LocalId i = m.index();
    std::vector<IndexVar> indices;
    indices.push_back(m.over(i, num(-2), num(6)));
    return m.reduce(ReduceKind::Sum, whole(), std::move(indices), m.local(i),
                    prim(Prim::Gt, truth(), list(m.local(i), num(2))));
  });
  EXPECT_EQ(wholeOf(sum), 12);
}

TEST(Evaluate, ScanCarriesSeveralStates) {
  Value fibonacci = valueOf([](Maker &m) {
    LocalId i = m.index(), a = m.name(whole(), LocalKind::State), b = m.name(whole(), LocalKind::State);
    E e = make(ExprKind::Scan, Type::tensor(Element::Int, {Dim(7)}), list(num(0), num(1)));
    e->states = {a, b};
    e->indices.push_back(m.over(i, num(0), num(7)));
    e->args.push_back(tuple(m.local(b), add(m.local(a), m.local(b))));
    return e;
  });
  EXPECT_EQ(dataOf(fibonacci), (std::vector<double>{1, 1, 2, 3, 5, 8, 13}));
}

TEST(Evaluate, MapFilterAndItems) {
  auto numbers = [](Maker &m) {
    LocalId i = m.index();
    std::vector<IndexVar> indices;
    indices.push_back(m.over(i, num(0), num(6)));
    return m.reduce(ReduceKind::Map, Type::list(whole()), std::move(indices), mul(m.local(i), m.local(i)));
  };
  Value odd = valueOf([&](Maker &m) {
    LocalId item = m.name(whole(), LocalKind::Index);
    std::vector<IndexVar> indices;
    indices.push_back({item, nullptr, nullptr, numbers(m)});
    E isOdd = prim(Prim::Eq, truth(), list(prim(Prim::Mod, whole(), list(m.local(item), num(2))), num(1)));
    return m.reduce(ReduceKind::Filter, Type::list(whole()), std::move(indices), std::move(isOdd));
  });
  ASSERT_EQ(odd.items().items.size(), 3u);
  EXPECT_EQ(wholeOf(odd.items().items[2]), 25);
  auto item = [&](int at) {
    return valueOf([&](Maker &m) { return make(ExprKind::Item, whole(), list(numbers(m), num(at))); });
  };
  EXPECT_EQ(wholeOf(item(3)), 9);
  EXPECT_NE(failure([&] { item(6); }), "");
  EXPECT_NE(failure([&] { item(-1); }), "");
  EXPECT_EQ(wholeOf(valueOf([&](Maker &m) { return make(ExprKind::Length, whole(), list(numbers(m))); })), 6);
}

TEST(Evaluate, ExtentsAreBoundAndChecked) {
  Program program;
  Maker m(program, FunctionKind::Op, "sum");
  LocalId a = m.tensor(1), b = m.parameter(m.f->locals[a].type), i = m.index();
  m.f->checks.push_back({b, {}, 0, m.dims(a)[0], {1, 30, 40}});
  E body = add(m.read(a, list(m.local(i))), m.read(b, list(m.local(i))));
  FunctionId id = m.finish(m.tabulate({{i, m.dims(a)[0]}}, std::move(body)));
  Evaluator evaluator(program);
  EXPECT_EQ(dataOf(evaluator.call(id, {tensorOf({2}, {1, 2}), tensorOf({2}, {10, 20})})),
            (std::vector<double>{11, 22}));
  try {
    evaluator.call(id, {tensorOf({2}, {1, 2}), tensorOf({3}, {1, 2, 3})});
    FAIL();
  } catch (const EvalError &error) {
    EXPECT_EQ(error.span.begin, 30u);
    EXPECT_NE(std::string(error.what()).find("is 3"), std::string::npos);
  }
}

TEST(Evaluate, OnlyTheTakenArmRuns) {
  Value value = valueOf([](Maker &) {
    E fails = prim(Prim::Mod, whole(), list(num(1), num(0)));
    E e = make(ExprKind::Choose, whole(), list(num(0.0), std::move(fails), num(1.0), num(5)));
    e->place = "choose";
    return e;
  });
  EXPECT_EQ(wholeOf(value), 5);
}

TEST(Evaluate, PlacesOfDraws) {
  Program program;
  Maker inner(program, FunctionKind::Augment, "shaken");
  FunctionId shaken =
      inner.finish(inner.draw(Distribution::Uniform, real(), "turn", list(num(-1.0), num(3.0))));
  Maker outer(program, FunctionKind::Augment, "policy");
  E sum = tuple(outer.call(shaken, {}, "frame.shaken"),
                outer.draw(Distribution::Integer, whole(), "n", list(num(2), num(9))));
  FunctionId policy = outer.finish(std::move(sum));
  Key key{11, 22, 33};
  Value drawn = Evaluator(program).call(policy, {}, key);
  EXPECT_EQ(realOf(drawn.items().items[0]),
            uniform(word(key, placeHash("policy/frame.shaken/turn"), 0), -1, 3));
  EXPECT_EQ(wholeOf(drawn.items().items[1]), integer(word(key, placeHash("policy/n"), 0), 2, 9));
}

TEST(Evaluate, EveryElementAndEveryPassDrawsItsOwn) {
  Key key{1, 2, 3};
  Value noise = valueOf(
      [](Maker &m) {
        LocalId i = m.index(), j = m.index();
        return m.tabulate({{i, Dim(2)}, {j, Dim(3)}},
                          m.draw(Distribution::Normal, real(), "noise", list(num(0.0), num(1.0))));
      },
      key);
  for (uint32_t n = 0; n < 6; ++n)
    EXPECT_EQ(dataOf(noise)[n], normal(word(key, placeHash("f/noise"), n), 0, 1));
  Value walk = valueOf(
      [](Maker &m) {
        LocalId k = m.index(), carried = m.name(real(), LocalKind::State);
        E next =
            add(m.local(carried), m.draw(Distribution::Uniform, real(), "step", list(num(0.0), num(1.0))));
        E e = make(ExprKind::Repeat, real(), list(num(0.0), std::move(next)));
        e->local = carried;
        e->place = "walk";
        e->indices.push_back(m.over(k, num(0), num(2)));
        return e;
      },
      key);
  float first = unitOf(word(key, placeHash("f/walk[0]/step"), 0)),
        second = unitOf(word(key, placeHash("f/walk[1]/step"), 0));
  EXPECT_EQ(realOf(walk), first + second);
}

TEST(Evaluate, DrawsFromNothingAreErrors) {
  auto drawn = [](Distribution d, TypeRef type, E argument) {
    return failure(
        [&] { valueOf([&](Maker &m) { return m.draw(d, type, "x", list(std::move(argument))); }); });
  };
  EXPECT_NE(drawn(Distribution::Choice, whole(), make(ExprKind::MakeList, Type::list(whole()))), "");
  EXPECT_NE(drawn(Distribution::Categorical, whole(),
                  make(ExprKind::MakeTensor, Type::tensor(Element::F32, {Dim(0)}))),
            "");
  EXPECT_NE(drawn(Distribution::Permutation, Type::tensor(Element::Int, {Dim(1)}), num(-1)), "");
  EXPECT_NE(failure([] {
              valueOf(
                  [](Maker &m) { return m.draw(Distribution::Integer, whole(), "x", list(num(3), num(3))); });
            }),
            "");
}

TEST(Evaluate, ExternsAreTheHosts) {
  Program program;
  Maker host(program, FunctionKind::Extern, "twice");
  host.parameter(real());
  FunctionId twice = host.finish(nullptr);
  program.functions[twice]->result = real();
  Maker m(program, FunctionKind::Recipe, "f");
  FunctionId id = m.finish(add(m.call(twice, list(num(4.0))), num(1.0)));
  EXPECT_NE(failure([&] { Evaluator(program).call(id, {}); }).find("twice"), std::string::npos);
  Evaluator evaluator(program, [](const std::string &name, std::vector<Value> arguments) {
    EXPECT_EQ(name, "twice");
    return Value(2 * realOf(arguments[0]));
  });
  EXPECT_EQ(realOf(evaluator.call(id, {})), 9);
}

TEST(Evaluate, TensorsTooLargeAreRefused) {
  EXPECT_NE(failure([] {
              valueOf([](Maker &m) {
                LocalId i = m.index(), j = m.index();
                return m.tabulate({{i, Dim(int64_t(1) << 40)}, {j, Dim(int64_t(1) << 40)}}, num(0.0));
              });
            }).find("too large"),
            std::string::npos);
}

TEST(Tests, AgreeWithinTheTolerance) {
  EXPECT_TRUE(agrees(Value(1000.0), Value(1000.009), 0));
  EXPECT_FALSE(agrees(Value(1000.0), Value(1000.02), 0));
  EXPECT_TRUE(agrees(Value(1000.0), Value(1000.02), 0.05));
  TypeRef precise = Type::scalar(Element::F64);
  EXPECT_FALSE(agrees(Value(1000.0), Value(1000.009), 0, precise.get()));
  EXPECT_TRUE(agrees(Value(double(NAN)), Value(double(NAN)), 0));
  EXPECT_FALSE(agrees(Value(int64_t(1)), Value(1.0), 0));
  EXPECT_FALSE(agrees(tensorOf({2, 1}, {1, 2}), tensorOf({2}, {1, 2}), 0));
  EXPECT_FALSE(agrees(tensorOf({1}, {1}, Element::Int), tensorOf({1}, {1.000001}, Element::Int), 0));
  EXPECT_TRUE(agrees(Value::group({Value(true), tensorOf({1}, {1})}),
                     Value::group({Value(true), tensorOf({1}, {1.000001})}), 0));
}

} // namespace
} // namespace gms::eval
