// The functions of physics.h on a plane.
#include "runtime/physics/davidson.h"
#include "runtime/physics/lowest_banded.h"
#include "runtime/physics/physics.h"
#include "runtime/physics/status.h"
#include <algorithm>
#include <cmath>
#include <limits>

namespace gms::physics {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
/// Residuals, as a part of the spectrum's bound: values, whose error is of the second order, are then good to rounding.
constexpr double goal = 1e-9;
/// Over the lowest separable energy, as a part of the distance to the next one.
constexpr double margin = 0.5;

/// Products of functions of one coordinate each, in the mean of one another: a start, and what the preconditioner inverts.
class MeanField {
public:
  MeanField(const Plane &plane, int64_t k, Arena &arena)
      : plane(plane), n(plane.a.n), m(plane.b.n), meanA(arena.take(n)), meanB(arena.take(m)), scratch(arena) {
    count = 2;
    while (count * count < 2 * k + 2)
      ++count;
    countA = std::min(count, n);
    countB = std::min(count, m);
    valuesA = scratch.take(countA);
    valuesB = scratch.take(countB);
    vectorsA = scratch.take(countA * n);
    vectorsB = scratch.take(countB * m);
  }

  bool find() {
    for (int64_t i = 0; i < n; ++i)
      meanA[i] = *std::min_element(plane.diagonal + i * m, plane.diagonal + (i + 1) * m);
    for (int round = 0; round < 3; ++round) {
      if (!solve(plane.a, meanA, round ? countA : 1, valuesA, vectorsA))
        return false;
      averageOver(vectorsA, true);
      if (!solve(plane.b, meanB, round ? countB : 1, valuesB, vectorsB))
        return false;
      averageOver(vectorsB, false);
    }
    return solve(plane.a, meanA, countA, valuesA, vectorsA) && solve(plane.b, meanB, countB, valuesB, vectorsB);
  }

  /// The product of the i-th function along the first axis and the j-th along the second.
  void product(int64_t i, int64_t j, double *to) const {
    for (int64_t r = 0; r < n; ++r)
      for (int64_t c = 0; c < m; ++c)
        to[r * m + c] = vectorsA[i * n + r] * vectorsB[j * m + c];
  }
  double gap() const {
    double least = infinite;
    if (countA > 1)
      least = std::min(least, valuesA[1] - valuesA[0]);
    if (countB > 1)
      least = std::min(least, valuesB[1] - valuesB[0]);
    return least < infinite ? least : 1;
  }

  const Plane &plane;
  int64_t n, m, count = 2, countA, countB;
  double *meanA, *meanB, *valuesA, *valuesB, *vectorsA, *vectorsB;

private:
  Arena &scratch;

  bool solve(const Bands &bands, const double *mean, int64_t k, double *values, double *vectors) {
    Arena inner = scratch;
    Rows rows = bands.toRows(inner);
    double least = infinite, most = -infinite;
    for (int64_t i = 0; i < bands.n; ++i) {
      rows.at[bands.place(i) * (rows.width + 1)] += mean[i];
      least = std::min(least, mean[i]);
      most = std::max(most, mean[i]);
    }
    rows.low += least;
    rows.high += most;
    double *inside = bands.periodic ? inner.take(k * bands.n) : vectors;
    const double residual = lowestBanded(rows, k, false, values, inside, inner);
    for (int64_t s = 0; bands.periodic && s < k; ++s)
      for (int64_t i = 0; i < bands.n; ++i)
        vectors[s * bands.n + i] = inside[s * bands.n + bands.place(i)];
    return residual < 1e-6 * rows.scale();
  }

  /// The other axis' potential in the mean of the lowest function along this one.
  void averageOver(const double *vector, bool first) {
    if (first) {
      std::fill(meanB, meanB + m, 0.0);
      for (int64_t i = 0; i < n; ++i)
        addTo(meanB, vector[i] * vector[i], plane.diagonal + i * m, m);
      return;
    }
    for (int64_t i = 0; i < n; ++i) {
      double sum = 0;
      for (int64_t j = 0; j < m; ++j)
        sum += plane.diagonal[i * m + j] * vector[j] * vector[j];
      meanA[i] = sum;
    }
  }
};

/// Both bounds of the spectrum by Gershgorin.
double scaleOf(const Plane &plane, Arena arena) {
  const double a = plane.a.toRows(arena).scale();
  const double b = plane.b.toRows(arena).scale();
  double v = 0;
  for (int64_t k = 0; k < plane.points(); ++k)
    v = std::max(v, std::fabs(plane.diagonal[k]));
  return a + b + v;
}

/// The k lowest of one or both symmetries.
class PlaneSearch {
public:
  PlaneSearch(const Plane &plane, int64_t k, double *values, double *vectors, double scale)
      : plane(plane), k(k), values(values), vectors(vectors), scale(scale) {}

