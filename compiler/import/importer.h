// The walk over the typed program. One Importer makes one kernel.
#pragma once
#include "compiler/import/emitter.h"
#include "compiler/import/import.h"
#include <llvm/ADT/DenseSet.h>
#include <map>
#include <optional>
#include <unordered_map>

namespace gms::compiler {

using program::Expr;
using program::ExprKind;
using program::Function;
using program::LocalId;
using program::Prim;

/// Thrown after a message was reported; import() catches it.
struct ImportFailure {};
/// Thrown where a warp's coordinate is used in a way that is not affine or projective.
struct NotLinear {};

/// So few passes of a loop are written out: kernels of constants and small matrices then need no memory.
constexpr int64_t unrolledPasses = 32;
/// Of doubles.
constexpr int64_t unrolledDoubles = 9;

/// A tensor that is made inside a body can be a variable where it has at most so many elements.
constexpr int64_t elementVariables = 256;

/// One call: the values of a function's locals. Copied where a rule (Tensor::rule) needs it later.
struct Frame {
  const Function *function = nullptr;
  std::vector<ImportValue> locals;
  std::string place; ///< of the draws below: entry name, then each call's place, joined by '/'
};

class Importer {
public:
  Importer(const program::Program &program, const ImportOptions &options, mlir::MLIRContext &context,
           Signature &signature, Diagnostics &diagnostics)
      : program(program), options(options), emitter(context), signature(signature), diagnostics(diagnostics) {
  }
  mlir::OwningOpRef<mlir::ModuleOp> run(program::FunctionId entry);

private:
  const program::Program &program;
  const ImportOptions &options;
  Emitter emitter;
  Signature &signature;
  Diagnostics &diagnostics;
  mlir::Block *entryBlock = nullptr;
  bool literalsAreInputs = false;
  std::optional<Scalar> element;        ///< inside a tabulate: the row-major number of the element
  llvm::DenseSet<mlir::Value> required; ///< conditions of core.require
  std::unordered_map<const Expr *, std::vector<LocalId>> freeLocalsOf;

  [[noreturn]] void fail(Kind kind, Span span, std::initializer_list<std::string> arguments);
  [[noreturn]] void failNotCompiled(const Expr &expr, const char *what);

  // the kernel's function (import.cpp)
  void makeFunction(const Function &function);
  ImportValue parameter(SignatureItem item, mlir::Block &block, Span span);
  ImportValue argument(const SignatureItem &item, mlir::Block &block);
  ImportValue knownValue(const SignatureItem &item, const KnownScalar &known);
  void results(const ImportValue &value, SignatureItem item, Span span, std::vector<mlir::Value> &out);
  mlir::Value resultTensor(const ImportValue &value, Span span, const std::vector<mlir::Value> &others);
  void describe(mlir::Operation *function);
  void collectDraws(mlir::Operation *function);

  // expressions (expressions.cpp)
  ImportValue eval(const Expr &expr, Frame &frame);
  ImportValue dispatch(const Expr &expr, Frame &frame);
  Scalar scalar(const Expr &expr, Frame &frame);
  TensorRef tensor(const Expr &expr, Frame &frame);
  std::vector<Scalar> scalars(const std::vector<program::ExprPtr> &args, size_t from, Frame &frame);
  Scalar toScalar(const ImportValue &value, const Expr &expr);
  int64_t knownInt(const Expr &expr, Frame &frame, const char *what);
  Scalar dim(const program::Dim &dim, Frame &frame);
  Scalar atom(const program::Dim::Atom &atom, Frame &frame);
  std::vector<Scalar> extents(const program::Type &type, Frame &frame);
  ImportValue constant(const Expr &expr);
  ImportValue makeTensor(const Expr &expr, Frame &frame);
  TensorRef literalArgument(const Tensor &literal);
  ImportValue primitive(const Expr &expr, Frame &frame);
  ImportValue convert(const Expr &expr, Frame &frame);
  ImportValue call(const Expr &expr, Frame &frame);
  ImportValue block(const Expr &expr, Frame &frame);
  void define(const std::vector<program::Definition> &definitions, Frame &frame);
  ImportValue repeat(const Expr &expr, Frame &frame);
  ImportValue item(const Expr &expr, Frame &frame);
  ImportValue pick(const std::vector<ImportValue> &items, const Scalar &index, const Expr &expr);
  std::vector<ImportValue> evalAll(const Expr &expr, Frame &frame, size_t from = 0);
  void bindDims(const std::vector<program::DimBinding> &dims, const std::vector<program::DimCheck> &checks,
                Frame &frame);
  static Scalar lengthOf(const ImportValue &list);
  Scalar extentOf(LocalId local, const std::vector<uint32_t> &fields, uint32_t axis, Frame &frame);
  void require(const Scalar &condition, const std::string &text, bool firstPass = false);
  Frame enterFunction(const Expr &expr, Frame &frame, size_t firstArgument);

