// What of an experiment becomes kernels, and what the plan then says.
#include "compiler/import/plan/plan_experiment.h"
#include "lang/sema/check.h"
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace gms::compiler {
namespace {

using Json = nlohmann::json;

struct Planned {
  Sources sources;
  Diagnostics diagnostics;
  std::unique_ptr<program::Program> program;
  PlannedProgram plan;
  Json json;

  explicit Planned(const std::string &body) {
    const std::string text = R"(
op brighter(x: image[c, h, w], by: real) -> image[c, h, w] { out[k, i, j] = x[k, i, j] + by }
augment noisy(x: image[c, h, w]) -> image[c, h, w] { g ~ uniform(0, 1)
  return x |> brighter(g) }
op chart(n: int) -> image[3, n, n] { out[k in 0..3, i in 0..n, j in 0..n] = 0.5 }
op mean_of(x: image[c, h, w]) -> real = mean(k, i, j) of x[k, i, j]
extern load(folder: path) -> list[photo]
record photo { name: string, picture: image[3, h, w] }
experiment e {
)" + body + "\n}\n";
    const uint32_t file = sources.add("e.gms", text);
    program = sema::check(sources, file, {}, diagnostics);
    for (const Diagnostic &message : diagnostics.all())
      ADD_FAILURE() << render(message, sources, false);
    if (diagnostics.failed())
      return;
    plan = planExperiments(*program, sources, file, diagnostics);
    json = Json::parse(plan.json);
  }

  std::vector<std::string> shown() const {
    std::vector<std::string> names;
    for (const PlannedKernel &kernel : plan.kernels)
      names.push_back(kernel.shown);
    return names;
  }
};

using Names = std::vector<std::string>;

TEST(PlanExperiment, ScalarsStayOnTheHost) {
  const Planned planned("  n = 3\n  s = sum(i in 0..n) of i * i\n  expect s == 5");
  EXPECT_TRUE(planned.plan.kernels.empty());
  EXPECT_EQ(planned.json["experiments"][0]["steps"].size(), 3u);
  EXPECT_EQ(planned.json["experiments"][0]["steps"][2]["relations"], Json({"=="}));
}

TEST(PlanExperiment, AMappedBodyIsOneKernel) {
  const Planned planned(R"(  x = chart(8)
  views = map(v in 0..4) of (x |> noisy |> brighter(0.5))
  show views)");
  EXPECT_EQ(planned.shown(), (Names{"chart", "brighter"}));
  const Json &kernel = planned.json["kernels"][1];
  EXPECT_TRUE(kernel["keyed"].get<bool>());
  EXPECT_FALSE(planned.json["kernels"][0]["keyed"].get<bool>());
}

TEST(PlanExperiment, FieldsRatherThanRecordsArePassed) {
  const Planned planned("  photos = load(\"x\")\n  views = map(p in photos, v in 0..2) of noisy(p.picture)\n  show views");
  ASSERT_EQ(planned.shown(), Names{"noisy"});
  for (const Json &input : planned.json["kernels"][0]["inputs"])
    EXPECT_EQ(input["rank"], 3);
}

TEST(PlanExperiment, EqualWorkIsOneKernel) {
  const Planned planned(R"(  photos = load("x")
  expect min(p in photos) of mean_of(p.picture) >= 0
  expect max(q in photos) of mean_of(q.picture) <= 1)");
  EXPECT_EQ(planned.shown(), Names{"mean_of"});
}

TEST(PlanExperiment, DrawsOfTwoPlacesAreTwoKernels) {
  const Planned planned("  x = chart(4)\n  a = noisy(x)\n  b = noisy(x)\n  show a, b");
  EXPECT_EQ(planned.shown(), (Names{"chart", "noisy", "noisy"}));
  EXPECT_NE(planned.plan.kernels[1].name, planned.plan.kernels[2].name);
}

TEST(PlanExperiment, OtherLocalsChangeNoKernel) {
  const auto keyOf = [](const std::string &before) {
    Planned planned(before + "  x = chart(4)\n  expect mean_of(x) > 0");
    const program::Function &function = planned.program->function(planned.plan.kernels[1].function);
    return std::to_string(function.locals.size()) + function.locals[0].name;
  };
  EXPECT_EQ(keyOf(""), keyOf("  a = 1\n  b = a + 2\n"));
}

TEST(PlanExperiment, HostValuesAreLiftedOutOfKernels) {
  const Planned planned(R"(  photos = load("x")
  y = chart(4) |> brighter(0.1 * length(photos))
  show y)");
  ASSERT_EQ(planned.plan.kernels.size(), 1u);
  EXPECT_EQ(planned.json["experiments"][0]["steps"][1]["value"]["args"].size(), 1u);
}

TEST(PlanExperiment, ListsStayOnTheHost) {
  const Planned planned("  x = chart(4)\n  expect mean(m in map(v in 0..3) of mean_of(noisy(x))) of m < 1");
  EXPECT_EQ(planned.shown(), (Names{"chart", "mean_of"}));
  const Json &mean = planned.json["experiments"][0]["steps"][1]["values"][0];
  EXPECT_TRUE(mean["keyed"].get<bool>());
  EXPECT_EQ(mean["indices"][0]["list"]["reduce"], "map");
}

TEST(PlanExperiment, RecipesRunOnTheHostOnce) {
  const Planned planned(R"(  recipe twice(n: int) -> int = 2 * n
  a = twice(2)
  b = twice(a)
  expect b == 8)");
  EXPECT_TRUE(planned.plan.kernels.empty());
  EXPECT_EQ(planned.json["functions"].size(), 1u);
}

TEST(PlanExperiment, DrawsAreFilledInAfterCompiling) {
  const Planned planned("  x = noisy(chart(4))\n  show x");
  Signature signature;
  signature.usesDraws = true;
  signature.draws.push_back({"e/noisy/g", "uniform", program::Element::F32});
  const Json plan = Json::parse(planned.plan.withDraws({signature}));
  EXPECT_EQ(plan["kernels"][0]["draws"][0]["place"], "e/noisy/g");
  EXPECT_TRUE(plan["kernels"][0]["has_draws"].get<bool>());
}

} // namespace
} // namespace gms::compiler
