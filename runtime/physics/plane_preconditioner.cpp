#include "runtime/physics/plane_preconditioner.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <type_traits>

namespace gms::physics {
namespace {

float *takeSingles(Arena &arena, int64_t count) { return reinterpret_cast<float *>(arena.take((count + 1) / 2)); }

/// Solves along the first axis of [n, m]: from `right` to x.
void solveAlong(int64_t n, int64_t m, int64_t w, const float *lower, const float *inverse, const float *right, float *x) {
  for (int64_t i = 0; i < n; ++i) {
    float *row = x + i * m;
    const float *from = right + i * m;
    // Two neighbours in one pass, as most stencils have them.
    int64_t p = std::min(w, i);
    if (p >= 2) {
      const float one = lower[(i - 1) * w], two = lower[(i - 2) * w + 1];
      const float *near = row - m, *far = near - m;
      for (int64_t j = 0; j < m; ++j)
        row[j] = from[j] - one * near[j] - two * far[j];
    } else if (p == 1) {
      const float one = lower[(i - 1) * w];
      const float *near = row - m;
      for (int64_t j = 0; j < m; ++j)
        row[j] = from[j] - one * near[j];
    } else {
      std::copy(from, from + m, row);
    }
    for (; p > 2; --p) {
      const float factor = lower[(i - p) * w + p - 1];
      const float *before = row - p * m;
      for (int64_t j = 0; j < m; ++j)
        row[j] -= factor * before[j];
    }
  }
  for (int64_t i = n - 1; i >= 0; --i) {
    float *row = x + i * m;
    const float scale = inverse[i];
    int64_t p = std::min(w, n - 1 - i);
    const float one = p >= 1 ? lower[i * w] : 0, two = p >= 2 ? lower[i * w + 1] : 0;
    const float *near = row + (p >= 1 ? m : 0), *far = row + (p >= 2 ? 2 * m : 0);
    for (int64_t j = 0; j < m; ++j)
      row[j] = scale * row[j] - one * near[j] - two * far[j];
    for (; p > 2; --p) {
      const float factor = lower[i * w + p - 1];
      const float *after = row + p * m;
      for (int64_t j = 0; j < m; ++j)
        row[j] -= factor * after[j];
    }
  }
}

typedef float Eight __attribute__((vector_size(32)));

/// Rows become columns: pairs, fours, then halves are exchanged.
void transpose(Eight (&r)[8]) {
  Eight t[8];
  for (int k = 0; k < 8; k += 2) {
    t[k] = __builtin_shufflevector(r[k], r[k + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    t[k + 1] = __builtin_shufflevector(r[k], r[k + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  Eight s[8];
  for (int k = 0; k < 8; k += 4)
    for (int h = 0; h < 2; ++h) {
      s[k + 2 * h] = __builtin_shufflevector(t[k + h], t[k + 2 + h], 0, 1, 8, 9, 4, 5, 12, 13);
      s[k + 2 * h + 1] = __builtin_shufflevector(t[k + h], t[k + 2 + h], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  for (int k = 0; k < 4; ++k) {
    r[k] = __builtin_shufflevector(s[k], s[k + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    r[k + 4] = __builtin_shufflevector(s[k], s[k + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

/// Calls give(place in [m, n], take(place in [n, m])) for all elements, eight of a row at once where there are as many.
template <typename Take, typename Give> void turn(int64_t n, int64_t m, Take take, Give give) {
  const int64_t n8 = n / 8 * 8, m8 = m / 8 * 8;
  for (int64_t i = 0; i < n8; i += 8)
    for (int64_t j = 0; j < m8; j += 8) {
      Eight rows[8];
      for (int k = 0; k < 8; ++k)
        rows[k] = take.template operator()<Eight>((i + k) * m + j);
      transpose(rows);
      for (int k = 0; k < 8; ++k)
        give((j + k) * n + i, rows[k]);
    }
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = i < n8 ? m8 : 0; j < m; ++j)
      give(j * n + i, take.template operator()<float>(i * m + j));
}

/// Rows begin anywhere: no alignment is assumed.
template <typename Number> Number at(const float *x, int64_t place) {
  Number value;
  std::memcpy(&value, x + place, sizeof value);
  return value;
}
template <typename Number> void put(float *x, int64_t place, const Number &value) {
  std::memcpy(x + place, &value, sizeof value);
}

/// to[j, i] = plus[j, i] - (y - twice x)[i, j]; `y` and `x` are [n, m].
void turnRest(int64_t n, int64_t m, const float *plus, const float *y, const float *x, float twice, float *to) {
  turn(n, m, [&]<typename Number>(int64_t k) -> Number { return at<Number>(y, k) - twice * at<Number>(x, k); },
       [&](int64_t k, const auto &value) {
         using Number = std::remove_cvref_t<decltype(value)>;
         put<Number>(to, k, at<Number>(plus, k) - value);
       });
}

void turned(int64_t n, int64_t m, const float *from, float *to) {
  turn(n, m, [&]<typename Number>(int64_t k) -> Number { return at<Number>(from, k); },
       [&](int64_t k, const auto &value) { put(to, k, value); });
}

} // namespace

PlanePreconditioner::PlanePreconditioner(const PlaneBlocks &blocks, const double *meanA, const double *meanB,
                                         double lowestA, double lowestB, double margin, Arena &arena)
    : blocks(blocks) {
  double highest = margin;
  int64_t largest = 0;
  for (int k = 0; k < blocks.count(); ++k) {
    const PlaneBlocks::Block &block = blocks.block(k);
    highest = std::max({highest, block.a.high - lowestA, block.b.high - lowestB});
    largest = std::max(largest, block.rows * block.columns);
  }
  for (int s = 0; s < steps; ++s)
    parameters[s] = static_cast<float>(margin * std::pow(highest / margin, (2 * s + 1) / (2.0 * steps)));
  for (int k = 0; k < blocks.count(); ++k) {
    const PlaneBlocks::Block &block = blocks.block(k);
    double *mean = arena.take(std::max(block.rows, block.columns));
    double *columns = arena.take(std::max(block.rows * (block.a.width + 1), block.columns * (block.b.width + 1)));
    for (int s = 0; s < steps; ++s) {
      blocks.onAxis(meanA, 0, block, mean);
      factor(block.a, mean, parameters[s] + margin - lowestA, columns, factors[k].a[s], arena);
      blocks.onAxis(meanB, 1, block, mean);
      factor(block.b, mean, parameters[s] + margin - lowestB, columns, factors[k].b[s], arena);
    }
  }
  residual = takeSingles(arena, largest);
  turnedResidual = takeSingles(arena, largest);
  work = takeSingles(arena, 2 * largest);
  turnedWork = takeSingles(arena, 2 * largest);
}

void PlanePreconditioner::factor(const Rows &rows, const double *mean, double shift, double *columns,
                                 AxisFactor &made, Arena &arena) {
  const int64_t n = rows.n, w = rows.width, each = w + 1;
  made = {n, w, takeSingles(arena, n * w), takeSingles(arena, n)};
  // columns: d, then l d of each column, in f64
  for (int64_t i = 0; i < n; ++i) {
    // Row by row: l(i, i - p) d(i - p) = a - sum over further columns.
    for (int64_t p = std::min(i, w); p >= 0; --p) {
      const int64_t j = i - p;
      double sum = rows.at[i * each + p] + (p ? 0 : mean[i] + shift);
      for (int64_t q = p + 1; q <= std::min(i, w); ++q) {
        const int64_t c = i - q; // shared with row j where j - c <= w
        if (j - c <= w)
          sum -= columns[c * each + q] * (p ? columns[c * each + (j - c)] : columns[c * each + q]) / columns[c * each];
      }
      columns[j * each + p] = sum;
    }
    columns[i * each] = std::max(columns[i * each], 1e-12 * shift);
    made.inverse[i] = static_cast<float>(1 / columns[i * each]);
  }
  for (int64_t j = 0; j < n; ++j)
    for (int64_t p = 1; p <= w; ++p)
      made.lower[j * w + p - 1] = static_cast<float>(j + p < n ? columns[j * each + p] / columns[j * each] : 0);
}

/// With Y = R - (B' - p) X before a step along one axis, the next right side is R - Y + (p + q) X: no products are needed.
void PlanePreconditioner::applyBlock(int k, const double *x, double *y) const {
  const PlaneBlocks::Block &block = blocks.block(k);
  const int64_t n = block.rows, m = block.columns, count = n * m;
  float *right = work, *found = work + count, *turnedRight = turnedWork, *turnedFound = turnedWork + count;
  for (int64_t i = 0; i < count; ++i)
    residual[i] = right[i] = static_cast<float>(x[block.start + i]);
  turned(n, m, residual, turnedResidual);
  for (int s = 0; s < steps; ++s) {
    const AxisFactor &a = factors[k].a[s], &b = factors[k].b[s];
    if (s)
      turnRest(m, n, residual, turnedRight, turnedFound, parameters[s - 1] + parameters[s], right);
    solveAlong(n, m, a.width, a.lower, a.inverse, right, found);
    turnRest(n, m, turnedResidual, right, found, 2 * parameters[s], turnedRight);
    solveAlong(m, n, b.width, b.lower, b.inverse, turnedRight, turnedFound);
  }
  turned(m, n, turnedFound, found);
  for (int64_t i = 0; i < count; ++i)
    y[block.start + i] = static_cast<double>(found[i]);
}

void PlanePreconditioner::apply(const double *x, double *y) const {
  for (int k = 0; k < blocks.count(); ++k)
    applyBlock(k, x, y);
}

} // namespace gms::physics
