#include "lang/eval/dense.h"
#include "lang/eval/linear.h"
#include "lang/eval/test_programs.h"
#include <cmath>
#include <functional>
#include <gtest/gtest.h>

namespace gms::eval {
namespace {

using namespace test;
using Numbers = std::vector<double>;

constexpr size_t n = 5;

/// A symmetric matrix with a spectrum apart.
Numbers matrix(double shift = 0) {
  Numbers a(n * n);
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j <= i; ++j)
      a[i * n + j] = a[j * n + i] =
          (i == j ? 1.3 * double(i * i) : 0) + std::sin(double(3 * i + 7 * j) + shift);
  return a;
}

std::vector<Real> reals(const Numbers &numbers) {
  std::vector<Real> out;
  for (double number : numbers)
    out.push_back({number});
  return out;
}

std::vector<Real> variables(Tape &tape, const Numbers &numbers, std::vector<NodeId> &nodes) {
  std::vector<Real> out;
  for (double number : numbers) {
    out.push_back(tape.variable({number}));
    nodes.push_back(out.back().node);
  }
  return out;
}

TEST(Dense, EigenpairsSatisfyTheirEquation) {
  Numbers a = matrix();
  Spectrum s = spectrumOf(a, n);
  for (size_t m = 0; m < n; ++m) {
    for (size_t i = 0; i < n; ++i) {
      double sum = 0;
      for (size_t j = 0; j < n; ++j)
        sum += a[i * n + j] * s.vectors[m * n + j];
      EXPECT_NEAR(sum, s.values[m] * s.vectors[m * n + i], 1e-12);
    }
    for (size_t l = 0; l <= m; ++l) {
      double product = 0;
      for (size_t i = 0; i < n; ++i)
        product += s.vectors[m * n + i] * s.vectors[l * n + i];
      EXPECT_NEAR(product, l == m, 1e-13);
    }
    EXPECT_TRUE(m == 0 || s.values[m - 1] <= s.values[m]);
    double largest = 0;
    for (size_t i = 0; i < n; ++i)
      largest = std::max(largest, std::fabs(s.vectors[m * n + i]));
    size_t first = 0;
    while (std::fabs(s.vectors[m * n + first]) < largest / 2)
      ++first;
    EXPECT_GT(s.vectors[m * n + first], 0);
  }
}

TEST(Dense, KnownSpectra) {
  // -1, 2, -1 on a line of 20: 2 - 2 cos(pi m / 21).
  const size_t many = 20;
  Numbers a(many * many);
  for (size_t i = 0; i < many; ++i) {
    a[i * many + i] = 2;
    if (i + 1 < many)
      a[i * many + i + 1] = a[(i + 1) * many + i] = -1;
  }
  Spectrum s = spectrumOf(a, many);
  for (size_t m = 0; m < many; ++m)
    EXPECT_NEAR(s.values[m], 2 - 2 * std::cos(M_PI * double(m + 1) / 21), 1e-14);
  EXPECT_EQ(spectrumOf({0, 0, 0, 0}, 2).values, (Numbers{0, 0}));
  EXPECT_TRUE(std::isnan(spectrumOf({1, NAN, NAN, 1}, 2).values[0]));
}

TEST(Dense, SolvesWithPivots) {
  Numbers a{0, 2, 1, 2, 0, 0, 1, 0, 3};
  Numbers x = Factors(a, 3).solve({5, 2, 10});
  EXPECT_NEAR(x[0], 1, 1e-14);
  EXPECT_NEAR(x[1], 1, 1e-14);
  EXPECT_NEAR(x[2], 3, 1e-14);
  EXPECT_FALSE(std::isfinite(Factors({1, 1, 1, 1}, 2).solve({1, 2})[0]));
}

/// Hellmann and Feynman: d e_m / d A = v v^T, exactly.
TEST(Eigenpairs, AnEigenvaluesDerivativeIsItsVectorsSquare) {
  Tape tape;
  std::vector<NodeId> nodes;
  std::vector<Real> a = variables(tape, matrix(), nodes);
  Spectrum s = spectrumOf(matrix(), n);
  std::vector<Real> found = eigenpairs(tape, a, n, 2, 1e-10);
  for (size_t m = 0; m < 2; ++m) {
    std::vector<Real> slopes = tape.derivative(found[m], nodes);
    for (size_t i = 0; i < n * n; ++i)
      EXPECT_NEAR(slopes[i].value, s.vectors[m * n + i / n] * s.vectors[m * n + i % n], 1e-15);
  }
}

/// A number that looks at two values and at both vectors.
double looked(const std::vector<double> &v) {
  double out = v[0] * v[0] + 3 * v[1];
  for (size_t i = 0; i < 2 * n; ++i)
    out += std::cos(double(i)) * v[2 + i] + 0.5 * double(i) * v[2 + i] * v[2 + i];
  return out;
}
Real looked(Tape &tape, const std::vector<Real> &v) {
  Real out = tape.add(tape.mul(v[0], v[0]), tape.mul({3}, v[1]));
  for (size_t i = 0; i < 2 * n; ++i) {
    out = tape.add(out, tape.mul({std::cos(double(i))}, v[2 + i]));
    out = tape.add(out, tape.mul({0.5 * double(i)}, tape.mul(v[2 + i], v[2 + i])));
  }
  return out;
}
double lookedAt(const Numbers &a) {
  Tape tape;
  Numbers values;
  for (const Real &real : eigenpairs(tape, reals(a), n, 2, 1e-10))
    values.push_back(real.value);
  return looked(values);
}

/// The symmetric change of elements (i, j) and (j, i).
Numbers moved(Numbers a, size_t i, size_t j, double by) {
  a[i * n + j] += by;
  if (i != j)
    a[j * n + i] += by;
  return a;
}

/// First and second derivatives along symmetric changes: f' by the tape at t = 0, f'' by the tape of the
/// tape.
TEST(Eigenpairs, VectorsAgreeWithDifferencesTwice) {
  const Numbers a = matrix();
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j <= i; ++j) {
      Tape tape;
      Real t = tape.variable({0});
      std::vector<Real> entries = reals(a);
      entries[i * n + j] = tape.add(entries[i * n + j], t);
      if (i != j)
        entries[j * n + i] = tape.add(entries[j * n + i], t);
      Real of = looked(tape, eigenpairs(tape, entries, n, 2, 1e-10));
      Real slope = tape.derivative(of, {t.node})[0], bend = tape.derivative(slope, {t.node})[0],
           third = tape.derivative(bend, {t.node})[0];
      auto at = [&](double by) { return lookedAt(moved(a, i, j, by)); };
      const double h = 1e-3;
      // Central differences of fourth order.
      double first = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      double second = (16 * (at(h) + at(-h)) - (at(2 * h) + at(-2 * h)) - 30 * at(0)) / (12 * h * h);
      double cubic = (-13 * (at(h) - at(-h)) + 8 * (at(2 * h) - at(-2 * h)) - (at(3 * h) - at(-3 * h))) /
                     (8 * h * h * h);
      EXPECT_NEAR(slope.value, first, 1e-8);
      EXPECT_NEAR(bend.value, second, 1e-6);
      EXPECT_NEAR(third.value, cubic, 1e-3 * (1 + std::fabs(cubic)));
    }
}

