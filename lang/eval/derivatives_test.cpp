#include "lang/eval/test_programs.h"
#include <cmath>
#include <gtest/gtest.h>

namespace gms::eval {
namespace {

using namespace test;
using Numbers = std::vector<double>;

/// The derivative by x = `at` of what `body` makes of x, differentiated `times` times.
double slope(const std::function<E(Maker &, LocalId)> &body, double at, int times = 1) {
  Program program;
  Maker m(program, FunctionKind::Op, "f");
  LocalId x = m.parameter(precise());
  E e = body(m, x);
  for (int k = 0; k < times; ++k)
    e = m.derivative(std::move(e), x);
  FunctionId id = m.finish(std::move(e));
  return realOf(Evaluator(program).call(id, {Value(at)}));
}

E constant(double v) { return num(v, precise()); }

/// sum over i of what `body` makes of i, over the extent of a tensor.
E sumOver(Maker &m, LocalId tensor, const std::function<E(LocalId)> &body) {
  LocalId i = m.index();
  std::vector<IndexVar> indices;
  indices.push_back(m.over(i, num(0), m.dim(m.dims(tensor)[0])));
  return m.reduce(ReduceKind::Sum, precise(), std::move(indices), body(i));
}

TEST(Derivative, OfASumOfSquares) {
  Program program;
  Maker m(program, FunctionKind::Op, "f");
  LocalId x = m.tensor(1, Element::F64);
  E sum =
      sumOver(m, x, [&](LocalId i) { return mul(m.read(x, list(m.local(i))), m.read(x, list(m.local(i)))); });
  FunctionId id = m.finish(m.derivative(std::move(sum), x));
  EXPECT_EQ(dataOf(Evaluator(program).call(id, {tensorOf({3}, {1, -2, 5}, Element::F64)})),
            (Numbers{2, -4, 10}));
}

/// H[i, j] = d(d(f) / d(x)[i]) / d(x)[j] of f = sum of x[k]^2 x[k + 1], going round.
TEST(Derivative, TheHessianOfACubic) {
  Program program;
  Maker m(program, FunctionKind::Op, "f");
  LocalId x = m.tensor(1, Element::F64);
  Dim n = m.dims(x)[0];
  E f = sumOver(m, x, [&](LocalId k) {
    return mul(mul(m.read(x, list(m.local(k))), m.read(x, list(m.local(k)))),
               m.read(x, list(add(m.local(k), num(1))), Border::Wrap));
  });
  LocalId g = m.name(m.f->locals[x].type), row = m.name(m.f->locals[x].type), i = m.index(), j = m.index();
  E gradient = m.derivative(std::move(f), x);
  E rows = m.with(row, m.derivative(m.read(g, list(m.local(i))), x), m.read(row, list(m.local(j))));
  FunctionId id = m.finish(m.with(g, std::move(gradient), m.tabulate({{i, n}, {j, n}}, std::move(rows))));
  // f = x0^2 x1 + x1^2 x2 + x2^2 x0
  EXPECT_EQ(dataOf(Evaluator(program).call(id, {tensorOf({3}, {1, 2, 5}, Element::F64)})),
            (Numbers{4, 2, 10, 2, 10, 4, 10, 4, 2}));
}

TEST(Derivative, UnderEachBorder) {
  auto run = [](Border border) {
    Program program;
    Maker m(program, FunctionKind::Op, "f");
    LocalId x = m.tensor(1, Element::F64);
    // sum over i of (i + 1) x[i + 1] + 10 x[i - 1]
    E sum = sumOver(m, x, [&](LocalId i) {
      E weight = make(ExprKind::Convert, precise(), list(add(m.local(i), num(1))));
      return add(mul(std::move(weight), m.read(x, list(add(m.local(i), num(1))), border)),
                 mul(constant(10), m.read(x, list(sub(m.local(i), num(1))), border)));
    });
    FunctionId id = m.finish(m.derivative(std::move(sum), x));
    return dataOf(Evaluator(program).call(id, {tensorOf({3}, {7, 8, 9}, Element::F64)}));
  };
  EXPECT_EQ(run(Border::Zero), (Numbers{10, 11, 2}));
  EXPECT_EQ(run(Border::Clamp), (Numbers{20, 11, 5}));
  EXPECT_EQ(run(Border::Reflect), (Numbers{10, 24, 2}));
  EXPECT_EQ(run(Border::Wrap), (Numbers{13, 11, 12}));
}

struct PrimitiveCase {
  Prim prim;
  double at, other; ///< other: the second argument of two, which is not differentiated by
  bool second;      ///< x is the second argument
};

/// What a primitive gives for x.
E made(Maker &m, LocalId x, const PrimitiveCase &c) {
  bool two = c.prim == Prim::Add || c.prim == Prim::Sub || c.prim == Prim::Mul || c.prim == Prim::Div ||
             c.prim == Prim::Mod || c.prim == Prim::Pow || c.prim == Prim::Min || c.prim == Prim::Max ||
             c.prim == Prim::Atan2;
  if (!two)
    return unary(c.prim, m.local(x));
  return c.second ? binary(c.prim, constant(c.other), m.local(x))
                  : binary(c.prim, m.local(x), constant(c.other));
}

/// Up to third derivatives against differences of the derivative one below.
TEST(Derivative, OfEveryPrimitive) {
  const PrimitiveCase cases[] = {
      {Prim::Add, 0.7, 2, false},  {Prim::Sub, 0.7, 2, true},     {Prim::Mul, 0.7, 2, false},
      {Prim::Div, 0.7, 2, false},  {Prim::Div, 0.7, 2, true},     {Prim::Mod, 7.3, 2, false},
      {Prim::Mod, 1.9, 7, true},   {Prim::Pow, 0.7, 3, false},    {Prim::Pow, -0.7, 2, false},
      {Prim::Pow, 0.7, 3, true},   {Prim::Pow, 0.7, -1.5, false}, {Prim::Neg, 0.7, 0, false},
      {Prim::Min, 0.7, 2, false},  {Prim::Max, 0.7, 2, false},    {Prim::Max, 0.7, 0.1, true},
      {Prim::Abs, -0.7, 0, false}, {Prim::Sqrt, 0.7, 0, false},   {Prim::Exp, 0.7, 0, false},
      {Prim::Log, 0.7, 0, false},  {Prim::Sin, 0.7, 0, false},    {Prim::Cos, 0.7, 0, false},
      {Prim::Tan, 0.7, 0, false},  {Prim::Atan2, 0.7, 2, false},  {Prim::Atan2, 0.7, -2, true},
      {Prim::Tanh, 0.7, 0, false}, {Prim::Erf, 0.7, 0, false},
  };
  for (const PrimitiveCase &c : cases)
    for (int order = 1; order <= 3; ++order) {
      auto below = [&](double at) {
        return slope([&](Maker &m, LocalId x) { return made(m, x, c); }, at, order - 1);
      };
      double exact = slope([&](Maker &m, LocalId x) { return made(m, x, c); }, c.at, order);
      const double h = 1e-5;
      double difference = (below(c.at + h) - below(c.at - h)) / (2 * h);
      EXPECT_NEAR(exact, difference, 1e-8 * (1 + std::fabs(exact)))
          << program::print(c.prim) << ", order " << order;
    }
}

TEST(Derivative, OfWhatIsTakenAtATie) {
  auto tie = [](Prim p, bool second) {
    return slope(
        [&](Maker &m, LocalId x) {
          return second ? binary(p, constant(2), m.local(x)) : binary(p, m.local(x), constant(2));
        },
        2);
  };
  EXPECT_EQ(tie(Prim::Min, false), 1);
  EXPECT_EQ(tie(Prim::Min, true), 0);
  EXPECT_EQ(tie(Prim::Max, false), 1);
  EXPECT_EQ(tie(Prim::Max, true), 0);
  EXPECT_EQ(slope([](Maker &m, LocalId x) { return unary(Prim::Abs, m.local(x)); }, 0), 0);
}

TEST(Derivative, IsNoNaNWhereNothingAsksForAnInfiniteSlope) {
  // 0 sqrt(x) + x at 0, and x^1.5, whose second derivative alone is infinite.
  EXPECT_EQ(slope([](Maker &m,
                     LocalId x) { return add(mul(constant(0), unary(Prim::Sqrt, m.local(x))), m.local(x)); },
                  0),
            1);
  EXPECT_EQ(slope([](Maker &m, LocalId x) { return binary(Prim::Pow, m.local(x), constant(1.5)); }, 0), 0);
  EXPECT_EQ(slope([](Maker &m, LocalId x) { return binary(Prim::Pow, m.local(x), constant(2)); }, 0, 2), 2);
  EXPECT_EQ(slope([](Maker &m, LocalId x) { return binary(Prim::Pow, m.local(x), constant(2)); }, 0, 3), 0);
  EXPECT_EQ(slope([](Maker &m, LocalId x) { return unary(Prim::Sqrt, m.local(x)); }, 0), INFINITY);
  // The arm that is not taken contributes nothing.
  EXPECT_EQ(slope(
                [](Maker &m, LocalId x) {
                  E positive = prim(Prim::Gt, truth(), list(m.local(x), constant(0)));
                  return when(std::move(positive), unary(Prim::Log, m.local(x)), m.local(x));
                },
                0),
            1);
}

TEST(Derivative, OfWhatDoesNotMove) {
  EXPECT_EQ(slope([](Maker &, LocalId) { return constant(3); }, 1), 0);
  EXPECT_EQ(slope(
                [](Maker &m, LocalId x) {
                  return make(ExprKind::Convert, precise(),
                              list(prim(Prim::Floor, whole(), list(m.local(x)))));
                },
                1.5),
            0);
}

TEST(Derivative, OfReductions) {
  auto run = [](ReduceKind kind, Numbers at) {
    Program program;
    Maker m(program, FunctionKind::Op, "f");
    LocalId x = m.tensor(1, Element::F64);
    FunctionId id = m.finish(m.derivative(m.reduceOver(kind, precise(), x), x));
    int64_t n = static_cast<int64_t>(at.size());
    return dataOf(Evaluator(program).call(id, {tensorOf({n}, std::move(at), Element::F64)}));
  };
  EXPECT_EQ(run(ReduceKind::Sum, {1, 2, 4}), (Numbers{1, 1, 1}));
  EXPECT_EQ(run(ReduceKind::Mean, {1, 2, 4, 9}), (Numbers{0.25, 0.25, 0.25, 0.25}));
  EXPECT_EQ(run(ReduceKind::Prod, {3, 0, 4}), (Numbers{0, 12, 0}));
  EXPECT_EQ(run(ReduceKind::Min, {3, 1, 1}), (Numbers{0, 1, 0}));
  EXPECT_EQ(run(ReduceKind::Max, {3, 4, 4}), (Numbers{0, 1, 0}));
  EXPECT_EQ(run(ReduceKind::Median, {3, 1, 2}), (Numbers{0, 0, 1}));
  EXPECT_EQ(run(ReduceKind::Median, {3, 1, 2, 9}), (Numbers{0.5, 0, 0.5, 0}));
}

/// y[i] = a y[i - 1] + x[i] from y[-1] = 1; the last one, differentiated by a and by x.
TEST(Derivative, OfARecurrence) {
  auto run = [](bool byRate) {
    Program program;
    Maker m(program, FunctionKind::Op, "f");
    LocalId x = m.tensor(1, Element::F64), a = m.parameter(precise()), i = m.index(),
            state = m.name(precise(), LocalKind::State), y = m.name(m.f->locals[x].type);
    E scan = make(ExprKind::Scan, m.f->locals[x].type, list(constant(1)));
    scan->states = {state};
    scan->indices.push_back(m.over(i, num(0), m.dim(m.dims(x)[0])));
    scan->args.push_back(add(mul(m.local(a), m.local(state)), m.read(x, list(m.local(i)))));
    E last = m.read(y, list(num(2)));
    FunctionId id = m.finish(m.with(y, std::move(scan), m.derivative(std::move(last), byRate ? a : x)));
    return Evaluator(program).call(id, {tensorOf({3}, {1, 2, 3}, Element::F64), Value(2.0)});
  };
  EXPECT_EQ(realOf(run(true)), 12 + 4 * 1 + 2); // a^3 + a^2 + 2 a + 3
  EXPECT_EQ(dataOf(run(false)), (Numbers{4, 2, 1}));
}

/// A record's tensor, through a call, a list and an item of it.
TEST(Derivative, ByAFieldThroughCallsAndLists) {
  Program program;
  Maker square(program, FunctionKind::Op, "square");
  LocalId v = square.parameter(precise());
  FunctionId callee = square.finish(mul(square.local(v), square.local(v)));
  Maker m(program, FunctionKind::Op, "f");
  TypeRef pos = Type::tensor(Element::F64, {Dim(2)});
  TypeRef record = Type::record("molecule", {{"charge", precise()}, {"pos", pos}});
  LocalId r = m.parameter(record), tensor = m.name(pos), items = m.name(Type::list(precise()));
  auto field = [&](uint32_t position) {
    E e = make(ExprKind::Field, record->fields[position].type, list(m.local(r)));
    e->position = position;
    return e;
  };
  E both = make(
      ExprKind::MakeList, Type::list(precise()),
      list(m.call(callee, list(m.read(tensor, list(num(0))))), mul(field(0), m.read(tensor, list(num(1))))));
  E item = make(ExprKind::Item, precise(), list(m.local(items), num(1)));
  LocalId each = m.name(precise(), LocalKind::Index);
  std::vector<IndexVar> over;
  over.push_back({each, nullptr, nullptr, m.local(items)});
  E sum = m.reduce(ReduceKind::Sum, precise(), std::move(over), m.local(each));
  E of = add(std::move(sum), std::move(item)); // pos0^2 + 2 charge pos1
  FunctionId id =
      m.finish(m.with(tensor, field(1), m.with(items, std::move(both), m.derivative(std::move(of), r, {1}))));
  Value given = Value::group({Value(3.0), tensorOf({2}, {5, 7}, Element::F64)});
  EXPECT_EQ(dataOf(Evaluator(program).call(id, {given})), (Numbers{10, 6}));
}

TEST(Derivative, HoldsFixedWhatDoesNotPassTheVariable) {
  Program program;
  Maker m(program, FunctionKind::Op, "f");
  LocalId x = m.parameter(precise()), y = m.name(precise());
  // y = x^2; d(x y) / d(y) = x, and by x it is 3 x^2.
  E outer = tuple(m.derivative(mul(m.local(x), m.local(y)), y), m.derivative(mul(m.local(x), m.local(y)), x));
  FunctionId id = m.finish(m.with(y, mul(m.local(x), m.local(x)), std::move(outer)));
  Value both = Evaluator(program).call(id, {Value(3.0)});
  EXPECT_EQ(realOf(both.items().items[0]), 3);
  EXPECT_EQ(realOf(both.items().items[1]), 27);
}

/// The rule is 5 x whatever the value; differentiated again it is 5.
TEST(Derivative, AnOwnOneCounts) {
  auto run = [](int times) {
    return slope(
        [](Maker &m, LocalId x) {
          E e = make(ExprKind::OwnDerivative, precise(),
                     list(mul(m.local(x), m.local(x)), mul(constant(5), m.local(x))));
          e->states = {x};
          return e;
        },
        3, times);
  };
  EXPECT_EQ(run(0), 9);
  EXPECT_EQ(run(1), 15);
  EXPECT_EQ(run(2), 5);
}

TEST(Derivative, IsRoundedToItsType) {
  Program program;
  Maker m(program, FunctionKind::Op, "f");
  LocalId x = m.parameter(real());
  FunctionId id = m.finish(m.derivative(divide(m.local(x), num(3.0)), x));
  EXPECT_EQ(realOf(Evaluator(program).call(id, {Value(1.0)})), double(1.0f / 3.0f));
}

/// 15 passes of x = cos(a x), where each pass also takes a derivative by the state; by a, against
/// differences.
struct Passes {
  Program program;
  FunctionId id;
  explicit Passes(bool derive, bool until = false) {
    Maker m(program, FunctionKind::Solver, "f");
    LocalId a = m.parameter(precise()), k = m.index(), x = m.name(precise(), LocalKind::State),
            inner = m.name(precise());
    TypeRef yielded = Type::list(precise());
    E loop = make(ExprKind::Loop, Type::tuple({precise(), whole(), yielded}), list(constant(0.5)));
    loop->indices.push_back(m.over(k, num(0), num(15)));
    loop->states = {x};
    Definition definition;
    definition.locals = {inner};
    definition.value = m.derivative(unary(Prim::Sin, mul(m.local(a), m.local(x))), x); // a cos(a x)
    loop->definitions.push_back(std::move(definition));
    loop->args.push_back(divide(m.local(inner), m.local(a)));
    E small = prim(Prim::Lt, truth(), list(m.local(x), constant(0.6)));
    E never = make(ExprKind::Constant, truth());
    never->constant = false;
    loop->args.push_back(
        until ? prim(Prim::And, truth(),
                     list(std::move(small), prim(Prim::Gt, truth(), list(m.local(x), constant(0.51)))))
              : std::move(never));
    loop->args.push_back(mul(m.local(inner), m.local(inner)));
    if (!derive) {
      id = m.finish(std::move(loop));
      return;
    }
    LocalId all = m.name(loop->type);
    auto item = [&](uint32_t position) {
      E e = make(ExprKind::Item, all == 0 ? nullptr : m.f->locals[all].type->fields[position].type,
                 list(m.local(all)));
      e->position = position;
      return e;
    };
    E trace = make(ExprKind::Item, precise(), list(item(2), num(14)));
    id = m.finish(m.with(all, std::move(loop), m.derivative(add(item(0), std::move(trace)), a)));
  }
};

TEST(Loop, FifteenPassesAndTheirDerivative) {
  Passes values(false), derived(true);
  auto run = [&](double a) { return Evaluator(values.program).call(values.id, {Value(a)}); };
  auto total = [&](double a) {
    Value all = run(a);
    return realOf(all.items().items[0]) + realOf(all.items().items[2].items().items[14]);
  };
  double x = 0.5;
  for (int k = 0; k < 15; ++k)
    x = std::cos(1.1 * x);
  EXPECT_NEAR(realOf(run(1.1).items().items[0]), x, 1e-12);
  EXPECT_EQ(wholeOf(run(1.1).items().items[1]), 15);
  double h = 1e-5, difference = (total(1.1 + h) - total(1.1 - h)) / (2 * h);
  EXPECT_NEAR(realOf(Evaluator(derived.program).call(derived.id, {Value(1.1)})), difference, 1e-8);
}

TEST(Loop, UntilEndsItAndTheTraceRepeats) {
  Passes values(false, true);
  Value all = Evaluator(values.program).call(values.id, {Value(1.1)});
  int64_t steps = wholeOf(all.items().items[1]);
  const std::vector<Value> &trace = all.items().items[2].items().items;
  EXPECT_LT(steps, 15);
  EXPECT_GT(steps, 1);
  ASSERT_EQ(trace.size(), 15u);
  for (size_t k = static_cast<size_t>(steps); k < 15; ++k)
    EXPECT_EQ(realOf(trace[k]), realOf(trace[static_cast<size_t>(steps) - 1]));
  EXPECT_NE(realOf(trace[static_cast<size_t>(steps) - 1]), realOf(trace[static_cast<size_t>(steps) - 2]));
}

/// A function that differentiates, called over and over, leaves nothing behind.
TEST(Tape, IsEmptyAgainAfterACall) {
  Program program;
  Maker inner(program, FunctionKind::Op, "inner");
  LocalId x = inner.parameter(precise());
  FunctionId id = inner.finish(inner.derivative(mul(inner.local(x), inner.local(x)), x));
  Maker m(program, FunctionKind::Op, "f");
  LocalId i = m.index();
  E at = make(ExprKind::Convert, precise(), list(m.local(i)));
  std::vector<IndexVar> indices;
  indices.push_back(m.over(i, num(0), num(1000)));
  FunctionId sum =
      m.finish(m.reduce(ReduceKind::Sum, precise(), std::move(indices), m.call(id, list(std::move(at)))));
  auto tape = std::make_shared<Tape>();
  EXPECT_EQ(realOf(Evaluator(program, tape, false).call(sum, {})), 999000);
  EXPECT_TRUE(tape->empty());
}

} // namespace
} // namespace gms::eval
