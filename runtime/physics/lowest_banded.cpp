// Spectrum slicing: counts of negative pivots bracket each eigenvalue, Rayleigh quotients refine it within its bracket
// (Parlett, The Symmetric Eigenvalue Problem, chapters 3 and 4). What the counts prove, no start can spoil.
#include "runtime/physics/lowest_banded.h"
#include <algorithm>
#include <cmath>
#include <limits>

namespace gms::physics {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double rounding = 2.3e-16;
/// Of the spectrum's bound: next to a pair of equal eigenvalues two pivots are small at once, and a count may be wrong where
/// the shift is nearer than about the root of the rounding error.
constexpr double countedTo = 1e-8, doubtTo = 1e-7;

class Search {
public:
  Search(const Rows &rows, int64_t k, double *values, double *vectors, Arena &arena)
      : rows(rows), n(rows.n), k(k), scale(rows.scale()), values(values), vectors(vectors), factor(rows, arena),
        low(arena.take(k + 1)), high(arena.take(k + 1)), image(arena.take(n)), extra(arena.take(n)),
        window(arena.take(shiftCount * (rows.width + 1) * (rows.width + 2))) {}

  double run(bool warm) {
    if (warm && refineGuesses())
      return worst;
    for (int attempt = 0; attempt < 3; ++attempt)
      if (slice(attempt) && refineAll())
        return worst;
    return infinite;
  }

private:
  const Rows &rows;
  const int64_t n, k;
  const double scale;
  double *values, *vectors;
  Factor factor;
  double *low, *high; ///< eigenvalue j lies in [low[j], high[j]]; one more than asked for
  double *image, *extra;
  double *window;
  double worst = 0;
  bool doubtful = false; ///< whether some pair was not told from its neighbours by counts

  double *vector(int64_t j) { return j < k ? vectors + j * n : extra; }
  double residualGoal() const { return 16 * rounding * scale; }

  // ---- brackets ----
  void learn(const double *shifts) {
    int64_t counts[shiftCount];
    countBelow(rows, shifts, counts, window);
    for (int t = 0; t < shiftCount; ++t)
      for (int64_t j = 0; j <= k; ++j)
        if (counts[t] <= j)
          low[j] = std::max(low[j], shifts[t]);
        else
          high[j] = std::min(high[j], shifts[t]);
  }

  void divide(int64_t j, double lean) {
    double shifts[shiftCount];
    const double width = high[j] - low[j];
    for (int t = 0; t < shiftCount; ++t)
      shifts[t] = low[j] + width * (t + 1 + lean) / (shiftCount + 1);
    learn(shifts);
  }

  bool alone(int64_t j) const { return (j == 0 || high[j - 1] <= low[j]) && high[j] <= low[j + 1]; }

  /// Each attempt divides elsewhere: pivots that spoiled a count are not met again.
  bool slice(int attempt) {
    const double margin = 1e-6 * scale;
    std::fill(low, low + k + 1, rows.low - margin);
    std::fill(high, high + k + 1, rows.high + margin);
    if (k == n)
      low[k] = high[k] = infinite;
    const double lean = 0.13 * attempt - 0.07;
    for (int64_t j = 0; j < k; ++j)
      for (int pass = 0;; ++pass) {
        const double width = high[j] - low[j];
        if (!(width >= -doubtTo * scale) || pass > 40)
          return false;
        if (width <= countedTo * scale || (width <= 3e-5 * scale && alone(j)))
          break;
        divide(j, lean);
      }
    return true;
  }

  // ---- vectors ----
  void start(int64_t j, uint64_t seed = 0) {
    uint64_t state = 0x9e3779b97f4a7c15u * (static_cast<uint64_t>(j + 1) + seed);
    for (int64_t i = 0; i < n; ++i) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      vector(j)[i] = static_cast<double>(state >> 11) * 0x1p-53 - 0.3;
    }
  }

  /// False where nothing is left of it.
  bool orthogonalise(int64_t j) {
    double *x = vector(j);
    const double norm = normalise(x, n);
    if (!(norm > 0) || !std::isfinite(norm))
      return false;
    for (int round = 0; round < 2 && j > 0; ++round) {
      for (int64_t i = 0; i < j; ++i)
        addTo(x, -dot(vector(i), x, n), vector(i), n);
      if (!(normalise(x, n) > 1e-12))
        return false;
    }
    return true;
  }

  /// The Rayleigh quotient, and the residual.
  double quotient(int64_t j, double &residual) {
    const double *x = vector(j);
    multiply(rows, x, image);
    const double value = dot(x, image, n);
    addTo(image, -value, x, n);
    residual = std::sqrt(dot(image, image, n));
    return value;
  }

  /// One step of inverse iteration.
  bool step(int64_t j, double shift) {
    factor.make(shift);
    factor.solve(vector(j));
    return orthogonalise(j);
  }

  void accept(int64_t j, double value, double residual) {
    values[j] = value;
    worst = std::max(worst, residual);
  }

  /// Refines pair j in its bracket; false where the bracket is too wide for that.
  bool refine(int64_t j) {
    const bool single = alone(j);
    double shift = (low[j] + high[j]) / 2, before = infinite;
    start(j);
    if (!orthogonalise(j))
      return false;
    for (int pass = 0; pass < 12; ++pass) {
      if (!step(j, shift)) {
        shift += 1e-13 * scale * (pass + 1);
        start(j);
        if (!orthogonalise(j))
          return false;
        continue;
      }
      double residual = 0;
      const double value = quotient(j, residual);
      const double outside = std::max({low[j] - value, value - high[j], 0.0});
      // At its end the iteration is cubic: what does not shrink any more is rounding.
      const bool still = residual <= residualGoal() || (residual <= 1e-11 * scale && residual > before / 4);
      if (still && (outside <= 1e-11 * scale || (pass > 2 && outside <= doubtTo * scale))) {
        doubtful |= !single || outside > 1e-11 * scale;
        accept(j, value, residual);
        return true;
      }
      before = residual;
      if (outside == 0 && single)
        shift = value;
    }
    return false;
  }