  /// The largest residual; infinite where it did not converge.
  double run(const double *guess, Arena arena) {
    MeanField field(plane, k, arena);
    if (!field.find())
      return infinite;
    double worst = 0;
    if (!PlaneBlocks::mirrored(plane))
      return search(0, field, guess, arena) ? reached : infinite;
    // Each symmetry is searched to where its next value lies above the k-th found: the one with the lower start first.
    for (int parity : {1, -1}) {
      if (!search(parity, field, guess, arena))
        return infinite;
      worst = std::max(worst, reached);
    }
    return worst;
  }

private:
  const Plane &plane;
  const int64_t k;
  double *values, *vectors;
  const double scale;
  int64_t have = 0;
  double reached = 0;

  bool search(int parity, const MeanField &field, const double *guess, Arena arena) {
    const PlaneBlocks blocks(plane, parity, arena);
    double *whole = arena.take(plane.points()), *part = arena.take(blocks.length());
    const PlanePreconditioner preconditioner(blocks, field.meanA, field.meanB, field.valuesA[0], field.valuesB[0],
                                             margin * std::max(field.gap(), 1e-6 * scale), arena);
    Davidson davidson(blocks, preconditioner, k, goal * scale, arena);
    for (int64_t s = 0; guess && s < k; ++s) {
      blocks.enter(guess + s * plane.points(), part);
      davidson.add(part);
    }
    for (int64_t i = 0; i < field.countA; ++i)
      for (int64_t j = 0; j < field.countB; ++j) {
        field.product(i, j, whole);
        blocks.enter(whole, part);
        davidson.add(part);
      }
    const double limit = have == k ? values[k - 1] : infinite;
    const int64_t found = davidson.run(limit);
    reached = found ? davidson.residual() : 0;
    for (int64_t s = 0; s < found; ++s) {
      davidson.vector(s, part);
      blocks.leave(part, whole);
      insert(davidson.value(s), whole);
    }
    return found >= 0;
  }

  void insert(double value, double *vector) {
    int64_t at = have;
    while (at > 0 && values[at - 1] > value)
      --at;
    if (at == k)
      return;
    have = std::min(have + 1, k);
    const int64_t size = plane.points();
    for (int64_t s = have - 1; s > at; --s) {
      values[s] = values[s - 1];
      std::copy(vectors + (s - 1) * size, vectors + s * size, vectors + s * size);
    }
    values[at] = value;
    std::copy(vector, vector + size, vectors + at * size);
    normalise(vectors + at * size, size);
  }
};

bool allFinite(const double *x, int64_t count) {
  double sum = 0;
  for (int64_t i = 0; i < count; ++i)
    sum += x[i] - x[i];
  return sum == 0;
}

int32_t lowestOnPlane(const Plane &plane, const double *guess, int64_t k, double *values, double *vectors,
                      double *workspace) {
  const int64_t size = plane.points();
  const auto give = [&](int32_t status) {
    fillNotANumber(values, k);
    fillNotANumber(vectors, k * size);
    return status;
  };
  if (k < 1 || size < k)
    return give(GMS_BAD_SHAPE);
  if (!allFinite(plane.diagonal, size) || !allFinite(plane.a.at, plane.a.rows * plane.a.n) ||
      !allFinite(plane.b.at, plane.b.rows * plane.b.n))
    return give(withResidual(GMS_NOT_CONVERGED, infinite));
  Arena arena(workspace);
  const double scale = scaleOf(plane, arena);
  const double residual = PlaneSearch(plane, k, values, vectors, scale).run(guess, arena);
  if (!(residual <= 1e-6 * scale))
    return give(withResidual(GMS_NOT_CONVERGED, residual));
  for (int64_t s = 0; s < k; ++s)
    fixSign(vectors + s * size, size);
  return GMS_OK;
}

/// Conjugate gradients in what is orthogonal to all k vectors, where H - e is positive; the part within them is known.
class PlaneResponse {
public:
  PlaneResponse(const Plane &plane, const PlaneBlocks &blocks, const PlanePreconditioner &preconditioner, int64_t k,
                const double *values, double scale, Arena &arena)
      : blocks(blocks), preconditioner(preconditioner), k(k), size(blocks.length()), values(values), scale(scale),
        vectors(arena.take(k * size)), rest(arena.take(size)), step(arena.take(size)), image(arena.take(size)),
        better(arena.take(size)), result(arena.take(size)), points(plane.points()) {}

  void take(const double *all) {
    for (int64_t j = 0; j < k; ++j)
      blocks.enter(all + j * points, vectors + j * size);
  }

