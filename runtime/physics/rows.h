// A symmetric banded matrix by its rows, and the vectors that go with it.
#pragma once
#include <cstdint>

namespace gms::physics {

/// Hands out pieces of a workspace, each on a cache line of its own.
class Arena {
public:
  explicit Arena(double *start) : next(start), start(start) {}
  double *take(int64_t count) {
    double *piece = next;
    next += (count + 7) / 8 * 8;
    return piece;
  }
  int64_t taken() const { return next - start; }

private:
  double *next, *start;
};

/// Element (i, i - p) is at[i * (width + 1) + p], 0 where i < p; `width` rows of zeros follow the last.
struct Rows {
  double *at;
  int64_t n, width;
  double low, high; ///< bounds of the spectrum by Gershgorin's circles
  double scale() const { return (high > -low ? high : -low) + 1e-300; }
};

/// Bands of physics.h. A ring is laid flat by the order 0, n - 1, 1, n - 2, …, in which neighbours are at most two apart:
/// a periodic matrix of half width w becomes a banded one of half width 2 w.
struct Bands {
  const double *at;
  int64_t rows, n;
  bool periodic;

  int64_t width() const {
    const int64_t reach = (periodic ? 2 : 1) * (rows - 1);
    return reach < n - 1 ? reach : n - 1;
  }
  int64_t place(int64_t i) const { return !periodic ? i : i < (n + 1) / 2 ? 2 * i : 2 * (n - 1 - i) + 1; }
  Rows toRows(Arena &arena) const;
};

void multiply(const Rows &rows, const double *x, double *y);
double dot(const double *x, const double *y, int64_t n);
/// x += factor y
void addTo(double *x, double factor, const double *y, int64_t n);
void scaleBy(double *x, double factor, int64_t n);
/// Scales to norm 1 and gives the norm that it had.
double normalise(double *x, int64_t n);
/// The sign that physics.h states.
void fixSign(double *x, int64_t n);
void fillNotANumber(double *x, int64_t n);

} // namespace gms::physics
