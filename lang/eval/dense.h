// Dense symmetric matrices, plainly.
#pragma once
#include <cstddef>
#include <vector>

namespace gms::eval {

/// A symmetric matrix [n, n], row-major.
using Matrix = std::vector<double>;

/// The largest sum of magnitudes in a row, which bounds every eigenvalue's magnitude.
double boundOf(const Matrix &a, size_t n);

struct Spectrum {
  std::vector<double> values;  ///< [n], ascending
  std::vector<double> vectors; ///< [n, n], one a row, of norm 1; the first element of at least half the
                               ///< largest magnitude is positive
};

/// All eigenpairs, by cyclic Jacobi rotations (Golub and Van Loan, Matrix Computations, 8.5). NaN where
/// something is not finite.
Spectrum spectrumOf(Matrix a, size_t n);

/// L U = P A with partial pivoting.
class Factors {
public:
  Factors(Matrix a, size_t n);
  /// A^-1 b, [n]; not finite where A is singular.
  std::vector<double> solve(const std::vector<double> &b) const;
  /// The magnitude of the smallest pivot by that of the largest: 0 where A is singular, but for rounding.
  double smallestPivot() const;

private:
  size_t n;
  Matrix lu;
  std::vector<size_t> rows; ///< row i of the factors is row rows[i] of A
};

} // namespace gms::eval
