// The tape of reverse-mode differentiation: how every real that depends on a variable was computed. A
// derivative is a sweep from a number back to the variables. Its arithmetic is the tape's own, so that a
// derivative can be differentiated again; that is recorded only once something asks for it.
#pragma once
#include "lang/eval/value.h"
#include <span>
#include <stdexcept>

namespace gms::eval {

/// Thrown where a tape grows beyond what the evaluator holds.
struct TapeFull : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Numbers that are computed together from others, with one rule for all their adjoints: eigenpairs,
/// solutions.
struct Joint {
  std::vector<NodeId> inputs;
  size_t outputs = 0;
  virtual ~Joint() = default;
  /// The inputs' adjoints, given those of the outputs. `recording`: what it computes with numbers that have
  /// nodes, the joint's own outputs included, is recorded, else those are plain.
  virtual std::vector<Real> pull(Tape &tape, bool recording, const std::vector<Real> &adjoints) = 0;
};

class Tape {
public:
  /// How far the tape had come. What was recorded since is forgotten by `release`, and no number may refer to
  /// it then.
  struct Mark {
    NodeId nodes;
    size_t operands, joints, pending;
  };
  Mark mark() const { return {count, operands.size(), joints.size(), pending.size()}; }
  void release(const Mark &mark);
  void clear() { release({1, 0, 0, 0}); }
  /// Whether nothing was ever recorded, or all is forgotten.
  bool empty() const { return count == 1; }
  NodeId size() const { return count; }

  /// A number of its own, by which something may be differentiated.
  Real variable(Real x);
  /// The same number, whose value has been rounded.
  Real as(Real x, double value) { return x.node ? moved(x, value) : Real{value}; }

  /// `value` was computed by a real primitive: of a alone, or of a and b. The branch taken of min, max and
  /// abs gives the derivative; at a tie the first argument's, at 0 none.
  Real primitive(program::Prim prim, Real a, Real b, double value) {
    return a.node | b.node ? recorded(prim, a, b, value) : Real{value};
  }
  Real add(Real a, Real b) { return primitive(program::Prim::Add, a, b, a.value + b.value); }
  Real sub(Real a, Real b) { return primitive(program::Prim::Sub, a, b, a.value - b.value); }
  Real mul(Real a, Real b) { return primitive(program::Prim::Mul, a, b, a.value * b.value); }
  Real div(Real a, Real b) { return primitive(program::Prim::Div, a, b, a.value / b.value); }
  Real negated(Real a) { return primitive(program::Prim::Neg, a, {}, -a.value); }
  Real exp(Real a);
  /// adjoint * partial, and 0 where the adjoint is 0, whatever the partial: an infinite slope that nothing
  /// asks for is no NaN.
  Real scaled(Real adjoint, Real partial) {
    return primitive(program::Prim::Mul, adjoint, partial,
                     adjoint.value == 0 ? 0 : adjoint.value * partial.value);
  }
  /// adjoint / divisor likewise.
  Real shared(Real adjoint, Real divisor) {
    return primitive(program::Prim::Div, adjoint, divisor,
                     adjoint.value == 0 ? 0 : adjoint.value / divisor.value);
  }
  /// `value` is the sum of these.
  Real sum(std::span<const Real> terms, double value);
  /// The sum of products, of as many pairs as the shorter has.
  Real dot(std::span<const Real> a, std::span<const Real> b);

  /// Joins numbers; gives the node of the whole, of which `output` makes the results.
  NodeId join(std::unique_ptr<Joint> joint);
  Real output(NodeId joint, size_t position, double value);

  /// The derivatives of a number by each of several nodes. What it depends on without passing one of them is
  /// held fixed. 0 for node 0. The nodes of `by` are different.
  std::vector<Real> derivative(Real of, const std::vector<NodeId> &by);

private:
  enum class Kind : uint8_t {
    Primitive, ///< of a and b; a node that is 0 stands for `constant`
    Same,      ///< of a; a constant where a is 0
    Sum,       ///< of operands[a .. a + b)
    Joint,     ///< joints[a]
    Output,    ///< of the joint at node a, number b
    Pending,   ///< result b of pending[a]
  };
  struct Node {
    double value, constant;
    NodeId a, b;
    Kind kind;
    program::Prim prim;
  };
  /// A derivative of which only the values are known yet.
  struct Derivative {
    NodeId of;
    std::vector<NodeId> by, results;
  };
  static constexpr NodeId chunkBits = 14, largest = NodeId(1) << 27;

  std::vector<std::unique_ptr<Node[]>> chunks;
  NodeId count = 1; ///< node 0 stands for none
  std::vector<NodeId> operands;
  std::vector<std::unique_ptr<Joint>> joints;
  std::vector<Derivative> pending;

  Node &at(NodeId id) { return chunks[id >> chunkBits][id & ((NodeId(1) << chunkBits) - 1)]; }
  NodeId push(Node node);
  Real moved(Real x, double value);
  Real recorded(program::Prim prim, Real a, Real b, double value);
  void expand(size_t which);

  friend class Sweep;
};

} // namespace gms::eval