  /// The relative residual.
  double run(int64_t m, const double *right, double *to) {
    blocks.enter(right, rest);
    const double norm = std::sqrt(dot(rest, rest, size));
    std::fill(result, result + size, 0.0);
    for (int64_t j = 0; j < k; ++j)
      if (std::fabs(values[j] - values[m]) > degenerate * scale)
        addTo(result, dot(vectors + j * size, rest, size) / (values[j] - values[m]), vectors + j * size, size);
    project(rest);
    std::fill(step, step + size, 0.0);
    double *sum = to;
    const double left = iterate(m, norm, sum);
    addTo(result, 1, sum, size);
    return left;
  }
  const double *found() const { return result; }

private:
  const PlaneBlocks &blocks;
  const PlanePreconditioner &preconditioner;
  const int64_t k, size;
  const double *values;
  const double scale;
  double *vectors, *rest, *step, *image, *better, *result;
  const int64_t points;

  void project(double *x) const {
    for (int64_t j = 0; j < k; ++j)
      addTo(x, -dot(vectors + j * size, x, size), vectors + j * size, size);
  }

  double iterate(int64_t m, double norm, double *sum) {
    std::fill(sum, sum + size, 0.0);
    if (!(norm > 1e-300))
      return norm == norm ? 0 : norm;
    double before = 0, residual = std::sqrt(dot(rest, rest, size)), reached = infinite;
    for (int pass = 0; pass < 500; ++pass) {
      if (!(residual > 1e-13 * norm))
        return residual / norm;
      if (residual <= 1e-9 * norm && pass % 20 == 19) {
        if (residual > reached / 2)
          return residual / norm;
        reached = residual;
      }
      preconditioner.apply(rest, better);
      project(better);
      const double now = dot(rest, better, size);
      for (int64_t i = 0; i < size; ++i)
        step[i] = better[i] + (pass ? now / before : 0) * step[i];
      before = now;
      blocks.apply(step, image);
      addTo(image, -values[m], step, size);
      project(image);
      const double curvature = dot(step, image, size);
      if (!(curvature > 0))
        return residual <= 1e-7 * norm ? residual / norm : infinite;
      addTo(sum, now / curvature, step, size);
      addTo(rest, -now / curvature, image, size);
      residual = std::sqrt(dot(rest, rest, size));
    }
    return residual <= 1e-7 * norm ? residual / norm : infinite;
  }
};

int32_t responseOnPlane(const Plane &plane, const double *values, const double *vectors, const double *right, int64_t k,
                        double *result, double *workspace) {
  Arena arena(workspace);
  const double scale = scaleOf(plane, arena);
  MeanField field(plane, k, arena);
  double worst = field.find() ? 0 : infinite;
  const PlaneBlocks blocks(plane, 0, arena);
  const PlanePreconditioner preconditioner(blocks, field.meanA, field.meanB, field.valuesA[0], field.valuesB[0],
                                           margin * std::max(field.gap(), 1e-6 * scale), arena);
  PlaneResponse response(plane, blocks, preconditioner, k, values, scale, arena);
  double *sum = arena.take(blocks.length());
  response.take(vectors);
  for (int64_t m = 0; m < k && worst < infinite; ++m) {
    const double residual = response.run(m, right + m * plane.points(), sum);
    worst = residual == residual ? std::max(worst, residual) : infinite;
    blocks.leave(response.found(), result + m * plane.points());
  }
  if (worst < infinite)
    return GMS_OK;
  fillNotANumber(result, k * plane.points());
  return withResidual(GMS_NOT_CONVERGED, worst);
}

} // namespace
} // namespace gms::physics

using gms::physics::Plane;

int32_t gms_physics_lowest_plane(const double *a, const double *b, const double *diagonal, int64_t rows_a, int64_t rows_b,
                                 int64_t n, int64_t m, int64_t periodic, int64_t k, double *values, double *vectors,
                                 double *workspace) {
  const Plane plane{{a, rows_a, n, (periodic & 1) != 0}, {b, rows_b, m, (periodic & 2) != 0}, diagonal};
  return gms::physics::lowestOnPlane(plane, nullptr, k, values, vectors, workspace);
}

int32_t gms_physics_lowest_plane_near(const double *a, const double *b, const double *diagonal, const double *guess,
                                      int64_t rows_a, int64_t rows_b, int64_t n, int64_t m, int64_t periodic, int64_t k,
                                      double *values, double *vectors, double *workspace) {
  const Plane plane{{a, rows_a, n, (periodic & 1) != 0}, {b, rows_b, m, (periodic & 2) != 0}, diagonal};
  return gms::physics::lowestOnPlane(plane, guess, k, values, vectors, workspace);
}

int32_t gms_physics_response_plane(const double *a, const double *b, const double *diagonal, const double *values,
                                   const double *vectors, const double *right, int64_t rows_a, int64_t rows_b, int64_t n,
                                   int64_t m, int64_t periodic, int64_t k, double *result, double *workspace) {
  const Plane plane{{a, rows_a, n, (periodic & 1) != 0}, {b, rows_b, m, (periodic & 2) != 0}, diagonal};
  return gms::physics::responseOnPlane(plane, values, vectors, right, k, result, workspace);
}
