// The sweep of a derivative: from a number back to the variables, in the reverse of an order in which every
// number comes after what it was computed from. (Griewank and Walther, Evaluating Derivatives, 2008,
// chapter 3.)
#include "lang/eval/tape.h"
#include <algorithm>
#include <cmath>
#include <numbers>
#include <unordered_map>

namespace gms::eval {

using program::Prim;

/// One sweep. Where it is `recording`, the numbers it reads keep their nodes, so that what it gives is
/// recorded.
class Sweep {
public:
  Sweep(Tape &tape, bool recording) : tape(tape), recording(recording) {}
  std::vector<Real> run(NodeId of, const std::vector<NodeId> &by);

private:
  static constexpr uint32_t unseen = 0, apart = 1,
                            first = 2; ///< in `places`: `first` and above is a place in `order`

  Tape &tape;
  bool recording;
  NodeId low = 0; ///< what is older than every variable depends on none
  std::vector<uint32_t> places;
  std::vector<NodeId> order; ///< the variables, then what depends on them, each after its operands
  std::vector<Real> adjoints;
  std::unordered_map<NodeId, std::vector<Real>> outputs; ///< adjoints of joints' outputs
  std::vector<NodeId> pendings;

  using Node = Tape::Node;
  using Kind = Tape::Kind;

