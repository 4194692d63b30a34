// Runs a typed program plainly: slow, complete, and the judge of every fast path.
#pragma once
#include "lang/eval/watch.h"
#include <functional>
#include <map>
#include <stdexcept>

namespace gms::eval {

/// More elements than this are refused rather than allocated.
constexpr int64_t largestTensor = int64_t(1) << 28;

/// What went wrong while a program was evaluated, and where.
struct EvalError : std::runtime_error {
  EvalError(Span span, const std::string &text) : std::runtime_error(text), span(span) {}
  EvalError(Span span, unsigned code, const std::string &text, std::string detail = "")
      : std::runtime_error(text), span(span), code(code), detail(std::move(detail)) {}
  /// "E0746: this operator is singular"; without a code the text alone.
  std::string coded() const;
  Span span;
  unsigned code = 0;  ///< of the runtime's message for the same fault of compiled code; 0: it has none
  std::string detail; ///< the number that this message shows
};

/// Host functions: given an extern's name and its arguments in the order of its parameters, without waiting
/// warps.
using Externs = std::function<Value(const std::string &name, std::vector<Value> arguments)>;

class WarpMap;

class Evaluator {
public:
  explicit Evaluator(const program::Program &program, Externs externs = {})
      : program(program), externs(std::move(externs)), tape(std::make_shared<Tape>()) {}

  /// An evaluator that records on a given tape. `wide`: nothing is rounded to f32, so that differences show
  /// slopes.
  Evaluator(const program::Program &program, std::shared_ptr<Tape> tape, bool wide)
      : program(program), tape(std::move(tape)), wide(wide) {}

  /// Calls a function; arguments left out take their defaults. What it gives is forced: no warp is left
  /// waiting. Throws EvalError where extents disagree, an extern fails or a derivative is too large.
  Value call(program::FunctionId function, std::vector<Value> arguments, Key key = {});

  /// Where it is not null, what is drawn from now on is noted there by its place, of a choice the number of
  /// what was taken.
  void noteDraws(std::map<std::string, double> *values) { drawn = values; }

  /// Where it is not null, it is told what runs.
  void watchedBy(const Watch *told) { watch = told; }
  /// Applies something once more. What it gives may have nodes where its arguments have.
  Value apply(const Application &application);

  /// Samples a warped image; other values, and what they hold, likewise.
  static Value forced(const Value &value, const program::Program &program);

private:
  struct Frame {
    const program::Function *function;
    std::vector<Value> locals;
    std::string place;
  };

  const program::Program &program;
  Externs externs;
  std::shared_ptr<Tape> tape;
  bool wide = false;
  const Watch *watch = nullptr;
  Key key;
  bool identified = false; ///< key.sample is that of an item of a list
  std::map<std::string, double> *drawn = nullptr;
  uint32_t element = 0; ///< row-major number of the element under Tabulate

  Value invoke(const program::Function &function, std::vector<Value> arguments, const std::string &place,
               Span span);
  void bindExtents(const std::vector<program::DimBinding> &dims, const std::vector<program::DimCheck> &checks,
                   Frame &frame);
  int64_t extent(const Value &value, const std::vector<uint32_t> &fields, uint32_t axis);

  Value eval(const program::Expr &e, Frame &frame);
  Value evalCall(const program::Expr &e, Frame &frame);
  Value evalItem(const program::Expr &e, Frame &frame);
  Value evalGroup(const program::Expr &e, Frame &frame);
  Value evalTensor(const program::Expr &e, Frame &frame);
  Real real(const program::Expr &e, Frame &frame);
  int64_t whole(const program::Expr &e, Frame &frame);
  bool truth(const program::Expr &e, Frame &frame) { return whole(e, frame) != 0; }
  Real scalar(const program::Expr &e, Frame &frame);
  Real realPrimitive(const program::Expr &e, Frame &frame);
  double realValue(const program::Expr &e, double a, double b);
  int64_t wholePrimitive(const program::Expr &e, Frame &frame);
  Real convert(const program::Expr &e, Frame &frame);
  TensorRef tensor(const program::Expr &e, Frame &frame);
  static Value ofScalar(program::Element element, Real value);
  /// Rounds to an element type's precision.
  double rounded(double value, program::Element element) const {
    return element == program::Element::F32 && !wide ? static_cast<double>(static_cast<float>(value)) : value;
  }
  Real rounded(Real value, program::Element element) const {
    return tape->as(value, rounded(value.value, element));
  }