/// A matrix whose two lowest eigenvalues are the same: the density 2 (v0^2 + v1^2) does not depend on the
/// vectors' choice, so its derivative is that of the limit; single vectors' derivatives are finite.
TEST(Eigenpairs, DegenerateOnesGiveFiniteDerivatives) {
  for (double split : {0.0, 1e-13}) {
    const Numbers a{1, 0, 0, 0, 1 + split, 0, 0, 0, 3};
    Tape tape;
    Real t = tape.variable({0});
    std::vector<Real> entries = reals(a);
    for (size_t at : {1, 3})
      entries[at] = tape.add(entries[at], tape.mul({0.7}, t));
    for (size_t at : {2, 6})
      entries[at] = tape.add(entries[at], tape.mul({0.4}, t));
    std::vector<Real> found = eigenpairs(tape, entries, 3, 2, 1e-10);
    auto density = [&](size_t i, size_t j) {
      return tape.add(tape.mul(found[2 + i], found[2 + j]), tape.mul(found[5 + i], found[5 + j]));
    };
    // d P[0, 2] / dt = (v0 dA v2) / (1 - 3) = -0.2
    Real of = density(0, 2);
    Real slope = tape.derivative(of, {t.node})[0];
    EXPECT_NEAR(slope.value, -0.2, 1e-12);
    EXPECT_TRUE(std::isfinite(tape.derivative(slope, {t.node})[0].value));
    EXPECT_TRUE(std::isfinite(tape.derivative(found[2], {t.node})[0].value));
    EXPECT_NEAR(tape.derivative(tape.add(found[0], found[1]), {t.node})[0].value, 0, 1e-12);
  }
}

