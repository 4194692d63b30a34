// Every `d(e) / d(x)` that a test comes through: the test is run again with x moved where it gets its value,
// and e is looked at.
#include "lang/eval/check_derivatives.h"
#include "lang/eval/slopes.h"
#include <chrono>
#include <cmath>
#include <map>

namespace gms::eval {

using namespace program;

namespace {

constexpr size_t mostOccurrences = 3, mostLeaves = 4;
constexpr double step = 2e-5, longRun = 0.05; // seconds

/// A derivative as a run came by it.
struct Event {
  const Function *function;
  const Expr *expr;
  double of;
  size_t binding, offset; ///< the value that it is by, and where in it that begins
  std::vector<Real> slopes;
};

/// What is added to a real of a value.
struct Shift {
  size_t binding = 0;
  std::map<size_t, double> by; ///< real of the value
};

class ExpressionCheck {
public:
  ExpressionCheck(const Program &program, std::vector<SlopeCheck> &checks)
      : program(program), checks(checks) {}

  void check(FunctionId test) {
    const auto start = std::chrono::steady_clock::now();
    const std::vector<Event> events = run(test, {});
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    for (size_t i = 0; i < events.size(); ++i)
      if (!events[i].function->imported && seen[events[i].expr]++ < mostOccurrences)
        compare(test, events, i, took.count() > longRun);
  }

private:
  const Program &program;
  std::vector<SlopeCheck> &checks;
  std::map<const Expr *, size_t> seen, places;

  SlopeCheck &checkOf(const Event &event) {
    auto [place, fresh] = places.try_emplace(event.expr, checks.size());
    if (fresh)
      checks.push_back({event.function, event.expr, 0, 0, {}});
    return checks[place->second];
  }

  std::vector<Event> run(FunctionId test, const Shift &shift) const {
    std::vector<Event> events;
    std::vector<std::pair<NodeId, NodeId>> bindings;
    Watch watch;
    watch.bound = [&](Value &value) {
      if (shift.by.empty() || bindings.size() != shift.binding)
        return;
      size_t at = 0;
      value = reshaped(value, [&](Real real, Element) {
        auto found = shift.by.find(at++);
        return found == shift.by.end() ? real : Real{real.value + found->second};
      });
    };
    watch.made = [&](NodeId first, NodeId end) { bindings.push_back({first, end}); };
    watch.derived = [&](const Function &function, const Expr &e, double of, NodeId first,
                        const std::vector<Real> &slopes) {
      for (size_t b = bindings.size(); b-- > 0;)
        if (bindings[b].first <= first && first < bindings[b].second) {
          events.push_back({&function, &e, of, b, first - bindings[b].first, slopes});
          return;
        }
    };
    Evaluator evaluator(program, std::make_shared<Tape>(), true);
    evaluator.watchedBy(&watch);
    try {
      evaluator.call(test, {});
    } catch (const EvalError &) { // shown by the test's own run
    }
    return events;
  }

  /// By a few reals and along one direction; of a test that takes long, along the direction only.
  void compare(FunctionId test, const std::vector<Event> &events, size_t which, bool slow) {
    const Event &event = events[which];
    const size_t count = event.slopes.size(),
                 stride = std::max<size_t>(1, (count + mostLeaves - 1) / mostLeaves);
    for (size_t leaf = 0; leaf < count && !(slow && count > 1); leaf += stride)
      along(test, event, which, {{leaf, 1.0}});
    if (stride == 1 && !slow)
      return;
    std::map<size_t, double> direction;
    for (size_t leaf = 0; leaf < count; ++leaf)
      direction[leaf] = scattered(leaf, 29);
    along(test, event, which, direction);
  }

  void along(FunctionId test, const Event &event, size_t which, const std::map<size_t, double> &direction) {
    double slope = 0;
    for (const auto &[leaf, share] : direction)
      slope += share * event.slopes[leaf].value;
    const Slope result = compared(slope, step, [&](double by) {
      Shift shift{event.binding, {}};
      for (const auto &[leaf, share] : direction)
        shift.by[event.offset + leaf] = by * share;
      const std::vector<Event> moved = run(test, shift);
      return which < moved.size() && moved[which].expr == event.expr ? moved[which].of : NAN;
    });
    SlopeCheck &check = checkOf(event);
    if (result.verdict == SlopeVerdict::Kink)
      ++check.kinks;
    else
      ++check.compared;
    if (result.verdict == SlopeVerdict::Differs)
      check.faults.push_back((direction.size() > 1
                                  ? "in one direction"
                                  : "by number " + std::to_string(direction.begin()->first)) +
                             ": " + std::to_string(slope) + " by the tape, " +
                             std::to_string(result.difference) + " by differences");
  }
};

} // namespace

void checkExpressions(const Program &program, std::vector<SlopeCheck> &checks) {
  ExpressionCheck expressions(program, checks);
  for (const Test &test : program.tests)
    if (!program.function(test.function).imported)
      expressions.check(test.function);
}

} // namespace gms::eval
