// Eigenpairs and solutions of dense symmetric matrices on the tape.
#pragma once
#include "lang/eval/tape.h"

namespace gms::eval {

/// Eigenvalues that differ by no more than this part of the largest sum of magnitudes in a row count as the
/// same: their vectors are any of a space, so that no derivative within it is defined. In f32 a matrix is not
/// known better.
constexpr double degenerate(program::Element element) {
  return element == program::Element::F32 ? 1e-5 : 1e-10;
}

/// The k lowest eigenvalues [k] of a matrix [n, n], then their vectors [k, n]. The derivative is that through
/// the full spectrum: dv_i = sum over j of v_j (v_j dA v_i) / (e_i - e_j), where terms of the same eigenvalue
/// (`same`, as `degenerate` says) are left out. That is exact for all that does not depend on which vectors
/// of their space were chosen, and finite for the rest.
std::vector<Real> eigenpairs(Tape &tape, const std::vector<Real> &a, size_t n, size_t k, double same);

/// A^-1 b for a matrix A [n, n] and b [n]. Not finite where A is singular. `smallestPivot`: where it is not null, the
/// smallest pivot by the largest.
std::vector<Real> solution(Tape &tape, const std::vector<Real> &a, const std::vector<Real> &b,
                           double *smallestPivot = nullptr);

} // namespace gms::eval
