// A matrix of many bands: made tridiagonal once, then as cheap as one of a single band.
#pragma once
#include "runtime/physics/rows.h"

namespace gms::physics {

/// Householder's reduction Q^T H Q = T, with the reflections kept.
class Tridiagonal {
public:
  /// Worth it where bands fill the matrix.
  static bool pays(int64_t width, int64_t n) { return width > 24 && 4 * width > n; }
  Tridiagonal(const Bands &bands, Arena &arena);
  const Rows &rows() const { return reduced; }
  void toReduced(double *x) const;   ///< Q^T x
  void fromReduced(double *x) const; ///< Q x

private:
  int64_t n;
  double *matrix; ///< reflection i in row i, columns 0 to below i
  double *factors;
  Rows reduced;
  void reflect(double *x, int64_t i) const;
};

} // namespace gms::physics
