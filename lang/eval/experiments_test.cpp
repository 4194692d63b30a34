#include "lang/eval/experiments.h"
#include "lang/eval/test_programs.h"
#include <gtest/gtest.h>

namespace gms::eval {
namespace {

using namespace test;

/// experiment e: param n: int = 2; made = map(x in numbers(), v in 0..n) of noisy(x)
///   plot made[0] against x in numbers(); expect length(made) <= 4; expect false
struct Made {
  Program program;
  FunctionId noisy = 0, numbers = 0;
  LocalId made = 0;

  Made() {
    Maker extern_(program, FunctionKind::Extern, "numbers");
    numbers = extern_.finish(nullptr);
    program.functions[numbers]->result = Type::list(real());
    Maker augment(program, FunctionKind::Augment, "noisy");
    LocalId x = augment.parameter(real());
    noisy = augment.finish(
        add(augment.local(x), augment.draw(Distribution::Uniform, real(), "by", list(num(0.0), num(1.0)))));
    experiment();
  }

  void experiment() {
    Maker m(program, FunctionKind::Experiment, "e");
    Experiment e;
    Param n;
    n.name = "n";
    n.type = whole();
    n.local = m.name(whole(), LocalKind::Parameter);
    n.defaultValue = num(2);
    made = m.name(Type::list(real()));
    LocalId x = m.name(real(), LocalKind::Index), v = m.index(), at = m.name(real(), LocalKind::Index);
    std::vector<IndexVar> indices;
    indices.push_back({x, nullptr, nullptr, m.call(numbers, {})});
    indices.push_back(m.over(v, num(0), m.local(n.local)));
    Step define;
    define.definition = std::make_unique<Definition>();
    define.definition->locals = {made};
    define.definition->value = m.reduce(ReduceKind::Map, Type::list(real()), std::move(indices),
                                        m.call(noisy, list(m.local(x)), "made.noisy"));
    e.steps.push_back(std::move(define));
    e.steps.push_back(clause(Clause::Kind::Plot, list(mul(m.local(at), num(10.0)))));
    e.steps.back().clause->against.push_back({at, nullptr, nullptr, m.call(numbers, {})});
    e.steps.push_back(
        clause(Clause::Kind::Expect, list(make(ExprKind::Length, whole(), list(m.local(made))), num(4))));
    e.steps.back().clause->ops = {Prim::Le};
    e.steps.push_back(
        clause(Clause::Kind::Show, list(make(ExprKind::Item, real(), list(m.local(made), num(99))))));
    e.params.push_back(std::move(n));
    e.function = m.finish(nullptr);
    program.experiments.push_back(std::move(e));
  }

  static Step clause(Clause::Kind kind, std::vector<E> values) {
    Step step;
    step.clause = std::make_unique<Clause>();
    step.clause->kind = kind;
    step.clause->values = std::move(values);
    return step;
  }

  ExperimentEvaluator evaluator(bool identified) {
    return ExperimentEvaluator(
        program, program.experiments[0],
        [identified](const std::string &, std::vector<Value>) {
          Value first(5.0), second(7.0);
          if (identified)
            second.identity = 1234;
          return Value::group({first, second});
        },
        42);
  }
};

double drawnAt(uint64_t sample, uint32_t epoch) {
  return unitOf(word({42, sample, epoch}, placeHash("e/made.noisy/by"), 0));
}

TEST(Experiment, ItemsAreSamplesAndRangesEpochs) {
  Made made;
  ExperimentOutcome outcome = made.evaluator(true).run();
  const std::vector<Value> &items = outcome.definitions.at("x1").items().items;
  ASSERT_EQ(items.size(), 4u);
  EXPECT_EQ(realOf(items[0]), double(5.0f + float(drawnAt(0, 0))));
  EXPECT_EQ(realOf(items[1]), double(5.0f + float(drawnAt(0, 1))));
  EXPECT_EQ(realOf(items[2]), double(7.0f + float(drawnAt(1234, 0))));
  EXPECT_EQ(realOf(items[3]), double(7.0f + float(drawnAt(1234, 1))));
  EXPECT_EQ(items[2].identity, 1234u);
  ExperimentOutcome plain = made.evaluator(false).run();
  EXPECT_EQ(realOf(plain.definitions.at("x1").items().items[2]), double(7.0f + float(drawnAt(1, 0))));
}

TEST(Experiment, ClausesGiveTheirSidesAndRows) {
  Made made;
  ExperimentOutcome outcome = made.evaluator(false).run();
  ASSERT_EQ(outcome.clauses.size(), 3u);
  ASSERT_EQ(outcome.clauses[0].rows.size(), 2u);
  EXPECT_EQ(realOf(outcome.clauses[0].rows[1][0]), 70);
  EXPECT_EQ(realOf(outcome.clauses[0].against[1][0]), 7);
  EXPECT_TRUE(outcome.clauses[1].holds);
  EXPECT_EQ(wholeOf(outcome.clauses[1].rows[0][0]), 4);
  EXPECT_FALSE(outcome.clauses[2].error.empty());
  EXPECT_FALSE(outcome.holds());
}

TEST(Experiment, ParamsAreGiven) {
  Made made;
  ExperimentEvaluator evaluator = made.evaluator(false);
  evaluator.set("n", Value(int64_t(3)));
  ExperimentOutcome outcome = evaluator.run();
  EXPECT_EQ(outcome.definitions.at("x1").items().items.size(), 6u);
  EXPECT_FALSE(outcome.clauses[1].holds);
  EXPECT_EQ(wholeOf(outcome.clauses[1].rows[0][0]), 6);
  // Variant 1 of a sample is the same however many are made.
  EXPECT_EQ(realOf(outcome.definitions.at("x1").items().items[1]), double(5.0f + float(drawnAt(0, 1))));
  EXPECT_THROW(evaluator.set("m", Value(true)), std::out_of_range);
}

TEST(Experiment, Comparisons) {
  EXPECT_TRUE(compares(Prim::Lt, Value(1.0), Value(2.0)));
  EXPECT_FALSE(compares(Prim::Lt, Value(1.0), Value(int64_t(2))));
  EXPECT_TRUE(compares(Prim::Ne, Value(std::string("a")), Value(std::string("b"))));
  EXPECT_TRUE(compares(Prim::Ge, Value(int64_t(2)), Value(int64_t(2))));
}

} // namespace
} // namespace gms::eval
