// H = A x 1 + 1 x B + V on a plane, in blocks that a mirror symmetry of the data makes.
//
// Where A, B and V look the same from the other corner, (i, j) to (n - 1 - i, m - 1 - j), eigenvectors are even or odd in that
// map. Each line has even and odd combinations e_d and o_d of the points at distance d from its centre; an even vector lives on
// e x e and o x o, an odd one on e x o and o x e, half of the plane each. A and B stay banded; V has
// (V(p, p) + V(p, q)) / 2 within a block and (V(p, p) - V(p, q)) / 2 between the two, q the mirror image of p.
#pragma once
#include "runtime/physics/rows.h"

namespace gms::physics {

/// What physics.h calls a plane.
struct Plane {
  Bands a, b;
  const double *diagonal;
  int64_t points() const { return a.n * b.n; }
};

/// One symmetry's vectors.
class PlaneBlocks {
public:
  /// parity 0: the whole plane as one block; 1 or -1: the even or odd vectors.
  PlaneBlocks(const Plane &plane, int parity, Arena &arena);
  static bool mirrored(const Plane &plane);

  struct Block {
    int64_t rows, columns;
    int64_t start;         ///< of its elements in a vector
    Rows a, b;             ///< along each axis
    double *bDiagonals;    ///< element (k, k - p) of b at [p * columns + k]
    double *diagonal;      ///< V within the block
    int parityA, parityB;
    int64_t offsetA, offsetB; ///< of its first element's distance from the centre, where the line has a point there
  };
  int count() const { return blocks; }
  const Block &block(int k) const { return list[k]; }
  int64_t length() const { return size; }
  /// y = H x
  void apply(const double *x, double *y) const;
  /// Between the plane and these vectors: both ways keep norms; what has another parity is lost.
  void enter(const double *from, double *to) const;
  void leave(const double *from, double *to) const;
  /// A function of one axis (0 or 1) averaged over mirror images, for a block.
  void onAxis(const double *function, int axis, const Block &block, double *to) const;

private:
  Plane plane;
  int blocks;
  int64_t size = 0;
  Block list[2];
  double *between = nullptr; ///< V between the blocks, on the distances that both have
  int64_t sharedRows = 0, sharedColumns = 0;
  void makeBlock(int k, int parityA, int parityB, Arena &arena);
  void applyBlock(const Block &block, const double *x, double *y) const;
};

/// The points of a line by their distance from its centre, in the order of a block.
struct HalfLine {
  int64_t n;
  int parity; ///< 0: the line itself, by `bands.place`
  int64_t count() const { return parity == 0 ? n : parity > 0 ? (n + 1) / 2 : n / 2; }
  int64_t offset() const { return parity < 0 && n % 2 ? 1 : 0; }
  int64_t near(int64_t d) const { return n / 2 + d + offset(); } ///< the point after the centre
  int64_t far(int64_t d) const { return n - 1 - near(d); }
  bool centre(int64_t d) const { return near(d) == far(d); }
};

} // namespace gms::physics
