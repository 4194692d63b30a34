#include "lang/eval/test_programs.h"
#include <cmath>
#include <functional>
#include <gtest/gtest.h>

namespace gms::eval {
namespace {

using namespace test;

constexpr int points = 60, passes = 5;
constexpr double spacing = 0.2;

E constant(double v) { return num(v, precise()); }
double placeOf(int i) { return spacing * (i - points / 2); }

/// A self-consistent toy: five passes of v = v0 + W n / 2 + d(xc(n)) / d(n), the lowest state of -1/2 D2 + v,
/// and n mixed with its density. Each pass yields 2 e - out W n, of which the last is the energy.
class Toy {
public:
  explicit Toy(Program &program) : m(program, FunctionKind::Solver, "f") {
    n = m.name(line, LocalKind::State);
    v0 = m.parameter(line);
  }

  /// The energy, its derivative by v0, or that derivative's along sin(x).
  FunctionId finish(int order) {
    E made = loop();
    LocalId all = m.name(made->type);
    E trace = item(m.local(all), made->type->fields[2].type, 2);
    E of = make(ExprKind::Item, precise(), list(std::move(trace), num(passes - 1)));
    for (int o = 0; o < order; ++o)
      of = m.derivative(o == 1 ? along(std::move(of)) : std::move(of), v0);
    return m.finish(m.with(all, std::move(made), std::move(of)));
  }

private:
  Maker m;
  LocalId n, v0;
  TypeRef line = Type::tensor(Element::F64, {Dim(points)});
  TypeRef onLine = Type::linearOperator(Element::F64, {Dim(points)});

  E at(LocalId tensor, LocalId i) { return m.read(tensor, list(m.local(i))); }
  E sum(const std::function<E(LocalId)> &body) {
    LocalId i = m.index();
    std::vector<IndexVar> indices;
    indices.push_back(m.over(i, num(0), num(points)));
    return m.reduce(ReduceKind::Sum, precise(), std::move(indices), body(i));
  }
  E each(const std::function<E(LocalId)> &body) {
    LocalId i = m.index();
    return m.tabulate({{i, Dim(points)}}, body(i));
  }
  static LocalId define(Expr &loop, LocalId local, E value) {
    Definition definition;
    definition.locals = {local};
    definition.value = std::move(value);
    loop.definitions.push_back(std::move(definition));
    return local;
  }
  E along(E gradient) {
    LocalId g = m.name(line);
    E total = sum([&](LocalId i) {
      E place = mul(constant(spacing),
                    sub(make(ExprKind::Convert, precise(), list(m.local(i))), constant(points / 2)));
      return mul(at(g, i), unary(Prim::Sin, std::move(place)));
    });
    return m.with(g, std::move(gradient), std::move(total));
  }

  /// d(-sum of (n^2 + 0.01)^(2/3)) / d(n)
  E exchange() {
    E energy = sum([&](LocalId i) {
      return binary(Prim::Pow, add(mul(at(n, i), at(n, i)), constant(0.01)), constant(2.0 / 3));
    });
    return m.derivative(unary(Prim::Neg, std::move(energy)), n);
  }
  E repulsion() {
    E kernel = make(ExprKind::MakeOperator, onLine, list(constant(0.1)));
    kernel->op = OperatorKind::Exponential;
    return make(ExprKind::ApplyOperator, line, list(std::move(kernel), m.local(n)));
  }
  E hamiltonian(LocalId v) {
    LocalId d = m.index(), j = m.index();
    const double hop = -0.5 / (spacing * spacing);
    E first = prim(Prim::Eq, truth(), list(m.local(d), num(0)));
    E banded = make(ExprKind::MakeOperator, onLine);
    banded->args.push_back(
        m.tabulate({{d, Dim(2)}, {j, Dim(points)}},
                   when(std::move(first), add(constant(-2 * hop), at(v, j)), constant(hop))));
    banded->op = OperatorKind::Banded;
    banded->border = Border::Zero;
    return banded;
  }
  E loop() {
    E e = make(ExprKind::Loop, Type::tuple({line, whole(), Type::list(precise())}));
    e->args.push_back(each([&](LocalId) { return constant(1.0 / points); }));
    e->states = {n};
    e->indices.push_back(m.over(m.index(), num(0), num(passes)));
    TypeRef values = Type::tensor(Element::F64, {Dim(1)}),
            vectors = Type::tensor(Element::F64, {Dim(1), Dim(points)});
    LocalId xc = define(*e, m.name(line), exchange()), hartree = define(*e, m.name(line), repulsion());
    E potential =
        each([&](LocalId i) { return add(add(at(v0, i), mul(constant(0.5), at(hartree, i))), at(xc, i)); });
    LocalId v = define(*e, m.name(line), std::move(potential)),
            pairs = m.name(Type::tuple({values, vectors}));
    define(*e, pairs, make(ExprKind::Lowest, m.f->locals[pairs].type, list(num(1), hamiltonian(v))));
    LocalId found = define(*e, m.name(values), item(m.local(pairs), values, 0)),
            phi = define(*e, m.name(vectors), item(m.local(pairs), vectors, 1));
    auto wave = [&](LocalId i) { return m.read(phi, list(num(0), m.local(i))); };
    LocalId out =
        define(*e, m.name(line), each([&](LocalId i) { return mul(constant(2), mul(wave(i), wave(i))); }));
    e->args.push_back(each([&](LocalId i) { return mul(constant(0.5), add(at(n, i), at(out, i))); }));
    E never = make(ExprKind::Constant, truth());
    never->constant = false;
    e->args.push_back(std::move(never));
    E counted = sum([&](LocalId i) { return mul(at(out, i), at(hartree, i)); });
    e->args.push_back(sub(mul(constant(2), m.read(found, list(num(0)))), std::move(counted)));
    return e;
  }
};

TEST(Solver, ASelfConsistentFieldDifferentiatesTwice) {
  Program program;
  const FunctionId energy = Toy(program).finish(0), gradient = Toy(program).finish(1),
                   bend = Toy(program).finish(2);
  auto run = [&](FunctionId id, double shift) {
    std::vector<double> v0;
    for (int i = 0; i < points; ++i) {
      const double x = placeOf(i);
      v0.push_back(-1 / std::sqrt(x * x + 0.5) + 0.1 * x + shift * std::sin(x));
    }
    return Evaluator(program).call(id, {tensorOf({points}, std::move(v0), Element::F64)});
  };
  auto value = [&](double shift) { return realOf(run(energy, shift)); };
  auto along = [&](FunctionId id, double shift) {
    const Value given = run(id, shift);
    double sum = 0;
    for (int i = 0; i < points; ++i)
      sum += dataOf(given)[static_cast<size_t>(i)] * std::sin(placeOf(i));
    return sum;
  };
  const double h = 1e-4, first = along(gradient, 0), second = along(bend, 0);
  EXPECT_NEAR(first, (8 * (value(h) - value(-h)) - (value(2 * h) - value(-2 * h))) / (12 * h), 1e-8);
  EXPECT_NEAR(second, (along(gradient, h) - along(gradient, -h)) / (2 * h), 1e-6 * (1 + std::fabs(second)));
  EXPECT_GT(std::fabs(second), 1e-3);
}

} // namespace
} // namespace gms::eval