  // loops of solvers (loops.cpp)
  struct LoopParts {
    const Expr &expr;
    Frame &frame;
    Scalar low, count = {};
    std::vector<ImportValue> forms = {}, starts = {}; ///< the states at first: one a state, and one a leaf
    std::vector<ImportValue> yields = {}, leaves = {};
    size_t carried = 0; ///< leaves that the loop carries
    bool until = false;
    mlir::Operation *op = nullptr;
  };
  ImportValue loop(const Expr &expr, Frame &frame);
  void bindStates(const LoopParts &parts, const std::vector<ImportValue> &leaves, Frame &frame);
  Scalar loopEnd(const LoopParts &parts, const std::vector<ImportValue> &states);
  mlir::Value leafValue(const ImportValue &leaf, Span span);
  ImportValue leafOf(mlir::Value value, const ImportValue &like);
  void makeLoop(LoopParts &parts);
  std::vector<mlir::Value> nextStates(LoopParts &parts, const std::vector<ImportValue> &now,
                                      std::vector<ImportValue> &next);
  ImportValue loopResult(LoopParts &parts);
  ImportValue unlessDone(const LoopParts &parts, const ImportValue &made);
  ImportValue passOf(const Series &series, const Scalar &index, Span span);
  ImportValue listed(const ImportValue &value, Span span);

  // what does not depend on the bodies around it (invariance.cpp)
  std::optional<size_t> levelOf(const ImportValue &value) const;
  size_t placeFor(const Expr &expr, Frame &frame);
  const std::vector<LocalId> &freeLocals(const Expr &expr);
  bool invariant(const ImportValue &value) const;
  bool draws(const Expr &expr) const;
  bool holdsLoop(const Expr &expr) const;

  // tensors (tensors.cpp)
  ImportValue tabulate(const Expr &expr, Frame &frame);
  ImportValue read(const Expr &expr, Frame &frame);
  using Body = std::function<Scalar(const std::vector<Scalar> &)>;
  TensorRef compute(Element element, const std::vector<Scalar> &extents, const Body &body);
  bool smallTable(const Expr &expr, const std::vector<Scalar> &sizes) const;
  TensorRef tableOf(Element element, const std::vector<Scalar> &sizes, const Body &body);
  TensorRef ruled(Element element, const std::vector<Scalar> &extents, Tensor::Rule rule);
  Scalar readElement(const Tensor &tensor, const std::vector<Scalar> &indices, program::Border border);
  Scalar readInside(const Tensor &tensor, const std::vector<Scalar> &indices);
  Scalar borderIndex(const Scalar &index, const Scalar &extent, program::Border border, Scalar &inside);
  mlir::Value materialise(const Tensor &tensor, Span span);
  mlir::Value constantTensor(const Tensor &tensor);
  TensorRef tensorOf(mlir::Value value, Element element, std::vector<Scalar> extents);
  Scalar linearIndex(const std::vector<Scalar> &indices, const std::vector<Scalar> &extents);

  // reductions (reductions.cpp)
  ImportValue reduce(const Expr &expr, Frame &frame);
  ImportValue reduceIndices(const Expr &expr, Frame &frame);
  ImportValue reduceUnrolled(const Expr &expr, Frame &frame);
  std::vector<ImportValue> itemsOf(const ImportValue &list, Span span);
  void unroll(const Expr &expr, Frame &frame, size_t index, const std::function<void(Frame &)> &pass);
  /// What one index of a reduction runs over: a range, or the elements of a tensor.
  struct Range {
    std::vector<Scalar> lows, highs;
    TensorRef elements;
  };
  Range rangeOf(const program::IndexVar &index, Frame &frame);
  Scalar reduceOp(const char *kind, const Expr &expr, Frame &frame, Element element,
                  const std::function<Scalar()> &body);
  Scalar median(const Expr &expr, Frame &frame);
  Scalar medianOf(const Expr &expr, std::vector<Scalar> values, const std::vector<Scalar> &kept);
  Scalar combine(const Expr &expr, std::vector<Scalar> values, const std::vector<Scalar> &kept);
  Scalar countOf(const Expr &expr, Frame &frame);
  Scalar neutral(program::ReduceKind kind, Element element);
  ImportValue scan(const Expr &expr, Frame &frame);

