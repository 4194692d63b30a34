// Plans run with kernels written by hand: batching, keys, claims, conditionals, lists.
#include "runtime/core/plan_run.h"
#include "runtime/core/plan_params.h"
#include "runtime/core/test_folder.h"
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace gms::runtime {
namespace {

using Json = nlohmann::json;

/// out[i] = x[i] + gain + (key.sample * 1000 + key.epoch) where it draws; out has x's extent.
int32_t addShape(gms_tensor *a, int64_t *workspace) {
  *workspace = 16;
  a[2].rank = 1;
  a[2].type = GMS_F32;
  a[2].shape[0] = a[0].shape[0];
  a[3].rank = 1;
  a[3].type = GMS_F64;
  a[3].shape[0] = 1;
  return a[0].shape[0] > 100 ? GMS_BAD_SHAPE : GMS_OK;
}

int calls = 0;

int32_t addRun(const gms_call *call, int64_t first, int64_t last) {
  ++calls;
  for (int64_t s = first; s < last; ++s) {
    const gms_tensor *a = call->arguments + s * call->argument_count;
    const double drawn = static_cast<double>(call->keys[s].sample * 1000 + call->keys[s].epoch);
    const float gain = *static_cast<const float *>(a[1].data);
    for (int64_t i = 0; i < a[0].shape[0]; ++i)
      static_cast<float *>(a[2].data)[i] = static_cast<const float *>(a[0].data)[i] + gain + static_cast<float>(drawn);
    *static_cast<double *>(a[3].data) = drawn;
  }
  return GMS_OK;
}

class FakeKernels : public KernelProvider {
public:
  NativeKernel kernel{addRun, addShape};
  const Kernel &get(const std::string &name) override {
    if (name != "add")
      throw Error(ErrorKind::KernelMissing, {name});
    return kernel;
  }
  std::string device() const override { return "fake"; }
};

// The types of all plans here: 0 f32, 1 int, 2 bool, 3 string, 4 f32[n], 5 list of f32[n], 6 rad, 7 list of int
Json planOf(Json steps, Json params = Json::array()) {
  return {{"gms_plan", 1},
          {"units", {{{"name", "deg"}, {"scale", 0.017453292519943295}, {"base", "rad"}}}},
          {"types", {{{"kind", "scalar"}, {"element", "f32"}},
                     {{"kind", "scalar"}, {"element", "int"}},
                     {{"kind", "scalar"}, {"element", "bool"}},
                     {{"kind", "string"}},
                     {{"kind", "tensor"}, {"element", "f32"}, {"rank", 1}},
                     {{"kind", "list"}, {"items", {4}}},
                     {{"kind", "scalar"}, {"element", "f32"}, {"unit", "rad"}},
                     {{"kind", "list"}, {"items", {1}}}}},
          {"kernels", {{{"name", "add"},
                        {"inputs", {{{"element", "f32"}, {"rank", 1}, {"parameter", 0}}, {{"element", "f32"}, {"parameter", 1}}}},
                        {"outputs", {{{"element", "f32"}, {"rank", 1}}}},
                        {"result", 4},
                        {"has_draws", true},
                        {"draws", {{{"place", "test/add/turn"}}}}}}},
          {"functions", {{{"name", "twice"},
                          {"slots", 1},
                          {"parameters", {0}},
                          {"body", {{"op", "prim"}, {"prim", "mul"}, {"type", 1},
                                    {"args", {{{"op", "local"}, {"index", 0}}, {{"op", "const"}, {"type", 1}, {"value", 2}}}}}}}}},
          {"experiments", {{{"name", "test"}, {"slots", 10}, {"params", params}, {"steps", steps}}}}};
}

Json local(int slot) { return {{"op", "local"}, {"index", slot}}; }
Json number(double value) { return {{"op", "const"}, {"type", 0}, {"value", value}}; }
Json whole(int64_t value) { return {{"op", "const"}, {"type", 1}, {"value", value}}; }
Json prim(const char *word, int type, Json a, Json b) {
  Json args = Json::array();
  args.push_back(a);
  args.push_back(b);
  return {{"op", "prim"}, {"prim", word}, {"type", type}, {"args", args}};
}
Json define(int slot, Json value) { return {{"slots", {slot}}, {"value", value}, {"name", "x"}}; }
Json expect(Json a, const char *relation, Json b, int type) {
  a["type"] = type;
  b["type"] = type;
  Json values = Json::array();
  values.push_back(a);
  values.push_back(b);
  return {{"clause", "expect"}, {"text", "claim"}, {"values", values}, {"relations", {relation}}, {"place", "p.gms:3"}};
}
Json range(int slot, Json low, Json high) { return {{"slot", slot}, {"low", low}, {"high", high}, {"name", "i"}}; }
Json reduce(const char *word, int type, Json indices, Json body) {
  Json args = Json::array();
  args.push_back(body);
  return {{"op", "reduce"}, {"reduce", word}, {"type", type}, {"indices", indices}, {"args", args}};
}
Json vectorOf(std::vector<double> values) {
  Json args = Json::array();
  for (double value : values)
    args.push_back(number(value));
  return {{"op", "tensor"}, {"type", 4}, {"extents", {values.size()}}, {"args", args}};
}
Json addCall(Json x, Json gain) {
  Json args = Json::array();
  args.push_back(x);
  args.push_back(gain);
  return {{"op", "kernel"}, {"index", 0}, {"type", 4}, {"args", args}};
}
Json at(Json tensor, int64_t i) {
  Json args = Json::array();
  args.push_back(tensor);
  args.push_back(whole(i));
  return {{"op", "read"}, {"args", args}};
}

struct RunOfPlan {
  std::unique_ptr<Plan> plan;
  ExperimentResult result;
};

RunOfPlan run(const Json &json, const std::map<std::string, Value> &params = {}, int threads = 2) {
  RunOfPlan made;
  made.plan = readPlan(json.dump());
  FakeKernels kernels;
  ThreadPool pool(threads);
  ExternRegistry externs;
  externs.add("three", [](ExternContext &, std::span<const Value>, const HostType &) {
    std::vector<Value> items;
    for (int64_t i = 0; i < 3; ++i) {
      Value item(int64_t(10 * i));
      auto notes = std::make_shared<Notes>();
      notes->name = "n" + std::to_string(i);
      notes->identity = static_cast<uint64_t>(i + 5);
      item.notes = notes;
      items.push_back(item);
    }
    return Value::list(std::move(items));
  });
  ExternContext host{pool, threads, "", "", true, false, nullptr};
  made.result = runExperiment(*made.plan, made.plan->experiment(""), params, {kernels, externs, host, 7});
  return made;
}

TEST(PlanRun, ChecksAllClaimsAndKeepsBothSides) {
  const RunOfPlan made = run(planOf({expect(prim("add", 1, whole(1), whole(2)), "<", whole(3), 1),
                                     expect(prim("floordiv", 1, whole(-7), whole(2)), "==", whole(-4), 1)}));
  ASSERT_EQ(made.result.clauses.size(), 2u);
  EXPECT_FALSE(made.result.clauses[0].holds);
  EXPECT_EQ(made.result.clauses[0].values[0].whole(), 3);
  EXPECT_TRUE(made.result.clauses[1].holds);
  EXPECT_FALSE(made.result.claimsHold());
}

TEST(PlanRun, AClaimWithoutAValueFailsAlone) {
  const RunOfPlan made = run(planOf({expect(prim("mod", 1, whole(1), whole(0)), "==", whole(0), 1), expect(whole(1), "==", whole(1), 1)}));
  EXPECT_FALSE(made.result.clauses[0].holds);
  EXPECT_NE(made.result.clauses[0].failure.find("E0732"), std::string::npos);
  EXPECT_TRUE(made.result.clauses[1].holds);
}

TEST(PlanRun, MapsBatchKernelsAndKeyThem) {
  calls = 0;
  Json list = {{"slot", 1}, {"list", local(0)}};
  Json steps = {define(0, {{"op", "extern"}, {"name", "three"}, {"type", 7}}),
                define(3, reduce("map", 5, {list, range(2, whole(0), whole(4))}, addCall(vectorOf({1, 2}), number(0.5))))};
  steps.push_back({{"clause", "show"}, {"values", {{{"op", "local"}, {"index", 3}, {"type", 5}}}}, {"labels", {"views"}}});
  for (int threads : {1, 2}) {
    const RunOfPlan made = run(planOf(steps), {}, threads);
    const Value &views = made.result.clauses[0].values[0];
    ASSERT_EQ(views.items().size(), 12u);
    const auto &shape = std::get<Value::List>(views.data).shape;
    ASSERT_TRUE(shape);
    EXPECT_EQ(shape->extents, (std::vector<int64_t>{3, 4}));
    EXPECT_EQ(shape->rows, (std::vector<std::string>{"n0", "n1", "n2"}));
    for (int64_t i = 0; i < 12; ++i) {
      const double key = static_cast<double>((i / 4 + 5) * 1000 + i % 4);
      EXPECT_EQ(views.items()[i].tensor().elementsAs<float>()[1], static_cast<float>(2.5 + key));
      EXPECT_EQ(views.items()[i].notes->values[0], key);
    }
    EXPECT_EQ(made.result.kernels[0].samples, 12);
  }
}

TEST(PlanRun, ReducesOverRangesThatDependOnEachOther) {
  // sum(i in 0..4, j in 0..i) of 1 is 6
  Json indices = {range(1, whole(0), whole(4)), range(2, whole(0), local(1))};
  Json mean = reduce("mean", 0, {range(1, whole(0), whole(3))}, at(addCall(vectorOf({1}), number(0)), 0));
  Json empty = reduce("max", 1, {range(1, whole(0), whole(0))}, local(1));
  const RunOfPlan made = run(planOf({expect(reduce("sum", 1, indices, whole(1)), "==", whole(6), 1),
                                     expect(mean, "==", number(2), 0), // samples 0, epochs 0, 1, 2
                                     expect(empty, "==", whole(0), 1)}));
  EXPECT_TRUE(made.result.clauses[0].holds);
  EXPECT_TRUE(made.result.clauses[1].holds);
  EXPECT_NE(made.result.clauses[2].failure.find("E0731"), std::string::npos);
}

TEST(PlanRun, NestedReductionsAndConditionsStayInTheirRows) {
  // sum(i in 0..3) of (if i < 1 then 100 else sum(j in 0..i) of twice(j)): 100 + 0 + (0 + 2)
  Json twice = {{"op", "call"}, {"index", 0}, {"args", {local(2)}}};
  Json inner = reduce("sum", 1, {range(2, whole(0), local(1))}, twice);
  Json args = Json::array();
  args.push_back(prim("lt", 2, local(1), whole(1)));
  args.push_back(whole(100));
  args.push_back(inner);
  const RunOfPlan made = run(planOf({expect(reduce("sum", 1, {range(1, whole(0), whole(3))}, {{"op", "if"}, {"args", args}}), "==", whole(102), 1)}));
  EXPECT_EQ(made.result.clauses[0].values[0].whole(), 102);
}

TEST(PlanRun, BadShapesNameTheKernel) {
  const Json plan = planOf({define(0, addCall(vectorOf(std::vector<double>(101, 0.0)), number(0)))});
  EXPECT_NE(messageThrownBy([&] { run(plan); }).find("add"), std::string::npos);
  EXPECT_EQ(kindThrownBy([&] { run(plan); }), ErrorKind::KernelFailed);
}

TEST(PlanRun, TablesHaveARowEachIndex) {
  Json clause = {{"clause", "table"}, {"values", {{{"op", "prim"}, {"prim", "mul"}, {"type", 1}, {"args", {local(1), local(1)}}}}}, {"labels", {"square"}}};
  Json index = range(1, whole(2), whole(5));
  index["type"] = 1;
  clause["against"].push_back(index);
  const RunOfPlan made = run(planOf({clause}));
  ASSERT_EQ(made.result.clauses[0].columns[0].size(), 3u);
  EXPECT_EQ(made.result.clauses[0].columns[0][2].whole(), 16);
  EXPECT_EQ(made.result.clauses[0].against[0][0].whole(), 2);
}

TEST(PlanParams, ReadsUnits) {
  Json param = {{"name", "turn_by"}, {"slot", 0}, {"type", 6}, {"default", {{"op", "const"}, {"type", 6}, {"value", 0}}}};
  const auto plan = readPlan(planOf(Json::array(), {param}).dump());
  const auto value = [&](const std::string &text) {
    return readParam("--turn-by", text, *plan->experiment("").params[0].type, plan->units);
  };
  EXPECT_NEAR(value("90 deg").real(), 1.5707964, 1e-6);
  EXPECT_NEAR(value("90deg").real(), 1.5707964, 1e-6);
  EXPECT_EQ(value("1 rad").real(), 1);
  EXPECT_EQ(kindThrownBy([&] { value("90"); }), ErrorKind::BadOptionValue);
  EXPECT_NE(messageThrownBy([&] { value("3 m"); }).find("deg"), std::string::npos);
  const auto specs = paramOptions(plan->experiment(""));
  EXPECT_EQ(specs[0].name, "--turn-by");
  EXPECT_EQ(specs[0].alias, "--turn_by");
}

TEST(PlanRead, RefusesWhatIsNotWhole) {
  EXPECT_EQ(kindThrownBy([] { readPlan("{"); }), ErrorKind::PlanUnreadable);
  EXPECT_EQ(kindThrownBy([] { readPlan("{\"gms_plan\": 99}"); }), ErrorKind::PlanTooNew);
  EXPECT_EQ(kindThrownBy([] { readPlan(planOf({define(99, whole(1))}).dump()); }), ErrorKind::PlanUnreadable);
  EXPECT_EQ(kindThrownBy([] { readPlan(planOf({define(0, {{"op", "call"}, {"index", 3}, {"args", Json::array()}})}).dump()); }),
            ErrorKind::PlanUnreadable);
}

} // namespace
} // namespace gms::runtime
