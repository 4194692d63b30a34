#include "runtime/physics/davidson.h"
#include "runtime/physics/small_eigen.h"
#include <algorithm>
#include <cmath>

namespace gms::physics {
namespace {

/// Elements of vectors that are worked on together, so that they stay in the nearest cache.
constexpr int64_t chunk = 2048;

/// coefficients[j] = vector j of the family times x.
void dots(const double *family, int64_t count, int64_t length, const double *x, double *coefficients) {
  std::fill(coefficients, coefficients + count, 0.0);
  for (int64_t first = 0; first < length; first += chunk)
    for (int64_t j = 0; j < count; ++j)
      coefficients[j] += dot(family + j * length + first, x + first, std::min(chunk, length - first));
}

/// x += sum of coefficients[j] times vector j, four at once: x is loaded and stored less often.
void addAll(const double *family, int64_t count, int64_t length, const double *coefficients, double *x) {
  for (int64_t first = 0; first < length; first += chunk) {
    const int64_t here = std::min(chunk, length - first);
    double *to = x + first;
    int64_t j = 0;
    for (; j + 4 <= count; j += 4) {
      const double *a = family + j * length + first, *b = a + length, *c = b + length, *d = c + length;
      const double p = coefficients[j], q = coefficients[j + 1], r = coefficients[j + 2], s = coefficients[j + 3];
      for (int64_t i = 0; i < here; ++i)
        to[i] += (p * a[i] + q * b[i]) + (r * c[i] + s * d[i]);
    }
    for (; j < count; ++j)
      addTo(to, coefficients[j], family + j * length + first, here);
  }
}

} // namespace

Davidson::Davidson(const PlaneBlocks &blocks, const PlanePreconditioner &preconditioner, int64_t k, double goal,
                   Arena &arena)
    : blocks(blocks), preconditioner(preconditioner), k(k), length(blocks.length()),
      most(std::min(spaceOf(k), blocks.length())), goal(goal), space(arena.take(most * length)),
      images(arena.take(most * length)), products(arena.take(most * most)), ritz(arena.take(most)),
      mixed(arena.take(most * most)), copy(arena.take(most * most)), next(arena.take(length)), spare(arena.take(length)),
      coefficients(arena.take(most)) {}

void Davidson::add(const double *start) {
  if (size == most)
    restart(std::min(most - 1, k + 2));
  double *x = in(space, size);
  std::copy(start, start + length, x);
  double norm = std::sqrt(dot(x, x, length));
  if (!(norm > 0) || !std::isfinite(norm))
    return;
  scaleBy(x, 1 / norm, length);
  // Rounding grows by as much as is taken away: a little does no harm.
  for (int round = 0; round < 3; ++round) {
    dots(space, size, length, x, coefficients);
    for (int64_t j = 0; j < size; ++j)
      coefficients[j] = -coefficients[j];
    addAll(space, size, length, coefficients, x);
    norm = std::sqrt(dot(x, x, length));
    if (!(norm > 1e-13))
      return;
    scaleBy(x, 1 / norm, length);
    if (norm > 0.05)
      break;
  }
  double *hx = in(images, size);
  blocks.apply(x, hx);
  ++size;
  dots(space, size, length, hx, coefficients);
  for (int64_t j = 0; j < size; ++j)
    products[j * most + size - 1] = products[(size - 1) * most + j] = coefficients[j];
  project();
}

void Davidson::project() {
  for (int64_t i = 0; i < size; ++i)
    for (int64_t j = 0; j < size; ++j)
      copy[i * size + j] = products[i * most + j];
  smallEigen(copy, size, ritz, mixed);
}

void Davidson::combine(double *family, int64_t j, double *to) const {
  std::fill(to, to + length, 0.0);
  addAll(family, size, length, mixed + j * size, to);
}

void Davidson::vector(int64_t j, double *to) const { combine(space, j, to); }

double Davidson::residualOf(int64_t j, double *to) const {
  std::fill(to, to + length, 0.0);
  addAll(images, size, length, mixed + j * size, to);
  for (int64_t i = 0; i < size; ++i)
    coefficients[i] = -ritz[j] * mixed[j * size + i];
  addAll(space, size, length, coefficients, to);
  return std::sqrt(dot(to, to, length));
}

void Davidson::restart(int64_t kept) {
  for (double *family : {space, images}) {
    // Row by row of the vectors, so that one row of new ones is all that is kept apart.
    for (int64_t first = 0; first < length; first += chunk) {
      const int64_t count = std::min(chunk, length - first);
      double *row = spare; // kept vectors of a chunk each; they fit, or chunks are made smaller
      const int64_t width = std::min(count, length / kept);
      for (int64_t from = first; from < first + count; from += width) {
        const int64_t here = std::min(width, first + count - from);
        std::fill(row, row + kept * width, 0.0);
        for (int64_t j = 0; j < kept; ++j)
          for (int64_t i = 0; i < size; ++i)
            addTo(row + j * width, mixed[j * size + i], family + i * length + from, here);
        for (int64_t j = 0; j < kept; ++j)
          std::copy(row + j * width, row + j * width + here, family + j * length + from);
      }
    }
  }
  size = kept;
  std::fill(products, products + most * most, 0.0);
  for (int64_t j = 0; j < kept; ++j)
    products[j * most + j] = ritz[j];
  project();
}

int64_t Davidson::run(double limit) {
  const int64_t wanted = std::min(k, length);
  for (int pass = 0; pass < 400 && size > 0; ++pass) {
    worst = 0;
    int64_t open = 0;
    double residual = 0;
    // All of the lowest that have converged, in order; the first that has not is worked on.
    for (; open < std::min(wanted, size); ++open) {
      residual = residualOf(open, next);
      if (!(residual <= goal))
        break;
      worst = std::max(worst, residual);
    }
    if (open == wanted && (size == wanted || !doubtful(wanted, residual)))
      return wanted;
    if (open < wanted && open < size) {
      if (ritz[open] - residual > limit)
        return open;
      worst = residual;
    }
    if (open < size) {
      preconditioner.apply(next, spare);
      std::copy(spare, spare + length, next);
    } else { // the space is too small yet
      for (int64_t i = 0; i < length; ++i)
        next[i] = 1 + static_cast<double>((i * 2654435761u + pass * 40503u) % 1009) / 1009;
    }
    const int64_t before = size;
    add(next);
    if (size == before && before == length)
      return wanted;
    if (size == before || size > before + 1) {
      // Nothing new in it: the residual itself, then noise.
      if (open < size)
        residualOf(open, next);
      next[(pass * 7919) % length] += residual + 1e-3;
      add(next);
    }
  }
  return -1;
}

/// Whether the first pair beyond the wanted ones may still fall below the last of them: a symmetry that no program stated
/// can keep it apart from what was worked on so far. Leaves its residual in `next`.
bool Davidson::doubtful(int64_t wanted, double &residual) {
  residual = residualOf(wanted, next);
  return residual > goal && ritz[wanted] - residual < ritz[wanted - 1];
}

} // namespace gms::physics
