// The values of the partial evaluator.
#pragma once
#include "lang/program/program.h"
#include <functional>
#include <memory>
#include <mlir/IR/Value.h>
#include <optional>
#include <variant>
#include <vector>

namespace gms::compiler {

using program::Element;

/// A scalar: a number known when compiling, or an SSA value (i1, i8, index, f32, f64 for Bool, U8, Int, F32,
/// F64).
struct Scalar {
  Element element = Element::Int;
  mlir::Value value; ///< null where known
  int64_t whole = 0; ///< Bool (0 or 1), U8, Int
  double real = 0;   ///< F32 (exactly representable in it), F64

  bool known() const { return !value; }
  bool isReal() const { return element == Element::F32 || element == Element::F64; }
  static Scalar of(int64_t v) { return {Element::Int, {}, v, 0}; }
  static Scalar of(bool v) { return {Element::Bool, {}, v ? 1 : 0, 0}; }
  static Scalar of(double v, Element e) {
    return {e, {}, 0, e == Element::F32 ? static_cast<double>(static_cast<float>(v)) : v};
  }
  static Scalar of(mlir::Value v, Element e) { return {e, v, 0, 0}; }
  /// Surely the same number: the same constant or the same SSA value.
  friend bool same(const Scalar &a, const Scalar &b) {
    return a.element == b.element && a.value == b.value && a.whole == b.whole && a.real == b.real;
  }
};

/// A tensor, in one of three forms: an SSA value; its elements one by one (small, made by MakeTensor); or a
/// rule that gives an element (made inside a scalar body, where it depends on the body's indices).
struct Tensor {
  using Rule = std::function<Scalar(const std::vector<Scalar> &)>;
  Element element = Element::F32;
  std::vector<Scalar> extents;
  mlir::Value value;
  std::vector<Scalar> elements; ///< row-major; all extents are known then
  Rule rule;
  size_t rank() const { return extents.size(); }
};
using TensorRef = std::shared_ptr<const Tensor>;

struct ImportValue;
/// What the passes of a loop yielded: `form` of one pass, with a tensor over the passes in place of each leaf.
struct Series;
using SeriesRef = std::shared_ptr<const Series>;
/// A tuple, a record or a list.
struct Group {
  std::vector<ImportValue> items;
  bool list = false;
};
using GroupRef = std::shared_ptr<const Group>;

/// An affine or projective function of a warp's (y, x): (n0 + ny y + nx x) / (d0 + dy y + dx x).
struct LinearForm {
  Scalar n[3];
  bool projective = false;
  Scalar d[3];
};
using LinearRef = std::shared_ptr<const LinearForm>;

/// A symmetric operator on tensors [points], by what its parts are: they stay apart until something needs the whole.
struct LinearOperator {
  struct Part {
    program::OperatorKind kind; ///< Banded, Toeplitz, Dense or Exponential
    bool periodic = false;      ///< Banded
    TensorRef tensor;           ///< as OperatorKind says
    Scalar rate;                ///< Exponential
    std::optional<Scalar> factor;
    int axis = 0; ///< of a plane: along which it acts; -1: a diagonal [1, n, m]
  };
  Element element = Element::F64;
  std::vector<Scalar> points; ///< one extent, or two of a plane
  std::vector<Part> parts;
  bool plane() const { return points.size() == 2; }
};
using OperatorRef = std::shared_ptr<const LinearOperator>;

struct ImportValue {
  std::variant<std::monostate, Scalar, TensorRef, GroupRef, std::string, LinearRef, SeriesRef, OperatorRef> form;

  ImportValue() = default;
  ImportValue(Scalar s) : form(std::move(s)) {}
  ImportValue(TensorRef t) : form(std::move(t)) {}
  ImportValue(LinearRef l) : form(std::move(l)) {}
  ImportValue(OperatorRef o) : form(std::move(o)) {}
  static ImportValue text(std::string s) {
    ImportValue v;
    v.form = std::move(s);
    return v;
  }
  static ImportValue group(std::vector<ImportValue> items, bool list) {
    ImportValue v;
    v.form = std::make_shared<const Group>(Group{std::move(items), list});
    return v;
  }
  const Scalar *scalar() const { return std::get_if<Scalar>(&form); }
  const Tensor *tensor() const {
    auto *t = std::get_if<TensorRef>(&form);
    return t ? t->get() : nullptr;
  }
  const Group *group() const {
    auto *g = std::get_if<GroupRef>(&form);
    return g ? g->get() : nullptr;
  }
  const LinearForm *linear() const {
    auto *l = std::get_if<LinearRef>(&form);
    return l ? l->get() : nullptr;
  }
  const LinearOperator *linearOperator() const {
    auto *o = std::get_if<OperatorRef>(&form);
    return o ? o->get() : nullptr;
  }
  const std::string *string() const { return std::get_if<std::string>(&form); }
  const Series *series() const {
    auto *s = std::get_if<SeriesRef>(&form);
    return s ? s->get() : nullptr;
  }
};

struct Series {
  Scalar count;
  ImportValue form;
};

} // namespace gms::compiler
