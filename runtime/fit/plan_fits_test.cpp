// A plan's fits with a kernel written by hand: loss (w - t)^2 + (v - t)^2 for each thing t, weights {w: f64, v: f32[1]}.
#include "runtime/fit/plan_fits.h"
#include "runtime/core/plan_run.h"
#include "runtime/core/test_folder.h"
#include "runtime/fit/safetensors.h"
#include <cmath>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace gms::runtime {
namespace {

using Json = nlohmann::json;

int calls = 0;
int failAfter = 1 << 30;

int32_t lossShape(gms_tensor *a, int64_t *workspace) {
  *workspace = 0;
  a[3].rank = a[4].rank = 0;
  a[3].type = a[4].type = GMS_F64;
  a[5].rank = 1;
  a[5].shape[0] = 1;
  a[5].type = GMS_F32;
  return GMS_OK;
}

int32_t lossRun(const gms_call *call, int64_t first, int64_t last) {
  for (int64_t s = first; s < last; ++s) {
    if (++calls > failAfter)
      return GMS_BAD_SHAPE;
    const gms_tensor *a = call->arguments + s * call->argument_count;
    const double w = *static_cast<const double *>(a[0].data), t = *static_cast<const double *>(a[2].data);
    const double v = static_cast<double>(*static_cast<const float *>(a[1].data));
    *static_cast<double *>(a[3].data) = std::pow(w - t, 4) + (w - t) * (w - t) + (v - t) * (v - t);
    *static_cast<double *>(a[4].data) = 4 * std::pow(w - t, 3) + 2 * (w - t);
    *static_cast<float *>(a[5].data) = static_cast<float>(2 * (v - t));
  }
  return GMS_OK;
}

/// The start: w is the sample's number, v is 0.
int32_t startShape(gms_tensor *a, int64_t *workspace) {
  *workspace = 0;
  a[0].rank = 0;
  a[0].type = GMS_F64;
  a[1].rank = 1;
  a[1].shape[0] = 1;
  a[1].type = GMS_F32;
  return GMS_OK;
}

int32_t startRun(const gms_call *call, int64_t first, int64_t last) {
  for (int64_t s = first; s < last; ++s) {
    const gms_tensor *a = call->arguments + s * call->argument_count;
    *static_cast<double *>(a[0].data) = static_cast<double>(call->keys[s].sample);
    *static_cast<float *>(a[1].data) = 0;
  }
  return GMS_OK;
}

class FakeKernels : public KernelProvider {
public:
  NativeKernel loss{lossRun, lossShape}, start{startRun, startShape};
  const Kernel &get(const std::string &name) override { return name == "loss" ? loss : start; }
  std::string device() const override { return "fake"; }
};

Json local(int slot) { return {{"op", "local"}, {"index", slot}}; }
Json real(double v) { return {{"op", "const"}, {"type", 0}, {"value", v}}; }
Json whole(int64_t v) { return {{"op", "const"}, {"type", 1}, {"value", v}}; }
Json call(int kernel, int type, Json args) { return {{"op", "kernel"}, {"index", kernel}, {"type", type}, {"args", args}}; }
Json listOf(Json args) { return {{"op", "list"}, {"args", args}}; }
Json field(Json of, int index) {
  Json args = Json::array();
  args.push_back(of);
  return {{"op", "field"}, {"index", index}, {"args", args}};
}

// types: 0 f64, 1 int, 2 f32[1], 3 model {w, v}, 4 (loss, model), 5 list of f64, 6 a fitted model, 7 list of those
Json planOf(Json keep, int steps, const char *minimiser) {
  Json f64 = {{"element", "f64"}, {"rank", 0}}, f32 = {{"element", "f32"}, {"rank", 1}};
  const auto with = [](Json item, int parameter, Json fields) {
    item["parameter"] = parameter;
    item["fields"] = fields;
    return item;
  };
  Json fit = {{"op", "fit"}, {"name", minimiser}, {"index", 1}, {"type", 7},
              {"indices", {{{"slot", 2}, {"list", listOf({real(2), real(4)})}, {"name", "t"}}}},
              {"args", {listOf({whole(7), whole(9), whole(11)}), call(1, 3, Json::array()),
                        call(0, 4, {local(1), local(2)}), keep, whole(steps), whole(5), real(0.1)}}};
  Json shown = local(0);
  shown["type"] = 7;
  return {{"gms_plan", 1},
          {"units", Json::array()},
          {"types", {{{"kind", "scalar"}, {"element", "f64"}},
                     {{"kind", "scalar"}, {"element", "int"}},
                     {{"kind", "tensor"}, {"element", "f32"}, {"rank", 1}},
                     {{"kind", "record"}, {"name", "model"}, {"names", {"w", "v"}}, {"items", {0, 2}}},
                     {{"kind", "tuple"}, {"items", {0, 3}}},
                     {{"kind", "list"}, {"items", {0}}},
                     {{"kind", "record"}, {"name", "fitted"}, {"names", {"model", "seed", "loss", "steps", "kept", "history"}},
                      {"items", {3, 1, 0, 1, 1, 5}}},
                     {{"kind", "list"}, {"items", {6}}}}},
          {"kernels", {{{"name", "loss"}, {"inputs", {with(f64, 0, {0}), with(f32, 0, {1}), with(f64, 1, Json::array())}},
                        {"outputs", {f64, f64, f32}}, {"result", 4}},
                       {{"name", "start"}, {"inputs", Json::array()}, {"outputs", {f64, f32}}, {"result", 3}, {"keyed", true}}}},
          {"functions", Json::array()},
          {"experiments", {{{"name", "test"}, {"slots", 4}, {"params", Json::array()},
                            {"steps", {{{"slots", {0}}, {"name", "xs"}, {"value", fit}},
                                       {{"clause", "show"}, {"text", "xs"}, {"place", "p:1"}, {"labels", {"xs"}}, {"values", Json::array({shown})}}}}}}}};
}

struct FitRun {
  TemporaryFolder folder;
  FakeKernels kernels;
  ThreadPool pool{2};
  ExternRegistry externs;