TEST(Solution, AgreesWithDifferencesTwice) {
  auto at = [&](double t) {
    Tape tape;
    std::vector<Real> b;
    for (size_t i = 0; i < n; ++i)
      b.push_back({std::cos(double(i)) + t});
    std::vector<Real> x = solution(tape, reals(moved(matrix(), 3, 1, t)), b);
    double sum = 0;
    for (size_t i = 0; i < n; ++i)
      sum += double(i + 1) * x[i].value * x[i].value;
    return sum;
  };
  Tape tape;
  Real t = tape.variable({0});
  std::vector<Real> entries = reals(matrix()), b;
  for (size_t place : {3 * n + 1, 1 * n + 3})
    entries[place] = tape.add(entries[place], t);
  for (size_t i = 0; i < n; ++i)
    b.push_back(tape.add({std::cos(double(i))}, t));
  Real of;
  std::vector<Real> x = solution(tape, entries, b);
  for (size_t i = 0; i < n; ++i)
    of = tape.add(of, tape.mul({double(i + 1)}, tape.mul(x[i], x[i])));
  Real slope = tape.derivative(of, {t.node})[0], bend = tape.derivative(slope, {t.node})[0];
  const double h = 1e-3;
  EXPECT_NEAR(slope.value, (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h), 1e-7);
  EXPECT_NEAR(bend.value, (16 * (at(h) + at(-h)) - (at(2 * h) + at(-2 * h)) - 30 * at(0)) / (12 * h * h),
              1e-5);
}

// ---- as expressions
// ---------------------------------------------------------------------------------------------------

TypeRef line(int64_t size) { return Type::linearOperator(Element::F64, {Dim(size)}); }

E operatorOf(OperatorKind kind, TypeRef type, std::vector<E> args, Border border = Border::Zero) {
  E e = make(ExprKind::MakeOperator, std::move(type), std::move(args));
  e->op = kind;
  e->border = border;
  return e;
}
E tensorOf(std::vector<int64_t> shape, const Numbers &numbers) {
  std::vector<Dim> dims;
  for (int64_t extent : shape)
    dims.push_back(Dim(extent));
  E e = make(ExprKind::MakeTensor, Type::tensor(Element::F64, dims));
  for (double number : numbers)
    e->args.push_back(num(number, precise()));
  return e;
}
Numbers matrixOf(const std::function<E()> &made) {
  Program program;
  Maker m(program, FunctionKind::Op, "f");
  FunctionId id = m.finish(made());
  return dataOf(Evaluator(program).call(id, {}));
}

TEST(Operator, OfAllElementsIsSymmetric) {
  auto message = [](Numbers elements) {
    return failure([&] { matrixOf([&] { return operatorOf(OperatorKind::Dense, line(2), list(tensorOf({2, 2}, elements))); }); });
  };
  EXPECT_EQ(message({1, 1e9, 1e9, 6}), "");
  EXPECT_NE(message({1, 9, 5, 6}).find("elements (1, 0) and (0, 1) are 5.000000 and 9.000000"), std::string::npos);
}

