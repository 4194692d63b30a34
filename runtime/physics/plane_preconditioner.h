// An approximate inverse of a separable operator on a plane.
#pragma once
#include "runtime/physics/plane_blocks.h"

namespace gms::physics {

/// (A' x 1 + 1 x B')^-1 by the alternating direction iteration of Peaceman and Rachford with parameters spread geometrically
/// over the spectra (Wachspress, The ADI Model Problem, 2013): O(n m) a step, positive and symmetric whatever the number of
/// steps. Kept in f32: it only has to be near.
class PlanePreconditioner {
public:
  /// A' = A + meanA - lowestA + margin, and so B', where meanA and meanB are functions on the plane's lines, lowestA and lowestB
  /// the lowest eigenvalues of A + meanA and B + meanB.
  PlanePreconditioner(const PlaneBlocks &blocks, const double *meanA, const double *meanB, double lowestA, double lowestB,
                      double margin, Arena &arena);
  void apply(const double *x, double *y) const;

private:
  static constexpr int steps = 4;
  /// L D L^T of one axis plus a parameter.
  struct AxisFactor {
    int64_t n, width;
    float *lower, *inverse;
  };
  struct BlockFactors {
    AxisFactor a[steps], b[steps];
  };
  const PlaneBlocks &blocks;
  float parameters[steps];
  BlockFactors factors[2];
  float *residual, *turnedResidual, *work, *turnedWork;
  void factor(const Rows &rows, const double *mean, double shift, double *columns, AxisFactor &made,
              Arena &arena);
  void applyBlock(int k, const double *x, double *y) const;
};

} // namespace gms::physics
