// The map of one warp, from output to input coordinates, and its inverse.
#pragma once
#include "lang/eval/evaluate.h"
#include <array>
#include <map>
#include <utility>

namespace gms::eval {

class WarpMap {
public:
  /// Its parameters may have nodes on `tape`; `wide`: coordinates are not rounded to f32.
  WarpMap(const program::Program &program, const WarpStep &step,
          std::shared_ptr<Tape> tape = std::make_shared<Tape>(), bool wide = false);

  std::pair<int64_t, int64_t> outputExtent() const { return {outputHeight, outputWidth}; }
  /// The input coordinates of an output coordinate.
  std::pair<Real, Real> at(Real y, Real x);
  /// The output coordinates of an input coordinate: in closed form where the map is affine or projective in
  /// (y, x), else by 50 steps of q <- q - (map(q) - p) from q = p, which converges where the map is near a
  /// shift. Its derivative is the implicit one.
  std::pair<Real, Real> inverse(Real y, Real x);
  /// Whether the inverse is in closed form.
  bool invertible();

private:
  /// (a y + b x + c) / (d y + e x + f), with numbers for the letters.
  struct Ratio {
    double a = 0, b = 0, c = 0, d = 0, e = 0, f = 1;
    bool affine() const { return d == 0 && e == 0; }
    bool constant() const { return a == 0 && b == 0 && affine(); }
    bool overSame(const Ratio &other) const { return d == other.d && e == other.e && f == other.f; }
    Ratio times(double k) const { return {a * k, b * k, c * k, d, e, f}; }
  };
  /// A value that moves with y and x: a scalar has one part, a tuple or a record one an item. A part is empty
  /// where it is no such quotient.
  using Form = std::vector<std::optional<Ratio>>;
  /// What is known while a body is read: the values of what does not move, the forms of what does.
  struct Scope {
    Evaluator::Frame frame;
    std::map<program::LocalId, Form> moving;
  };

  const program::Function &warp;
  Evaluator evaluator;
  std::vector<Value> locals;
  int64_t outputHeight = 0, outputWidth = 0;
  std::optional<std::pair<Ratio, Ratio>> closed;
  bool classified = false;

  Real coordinate(Real v) const { return evaluator.rounded(v, program::Element::F32); }
  std::pair<double, double> inverseValue(double y, double x);
  std::optional<std::array<double, 4>> inverseSlopes(double y, double x);
  void classify();
  static bool moves(const program::Expr &e, const Scope &scope);
  Form form(const program::Expr &e, Scope &scope);
  std::optional<Ratio> ratio(const program::Expr &e, Scope &scope);
  std::optional<Ratio> combine(const program::Expr &e, Scope &scope);
  void define(const program::Definition &definition, Scope &scope);
  Form called(const program::Expr &e, Scope &scope);
};

} // namespace gms::eval
