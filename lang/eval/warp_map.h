// The map of one warp, from output to input coordinates, and its inverse.
#pragma once
#include "lang/eval/evaluate.h"
#include <unordered_map>
#include <utility>

namespace gms::eval {

class WarpMap {
public:
  WarpMap(const program::Program &program, const WarpStep &step);

  std::pair<int64_t, int64_t> outputExtent() const { return {outputHeight, outputWidth}; }
  /// The input coordinates of an output coordinate.
  std::pair<float, float> at(float y, float x);
  /// The output coordinates of an input coordinate: in closed form where the map is affine or projective in (y, x), else
  /// by 50 steps of q <- q - (map(q) - p) from q = p, which converges for displacements whose slope is below 1.
  std::pair<float, float> inverse(float y, float x);

private:
  /// (a y + b x + c) / (d y + e x + f), with numbers for the letters.
  struct Ratio {
    double a = 0, b = 0, c = 0, d = 0, e = 0, f = 1;
    bool constant() const { return a == 0 && b == 0 && d == 0 && e == 0; }
    double value() const { return c / f; }
  };

  const program::Function &warp;
  Evaluator evaluator;
  std::vector<Value> locals;
  std::unordered_map<program::LocalId, std::optional<Ratio>> ratios;
  std::string place;
  int64_t outputHeight = 0, outputWidth = 0;
  std::optional<std::pair<Ratio, Ratio>> closed;
  bool classified = false;

  std::optional<Ratio> ratio(const program::Expr &e);
  std::optional<Ratio> combine(const program::Expr &e);
  void classify();
};

} // namespace gms::eval