  std::vector<Value> run(const Json &json, int threads = 2) {
    const auto plan = readPlan(json.dump());
    ExternContext host{pool, threads, "", "", true, false, nullptr};
    PlanFits fits(folder.path.string(), 5);
    const ExperimentResult result = runExperiment(*plan, plan->experiment(""), {}, {kernels, externs, host, 0, &fits});
    return result.clauses[0].values[0].items();
  }
};

double w(const Value &fitted) { return fitted.items()[0].items()[0].number(); }

TEST(PlanFits, FindsTheMinimumFromEverySeed) {
  FitRun run;
  const std::vector<Value> fitted = run.run(planOf(real(0), 60, "lbfgs"));
  ASSERT_EQ(fitted.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(fitted[i].items()[1].whole(), static_cast<int64_t>(7 + 2 * i));
    EXPECT_NEAR(w(fitted[i]), 3, 1e-6);
    EXPECT_NEAR(fitted[i].items()[0].items()[1].tensor().elementsAs<float>()[0], 3, 1e-4);
    EXPECT_NEAR(fitted[i].items()[2].number(), 2 * (1 + 1 + 1), 1e-9);
    const Safetensors weights = readSafetensors(run.folder.at("weights/xs-" + std::to_string(7 + 2 * i) + ".safetensors"));
    EXPECT_EQ(weights.get("w", GMS_F64, {}).elementsAs<double>()[0], w(fitted[i]));
  }
}

TEST(PlanFits, SeedsStartWhereTheirNumberSays) {
  FitRun run;
  const std::vector<Value> fitted = run.run(planOf(real(0), 1, "adam"));
  EXPECT_NEAR(w(fitted[0]), 6.9, 1e-6); // Adam's first step is its rate
  EXPECT_NEAR(w(fitted[2]), 10.9, 1e-6);
}

TEST(PlanFits, KeepsTheStepThatTheProgramChooses) {
  FitRun run;
  // |w - 5|, as sqrt would need: (w - 5)^2 by products of differences.
  const Json w = field(local(1), 0);
  const auto prim = [](const char *word, Json a, Json b) -> Json {
    return {{"op", "prim"}, {"prim", word}, {"type", 0}, {"args", {a, b}}};
  };
  const Json away = prim("sub", w, real(5));
  const std::vector<Value> fitted = run.run(planOf(prim("mul", away, away), 200, "adam"));
  for (const Value &each : fitted) {
    EXPECT_LT(each.items()[4].whole(), 200);
    EXPECT_NEAR(gms::runtime::w(each), 5, 0.1); // steps of at most about the rate
    EXPECT_EQ(each.items()[5].items().size(), 200u);
  }
}

TEST(PlanFits, ResumesWithIdenticalNumbers) {
  FitRun whole, broken;
  const std::vector<Value> expected = whole.run(planOf(real(0), 40, "lbfgs"), 1);
  calls = 0;
  failAfter = 21;
  EXPECT_THROW(broken.run(planOf(real(0), 40, "lbfgs"), 1), Error);
  failAfter = 1 << 30;
  const std::vector<Value> resumed = broken.run(planOf(real(0), 40, "lbfgs"), 1);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(w(resumed[i]), w(expected[i]));
    EXPECT_EQ(resumed[i].items()[2].number(), expected[i].items()[2].number());
  }
}

TEST(PlanFits, ThreadsDoNotChangeTheResult) {
  FitRun one, two;
  const std::vector<Value> a = one.run(planOf(real(0), 40, "lbfgs"), 1), b = two.run(planOf(real(0), 40, "lbfgs"), 2);
  for (size_t i = 0; i < 3; ++i)
    EXPECT_EQ(w(a[i]), w(b[i]));
}

} // namespace
} // namespace gms::runtime