  // derivatives (derivatives.cpp)
  /// Binds a parameter or definition: under a name of its own where something is differentiated by it.
  void bind(Frame &frame, LocalId local, ImportValue value);
  ImportValue named(const ImportValue &value);
  TensorRef elementwise(const Tensor &tensor);
  ImportValue derivative(const Expr &expr, Frame &frame);
  Scalar derivativeBy(const Scalar &of, const Scalar &variable);
  ImportValue ownDerivative(const Expr &expr, Frame &frame);
  // linear operators (linear_operators.cpp)
  ImportValue makeOperator(const Expr &expr, Frame &frame);
  ImportValue applyOperator(const Expr &expr, Frame &frame);
  ImportValue lowest(const Expr &expr, Frame &frame);
  ImportValue solve(const Expr &expr, Frame &frame);
  OperatorRef linearOperator(const Expr &expr, Frame &frame);
  ImportValue eitherOperator(const Scalar &condition, const LinearOperator &yes, const LinearOperator &no);
  void requireOutside(const Expr &expr);
  Scalar falling(const Scalar &rate, const Scalar &distance, Element element);
  Scalar bandElement(const LinearOperator &whole, const LinearOperator::Part &part, bool periodic, const Scalar &extent,
                     const Scalar &band, const Scalar &point);
  mlir::Value bandsAlong(const LinearOperator &whole, int axis, bool &periodic);
  mlir::Value planeDiagonal(const LinearOperator &whole);
  mlir::Value asDoubles(const Tensor &tensor);
  ImportValue fromDoubles(mlir::Value value, Element element, const std::vector<Scalar> &extents);
  Scalar sumOver(const Scalar &low, const Scalar &high, Element element, const std::function<Scalar(const Scalar &)> &body);
  Scalar applyPart(const LinearOperator::Part &part, const LinearOperator &whole, const Tensor &x,
                   const std::vector<Scalar> &place);
  std::map<const LinearOperator::Part *, TensorRef> exponentialParts(const LinearOperator &whole, const Tensor &x);

  // conditionals (conditionals.cpp)
  ImportValue conditional(const Expr &expr, Frame &frame);
  static std::vector<const Expr *> switchArms(const Expr &expr);
  /// The arms' values joined by `selector` (a bool: arms then, else; an int: its arm).
  ImportValue join(const Scalar &selector, size_t arms, const std::function<ImportValue(size_t)> &arm,
                   Span span);
  /// Moves the arms' operations before `op` where they are few and cheap.
  bool speculate(mlir::Operation *op);
  bool cheap(mlir::Operation &op) const;
  void moveArms(mlir::Operation *op);
  ImportValue selectLinear(const Scalar &condition, const ImportValue &a, const ImportValue &b);
  ImportValue selectLeaf(const Scalar &selector, const std::vector<std::vector<ImportValue>> &leaves,
                         size_t leaf, Span span);
  void joinRegions(mlir::Operation *op, const std::vector<std::vector<ImportValue>> &leaves,
                   const std::vector<size_t> &differing, std::vector<ImportValue> &result, Span span);
  std::vector<Scalar> joinedExtents(const std::vector<std::vector<ImportValue>> &leaves, size_t leaf,
                                    mlir::Value value);
  void flatten(const ImportValue &value, std::vector<ImportValue> &leaves);
  ImportValue rebuild(const ImportValue &form, const std::vector<ImportValue> &leaves, size_t &next);
  bool sameLeaf(const ImportValue &a, const ImportValue &b);
  /// A value that warps after it do not compose with.
  ImportValue forced(const ImportValue &value);
  ImportValue joinRules(const Scalar &selector, size_t arms, const Expr &expr, Frame &frame,
                        const std::function<ImportValue(Frame &, size_t)> &arm);

  // draws (draws.cpp)
  ImportValue draw(const Expr &expr, Frame &frame);
  ImportValue choose(const Expr &expr, Frame &frame);
  Scalar drawScalar(const char *distribution, const std::vector<Scalar> &args, Element type,
                    const std::string &place);
  Scalar categorical(const std::vector<Scalar> &weights, const std::string &place);
  ImportValue permutation(const Expr &expr, Frame &frame, const std::string &place);
  std::string placeOf(const Expr &expr, Frame &frame) const;

  // warps (warps.cpp, warp_points.cpp)
  ImportValue warp(const Expr &expr, Frame &frame);
  ImportValue warpPoints(const Expr &expr, Frame &frame);
  Frame warpFrame(const Expr &expr, Frame &frame, const Scalar &height, const Scalar &width);
  std::pair<ImportValue, ImportValue> warpMap(Frame &frame, ImportValue y, ImportValue x);
  LinearForm linearForm(const ImportValue &value, Element element);
  ImportValue linearPrimitive(Prim prim, const std::vector<ImportValue> &args);
  std::optional<std::pair<LinearForm, LinearForm>> linearMap(Frame warp);
  std::pair<Scalar, Scalar> invertPoint(const LinearForm &first, const LinearForm &second, const Scalar &y,
                                        const Scalar &x);
  std::pair<Scalar, Scalar> fixedPoint(Frame warp, const Scalar &y, const Scalar &x);
  using PointMover = std::function<std::pair<Scalar, Scalar>(const Scalar &, const Scalar &)>;
  std::vector<Scalar> movedBox(const PointMover &move, const Scalar &top, const Scalar &left,
                               const Scalar &bottom, const Scalar &right);
  Scalar pickScalar(const std::vector<Scalar> &values, const Scalar &index);
};

} // namespace gms::compiler