  Real read(const program::Expr &e, Frame &frame);
  Value tabulate(const program::Expr &e, Frame &frame);
  Value reduce(const program::Expr &e, Frame &frame);
  Value reduceReals(const program::Expr &e, const std::vector<Real> &numbers);
  Real product(const std::vector<Real> &numbers);
  Real median(std::vector<Real> numbers);
  Value reduceInts(const program::Expr &e, const std::vector<int64_t> &numbers);
  static void requireSize(const program::Expr &e, const std::vector<int64_t> &shape);
  static std::shared_ptr<Tensor> newTensor(const program::Expr &e, std::vector<int64_t> shape);
  Value scan(const program::Expr &e, Frame &frame);
  Value choose(const program::Expr &e, Frame &frame);
  Value draw(const program::Expr &e, Frame &frame);
  void note(const std::string &place, double value) {
    if (drawn)
      (*drawn)[place] = value;
  }
  Value drawReal(const program::Expr &e, Frame &frame, uint32_t bits);
  Value repeat(const program::Expr &e, Frame &frame);
  Value loop(const program::Expr &e, Frame &frame);
  void pass(const program::Expr &e, Frame &frame, std::vector<Value> &states,
            std::vector<std::vector<Value>> &yields);
  Value warp(const program::Expr &e, Frame &frame);
  Value warpPoints(const program::Expr &e, Frame &frame);
  static void movedBox(WarpMap &map, const Real *box, Real *moved);
  Value applyWarp(const program::Expr &e, const std::vector<Value> &arguments);
  Value applyWarpPoints(const program::Expr &e, const std::vector<Value> &arguments, int64_t height,
                        int64_t width);
  WarpStep step(const program::Expr &e, const std::vector<Value> &arguments, size_t count, int64_t height,
                int64_t width);

  /// Gives a local its value; what something is differentiated by becomes a variable on the tape.
  void bind(Frame &frame, program::LocalId local, Value value) {
    const program::Local &named = frame.function->locals[local];
    frame.locals[local] = named.variable && named.kind != program::LocalKind::Capture
                              ? variable(std::move(value))
                              : std::move(value);
  }
  Value variable(Value value);
  Value derivative(const program::Expr &e, Frame &frame);
  Value ownDerivative(const program::Expr &e, Frame &frame);
  Value makeOperator(const program::Expr &e, Frame &frame);
  Value applyOperator(const program::Expr &e, Frame &frame);
  Value lowest(const program::Expr &e, Frame &frame);
  Value solve(const program::Expr &e, Frame &frame);
  void run(const program::Definition &definition, Frame &frame);
  /// Runs `body` for each combination of the indices' values, last index fastest. Where `keyed`, the draws of
  /// a pass are keyed by it: an item of a list is a sample, a range counts the epoch.
  void each(const std::vector<program::IndexVar> &indices, size_t at, Frame &frame, bool keyed,
            const std::function<void()> &body);
  void eachItem(const std::vector<program::IndexVar> &indices, size_t at, Frame &frame, bool keyed,
                const std::function<void()> &body);
  static std::string placeOf(const program::Expr &e, const Frame &frame) {
    return e.place.empty() ? frame.place : frame.place + "/" + e.place;
  }
  int64_t dimension(const program::Dim &dim, Frame &frame);

  friend class WarpMap;
};

/// The sample's number where lists are nested: SplitMix64's finaliser over both.
uint64_t mixIdentity(uint64_t around, uint64_t inner);
/// The int below 2^63 nearest to zero from a real; INT64_MIN where there is none.
int64_t toInt(double value);
/// The reals of a value in its order, and their nodes.
void collect(const Value &value, std::vector<Real> &reals);
void collect(const Value &value, std::vector<NodeId> &nodes);
/// A value of the same form, with `give(real, element)` for each of its reals, in their order; other numbers
/// stay.
Value reshaped(const Value &value, const std::function<Real(Real, program::Element)> &give);
/// Whether a value, or something in it, has a node on a tape; and the same value without.
bool taped(const Value &value);
Value plain(const Value &value, const program::Program &program);
/// The element that an index reads under a border rule, or -1 where the value outside is read.
int64_t bordered(int64_t index, int64_t extent, program::Border border);

} // namespace gms::eval
