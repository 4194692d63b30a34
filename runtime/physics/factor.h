// Factors of a symmetric banded matrix less a shift.
#pragma once
#include "runtime/physics/rows.h"

namespace gms::physics {

/// L D L^T of rows - shift without exchanges: fast, and accurate as long as `growth` is moderate. Where it is not, L U with
/// partial pivoting, O(n w^2) too.
class Factor {
public:
  Factor(const Rows &rows, Arena &arena);
  /// The number of eigenvalues below the shift, as D's signs tell.
  int64_t make(double shift);
  /// Always by partial pivoting; the smallest pivot by the largest.
  double makePivoted(double shift);
  void solve(double *x) const; ///< in place

private:
  const Rows &rows;
  double *lower, *inverse, *window, *full, *exchanged;
  bool pivoted = false;
  template <int Fixed> int64_t eliminate(double shift, double &growth);
  template <int Fixed> void substitute(double *x) const;
};

/// Shifts that are looked at together.
constexpr int shiftCount = 8;
/// How many eigenvalues lie below each shift: Sylvester's law of inertia, D of L D L^T. `window` has
/// shiftCount * (width + 1)^2 doubles.
void countBelow(const Rows &rows, const double *shifts, int64_t *counts, double *window);

} // namespace gms::physics