  uint32_t &place(NodeId id) { return places[id - low]; }
  std::span<const NodeId> operandsOf(const Node &node) const;
  void start(NodeId of, const std::vector<NodeId> &by);
  void arrange(NodeId of);
  void finish(NodeId id);
  Real valueOf(NodeId id) const { return {tape.at(id).value, recording ? id : 0}; }
  void addTo(Real &sum, Real term) { sum = sum.value == 0 && !sum.node ? term : tape.add(sum, term); }
  void give(NodeId id, Real adjoint);
  void pull(NodeId id, Real adjoint);
  void pullPrimitive(NodeId id, const Node &node, Real adjoint);
  void pullPower(const Node &node, Real y, Real a, Real b, Real adjoint);
};

std::span<const NodeId> Sweep::operandsOf(const Node &node) const {
  switch (node.kind) {
  case Kind::Primitive:
    return {&node.a, 2};
  case Kind::Same:
  case Kind::Output:
    return {&node.a, 1};
  case Kind::Sum:
    return {tape.operands.data() + node.a, node.b};
  case Kind::Joint:
    return tape.joints[node.a]->inputs;
  case Kind::Pending:
    return {};
  }
  return {};
}

void Sweep::start(NodeId of, const std::vector<NodeId> &by) {
  low = of + 1;
  for (NodeId id : by)
    if (id)
      low = std::min(low, id);
  places.assign(tape.size() - low, unseen);
  order.clear();
  pendings.clear();
  for (NodeId id : by)
    if (id) {
      place(id) = first + static_cast<uint32_t>(order.size());
      order.push_back(id);
    }
}

/// Depth first, by a stack of its own: a recurrence may be as long as memory allows.
void Sweep::arrange(NodeId of) {
  struct Open {
    NodeId id;
    size_t next;
  };
  std::vector<Open> open;
  auto visit = [&](NodeId id) {
    if (id < low || place(id) != unseen)
      return;
    place(id) = apart;
    open.push_back({id, 0});
  };
  visit(of);
  while (!open.empty()) {
    Open &top = open.back();
    const Node &node = tape.at(top.id);
    std::span<const NodeId> operands = operandsOf(node);
    if (top.next < operands.size()) {
      visit(operands[top.next++]);
      continue;
    }
    NodeId done = top.id;
    open.pop_back();
    finish(done);
  }
}

void Sweep::finish(NodeId id) {
  const Node &node = tape.at(id);
  if (node.kind == Kind::Pending)
    pendings.push_back(node.a);
  for (NodeId operand : operandsOf(node))
    if (operand >= low && place(operand) >= first) {
      place(id) = first + static_cast<uint32_t>(order.size());
      order.push_back(id);
      return;
    }
}

void Sweep::give(NodeId id, Real adjoint) {
  if (id < low || place(id) < first || (adjoint.value == 0 && !adjoint.node))
    return;
  addTo(adjoints[place(id) - first], adjoint);
}

std::vector<Real> Sweep::run(NodeId of, const std::vector<NodeId> &by) {
  std::vector<Real> out(by.size());
  for (;;) {
    start(of, by);
    if (low > of)
      return out;
    arrange(of);
    if (pendings.empty())
      break;
    for (NodeId which : pendings)
      tape.expand(which);
  }
  if (place(of) < first)
    return out;
  adjoints.assign(order.size(), {});
  adjoints[place(of) - first] = {1};
  size_t variables = 0;
  for (NodeId id : by)
    variables += id != 0;
  for (size_t at = order.size(); at-- > variables;) {
    pull(order[at], adjoints[at]);
    adjoints[at] = {};
  }
  for (size_t i = 0; i < by.size(); ++i)
    if (by[i])
      out[i] = adjoints[place(by[i]) - first];
  return out;
}

void Sweep::pull(NodeId id, Real adjoint) {
  const Node node = tape.at(id);
  if (node.kind == Kind::Joint) {
    auto found = outputs.find(id);
    if (found == outputs.end())
      return;
    Joint &joint = *tape.joints[node.a];
    std::vector<Real> given = joint.pull(tape, recording, found->second);
    for (size_t i = 0; i < given.size(); ++i)
      give(joint.inputs[i], given[i]);
    outputs.erase(id);
    return;
  }
  if (adjoint.value == 0 && !adjoint.node)
    return;
  switch (node.kind) {
  case Kind::Primitive:
    return pullPrimitive(id, node, adjoint);
  case Kind::Same:
    return give(node.a, adjoint);
  case Kind::Sum:
    for (NodeId i = 0; i < node.b; ++i)
      give(tape.operands[node.a + i], adjoint);
    return;
  case Kind::Output: {
    std::vector<Real> &all = outputs[node.a];
    all.resize(tape.joints[tape.at(node.a).a]->outputs);
    return addTo(all[node.b], adjoint);
  }
  default:
    return;
  }
}

void Sweep::pullPrimitive(NodeId id, const Node &node, Real g) {
  Real y = valueOf(id);
  Real a = node.a ? valueOf(node.a) : Real{node.constant}, b = node.b ? valueOf(node.b) : Real{node.constant};
  bool left = node.a != 0, right = node.b != 0;
  auto primitive = [&](Prim prim, double value) { return tape.primitive(prim, a, {}, value); };
  auto one = Real{1};
  switch (node.prim) {
  case Prim::Add:
    give(node.a, g);
    return give(node.b, g);
  case Prim::Sub:
    give(node.a, g);
    if (right)
      give(node.b, tape.negated(g));
    return;
  case Prim::Mul:
    if (left)
      give(node.a, tape.scaled(g, b));
    if (right)
      give(node.b, tape.scaled(g, a));
    return;
  case Prim::Div: { // also where y was set to 0 because a is: y g / b, in this order, is then 0
    if (left)
      give(node.a, tape.shared(g, b));
    if (right)
      give(node.b, tape.negated(tape.shared(tape.scaled(g, y), b)));
    return;
  }
  case Prim::Mod: // a - b n, with a whole n that does not move
    give(node.a, g);
    if (right)
      give(node.b, tape.scaled(g, {-std::nearbyint((a.value - y.value) / b.value)}));
    return;
  case Prim::Pow:
    return pullPower(node, y, a, b, g);
  case Prim::Neg:
    return give(node.a, tape.negated(g));
  case Prim::Sqrt:
    return give(node.a, tape.shared(tape.scaled(g, {0.5}), y));
  case Prim::Exp:
    return give(node.a, tape.scaled(g, y));
  case Prim::Log:
    return give(node.a, tape.shared(g, a));
  case Prim::Sin:
    return give(node.a, tape.scaled(g, primitive(Prim::Cos, std::cos(a.value))));
  case Prim::Cos:
    return give(node.a, tape.negated(tape.scaled(g, primitive(Prim::Sin, std::sin(a.value)))));
  case Prim::Tan:
    return give(node.a, tape.scaled(g, tape.add(one, tape.mul(y, y))));
  case Prim::Atan2: {
    Real square = tape.add(tape.mul(a, a), tape.mul(b, b));
    if (left)
      give(node.a, tape.shared(tape.scaled(g, b), square));
    if (right)
      give(node.b, tape.negated(tape.shared(tape.scaled(g, a), square)));
    return;
  }
  case Prim::Tanh:
    return give(node.a, tape.scaled(g, tape.sub(one, tape.mul(y, y))));
  case Prim::Erf:
    return give(node.a, tape.scaled(g, tape.mul({2 * std::numbers::inv_sqrtpi},
                                                tape.exp(tape.negated(tape.mul(a, a))))));
  default:
    return;
  }
}

/// a^b: b a^(b - 1) and a^b log a; the second is 0 where the power is 0, which it is for every b near it.
void Sweep::pullPower(const Node &node, Real y, Real a, Real b, Real g) {
  if (node.a) {
    Real lower = tape.primitive(Prim::Pow, a, tape.sub(b, {1}), std::pow(a.value, b.value - 1));
    give(node.a, tape.scaled(g, tape.scaled(b, lower)));
  }
  if (node.b && y.value != 0)
    give(node.b, tape.scaled(g, tape.mul(y, tape.primitive(Prim::Log, a, {}, std::log(a.value)))));
}

std::vector<Real> Tape::derivative(Real of, const std::vector<NodeId> &by) {
  if (!of.node)
    return std::vector<Real>(by.size());
  std::vector<Real> out = Sweep(*this, false).run(of.node, by);
  Derivative kept{of.node, by, std::vector<NodeId>(by.size())};
  for (size_t i = 0; i < by.size(); ++i)
    if (by[i]) {
      out[i].node = push(
          {out[i].value, 0, static_cast<NodeId>(pending.size()), static_cast<NodeId>(i), Kind::Pending, {}});
      kept.results[i] = out[i].node;
    }
  pending.push_back(std::move(kept));
  return out;
}

/// What a derivative was waiting with: it is computed once more, now with everything recorded.
void Tape::expand(size_t which) {
  Derivative kept = std::move(pending[which]);
  if (kept.results.empty())
    return;
  std::vector<Real> out = Sweep(*this, true).run(kept.of, kept.by);
  for (size_t i = 0; i < out.size(); ++i)
    if (NodeId result = kept.results[i]) {
      Node &node = at(result);
      node.kind = Kind::Same;
      node.a = out[i].node;
    }
  pending[which] = {};
}

} // namespace gms::eval
