// Linear operators as dense matrices: of tensors [a, b, ...] a tensor [a, b, ..., a, b, ...], so that the
// first extents are those of what it acts on, and as a matrix it is [n, n] over their elements.
#include "lang/eval/evaluate.h"
#include "lang/eval/linear.h"
#include <algorithm>
#include <cmath>
#include <cstdio>

namespace gms::eval {

using namespace program;

namespace {

constexpr size_t largestSpectrum = 1500; // minutes of rotations

/// A matrix that is being made; what is added to an element that is 0 stays the number that it is.
struct Entries {
  Tape &tape;
  size_t n;
  std::vector<Real> all;

  Entries(Tape &tape, size_t n) : tape(tape), n(n), all(n * n) {}
  void add(size_t i, size_t j, Real value) {
    if (value.value == 0 && !value.node)
      return;
    Real &entry = all[i * n + j];
    entry = entry.value == 0 && !entry.node ? value : tape.add(entry, value);
  }
};

/// Where bands meet on a ring that is short, they are added.
void addBands(Entries &entries, const Tensor &bands, Border border, Span span) {
  const size_t n = entries.n, count = static_cast<size_t>(bands.shape.at(0));
  if (count > 1 && bands.shape.size() != 2)
    throw EvalError(span, "internal: an operator with several bands acts on no line");
  if (bands.data.size() != count * n)
    throw EvalError(span, "internal: the bands do not fit what the operator acts on");
  for (size_t d = 0; d < count; ++d)
    for (size_t i = 0; i < n; ++i) {
      size_t j = i + d;
      if (j >= n && border != Border::Wrap)
        continue;
      j %= n;
      Real value = bands.at(d * n + i);
      entries.add(i, j, value);
      if (d)
        entries.add(j, i, value);
    }
}

/// Elements across the diagonal may differ by what rounding leaves, against the largest.
void requireSymmetric(const Tensor &a, size_t n, Span span) {
  double largest = 0;
  for (size_t k = 0; k < n * n; ++k)
    largest = std::max(largest, std::abs(a.at(k).value));
  const double allowed = (a.element == Element::F64 ? 1e-12 : 1e-5) * largest;
  for (size_t i = 0; i < n; ++i)
    for (size_t j = 0; j < i; ++j)
      if (double below = a.at(i * n + j).value, above = a.at(j * n + i).value; !(std::abs(below - above) <= allowed))
        throw EvalError(span, 747, "the operator is not symmetric: its elements (" + std::to_string(i) + ", " + std::to_string(j) +
                                  ") and (" + std::to_string(j) + ", " + std::to_string(i) + ") are " + std::to_string(below) +
                                  " and " + std::to_string(above), std::to_string(std::abs(below - above)));
}

void addKronecker(Entries &entries, const Tensor &a, const Tensor &b) {
  const size_t h = static_cast<size_t>(a.shape[0]), w = static_cast<size_t>(b.shape[0]);
  for (size_t i = 0; i < h; ++i)
    for (size_t k = 0; k < h; ++k)
      for (size_t j = 0; j < w; ++j)
        entries.add(i * w + j, k * w + j, a.at(i * h + k));
  for (size_t j = 0; j < w; ++j)
    for (size_t l = 0; l < w; ++l)
      for (size_t i = 0; i < h; ++i)
        entries.add(i * w + j, i * w + l, b.at(j * w + l));
}

/// How many elements the tensors have that an operator acts on.
size_t sideOf(const Tensor &a) {
  size_t n = 1;
  for (size_t axis = 0; axis < a.shape.size() / 2; ++axis)
    n *= static_cast<size_t>(a.shape[axis]);
  return n;
}

std::vector<Real> realsOf(const Tensor &tensor) {
  std::vector<Real> out;
  for (size_t i = 0; i < tensor.data.size(); ++i)
    out.push_back(tensor.at(i));
  return out;
}

} // namespace

Value Evaluator::makeOperator(const Expr &e, Frame &frame) {
  std::vector<int64_t> shape;
  for (const Dim &dim : e.type->dims)
    shape.push_back(dimension(dim, frame));
  const size_t rank = shape.size();
  for (size_t axis = 0; axis < rank; ++axis)
    shape.push_back(shape[axis]);
  auto made = newTensor(e, std::move(shape));
  const size_t n = sideOf(*made);
  Entries entries(*tape, n);
  auto distance = [](size_t i, size_t j) { return i > j ? i - j : j - i; };
  auto fill = [&](auto &&element) {
    for (size_t i = 0; i < n; ++i)
      for (size_t j = 0; j < n; ++j)
        entries.all[i * n + j] = element(i, j);
  };
  switch (e.op) {
  case OperatorKind::Banded:
    addBands(entries, *tensor(*e.args[0], frame), e.border, e.span);
    break;
  case OperatorKind::Toeplitz: {
    TensorRef c = tensor(*e.args[0], frame);
    fill([&](size_t i, size_t j) { return c->at(distance(i, j)); });
    break;
  }
  case OperatorKind::Dense: {
    TensorRef a = tensor(*e.args[0], frame);
    requireSymmetric(*a, n, e.span);
    fill([&](size_t i, size_t j) { return a->at(i > j ? i * n + j : j * n + i); });
    break;
  }
  case OperatorKind::Exponential: {
    const Real rate = real(*e.args[0], frame);
    std::vector<Real> falling;
    for (size_t d = 0; d < n; ++d)
      falling.push_back(tape->exp(tape->mul({-static_cast<double>(d)}, rate)));
    fill([&](size_t i, size_t j) { return falling[distance(i, j)]; });
    break;
  }
  case OperatorKind::Sum:
    for (const ExprPtr &arg : e.args) {
      TensorRef a = tensor(*arg, frame);
      for (size_t i = 0; i < n; ++i)
        for (size_t j = 0; j < n; ++j)
          entries.add(i, j, a->at(i * n + j));
    }
    break;
  case OperatorKind::Scale: {
    const Real factor = real(*e.args[0], frame);
    TensorRef a = tensor(*e.args[1], frame);
    fill([&](size_t i, size_t j) {
      Real entry = a->at(i * n + j);
      return entry.value == 0 && !entry.node ? Real{} : tape->mul(factor, entry);
    });
    break;
  }
  case OperatorKind::KroneckerSum:
    addKronecker(entries, *tensor(*e.args[0], frame), *tensor(*e.args[1], frame));
    break;
  }
  for (size_t i = 0; i < entries.all.size(); ++i)
    made->set(i, rounded(entries.all[i], made->element));
  return Value(TensorRef(std::move(made)));
}

Value Evaluator::applyOperator(const Expr &e, Frame &frame) {
  TensorRef a = tensor(*e.args[0], frame), x = tensor(*e.args[1], frame);
  auto made = newTensor(e, x->shape);
  const size_t n = x->data.size();
  for (size_t i = 0; i < n; ++i) {
    std::vector<Real> row, column;
    for (size_t j = 0; j < n; ++j)
      if (Real entry = a->at(i * n + j); entry.value != 0 || entry.node) {
        row.push_back(entry);
        column.push_back(x->at(j));
      }
    made->set(i, rounded(tape->dot(row, column), made->element));
  }
  return Value(TensorRef(std::move(made)));
}

Value Evaluator::lowest(const Expr &e, Frame &frame) {
  const int64_t k = whole(*e.args[0], frame);
  TensorRef a = tensor(*e.args[1], frame);
  const size_t n = sideOf(*a), pairs = static_cast<size_t>(k);
  if (k < 1 || pairs > n)
    throw EvalError(e.span, std::to_string(k) + " eigenpairs were asked for; this operator has 1 to " +
                                std::to_string(n));
  if (n > largestSpectrum)
    throw EvalError(e.span, "the evaluator finds the eigenpairs of operators on at most " +
                                std::to_string(largestSpectrum) + " points; these are " + std::to_string(n));
  const std::vector<Real> found = eigenpairs(*tape, realsOf(*a), n, pairs, degenerate(a->element));
  auto values = Tensor::make(a->element, {k});
  std::vector<int64_t> shape{k};
  shape.insert(shape.end(), a->shape.begin(),
               a->shape.begin() + static_cast<std::ptrdiff_t>(a->shape.size() / 2));
  auto vectors = Tensor::make(a->element, std::move(shape));
  for (size_t i = 0; i < pairs; ++i)
    values->set(i, rounded(found[i], a->element));
  for (size_t i = 0; i < pairs * n; ++i)
    vectors->set(i, rounded(found[pairs + i], a->element));
  return Value::group({Value(TensorRef(std::move(values))), Value(TensorRef(std::move(vectors)))});
}

namespace {

/// By the largest pivot; runtime/physics refuses the same.
constexpr double smallestRegularPivot = 1e-15;

std::string shownPivot(double pivot) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2g", pivot);
  return text;
}

} // namespace

Value Evaluator::solve(const Expr &e, Frame &frame) {
  TensorRef a = tensor(*e.args[0], frame), b = tensor(*e.args[1], frame);
  auto made = newTensor(e, b->shape);
  double pivot = 1;
  const std::vector<Real> found = solution(*tape, realsOf(*a), realsOf(*b), &pivot);
  auto finite = [](const std::vector<double> &numbers) {
    return std::all_of(numbers.begin(), numbers.end(), [](double number) { return std::isfinite(number); });
  };
  // As compiled code judges it: a pivot of rounding alone is none.
  const bool regular = pivot > smallestRegularPivot &&
                       std::all_of(found.begin(), found.end(), [](const Real &real) { return std::isfinite(real.value); });
  if (!regular && finite(a->data) && finite(b->data))
    throw EvalError(e.span, 746, "this operator is singular, so that nothing or more than one tensor solves it",
                    shownPivot(pivot));
  for (size_t i = 0; i < found.size(); ++i)
    made->set(i, rounded(found[i], made->element));
  return Value(TensorRef(std::move(made)));
}

} // namespace gms::eval
