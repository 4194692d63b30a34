// Structured operators of compiled kernels against the evaluator, whose operators are dense matrices.
#include "compiler/driver/differential.h"
#include "compiler/import/program_builder.h"
#include <cstdlib>
#include <gtest/gtest.h>

namespace gms::compiler {
namespace {
using namespace program;
using namespace build;
using E = ExprPtr;

/// A function of bands [3, n], a line [n], a square [n, n] and a number, that uses operators.
class OperatorFunction : public FunctionBuilder {
public:
  explicit OperatorFunction(Program &program) : FunctionBuilder(program, FunctionKind::Op, "operators") {
    const LocalId n = dimension("n");
    points = Dim::symbol(n);
    bands = parameter("bands", Type::tensor(Element::F64, {Dim(3), points}));
    line = parameter("line", Type::tensor(Element::F64, {points}));
    square = parameter("square", Type::tensor(Element::F64, {points, points}));
    number = parameter("number", Type::scalar(Element::F64));
    function->dims.push_back({n, line, {}, 0});
  }
  Dim points{0};
  LocalId bands, line, square, number;

  E operatorOf(OperatorKind kind, std::vector<Dim> dims, std::vector<E> args, Border border = Border::Zero) {
    E e = make(ExprKind::MakeOperator, Type::linearOperator(Element::F64, std::move(dims)), std::move(args));
    e->op = kind;
    e->border = border;
    return e;
  }
  E onLine(OperatorKind kind, E argument, Border border = Border::Zero) {
    return operatorOf(kind, {points}, list(std::move(argument)), border);
  }
  E banded(Border border = Border::Zero) { return onLine(OperatorKind::Banded, local(bands), border); }
  E plus(E a, E b) {
    std::vector<Dim> dims = a->type->dims;
    return operatorOf(OperatorKind::Sum, std::move(dims), list(std::move(a), std::move(b)));
  }
  E times(E factor, E a) {
    std::vector<Dim> dims = a->type->dims;
    return operatorOf(OperatorKind::Scale, std::move(dims), list(std::move(factor), std::move(a)));
  }
  E wide(double v) {
    E e = make(ExprKind::Constant, Type::scalar(Element::F64));
    e->constant = v;
    return e;
  }
  /// The square as one band [1, n, n] of a plane.
  E planeDiagonal() {
    const TypeRef type = Type::tensor(Element::F64, {Dim(1), points, points});
    const LocalId d = index("d"), i = index("i"), j = index("j");
    E band = tabulate(type, {d, i, j}, read(local(square), list(local(i), local(j))));
    return operatorOf(OperatorKind::Banded, {points, points}, list(std::move(band)));
  }
  E lowest(int64_t k, E a) {
    std::vector<Dim> dims = a->type->dims;
    dims.insert(dims.begin(), Dim(k));
    const TypeRef type = Type::tuple({Type::tensor(Element::F64, {Dim(k)}), Type::tensor(Element::F64, dims)});
    return make(ExprKind::Lowest, type, list(whole(k), std::move(a)));
  }
  E acting(ExprKind kind, E a, E x) {
    const TypeRef type = x->type;
    return make(kind, type, list(std::move(a), std::move(x)));
  }
};

eval::Value numbers(std::vector<int64_t> shape, double scale, double shift) {
  auto t = eval::Tensor::make(Element::F64, shape);
  for (size_t at = 0; at < t->data.size(); ++at)
    t->data[at] = scale * (static_cast<double>(at * 37 % 101) / 101 - 0.5) + shift;
  return eval::Value(eval::TensorRef(t));
}

/// n by n; symmetric, since the evaluator reads a lower triangle.
eval::Value symmetric(int64_t n) {
  auto t = eval::Tensor::make(Element::F64, {n, n});
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < n; ++j)
      t->data[static_cast<size_t>(i * n + j)] = static_cast<double>((i + j) * 29 % 17) / 17 + (i == j ? i : 0);
  return eval::Value(eval::TensorRef(t));
}

struct LinearOperators : testing::Test {
  void SetUp() override { setenv("GMS_CACHE", "off", 1); }

