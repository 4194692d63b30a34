// Values of the evaluator.
#pragma once
#include "lang/program/program.h"
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gms::eval {

/// What a real was computed from, on a tape (lang/eval/tape.h); 0 where nothing that it depends on is
/// differentiated by.
using NodeId = uint32_t;

/// A real number with its place on the tape.
struct Real {
  double value = 0;
  NodeId node = 0;
};

class Tape;

/// A dense row-major tensor. Reals are kept as doubles that are already rounded to the element type; ints and
/// bools as doubles too, exact to 2^53.
struct Tensor {
  program::Element element = program::Element::F32;
  std::vector<int64_t> shape;
  std::vector<double> data;
  std::vector<NodeId> nodes; ///< one an element; empty where no element has one

  Real at(size_t i) const { return {data[i], nodes.empty() ? 0 : nodes[i]}; }
  void set(size_t i, Real real) {
    data[i] = real.value;
    if (real.node && nodes.empty())
      nodes.resize(data.size());
    if (!nodes.empty())
      nodes[i] = real.node;
  }
  bool real() const { return element == program::Element::F32 || element == program::Element::F64; }
  int64_t size() const;
  /// Row-major position of the last axis' first element.
  static std::shared_ptr<Tensor> make(program::Element element, std::vector<int64_t> shape);
};
using TensorRef = std::shared_ptr<const Tensor>;

struct Value;

/// A record, a tuple or a list.
struct Group {
  std::vector<Value> items;
};

/// One warp with its arguments, waiting to be applied.
struct WarpStep {
  const program::Function *warp = nullptr;
  std::vector<Value> arguments;
  int64_t inputHeight = 0, inputWidth = 0, outputHeight = 0, outputWidth = 0;
};

/// An image seen through warps: adjacent warps compose, and pixels are sampled once, when something reads
/// them.
struct WarpedImage {
  TensorRef source;
  std::vector<WarpStep> steps; ///< the first applied comes first
  program::Sampling sampling = program::Sampling::Bilinear;
  program::Border border = program::Border::Zero;
  Real fill;
  std::shared_ptr<Tape> tape; ///< of the evaluator that made it
  bool wide = false;          ///< that evaluator rounds nothing to f32
  mutable TensorRef sampled;  ///< once it has been read
};

struct Value {
  std::variant<std::monostate, bool, int64_t, double, std::string, TensorRef,
               std::shared_ptr<const WarpedImage>, std::shared_ptr<const Group>>
      v;
  NodeId node = 0;                  ///< of a real scalar
  std::optional<uint64_t> identity; ///< of a sample, for the keys of its draws; an extern may attach one

  Value() = default;
  Value(bool b) : v(b) {}
  Value(int64_t i) : v(i) {}
  Value(double r) : v(r) {}
  Value(Real r) : v(r.value), node(r.node) {}
  Value(std::string s) : v(std::move(s)) {}
  Value(TensorRef t) : v(std::move(t)) {}
  Value(std::shared_ptr<const WarpedImage> w) : v(std::move(w)) {}
  Value(std::shared_ptr<const Group> g) : v(std::move(g)) {}
  static Value group(std::vector<Value> items);

  bool isTensor() const { return v.index() == 5 || v.index() == 6; }
  /// A real scalar with its node; std::bad_variant_access where it is none.
  Real real() const { return {std::get<double>(v), node}; }
  const Group &items() const { return *std::get<std::shared_ptr<const Group>>(v); }
};

/// The value as a program would write it, long tensors shortened.
std::string print(const Value &value);

} // namespace gms::eval
