#include "lang/eval/tape.h"
#include <algorithm>
#include <cmath>

namespace gms::eval {

using program::Prim;

void Tape::release(const Mark &mark) {
  count = mark.nodes;
  chunks.resize(std::min(chunks.size(), static_cast<size_t>(count >> chunkBits) + 2));
  operands.resize(mark.operands);
  joints.resize(mark.joints);
  pending.erase(pending.begin() + static_cast<std::ptrdiff_t>(mark.pending), pending.end());
}

NodeId Tape::push(Node node) {
  if (count == largest)
    throw TapeFull("this derivative needs more than " + std::to_string(largest) +
                   " numbers to be kept, which is the most that the evaluator holds");
  if ((count >> chunkBits) >= chunks.size())
    chunks.push_back(std::make_unique_for_overwrite<Node[]>(size_t(1) << chunkBits));
  at(count) = node;
  return count++;
}

Real Tape::variable(Real x) { return {x.value, push({x.value, 0, x.node, 0, Kind::Same, {}})}; }

Real Tape::moved(Real x, double value) {
  return at(x.node).value == value ? Real{value, x.node}
                                   : Real{value, push({value, 0, x.node, 0, Kind::Same, {}})};
}

Real Tape::recorded(Prim prim, Real a, Real b, double value) {
  switch (prim) {
  case Prim::Min:
    return as(a.value <= b.value ? a : b, value);
  case Prim::Max:
    return as(a.value >= b.value ? a : b, value);
  case Prim::Abs:
    if (a.value > 0)
      return a;
    if (a.value == 0)
      return {value};
    prim = Prim::Neg;
    break;
  case Prim::Pow:
    if (!b.node && b.value == 0)
      return {value};
    break;
  default:
    break;
  }
  double constant = !a.node ? a.value : b.value;
  return {value, push({value, constant, a.node, b.node, Kind::Primitive, prim})};
}

Real Tape::exp(Real a) { return primitive(Prim::Exp, a, {}, std::exp(a.value)); }

Real Tape::sum(std::span<const Real> terms, double value) {
  size_t first = operands.size();
  for (const Real &term : terms)
    if (term.node)
      operands.push_back(term.node);
  size_t found = operands.size() - first;
  if (!found)
    return {value};
  if (operands.size() > largest)
    throw TapeFull("this derivative needs more than " + std::to_string(largest) +
                   " terms of sums to be kept, which is the most that the evaluator holds");
  return {value, push({value, 0, static_cast<NodeId>(first), static_cast<NodeId>(found), Kind::Sum, {}})};
}

Real Tape::dot(std::span<const Real> a, std::span<const Real> b) {
  double value = 0;
  std::vector<Real> terms;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    Real term = mul(a[i], b[i]);
    value += term.value;
    if (term.node)
      terms.push_back(term);
  }
  return sum(terms, value);
}

NodeId Tape::join(std::unique_ptr<Joint> joint) {
  joints.push_back(std::move(joint));
  return push({0, 0, static_cast<NodeId>(joints.size() - 1), 0, Kind::Joint, {}});
}

Real Tape::output(NodeId joint, size_t position, double value) {
  return {value, push({value, 0, joint, static_cast<NodeId>(position), Kind::Output, {}})};
}

} // namespace gms::eval
