#include "runtime/physics/factor.h"
#include <algorithm>
#include <cmath>

namespace gms::physics {
namespace {

typedef double Lanes __attribute__((vector_size(8 * shiftCount)));
typedef int64_t Truths __attribute__((vector_size(8 * shiftCount)));

/// Multipliers beyond this cost more digits than can be spared.
constexpr double mostGrowth = 1e5;
/// A pivot of less than this part of the matrix' scale is replaced by it: the eigenvalues move by less than rounding.
constexpr double leastPivot = 1e-18;

double guarded(double pivot, double least) { return std::fabs(pivot) < least ? -least : pivot; }
Lanes guarded(Lanes pivot, double least) {
  const Truths small = (pivot < least) & (pivot > -least);
  return small ? Lanes{} - least : pivot;
}

/// Right-looking elimination with a window of the rows in reach. Calls each(j, pivot, column) with the pivot and the column
/// below it: column[p] is element (j + p, j).
template <int Fixed, typename Number, typename Each>
void eliminateColumns(const Rows &m, Number shift, Number *dynamicWindow, Each each) {
  const int64_t w = Fixed ? Fixed : m.width, side = w + 1;
  Number fixedWindow[Fixed ? (Fixed + 1) * (Fixed + 1) : 1], fixedColumn[Fixed + 1];
  Number *a = Fixed ? fixedWindow : dynamicWindow;
  Number *column = Fixed ? fixedColumn : dynamicWindow + side * side;
  const double least = leastPivot * m.scale();
  for (int64_t p = 0; p <= w; ++p)
    for (int64_t q = 0; q <= p; ++q)
      a[p * side + q] = Number{} + m.at[p * side + (p - q)] - (p == q ? shift : Number{});
  for (int64_t j = 0; j < m.n; ++j) {
    const Number pivot = guarded(a[0], least), inverse = 1 / pivot;
    for (int64_t p = 1; p <= w; ++p)
      column[p] = a[p * side];
    each(j, pivot, inverse, column);
    for (int64_t p = 1; p <= w; ++p) {
      const Number factor = column[p] * inverse;
      for (int64_t q = 1; q <= p; ++q)
        a[(p - 1) * side + q - 1] = a[p * side + q] - factor * column[q];
    }
    const int64_t next = j + 1 + w;
    if (next >= m.n + w)
      break;
    for (int64_t q = 0; q <= w; ++q)
      a[w * side + q] = Number{} + m.at[next * side + (w - q)];
    a[w * side + w] -= shift;
  }
}

template <int Fixed> void countFixed(const Rows &m, const double *shifts, int64_t *counts, double *window) {
  Lanes shift;
  for (int k = 0; k < shiftCount; ++k)
    shift[k] = shifts[k];
  Truths below{};
  eliminateColumns<Fixed>(m, shift, reinterpret_cast<Lanes *>(window),
                          [&](int64_t, const Lanes &pivot, const Lanes &, const Lanes *) { below -= pivot < 0; });
  for (int k = 0; k < shiftCount; ++k)
    counts[k] = below[k];
}

/// Runs `make` with the widths of the usual stencils known when compiling, and 0 for any other.
template <typename Make> auto byWidth(int64_t width, Make make) {
  switch (width) {
  case 1:
    return make.template operator()<1>();
  case 2:
    return make.template operator()<2>();
  case 3:
    return make.template operator()<3>();
  case 4:
    return make.template operator()<4>();
  default:
    return make.template operator()<0>();
  }
}

} // namespace

void countBelow(const Rows &rows, const double *shifts, int64_t *counts, double *window) {
  byWidth(rows.width, [&]<int Fixed>() { countFixed<Fixed>(rows, shifts, counts, window); });
}

Factor::Factor(const Rows &rows, Arena &arena) : rows(rows) {
  const int64_t side = rows.width + 1;
  lower = arena.take(rows.n * rows.width);
  inverse = arena.take(rows.n);
  window = arena.take(side * side + side);
  full = arena.take(rows.n * (3 * rows.width + 1));
  exchanged = arena.take(rows.n);
}

template <int Fixed> int64_t Factor::eliminate(double shift, double &growth) {
  const int64_t w = Fixed ? Fixed : rows.width;
  int64_t below = 0;
  double most = 0;
  eliminateColumns<Fixed>(rows, shift, window, [&](int64_t j, double pivot, double inverted, const double *column) {
    below += pivot < 0;
    inverse[j] = inverted;
    for (int64_t p = 1; p <= w; ++p) {
      const double factor = column[p] * inverted;
      lower[j * w + p - 1] = factor;
      most = std::max(most, std::fabs(factor));
    }
  });
  growth = most;
  return below;
}

int64_t Factor::make(double shift) {
  double growth = 0;
  const int64_t below = byWidth(rows.width, [&]<int Fixed>() { return eliminate<Fixed>(shift, growth); });
  pivoted = false;
  if (!(growth < mostGrowth))
    makePivoted(shift);
  return below;
}

double Factor::makePivoted(double shift) {
  pivoted = true;
  const int64_t n = rows.n, w = rows.width, side = w + 1, each = 3 * w + 1;
  const auto at = [&](int64_t i, int64_t c) -> double & { return full[i * each + c - i + w]; };
  std::fill(full, full + n * each, 0.0);
  for (int64_t i = 0; i < n; ++i)
    for (int64_t p = 0; p <= std::min(i, w); ++p)
      at(i, i - p) = at(i - p, i) = rows.at[i * side + p] - (p ? 0 : shift);
  const double least = leastPivot * rows.scale();
  double smallest = INFINITY, largest = 0;
  for (int64_t k = 0; k < n; ++k) {
    const int64_t end = std::min(n, k + w + 1), columns = std::min(n, k + 2 * w + 1);
    int64_t best = k;
    for (int64_t r = k + 1; r < end; ++r)
      if (std::fabs(at(r, k)) > std::fabs(at(best, k)))
        best = r;
    exchanged[k] = static_cast<double>(best);
    for (int64_t c = k; best != k && c < columns; ++c)
      std::swap(at(k, c), at(best, c));
    smallest = std::min(smallest, std::fabs(at(k, k)));
    largest = std::max(largest, std::fabs(at(k, k)));
    at(k, k) = guarded(at(k, k), least);
    for (int64_t r = k + 1; r < end; ++r) {
      const double factor = at(r, k) /= at(k, k);
      for (int64_t c = k + 1; factor != 0 && c < columns; ++c)
        at(r, c) -= factor * at(k, c);
    }
  }
  return largest > 0 ? smallest / largest : 0;
}

template <int Fixed> void Factor::substitute(double *x) const {
  const int64_t w = Fixed ? Fixed : rows.width, n = rows.n;
  for (int64_t j = 0; j + w < n; ++j)
    for (int64_t p = 1; p <= w; ++p)
      x[j + p] -= lower[j * w + p - 1] * x[j];
  for (int64_t j = std::max<int64_t>(n - w, 0); j < n; ++j)
    for (int64_t p = 1; j + p < n; ++p)
      x[j + p] -= lower[j * w + p - 1] * x[j];
  for (int64_t j = 0; j < n; ++j)
    x[j] *= inverse[j];
  for (int64_t j = n - 1; j >= 0; --j) {
    double sum = x[j];
    // The nearest last: the sum before it does not wait for it.
    for (int64_t p = std::min(w, n - 1 - j); p >= 1; --p)
      sum -= lower[j * w + p - 1] * x[j + p];
    x[j] = sum;
  }
}

void Factor::solve(double *x) const {
  if (!pivoted)
    return byWidth(rows.width, [&]<int Fixed>() { substitute<Fixed>(x); });
  const int64_t n = rows.n, w = rows.width, each = 3 * w + 1;
  const auto at = [&](int64_t i, int64_t c) { return full[i * each + c - i + w]; };
  for (int64_t k = 0; k < n; ++k) {
    std::swap(x[k], x[static_cast<int64_t>(exchanged[k])]);
    for (int64_t r = k + 1; r < std::min(n, k + w + 1); ++r)
      x[r] -= at(r, k) * x[k];
  }
  for (int64_t i = n - 1; i >= 0; --i) {
    double sum = x[i];
    for (int64_t c = i + 1; c < std::min(n, i + 2 * w + 1); ++c)
      sum -= at(i, c) * x[c];
    x[i] = sum / at(i, i);
  }
}

} // namespace gms::physics
