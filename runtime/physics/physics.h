/* Eigenpairs, responses and solves for compiled kernels. Plain arrays, no allocation, no state: calls may run at once. Every
 * function takes its inputs, then sizes, then what it writes, then a workspace of at least the stated number of doubles,
 * aligned to 64 bytes (workspace.h), and gives an enum gms_status back, with the residual inside where it did not converge.
 * What it writes is NaN then.
 *
 * A symmetric matrix on a line of n points is given by bands[d * n + i], d from 0 to below `rows`: element (i, i + d) and
 * (i + d, i). What reaches past the end is not read; with `periodic` it goes round, and what meets there is added. */
#ifndef GMS_RUNTIME_PHYSICS_PHYSICS_H
#define GMS_RUNTIME_PHYSICS_PHYSICS_H
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The k lowest eigenvalues, ascending, to `values`, and eigenvectors of norm 1 to vectors[m * n + i], of which the first
 * element of at least half the largest magnitude is positive. k is from 1 to n. O(n) a pair for few bands. */
int32_t gms_physics_lowest(const double *bands, int64_t rows, int64_t n, int64_t periodic, int64_t k, double *values,
                           double *vectors, double *workspace);
/* The same, faster where guess[m * n + i] resembles the eigenvectors. Any guess gives the same result. */
int32_t gms_physics_lowest_near(const double *bands, const double *guess, int64_t rows, int64_t n, int64_t periodic,
                                int64_t k, double *values, double *vectors, double *workspace);

/* For each m: result_m = (H - values_m)^+ P right_m, where P removes vectors_m and those of the k vectors whose eigenvalue is
 * the same within gms_physics_degenerate. */
int32_t gms_physics_response(const double *bands, const double *values, const double *vectors, const double *right,
                             int64_t rows, int64_t n, int64_t periodic, int64_t k, double *result, double *workspace);

/* H result = right, for `count` right sides of n elements each. GMS_SINGULAR where H is. */
int32_t gms_physics_solve(const double *bands, const double *right, int64_t rows, int64_t n, int64_t periodic, int64_t count,
                          double *result, double *workspace);

/* The same on the plane of n x m points: H = A x 1 + 1 x B + diagonal, of which A acts on the first index of
 * diagonal[i * m + j], B on the second. `periodic`: bit 0 for A, bit 1 for B. Vectors are vectors[s * n * m + i * m + j]. */
int32_t gms_physics_lowest_plane(const double *a, const double *b, const double *diagonal, int64_t rows_a, int64_t rows_b,
                                 int64_t n, int64_t m, int64_t periodic, int64_t k, double *values, double *vectors,
                                 double *workspace);
int32_t gms_physics_lowest_plane_near(const double *a, const double *b, const double *diagonal, const double *guess,
                                      int64_t rows_a, int64_t rows_b, int64_t n, int64_t m, int64_t periodic, int64_t k,
                                      double *values, double *vectors, double *workspace);
int32_t gms_physics_response_plane(const double *a, const double *b, const double *diagonal, const double *values,
                                   const double *vectors, const double *right, int64_t rows_a, int64_t rows_b, int64_t n,
                                   int64_t m, int64_t periodic, int64_t k, double *result, double *workspace);

/* Copies a [n, n] to result; GMS_NOT_SYMMETRIC where a[i, j] and a[j, i] differ by more than rounding. No workspace. */
int32_t gms_physics_symmetric_f64(const double *a, int64_t n, double *result);
int32_t gms_physics_symmetric_f32(const float *a, int64_t n, float *result);

/* result[k * n + i] = sum over j of |i - j|^power exp(-rate[k] |i - j|) f[k * stride + j] for `count` rates, by a recurrence
 * in both directions: O(n) a rate. `stride` is n, or 0 where all rates share f. `power` is at most 8. No workspace. */
int32_t gms_physics_exponential_sum_f64(const double *f, const double *rate, int64_t n, int64_t count, int64_t stride,
                                        int64_t power, double *result);
int32_t gms_physics_exponential_sum_f32(const float *f, const float *rate, int64_t n, int64_t count, int64_t stride,
                                        int64_t power, float *result);

#ifdef __cplusplus
}
#endif
#endif
