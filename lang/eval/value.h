// Values of the evaluator.
#pragma once
#include "lang/program/program.h"
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gms::eval {

/// A dense row-major tensor. Reals are kept as doubles that are already rounded to the element type; ints and
/// bools as doubles too, exact to 2^53.
struct Tensor {
  program::Element element = program::Element::F32;
  std::vector<int64_t> shape;
  std::vector<double> data;

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
  double fill = 0;
  mutable TensorRef sampled; ///< once it has been read
};

struct Value {
  std::variant<std::monostate, bool, int64_t, double, std::string, TensorRef,
               std::shared_ptr<const WarpedImage>, std::shared_ptr<const Group>>
      v;
  std::optional<uint64_t> identity; ///< of a sample, for the keys of its draws; an extern may attach one

  Value() = default;
  Value(bool b) : v(b) {}
  Value(int64_t i) : v(i) {}
  Value(double r) : v(r) {}
  Value(std::string s) : v(std::move(s)) {}
  Value(TensorRef t) : v(std::move(t)) {}
  Value(std::shared_ptr<const WarpedImage> w) : v(std::move(w)) {}
  Value(std::shared_ptr<const Group> g) : v(std::move(g)) {}
  static Value group(std::vector<Value> items);

  bool isTensor() const { return v.index() == 5 || v.index() == 6; }
  const Group &items() const { return *std::get<std::shared_ptr<const Group>>(v); }
};

/// The value as a program would write it, long tensors shortened.
std::string print(const Value &value);

} // namespace gms::eval