  bool refineAll() {
    worst = 0;
    doubtful = false;
    for (int64_t j = 0; j < k; ++j) {
      bool found = refine(j);
      for (int more = 0; !found && more < 8 && high[j] - low[j] > countedTo * scale; ++more) {
        divide(j, 0);
        found = refine(j);
      }
      if (!found)
        return false;
    }
    sort();
    return !doubtful || settle();
  }

  /// Looks for one more pair next to the last: where it lies lower, it takes the last one's place.
  bool settle() {
    for (int64_t more = 0; more < n && k < n; ++more) {
      double residual = 0, before = infinite, value = 0;
      start(k, more);
      if (!orthogonalise(k))
        return true;
      for (int pass = 0; pass < 30; ++pass) {
        if (!step(k, values[k - 1] - 1e-12 * scale))
          return true;
        value = quotient(k, residual);
        if (residual <= residualGoal() || (residual <= 1e-11 * scale && residual > before / 4))
          break;
        before = residual;
      }
      if (!(value < values[k - 1] - 4 * residualGoal()))
        return true;
      if (!(residual <= 1e-9 * scale))
        return false;
      std::copy(extra, extra + n, vector(k - 1));
      accept(k - 1, value, residual);
      sort();
    }
    return true;
  }

  void sort() {
    for (int64_t j = 1; j < k; ++j)
      for (int64_t i = j; i > 0 && values[i] < values[i - 1]; --i) {
        std::swap(values[i], values[i - 1]);
        std::swap_ranges(vector(i), vector(i) + n, vector(i - 1));
      }
  }

  // ---- guesses ----
  bool refineGuess(int64_t j) {
    double before = infinite, residual = 0;
    if (!orthogonalise(j))
      return false;
    double value = quotient(j, residual);
    for (int pass = 0; pass < 8; ++pass) {
      if (residual <= residualGoal() || (residual <= 1e-11 * scale && residual > before / 4)) {
        accept(j, value, residual);
        return true;
      }
      before = residual;
      if (!step(j, value))
        return false;
      value = quotient(j, residual);
    }
    return false;
  }

  /// From guesses, with one count at the end that proves that these are the lowest.
  bool refineGuesses() {
    worst = 0;
    for (int64_t j = 0; j < k; ++j)
      if (!refineGuess(j))
        return false;
    sort();
    std::fill(low, low + k + 1, -infinite);
    std::fill(high, high + k + 1, infinite);
    // Fewer than j + 1 below, at least j + 1 not far above.
    for (int64_t first = 0; first < k; first += shiftCount / 2) {
      double shifts[shiftCount];
      for (int t = 0; t < shiftCount; ++t) {
        const int64_t j = std::min(first + t / 2, k - 1);
        shifts[t] = values[j] + (t % 2 ? 1 : -1) * (8 * worst + 1e-13 * scale);
      }
      learn(shifts);
    }
    for (int64_t j = 0; j < k; ++j)
      if (!(low[j] <= values[j] && values[j] <= high[j] && low[j] > -infinite && high[j] < infinite))
        return false;
    return true;
  }
};

} // namespace

double lowestBanded(const Rows &rows, int64_t k, bool warm, double *values, double *vectors, Arena arena) {
  return Search(rows, k, values, vectors, arena).run(warm);
}

double respond(const Rows &rows, Factor &factor, int64_t k, int64_t m, const double *values, const double *vectors,
               const double *right, double *result, Arena arena) {
  const int64_t n = rows.n;
  const double scale = rows.scale(), same = degenerate * scale;
  double *rest = arena.take(n), *image = arena.take(n);
  const auto project = [&](double *x) {
    for (int round = 0; round < 2; ++round)
      for (int64_t j = 0; j < k; ++j)
        if (std::fabs(values[j] - values[m]) <= same)
          addTo(x, -dot(vectors + j * n, x, n), vectors + j * n, n);
  };
  std::copy(right, right + n, rest);
  project(rest);
  std::fill(result, result + n, 0.0);
  const double norm = std::sqrt(dot(rest, rest, n));
  if (norm <= 1e-300)
    return norm == norm ? 0 : norm;
  // The shifted matrix is nearly singular in the space that is projected out only, so that refining corrects the rest.
  double reached = infinite, away = 1e-12;
  for (int pass = 0; pass < 24; ++pass) {
    if (pass % 6 == 0) {
      factor.make(values[m] - away * scale);
      away *= -8;
    }
    std::copy(rest, rest + n, image);
    factor.solve(image);
    project(image);
    addTo(result, 1, image, n);
    multiply(rows, result, image);
    for (int64_t i = 0; i < n; ++i)
      rest[i] = right[i] - (image[i] - values[m] * result[i]);
    project(rest);
    const double residual = std::sqrt(dot(rest, rest, n));
    const double limit = std::max(norm, scale * std::sqrt(dot(result, result, n)) * 1e-2);
    if (!std::isfinite(residual)) {
      std::fill(result, result + n, 0.0);
      std::copy(right, right + n, rest);
      project(rest);
      continue;
    }
    if (residual <= 8 * rounding * limit || (residual <= 1e-10 * limit && residual > reached / 4))
      return residual / norm;
    reached = residual;
  }
  return reached <= 1e-6 * norm ? reached / norm : infinite;
}

} // namespace gms::physics
