// Small dense eigenproblems by Jacobi's rotations.
#pragma once
#include <cstdint>

namespace gms::physics {

/// a [n, n] (destroyed): eigenvalues ascending, vectors[m * n + i].
void smallEigen(double *a, int64_t n, double *values, double *vectors);

} // namespace gms::physics
