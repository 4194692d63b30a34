// The lowest eigenpairs of one symmetry's vectors on a plane.
#pragma once
#include "runtime/physics/plane_preconditioner.h"

namespace gms::physics {

/// Davidson's method (J. Comput. Phys. 17, 87, 1975) one vector at a time, restarted with the best Ritz vectors.
class Davidson {
public:
  /// The most vectors of the space.
  static constexpr int64_t spaceOf(int64_t k) { return 2 * k + 6; }
  Davidson(const PlaneBlocks &blocks, const PlanePreconditioner &preconditioner, int64_t k, double goal, Arena &arena);

  /// Adds a start vector; what is in the space already is left out.
  void add(const double *start);
  /// The lowest Ritz value; infinite where there is no vector.
  double lowestValue() const { return size ? ritz[0] : 1e300; }
  /// Iterates until k pairs have residuals of at most the goal, or the pair that has not lies above `limit` by more than its
  /// residual: the pairs found so far are then all below it. Gives how many were found, ascending.
  int64_t run(double limit);
  double value(int64_t j) const { return ritz[j]; }
  void vector(int64_t j, double *to) const;
  double residual() const { return worst; } ///< the largest of the pairs found, or of the one that was not

private:
  const PlaneBlocks &blocks;
  const PlanePreconditioner &preconditioner;
  const int64_t k, length, most;
  const double goal;
  int64_t size = 0;
  double worst = 0;
  double *space, *images, *products, *ritz, *mixed, *copy, *next, *spare, *coefficients;

  double *in(double *family, int64_t j) const { return family + j * length; }
  void project();
  double residualOf(int64_t j, double *to) const;
  void combine(double *family, int64_t j, double *to) const;
  void restart(int64_t kept);
  bool doubtful(int64_t wanted, double &residual);
};

} // namespace gms::physics
