#include "lang/eval/linear.h"
#include "lang/eval/dense.h"
#include <algorithm>
#include <cmath>

namespace gms::eval {

namespace {

bool nothing(const Real &real) { return real.value == 0 && !real.node; }

std::vector<double> valuesOf(const std::vector<Real> &reals) {
  std::vector<double> out;
  for (const Real &real : reals)
    out.push_back(real.value);
  return out;
}

/// The places of a matrix whose elements have nodes.
struct MatrixRule : Joint {
  size_t n = 0;
  NodeId self = 0;
  std::vector<size_t> places;

  void take(const std::vector<Real> &a) {
    for (size_t i = 0; i < a.size(); ++i)
      if (a[i].node) {
        places.push_back(i);
        inputs.push_back(a[i].node);
      }
  }
};

/// The derivative of eigenpairs: outputs are the n eigenvalues, then the n vectors.
struct SpectrumRule : MatrixRule {
  Spectrum spectrum;
  double gap = 0;                ///< smaller ones are none
  std::vector<NodeId> madeNodes; ///< of the outputs, 0 where nothing has asked for one yet

  Real number(Tape &tape, bool recording, size_t output) {
    const double value = output < n ? spectrum.values[output] : spectrum.vectors[output - n];
    if (!recording)
      return {value};
    if (!madeNodes[output])
      madeNodes[output] = tape.output(self, output, value).node;
    return {value, madeNodes[output]};
  }
  std::vector<Real> vector(Tape &tape, bool recording, size_t i) {
    std::vector<Real> out;
    for (size_t p = 0; p < n; ++p)
      out.push_back(number(tape, recording, n + i * n + p));
    return out;
  }

  /// sum over j of v_j (v_j . adjoint) / (e_i - e_j)
  std::vector<Real> mixed(Tape &tape, bool recording, size_t i, std::span<const Real> adjoint) {
    std::vector<std::vector<Real>> terms(n);
    std::vector<Real> out(n);
    for (size_t j = 0; j < n; ++j) {
      if (std::fabs(spectrum.values[i] - spectrum.values[j]) <= gap)
        continue;
      std::vector<Real> other = vector(tape, recording, j);
      Real apart = tape.sub(number(tape, recording, i), number(tape, recording, j));
      Real part = tape.div(tape.dot(adjoint, other), apart);
      for (size_t p = 0; p < n; ++p)
        if (recording)
          terms[p].push_back(tape.mul(part, other[p]));
        else
          out[p].value += part.value * other[p].value;
    }
    for (size_t p = 0; recording && p < n; ++p) {
      double value = 0;
      for (const Real &term : terms[p])
        value += term.value;
      out[p] = tape.sum(terms[p], value);
    }
    return out;
  }

  std::vector<Real> pull(Tape &tape, bool recording, const std::vector<Real> &adjoints) override {
    std::vector<Real> out(inputs.size());
    for (size_t i = 0; i < n; ++i) {
      const Real byValue = adjoints[i];
      std::span<const Real> byVector(adjoints.data() + n + i * n, n);
      const bool turns = !std::all_of(byVector.begin(), byVector.end(), nothing);
      if (nothing(byValue) && !turns)
        continue;
      const std::vector<Real> v = vector(tape, recording, i);
      // Half of what both orders of a product give, and the eigenvalue's share with it.
      std::vector<Real> w = turns ? mixed(tape, recording, i, byVector) : std::vector<Real>(n);
      for (size_t p = 0; p < n; ++p)
        w[p] = tape.mul({0.5}, tape.add(w[p], tape.mul(byValue, v[p])));
      for (size_t at = 0; at < places.size(); ++at) {
        const size_t p = places[at] / n, q = places[at] % n;
        out[at] = tape.add(out[at], tape.add(tape.mul(v[p], w[q]), tape.mul(w[p], v[q])));
      }
    }
    return out;
  }
};

/// The derivative of A^-1 b by another solution: of b it is c = A^-1 adjoint, of A it is -c x.
struct SolutionRule : MatrixRule {
  std::vector<Real> a, b, x;
  std::vector<size_t> rightPlaces;
  Factors factors;

  SolutionRule(const std::vector<Real> &a, const std::vector<Real> &b)
      : a(a), b(b), factors(valuesOf(a), b.size()) {
    n = b.size();
    outputs = n;
    take(a);
    for (size_t i = 0; i < n; ++i)
      if (b[i].node) {
        rightPlaces.push_back(i);
        inputs.push_back(b[i].node);
      }
  }

  std::vector<Real> pull(Tape &tape, bool recording, const std::vector<Real> &adjoints) override {
    std::vector<Real> c;
    if (recording)
      c = solution(tape, a, adjoints);
    else
      for (double value : factors.solve(valuesOf(adjoints)))
        c.push_back({value});
    std::vector<Real> out;
    for (size_t place : places) {
      const Real &solved = x[place % n];
      out.push_back(tape.negated(tape.mul(c[place / n], {solved.value, recording ? solved.node : 0})));
    }
    for (size_t place : rightPlaces)
      out.push_back(c[place]);
    return out;
  }
};

} // namespace

std::vector<Real> eigenpairs(Tape &tape, const std::vector<Real> &a, size_t n, size_t k, double same) {
  auto rule = std::make_unique<SpectrumRule>();
  const Matrix matrix = valuesOf(a);
  rule->n = n;
  rule->outputs = n + n * n;
  rule->spectrum = spectrumOf(matrix, n);
  rule->gap = same * boundOf(matrix, n);
  rule->madeNodes.resize(rule->outputs);
  rule->take(a);
  SpectrumRule &made = *rule;
  const bool recorded = !made.inputs.empty();
  if (recorded)
    made.self = tape.join(std::move(rule));
  std::vector<Real> out;
  for (size_t i = 0; i < k; ++i)
    out.push_back(made.number(tape, recorded, i));
  for (size_t i = 0; i < k * n; ++i)
    out.push_back(made.number(tape, recorded, n + i));
  return out;
}

std::vector<Real> solution(Tape &tape, const std::vector<Real> &a, const std::vector<Real> &b,
                           double *smallestPivot) {
  auto rule = std::make_unique<SolutionRule>(a, b);
  if (smallestPivot)
    *smallestPivot = rule->factors.smallestPivot();
  std::vector<Real> out;
  for (double value : rule->factors.solve(valuesOf(b)))
    out.push_back({value});
  if (rule->inputs.empty())
    return out;
  SolutionRule &made = *rule;
  made.self = tape.join(std::move(rule));
  for (size_t i = 0; i < out.size(); ++i)
    out[i] = tape.output(made.self, i, out[i].value);
  made.x = out;
  return out;
}

} // namespace gms::eval
