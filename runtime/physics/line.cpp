// The functions of physics.h on a line.
#include "runtime/physics/lowest_banded.h"
#include "runtime/physics/physics.h"
#include "runtime/physics/status.h"
#include "runtime/physics/tridiagonal.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace gms::physics {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// Bands as rows, in whatever basis is cheapest, and the way of vectors there and back.
class Line {
public:
  Line(const Bands &bands, Arena &arena) : bands(bands) {
    if (Tridiagonal::pays(bands.width(), bands.n))
      dense.emplace(bands, arena);
    else
      banded = bands.toRows(arena);
  }
  const Rows &rows() const { return dense ? dense->rows() : banded; }
  /// Whether vectors stay as they are.
  bool plain() const { return !dense && !bands.periodic; }
  void enter(const double *from, double *to) const {
    for (int64_t i = 0; i < bands.n; ++i)
      to[dense ? i : bands.place(i)] = from[i];
    if (dense)
      dense->toReduced(to);
  }
  void leave(double *from, double *to) const {
    if (dense)
      dense->fromReduced(from);
    for (int64_t i = 0; i < bands.n; ++i)
      to[i] = from[dense ? i : bands.place(i)];
  }

private:
  Bands bands;
  std::optional<Tridiagonal> dense;
  Rows banded{};
};

bool allFinite(const double *x, int64_t count) {
  double sum = 0;
  for (int64_t i = 0; i < count; ++i)
    sum += x[i] - x[i];
  return sum == 0;
}

int32_t lowest(const Bands &bands, const double *guess, int64_t k, double *values, double *vectors, double *workspace) {
  const int64_t n = bands.n;
  const auto give = [&](int32_t status) {
    fillNotANumber(values, k);
    fillNotANumber(vectors, k * n);
    return status;
  };
  if (k < 1 || n < k || bands.rows < 1)
    return give(GMS_BAD_SHAPE);
  if (!allFinite(bands.at, bands.rows * n))
    return give(withResidual(GMS_NOT_CONVERGED, infinite));
  Arena arena(workspace);
  const Line line(bands, arena);
  double *inside = line.plain() ? vectors : arena.take(k * n);
  for (int64_t m = 0; guess && m < k; ++m)
    line.enter(guess + m * n, inside + m * n);
  const double residual = lowestBanded(line.rows(), k, guess != nullptr, values, inside, arena);
  if (!(residual < 1e-8 * line.rows().scale()))
    return give(withResidual(GMS_NOT_CONVERGED, residual));
  for (int64_t m = 0; m < k; ++m) {
    if (!line.plain())
      line.leave(inside + m * n, vectors + m * n);
    fixSign(vectors + m * n, n);
  }
  return GMS_OK;
}

int32_t response(const Bands &bands, const double *values, const double *vectors, const double *right, int64_t k,
                 double *result, double *workspace) {
  const int64_t n = bands.n;
  Arena arena(workspace);
  const Line line(bands, arena);
  const double *inside = vectors;
  if (!line.plain()) {
    double *moved = arena.take(k * n);
    for (int64_t m = 0; m < k; ++m)
      line.enter(vectors + m * n, moved + m * n);
    inside = moved;
  }
  Factor factor(line.rows(), arena);
  double *from = arena.take(n), *to = arena.take(n);
  double worst = 0;
  for (int64_t m = 0; m < k && worst < infinite; ++m) {
    line.enter(right + m * n, from);
    const double residual = respond(line.rows(), factor, k, m, values, inside, from, to, arena);
    worst = residual == residual ? std::max(worst, residual) : infinite;
    line.leave(to, result + m * n);
  }
  if (worst < infinite)
    return GMS_OK;
  fillNotANumber(result, k * n);
  return withResidual(GMS_NOT_CONVERGED, worst);
}

int32_t solve(const Bands &bands, const double *right, int64_t count, double *result, double *workspace) {
  const int64_t n = bands.n;
  Arena arena(workspace);
  const Line line(bands, arena);
  const Rows &rows = line.rows();
  Factor factor(rows, arena);
  double *from = arena.take(n), *x = arena.take(n), *rest = arena.take(n);
  const double smallest = factor.makePivoted(0);
  bool regular = smallest > 1e-15;
  for (int64_t s = 0; s < count && regular; ++s) {
    line.enter(right + s * n, from);
    std::copy(from, from + n, x);
    factor.solve(x);
    // One step of refinement.
    multiply(rows, x, rest);
    for (int64_t i = 0; i < n; ++i)
      rest[i] = from[i] - rest[i];
    factor.solve(rest);
    addTo(x, 1, rest, n);
    line.leave(x, result + s * n);
    regular = allFinite(result + s * n, n) || !allFinite(from, n);
  }
  if (regular)
    return GMS_OK;
  fillNotANumber(result, count * n);
  return withResidual(GMS_SINGULAR, smallest);
}

} // namespace
} // namespace gms::physics

using gms::physics::Bands;

int32_t gms_physics_lowest(const double *bands, int64_t rows, int64_t n, int64_t periodic, int64_t k, double *values,
                           double *vectors, double *workspace) {
  return gms::physics::lowest(Bands{bands, rows, n, periodic != 0}, nullptr, k, values, vectors, workspace);
}

int32_t gms_physics_lowest_near(const double *bands, const double *guess, int64_t rows, int64_t n, int64_t periodic,
                                int64_t k, double *values, double *vectors, double *workspace) {
  return gms::physics::lowest(Bands{bands, rows, n, periodic != 0}, guess, k, values, vectors, workspace);
}

int32_t gms_physics_response(const double *bands, const double *values, const double *vectors, const double *right,
                             int64_t rows, int64_t n, int64_t periodic, int64_t k, double *result, double *workspace) {
  return gms::physics::response(Bands{bands, rows, n, periodic != 0}, values, vectors, right, k, result, workspace);
}

int32_t gms_physics_solve(const double *bands, const double *right, int64_t rows, int64_t n, int64_t periodic, int64_t count,
                          double *result, double *workspace) {
  return gms::physics::solve(Bands{bands, rows, n, periodic != 0}, right, count, result, workspace);
}
