// The k lowest eigenpairs of a banded matrix, and what follows from them.
#pragma once
#include "runtime/physics/factor.h"

namespace gms::physics {

/// Eigenvalues that differ by less than this part of the spectrum's bound count as one: their vectors are any of a space, so
/// that no response within it is defined.
constexpr double degenerate = 1e-10;

/// The largest residual, of vectors in the order of `rows`. With `warm`, `vectors` holds guesses. Infinite where not all were
/// found.
double lowestBanded(const Rows &rows, int64_t k, bool warm, double *values, double *vectors, Arena arena);

/// result = (H - values[m])^+ P right for pair m of k; gives the residual relative to right's norm.
double respond(const Rows &rows, Factor &factor, int64_t k, int64_t m, const double *values, const double *vectors,
               const double *right, double *result, Arena arena);

} // namespace gms::physics