TEST(Operator, OfEachKind) {
  auto banded = [](Border border) {
    return operatorOf(OperatorKind::Banded, line(3), list(tensorOf({2, 3}, {1, 2, 3, 7, 8, 9})), border);
  };
  EXPECT_EQ(matrixOf([&] { return banded(Border::Zero); }), (Numbers{1, 7, 0, 7, 2, 8, 0, 8, 3}));
  EXPECT_EQ(matrixOf([&] { return banded(Border::Wrap); }), (Numbers{1, 7, 9, 7, 2, 8, 9, 8, 3}));
  EXPECT_EQ(
      matrixOf([&] { return operatorOf(OperatorKind::Toeplitz, line(3), list(tensorOf({3}, {1, 5, 6}))); }),
      (Numbers{1, 5, 6, 5, 1, 5, 6, 5, 1}));
  EXPECT_EQ(matrixOf([&] {
              return operatorOf(OperatorKind::Dense, line(2), list(tensorOf({2, 2}, {1, 5, 5, 6})));
            }),
            (Numbers{1, 5, 5, 6}));
  EXPECT_EQ(
      matrixOf([&] { return operatorOf(OperatorKind::Exponential, line(2), list(num(0.5, precise()))); }),
      (Numbers{1, std::exp(-0.5), std::exp(-0.5), 1}));
  EXPECT_EQ(matrixOf([&] {
              E twice =
                  operatorOf(OperatorKind::Scale, line(3), list(num(2.0, precise()), banded(Border::Zero)));
              return operatorOf(OperatorKind::Sum, line(3), list(std::move(twice), banded(Border::Wrap)));
            }),
            (Numbers{3, 21, 9, 21, 6, 24, 9, 24, 9}));
  auto pair = [](double a, double b) {
    return operatorOf(OperatorKind::Toeplitz, line(2), list(tensorOf({2}, {a, b})));
  };
  EXPECT_EQ(matrixOf([&] {
              return operatorOf(OperatorKind::KroneckerSum,
                                Type::linearOperator(Element::F64, {Dim(2), Dim(2)}),
                                list(pair(1, 10), pair(2, 3)));
            }),
            (Numbers{3, 3, 10, 0, 3, 3, 0, 10, 10, 0, 3, 3, 0, 10, 3, 3}));
}

TEST(Operator, AppliesSolvesAndHasEigenpairs) {
  auto a = [] { return operatorOf(OperatorKind::Toeplitz, line(2), list(tensorOf({2}, {2, 1}))); };
  auto result = [&](ExprKind kind, TypeRef type, E first, E second) {
    Program program;
    Maker m(program, FunctionKind::Op, "f");
    FunctionId id = m.finish(make(kind, std::move(type), list(std::move(first), std::move(second))));
    return Evaluator(program).call(id, {});
  };
  TypeRef vector = Type::tensor(Element::F64, {Dim(2)});
  EXPECT_EQ(dataOf(result(ExprKind::ApplyOperator, vector, a(), tensorOf({2}, {1, 5}))), (Numbers{7, 11}));
  EXPECT_NEAR(dataOf(result(ExprKind::Solve, vector, a(), tensorOf({2}, {7, 11})))[1], 5, 1e-14);
  TypeRef pairs = Type::tuple({vector, Type::tensor(Element::F64, {Dim(2), Dim(2)})});
  Value both = result(ExprKind::Lowest, pairs, num(2), a());
  EXPECT_NEAR(dataOf(both.items().items[0])[0], 1, 1e-15);
  EXPECT_NEAR(dataOf(both.items().items[0])[1], 3, 1e-15);
  EXPECT_NEAR(dataOf(both.items().items[1])[1], -std::sqrt(0.5), 1e-15);
  EXPECT_NE(failure([&] { result(ExprKind::Lowest, pairs, num(3), a()); }), "");
  E flat = operatorOf(OperatorKind::Toeplitz, line(2), list(tensorOf({2}, {1, 1})));
  EXPECT_NE(failure([&] {
              result(ExprKind::Solve, vector, std::move(flat), tensorOf({2}, {1, 2}));
            }).find("singular"),
            std::string::npos);
}

} // namespace
} // namespace gms::eval