  using Body = E (*)(OperatorFunction &);
  static void check(Body body, std::vector<int64_t> sizes = {5, 9}) {
    Program program;
    OperatorFunction f(program);
    E value = body(f);
    const FunctionId id = f.finish(std::move(value));
    for (int64_t n : sizes) {
      std::vector<eval::Value> arguments;
      arguments.push_back(numbers({3, n}, 1, 1.5));
      arguments.push_back(numbers({n}, 2, 0));
      arguments.push_back(symmetric(n));
      arguments.push_back(eval::Value(0.7));
      std::vector<Engine> engines;
      for (const char *name : {"cpu", "cpu-unfused", "emulated"})
        engines.push_back(*findEngine(name));
      EXPECT_EQ(disagreements(program, id, arguments, {5, 11, 2}, engines), std::vector<std::string>()) << "n = " << n;
    }
  }
};

TEST_F(LinearOperators, EigenpairsOfBands) {
  check([](OperatorFunction &f) { return f.lowest(2, f.banded()); });
  check([](OperatorFunction &f) { return f.lowest(3, f.banded(Border::Wrap)); });
}

TEST_F(LinearOperators, EigenpairsOfSums) {
  check([](OperatorFunction &f) {
    E filled = f.plus(f.onLine(OperatorKind::Toeplitz, f.local(f.line)), f.onLine(OperatorKind::Dense, f.local(f.square)));
    E falling = f.times(f.wide(-2), f.onLine(OperatorKind::Exponential, f.local(f.number)));
    return f.lowest(2, f.plus(f.plus(std::move(filled), std::move(falling)), f.banded(Border::Wrap)));
  });
  check([](OperatorFunction &f) { return f.lowest(5, f.onLine(OperatorKind::Dense, f.local(f.square))); });
}

TEST_F(LinearOperators, OnePerConditional) {
  check([](OperatorFunction &f) {
    E condition = f.prim(Prim::Lt, f.local(f.number), f.wide(0.5));
    condition->type = Type::scalar(Element::Bool);
    return f.lowest(2, f.conditional(std::move(condition), f.banded(), f.banded(Border::Wrap)));
  });
}

TEST_F(LinearOperators, Products) {
  check([](OperatorFunction &f) {
    E all = f.plus(f.banded(Border::Wrap), f.times(f.local(f.number), f.banded()));
    all = f.plus(std::move(all), f.onLine(OperatorKind::Toeplitz, f.local(f.line)));
    all = f.plus(std::move(all), f.onLine(OperatorKind::Dense, f.local(f.square)));
    all = f.plus(std::move(all), f.times(f.wide(3), f.onLine(OperatorKind::Exponential, f.local(f.number))));
    return f.acting(ExprKind::ApplyOperator, std::move(all), f.local(f.line));
  }, {1, 2, 5, 40});
}

TEST_F(LinearOperators, Solutions) {
  check([](OperatorFunction &f) { return f.acting(ExprKind::Solve, f.banded(), f.local(f.line)); });
  check([](OperatorFunction &f) {
    E sum = f.plus(f.onLine(OperatorKind::Dense, f.local(f.square)), f.onLine(OperatorKind::Exponential, f.local(f.number)));
    return f.acting(ExprKind::Solve, std::move(sum), f.local(f.line));
  });
}

TEST_F(LinearOperators, Planes) {
  check([](OperatorFunction &f) {
    E sum = f.operatorOf(OperatorKind::KroneckerSum, {f.points, f.points}, f.list(f.banded(), f.times(f.local(f.number), f.banded(Border::Wrap))));
    return f.lowest(2, f.plus(std::move(sum), f.planeDiagonal()));
  });
  check([](OperatorFunction &f) {
    E sum = f.operatorOf(OperatorKind::KroneckerSum, {f.points, f.points},
                         f.list(f.banded(), f.onLine(OperatorKind::Exponential, f.local(f.number))));
    return f.acting(ExprKind::ApplyOperator, f.plus(std::move(sum), f.planeDiagonal()), f.local(f.square));
  });
}

/// Sums that the compiler makes recurrences are what they were written as: fused code has them, unfused code has not.
TEST_F(LinearOperators, SumsOverFallingExponentials) {
  check([](OperatorFunction &f) {
    // out[k, i] = line[i] * sum over j of line[j] * |x_i - x_j| * exp(-|x_i - x_j| / (k + 1)), x_i = (i - 3) * number
    const TypeRef type = Type::tensor(Element::F64, {Dim(3), f.points}), real = Type::scalar(Element::F64);
    const LocalId k = f.index("k"), i = f.index("i"), j = f.index("j");
    const auto toReal = [&](E e) { return f.make(ExprKind::Convert, real, f.list(std::move(e))); };
    const auto place = [&](LocalId at) {
      return f.prim(Prim::Mul, f.prim(Prim::Sub, toReal(f.local(at)), f.wide(3)), f.local(f.number));
    };
    const auto distance = [&] { return f.prim(Prim::Abs, f.prim(Prim::Sub, place(i), place(j))); };
    E width = f.prim(Prim::Add, toReal(f.local(k)), f.wide(1));
    E falling = f.prim(Prim::Exp, f.prim(Prim::Neg, f.prim(Prim::Div, distance(), std::move(width))));
    E term = f.prim(Prim::Mul, f.prim(Prim::Mul, f.read(f.local(f.line), f.list(f.local(j))), distance()), std::move(falling));
    E sum = f.make(ExprKind::Reduce, real, f.list(std::move(term)));
    sum->reduce = ReduceKind::Sum;
    sum->indices.push_back({j, f.whole(0), f.dim(f.points), nullptr});
    return f.tabulate(type, {k, i}, f.prim(Prim::Mul, f.read(f.local(f.line), f.list(f.local(i))), std::move(sum)));
  }, {1, 20, 64});
}

/// A number made of a tensor: the sum of its elements' fourth powers, each times (1 + its position) / 10, so that no symmetry hides
/// a mistake.
E weighed(OperatorFunction &f, LocalId tensor) {
  const TypeRef type = f.function->locals[tensor].type;
  E sum = f.make(ExprKind::Reduce, Type::scalar(Element::F64));
  sum->reduce = ReduceKind::Sum;
  std::vector<E> places;
  E weight = f.wide(0.1);
  for (const Dim &d : type->dims) {
    const LocalId id = f.index("w" + std::to_string(f.function->locals.size()));
    sum->indices.push_back({id, f.whole(0), f.dim(d), nullptr});
    places.push_back(f.local(id));
    E number = f.make(ExprKind::Convert, Type::scalar(Element::F64), f.list(f.local(id)));
    weight = f.prim(Prim::Mul, std::move(weight), f.prim(Prim::Add, std::move(number), f.wide(1)));
  }
  E element = f.read(f.local(tensor), std::move(places));
  E power = f.prim(Prim::Pow, std::move(element), f.wide(4));
  sum->args.push_back(f.prim(Prim::Mul, std::move(weight), std::move(power)));
  return sum;
}

/// name = value, then what follows.
E let(OperatorFunction &f, std::vector<LocalId> locals, E value, E then) {
  E block = f.make(ExprKind::Block, then->type, f.list(std::move(then)));
  Definition definition;
  definition.locals = std::move(locals);
  definition.value = std::move(value);
  block->definitions.push_back(std::move(definition));
  return block;
}

E derivative(OperatorFunction &f, E of, LocalId by) {
  f.function->locals[by].variable = true;
  E e = f.make(ExprKind::Derivative, f.function->locals[by].type, f.list(std::move(of)));
  e->local = by;
  return e;
}

/// Bands plus the diagonal of the line: the potential.
E hamiltonian(OperatorFunction &f, Border border) {
  const TypeRef type = Type::tensor(Element::F64, {Dim(1), f.points});
  const LocalId d = f.index("d"), i = f.index("i");
  E band = f.tabulate(type, {d, i}, f.read(f.local(f.line), f.list(f.local(i))));
  return f.plus(f.banded(border), f.onLine(OperatorKind::Banded, std::move(band)));
}

/// A number made of the two lowest pairs.
E energyOfPairs(OperatorFunction &f, E a) {
  E pairs = f.lowest(2, std::move(a));
  const LocalId values = f.add("values", pairs->type->fields[0].type, LocalKind::Definition);
  const LocalId vectors = f.add("vectors", pairs->type->fields[1].type, LocalKind::Definition);
  E sum = f.prim(Prim::Add, weighed(f, values), weighed(f, vectors));
  return let(f, {values, vectors}, std::move(pairs), std::move(sum));
}

TEST_F(LinearOperators, DerivativesOfPairs) {
  check([](OperatorFunction &f) { return derivative(f, energyOfPairs(f, hamiltonian(f, Border::Zero)), f.line); });
  check([](OperatorFunction &f) { return derivative(f, energyOfPairs(f, hamiltonian(f, Border::Wrap)), f.bands); });
  check([](OperatorFunction &f) {
    return derivative(f, energyOfPairs(f, f.onLine(OperatorKind::Dense, f.local(f.square))), f.square);
  });
}

TEST_F(LinearOperators, SecondDerivativesOfPairs) {
  check([](OperatorFunction &f) {
    E first = derivative(f, energyOfPairs(f, hamiltonian(f, Border::Zero)), f.line);
    const LocalId slope = f.add("slope", first->type, LocalKind::Definition);
    return derivative(f, let(f, {slope}, std::move(first), weighed(f, slope)), f.line);
  });
}

TEST_F(LinearOperators, DerivativesOfSolutionsAndProducts) {
  check([](OperatorFunction &f) {
    E x = f.acting(ExprKind::Solve, f.plus(f.banded(), f.onLine(OperatorKind::Exponential, f.local(f.number))), f.local(f.line));
    const LocalId solution = f.add("solution", x->type, LocalKind::Definition);
    return derivative(f, let(f, {solution}, std::move(x), weighed(f, solution)), f.bands);
  });
  check([](OperatorFunction &f) {
    E x = f.acting(ExprKind::ApplyOperator, f.onLine(OperatorKind::Exponential, f.local(f.number)), f.local(f.line));
    const LocalId product = f.add("product", x->type, LocalKind::Definition);
    return derivative(f, let(f, {product}, std::move(x), weighed(f, product)), f.number);
  });
}

TEST_F(LinearOperators, DerivativesOnAPlane) {
  check([](OperatorFunction &f) {
    E sum = f.operatorOf(OperatorKind::KroneckerSum, {f.points, f.points}, f.list(f.banded(), f.banded(Border::Wrap)));
    return derivative(f, energyOfPairs(f, f.plus(std::move(sum), f.planeDiagonal())), f.square);
  }, {5});
}

TEST_F(LinearOperators, MorePairsThanPointsAreRefused) {
  Program program;
  OperatorFunction f(program);
  E value = f.lowest(4, f.banded());
  const FunctionId id = f.finish(std::move(value));
  std::vector<eval::Value> arguments;
  arguments.push_back(numbers({3, 3}, 1, 1.5));
  arguments.push_back(numbers({3}, 2, 0));
  arguments.push_back(symmetric(3));
  arguments.push_back(eval::Value(0.7));
  const KernelRun run = runCompiled(program, id, arguments, {5, 11, 2}, *findEngine("cpu"));
  EXPECT_TRUE(run.values.empty());
  EXPECT_NE(run.error, "");
}

} // namespace
} // namespace gms::compiler
