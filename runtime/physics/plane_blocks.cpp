#include "runtime/physics/plane_blocks.h"
#include <algorithm>
#include <cmath>

namespace gms::physics {
namespace {

constexpr double half = 0.70710678118654752440; // 1 / sqrt 2

bool mirroredBands(const Bands &bands) {
  double scale = 0, differs = 0;
  for (int64_t d = 0; d < bands.rows; ++d)
    for (int64_t i = 0; i + d < bands.n; ++i) {
      const double x = bands.at[d * bands.n + i];
      scale = std::max(scale, std::fabs(x));
      differs = std::max(differs, std::fabs(x - bands.at[d * bands.n + bands.n - 1 - d - i]));
    }
  return differs <= 1e-13 * scale;
}

/// Element (i, j) of rows, 0 outside of the bands.
double element(const Rows &rows, int64_t i, int64_t j) {
  const int64_t p = std::abs(i - j);
  return p > rows.width ? 0 : rows.at[std::max(i, j) * (rows.width + 1) + p];
}

/// The matrix of a mirrored line between its even or odd combinations.
Rows halved(const Rows &line, const HalfLine &part, Arena &arena) {
  const int64_t n = part.count(), w = std::min(line.width, std::max<int64_t>(n - 1, 0)), each = w + 1;
  Rows made{arena.take((n + w) * each), n, w, line.low, line.high};
  std::fill(made.at, made.at + (n + w) * each, 0.0);
  for (int64_t i = 0; i < n; ++i)
    for (int64_t p = 0; p <= std::min(w, i); ++p) {
      const int64_t j = i - p;
      double sum = element(line, part.near(i), part.near(j));
      if (part.centre(i) != part.centre(j))
        sum *= 2 * half;
      else if (!part.centre(i))
        sum += part.parity * element(line, part.near(i), part.far(j));
      made.at[i * each + p] = sum;
    }
  return made;
}

} // namespace

bool PlaneBlocks::mirrored(const Plane &plane) {
  if (plane.a.periodic || plane.b.periodic || plane.a.n < 4 || plane.b.n < 4)
    return false;
  if (!mirroredBands(plane.a) || !mirroredBands(plane.b))
    return false;
  double scale = 0, differs = 0;
  const int64_t count = plane.points();
  for (int64_t k = 0; k < count; ++k) {
    scale = std::max(scale, std::fabs(plane.diagonal[k]));
    differs = std::max(differs, std::fabs(plane.diagonal[k] - plane.diagonal[count - 1 - k]));
  }
  return differs <= 1e-13 * scale;
}

PlaneBlocks::PlaneBlocks(const Plane &plane, int parity, Arena &arena)
    : plane(plane), blocks(parity ? 2 : 1) {
  makeBlock(0, parity ? 1 : 0, parity, arena);
  if (!parity)
    return;
  makeBlock(1, -1, -parity, arena);
  const HalfLine a{plane.a.n, -1}, b{plane.b.n, -1};
  sharedRows = a.count();
  sharedColumns = b.count();
  between = arena.take(sharedRows * sharedColumns);
  for (int64_t i = 0; i < sharedRows; ++i)
    for (int64_t j = 0; j < sharedColumns; ++j) {
      const double *row = plane.diagonal + a.near(i) * plane.b.n;
      between[i * sharedColumns + j] = (row[b.near(j)] - row[b.far(j)]) / 2;
    }
}

void PlaneBlocks::makeBlock(int k, int parityA, int parityB, Arena &arena) {
  const HalfLine a{plane.a.n, parityA}, b{plane.b.n, parityB};
  Block &made = list[k];
  made.rows = a.count();
  made.columns = b.count();
  made.start = size;
  made.parityA = parityA;
  made.parityB = parityB;
  made.offsetA = a.offset();
  made.offsetB = b.offset();
  size += made.rows * made.columns;
  made.a = plane.a.toRows(arena);
  made.b = plane.b.toRows(arena);
  if (parityA) {
    made.a = halved(made.a, a, arena);
    made.b = halved(made.b, b, arena);
  }
  const int64_t w = made.b.width;
  made.bDiagonals = arena.take((w + 1) * made.columns);
  for (int64_t p = 0; p <= w; ++p)
    for (int64_t c = 0; c < made.columns; ++c)
      made.bDiagonals[p * made.columns + c] = made.b.at[c * (w + 1) + p];
  made.diagonal = arena.take(made.rows * made.columns);
  for (int64_t i = 0; i < made.rows; ++i)
    for (int64_t j = 0; j < made.columns; ++j) {
      double &to = made.diagonal[(parityA ? i : plane.a.place(i)) * made.columns + (parityA ? j : plane.b.place(j))];
      const double *row = plane.diagonal + (parityA ? a.near(i) : i) * plane.b.n;
      to = parityA ? (row[b.near(j)] + row[b.far(j)]) / 2 : row[j];
    }
}

void PlaneBlocks::applyBlock(const Block &block, const double *x, double *y) const {
  const int64_t n = block.rows, m = block.columns, wa = block.a.width, wb = block.b.width;
  for (int64_t i = 0; i < n; ++i) {
    const double *row = x + i * m, *v = block.diagonal + i * m;
    double *out = y + i * m;
    const double own = block.a.at[i * (wa + 1)];
    for (int64_t j = 0; j < m; ++j)
      out[j] = (own + v[j] + block.bDiagonals[j]) * row[j];
    for (int64_t p = 1; p <= wa; ++p) {
      const double before = i >= p ? block.a.at[i * (wa + 1) + p] : 0;
      const double after = i + p < n ? block.a.at[(i + p) * (wa + 1) + p] : 0;
      const double *up = row - (i >= p ? p * m : 0), *down = row + (i + p < n ? p * m : 0);
      for (int64_t j = 0; j < m; ++j)
        out[j] += before * up[j] + after * down[j];
    }
    for (int64_t p = 1; p <= wb; ++p) {
      const double *b = block.bDiagonals + p * m;
      for (int64_t j = p; j < m; ++j)
        out[j] += b[j] * row[j - p];
      for (int64_t j = 0; j + p < m; ++j)
        out[j] += b[j + p] * row[j + p];
    }
  }
}

void PlaneBlocks::apply(const double *x, double *y) const {
  for (int k = 0; k < blocks; ++k)
    applyBlock(list[k], x + list[k].start, y + list[k].start);
  // A block that holds the centre begins one further in.
  const int64_t oddA = plane.a.n % 2, oddB = plane.b.n % 2;
  for (int64_t i = 0; i < sharedRows; ++i) {
    int64_t at[2];
    for (int k = 0; k < 2; ++k)
      at[k] = list[k].start + (i + oddA - list[k].offsetA) * list[k].columns + oddB - list[k].offsetB;
    const double *v = between + i * sharedColumns;
    for (int64_t j = 0; j < sharedColumns; ++j) {
      y[at[0] + j] += v[j] * x[at[1] + j];
      y[at[1] + j] += v[j] * x[at[0] + j];
    }
  }
}

void PlaneBlocks::enter(const double *from, double *to) const {
  const int64_t m = plane.b.n;
  std::fill(to, to + size, 0.0);
  for (int k = 0; k < blocks; ++k) {
    const Block &block = list[k];
    const HalfLine a{plane.a.n, block.parityA}, b{m, block.parityB};
    for (int64_t i = 0; i < block.rows; ++i)
      for (int64_t j = 0; j < block.columns; ++j) {
        if (!block.parityA) {
          to[block.start + plane.a.place(i) * block.columns + plane.b.place(j)] = from[i * m + j];
          continue;
        }
        const double *near = from + a.near(i) * m, *far = from + a.far(i) * m;
        const double first = b.centre(j) ? near[b.near(j)] : half * (near[b.near(j)] + block.parityB * near[b.far(j)]);
        const double second = b.centre(j) ? far[b.near(j)] : half * (far[b.near(j)] + block.parityB * far[b.far(j)]);
        to[block.start + i * block.columns + j] = a.centre(i) ? first : half * (first + block.parityA * second);
      }
  }
}

void PlaneBlocks::leave(const double *from, double *to) const {
  const int64_t m = plane.b.n;
  std::fill(to, to + plane.points(), 0.0);
  for (int k = 0; k < blocks; ++k) {
    const Block &block = list[k];
    const HalfLine a{plane.a.n, block.parityA}, b{m, block.parityB};
    for (int64_t i = 0; i < block.rows; ++i)
      for (int64_t j = 0; j < block.columns; ++j) {
        if (!block.parityA) {
          to[i * m + j] = from[block.start + plane.a.place(i) * block.columns + plane.b.place(j)];
          continue;
        }
        const double x = from[block.start + i * block.columns + j] * (a.centre(i) ? 1 : half) * (b.centre(j) ? 1 : half);
        to[a.near(i) * m + b.near(j)] += x;
        if (!b.centre(j))
          to[a.near(i) * m + b.far(j)] += block.parityB * x;
        if (!a.centre(i))
          to[a.far(i) * m + b.near(j)] += block.parityA * x;
        if (!a.centre(i) && !b.centre(j))
          to[a.far(i) * m + b.far(j)] += block.parityA * block.parityB * x;
      }
  }
}

void PlaneBlocks::onAxis(const double *function, int axis, const Block &block, double *to) const {
  const Bands &bands = axis ? plane.b : plane.a;
  const HalfLine part{bands.n, axis ? block.parityB : block.parityA};
  for (int64_t d = 0; d < part.count(); ++d)
    if (part.parity)
      to[d] = (function[part.near(d)] + function[part.far(d)]) / 2;
    else
      to[bands.place(d)] = function[d];
}

} // namespace gms::physics
