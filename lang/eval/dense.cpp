#include "lang/eval/dense.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <limits>
#include <numeric>

namespace gms::eval {

double boundOf(const Matrix &a, size_t n) {
  double bound = 0;
  for (size_t i = 0; i < n; ++i) {
    double sum = 0;
    for (size_t j = 0; j < n; ++j)
      sum += std::fabs(a[i * n + j]);
    bound = std::max(bound, sum);
  }
  return bound;
}

namespace {

constexpr int mostSweeps = 60; // about ten are enough for any matrix that fits in memory

/// (row p, row q) becomes (c p - s q, s p + c q).
void rotate(double *p, double *q, size_t n, double c, double s) {
  for (size_t k = 0; k < n; ++k) {
    double x = p[k], y = q[k];
    p[k] = c * x - s * y;
    q[k] = s * x + c * y;
  }
}

/// Makes element (p, q) 0; both triangles are kept.
void annihilate(Matrix &a, Matrix &vectors, size_t n, size_t p, size_t q) {
  const double apq = a[p * n + q], app = a[p * n + p], aqq = a[q * n + q];
  const double theta = (aqq - app) / (2 * apq);
  const double t = (theta < 0 ? -1 : 1) / (std::fabs(theta) + std::hypot(theta, 1.0));
  const double c = 1 / std::hypot(t, 1.0), s = t * c;
  rotate(&a[p * n], &a[q * n], n, c, s);
  rotate(&vectors[p * n], &vectors[q * n], n, c, s);
  a[p * n + p] = app - t * apq;
  a[q * n + q] = aqq + t * apq;
  a[p * n + q] = a[q * n + p] = 0;
  for (size_t k = 0; k < n; ++k) {
    if (k == p || k == q)
      continue;
    a[k * n + p] = a[p * n + k];
    a[k * n + q] = a[q * n + k];
  }
}

void orient(double *vector, size_t n) {
  double largest = 0;
  for (size_t i = 0; i < n; ++i)
    largest = std::max(largest, std::fabs(vector[i]));
  for (size_t i = 0; i < n; ++i)
    if (std::fabs(vector[i]) >= largest / 2) {
      if (vector[i] < 0)
        std::transform(vector, vector + n, vector, [](double v) { return -v; });
      return;
    }
}

} // namespace

Spectrum spectrumOf(Matrix a, size_t n) {
  Spectrum out{std::vector<double>(n), Matrix(n * n)};
  const double bound = boundOf(a, n);
  if (!std::isfinite(bound)) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    return {std::vector<double>(n, nan), Matrix(n * n, nan)};
  }
  Matrix vectors(n * n);
  for (size_t i = 0; i < n; ++i)
    vectors[i * n + i] = 1;
  // Rotations stop where an element is too small to move either of its eigenvalues.
  const double negligible = bound * 1e-300, small = std::numeric_limits<double>::epsilon() * 1e-3;
  bool moved = true;
  for (int sweep = 0; sweep < mostSweeps && moved; ++sweep) {
    moved = false;
    for (size_t p = 0; p + 1 < n; ++p)
      for (size_t q = p + 1; q < n; ++q) {
        const double off = std::fabs(a[p * n + q]);
        if (off <= negligible || off <= small * small * bound ||
            (off <= small * std::fabs(a[p * n + p] - a[q * n + q])))
          continue;
        annihilate(a, vectors, n, p, q);
        moved = true;
      }
  }
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), size_t(0));
  std::sort(order.begin(), order.end(),
            [&](size_t i, size_t j) { return std::pair(a[i * n + i], i) < std::pair(a[j * n + j], j); });
  for (size_t i = 0; i < n; ++i) {
    out.values[i] = a[order[i] * n + order[i]];
    std::copy_n(&vectors[order[i] * n], n, &out.vectors[i * n]);
    orient(&out.vectors[i * n], n);
  }
  return out;
}

Factors::Factors(Matrix a, size_t n) : n(n), lu(std::move(a)), rows(n) {
  std::iota(rows.begin(), rows.end(), size_t(0));
  for (size_t k = 0; k < n; ++k) {
    size_t pivot = k;
    for (size_t i = k + 1; i < n; ++i)
      if (std::fabs(lu[i * n + k]) > std::fabs(lu[pivot * n + k]))
        pivot = i;
    if (pivot != k) {
      std::swap_ranges(&lu[k * n], &lu[k * n] + n, &lu[pivot * n]);
      std::swap(rows[k], rows[pivot]);
    }
    for (size_t i = k + 1; i < n; ++i) {
      if (lu[i * n + k] == 0)
        continue;
      const double factor = lu[i * n + k] /= lu[k * n + k];
      for (size_t j = k + 1; j < n; ++j)
        lu[i * n + j] -= factor * lu[k * n + j];
    }
  }
}

double Factors::smallestPivot() const {
  double smallest = std::numeric_limits<double>::infinity(), largest = 0;
  for (size_t k = 0; k < n; ++k) {
    smallest = std::fmin(smallest, std::fabs(lu[k * n + k]));
    largest = std::fmax(largest, std::fabs(lu[k * n + k]));
  }
  return largest == 0 ? 0 : smallest / largest;
}

std::vector<double> Factors::solve(const std::vector<double> &b) const {
  std::vector<double> x(n);
  for (size_t i = 0; i < n; ++i) {
    x[i] = b[rows[i]];
    for (size_t j = 0; j < i; ++j)
      x[i] -= lu[i * n + j] * x[j];
  }
  for (size_t i = n; i-- > 0;) {
    for (size_t j = i + 1; j < n; ++j)
      x[i] -= lu[i * n + j] * x[j];
    x[i] /= lu[i * n + i];
  }
  return x;
}

} // namespace gms::eval
