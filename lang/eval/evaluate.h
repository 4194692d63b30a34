// Runs a typed program plainly: slow, complete, and the judge of every fast path.
#pragma once
#include "lang/eval/generator.h"
#include "lang/eval/value.h"
#include <functional>
#include <map>
#include <stdexcept>

namespace gms::eval {

/// More elements than this are refused rather than allocated.
constexpr int64_t largestTensor = int64_t(1) << 28;

/// What went wrong while a program was evaluated, and where.
struct EvalError : std::runtime_error {
  EvalError(Span span, const std::string &text) : std::runtime_error(text), span(span) {}
  Span span;
};

/// Host functions: given an extern's name and its arguments in the order of its parameters, without waiting
/// warps.
using Externs = std::function<Value(const std::string &name, std::vector<Value> arguments)>;

class Evaluator {
public:
  explicit Evaluator(const program::Program &program, Externs externs = {})
      : program(program), externs(std::move(externs)) {}

  /// Calls a function; arguments left out take their defaults. What it gives is forced: no warp is left
  /// waiting. Throws EvalError where extents disagree or an extern fails.
  Value call(program::FunctionId function, std::vector<Value> arguments, Key key = {});

  /// Where it is not null, what is drawn from now on is noted there by its place, of a choice the number of what was taken.
  void noteDraws(std::map<std::string, double> *values) { drawn = values; }

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
  Key key;
  bool identified = false; ///< key.sample is that of an item of a list
  std::map<std::string, double> *drawn = nullptr;
  uint32_t element = 0;    ///< row-major number of the element under Tabulate

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
  double real(const program::Expr &e, Frame &frame);
  int64_t whole(const program::Expr &e, Frame &frame);
  bool truth(const program::Expr &e, Frame &frame) { return whole(e, frame) != 0; }
  double scalar(const program::Expr &e, Frame &frame);
  double realPrimitive(const program::Expr &e, Frame &frame);
  int64_t wholePrimitive(const program::Expr &e, Frame &frame);
  double convert(const program::Expr &e, Frame &frame);
  TensorRef tensor(const program::Expr &e, Frame &frame);
  Value ofScalar(const program::Expr &e, double value) const;

  double read(const program::Expr &e, Frame &frame);
  Value tabulate(const program::Expr &e, Frame &frame);
  Value reduce(const program::Expr &e, Frame &frame);
  Value reduceReals(const program::Expr &e, const std::vector<double> &numbers);
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
  Value repeat(const program::Expr &e, Frame &frame);
  Value warp(const program::Expr &e, Frame &frame);
  Value warpPoints(const program::Expr &e, Frame &frame);
  WarpStep step(const program::Expr &e, Frame &frame, int64_t height, int64_t width, size_t arguments);
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
/// Rounds to the precision of an element type.
double rounded(double value, program::Element element);
/// The element that an index reads under a border rule, or -1 where the value outside is read.
int64_t bordered(int64_t index, int64_t extent, program::Border border);

} // namespace gms::eval
