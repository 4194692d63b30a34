#include "runtime/fit/plan_fits.h"
#include "runtime/core/error.h"
#include "runtime/core/interrupt.h"
#include "runtime/core/progress.h"
#include "runtime/fit/evaluation_log.h"
#include "runtime/fit/model_vector.h"
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>

namespace gms::runtime {
namespace {

namespace fs = std::filesystem;

/// What all seeds of one fit share.
struct FitForm {
  const Plan &plan;
  const PlanServices &services;
  const HostExpr &e;
  const Rows &rows;
  const HostType &model;
  std::string recordPath, weightPath; ///< each followed by the seed
  uint64_t key;
  int steps, memory;
  double rate;
  Progress &progress;

  bool choosesStep() const { return e.args[3]->op != HostOp::Constant; }
};

/// One seed: its evaluator stands on one thread, so that seeds run side by side.
class SeedFit {
public:
  SeedFit(const FitForm &form, int64_t seed, int threads)
      : form(form), seed(seed), host(form.services.host), services{form.services.kernels, form.services.externs, host,
                                                                   form.services.seed, form.services.fits},
        evaluator(form.plan, services) {
    host.threads = threads;
    host.quiet = true;
  }

  Value run() {
    const Value start = initial();
    const ModelVector vector(start, form.model);
    x.resize(vector.size());
    kept.resize(vector.size());
    vector.read(start, x);
    kept = x;
    EvaluationLog log(form.recordPath + std::to_string(seed), x.size(), form.key ^ static_cast<uint64_t>(seed));
    things = evaluator.evaluateOne(*form.e.indices[0].list, form.rows).items();
    const Evaluate loss = log.around([&](std::span<const double> at, std::span<double> gradient) {
      return this->loss(vector, at, gradient);
    });
    const OnStep onStep = [&](const Step &step) { return this->onStep(vector, step); };
    const Outcome outcome = form.e.name == "adam"
                                ? adam(x, {.steps = form.steps, .rate = form.rate}, loss, onStep)
                                : lbfgs(x, {.steps = form.steps, .memory = form.memory}, loss, onStep);
    form.progress.advance(form.steps - outcome.steps);
    const Value model = vector.model(kept);
    writeSafetensors(form.weightPath + std::to_string(seed) + ".safetensors", vector.named(model),
                     {{"seed", std::to_string(seed)}, {"step", std::to_string(keptStep)}});
    std::vector<Value> losses(history.begin(), history.end());
    return Value::group({model, Value(seed), Value(keptLoss), Value(static_cast<int64_t>(outcome.steps)),
                         Value(static_cast<int64_t>(keptStep)), Value::list(std::move(losses))});
  }

private:
  const FitForm &form;
  const int64_t seed;
  ExternContext host;
  PlanServices services;
  PlanEvaluator evaluator;
  std::vector<Value> things;
  std::vector<double> x, kept, history;
  double best = HUGE_VAL, keptLoss = NAN;
  int keptStep = 0;

  /// The weights at the start, whose draws are those of a sample with the seed's number.
  Value initial() {
    Rows scope(form.rows);
    scope.setKeys({RowKey{static_cast<uint64_t>(seed), 0, true}});
    return evaluator.evaluateOne(*form.e.args[1], scope);
  }

  double loss(const ModelVector &vector, std::span<const double> at, std::span<double> gradient) {
    Rows scope(form.rows, std::vector<int64_t>(things.size(), 0));
    scope.set(form.e.index, Column::same(vector.model(at)));
    scope.set(form.e.indices[0].slot, Column::of(things));
    const Column losses = evaluator.evaluate(*form.e.args[2], scope);
    std::fill(gradient.begin(), gradient.end(), 0.0);
    double sum = 0;
    for (int64_t row = 0; row < scope.size(); ++row) {
      sum += losses.at(row).items()[0].number();
      vector.add(losses.at(row).items()[1], gradient);
    }
    return sum;
  }

  bool onStep(const ModelVector &vector, const Step &step) {
    if (InterruptGuard::requested())
      throw Error(ErrorKind::Interrupted, {std::to_string(step.number), "the steps of seed " + std::to_string(seed)});
    history.push_back(step.value);
    form.progress.advance();
    double measure = 0;
    if (form.choosesStep()) {
      Rows scope(form.rows);
      scope.set(form.e.index, Column::same(vector.model(step.x)));
      measure = evaluator.evaluateOne(*form.e.args[3], scope).number();
    }
    if (!form.choosesStep() || measure < best || !keptStep) {
      best = std::isnan(measure) ? HUGE_VAL : measure;
      keptStep = step.number;
      keptLoss = step.value;
      kept.assign(step.x.begin(), step.x.end());
    }
    return true;
  }
};

void makeFolders(const std::string &folder) {
  for (const char *part : {"/fits", "/weights"}) {
    std::error_code failed;
    fs::create_directories(folder + part, failed);
    if (failed)
      throw Error(ErrorKind::FolderNotMade, {folder + part, failed.message()});
  }
}

} // namespace

Value PlanFits::fit(const Plan &plan, const PlanServices &services, const HostExpr &e, const Rows &rows,
                    const std::string &name) {
  makeFolders(folder);
  started = true;
  PlanEvaluator evaluator(plan, services);
  const auto whole = [&](size_t k) { return static_cast<int>(evaluator.evaluateOne(*e.args[k], rows).whole()); };
  const std::vector<Value> seeds = evaluator.evaluateOne(*e.args[0], rows).items();
  const int steps = whole(4);
  Progress progress(name.empty() ? "fit" : name, static_cast<int64_t>(seeds.size()) * steps, "steps",
                    services.host.quiet ? ProgressStyle::Silent : ProgressStyle::Automatic);
  const FitForm form{plan,  services, e, rows, *e.type->items[0]->items[0], folder + "/fits/" + name + "-",
                     folder + "/weights/" + name + "-", key, steps, whole(5), evaluator.evaluateOne(*e.args[6], rows).number(),
                     progress};
  std::vector<Value> fitted(seeds.size());
  const int threads = services.host.threads;
  // One seed has all threads for its things; several have one each.
  if (seeds.size() == 1)
    fitted[0] = SeedFit(form, seeds[0].whole(), threads).run();
  else
    services.host.pool.parallelFor(
        static_cast<int64_t>(seeds.size()), threads,
        [&](int64_t first, int64_t last, int) {
          for (int64_t i = first; i < last; ++i)
            fitted[static_cast<size_t>(i)] = SeedFit(form, seeds[static_cast<size_t>(i)].whole(), 1).run();
        },
        1);
  progress.finish();
  return Value::list(std::move(fitted));
}

void PlanFits::forgetRecords() const {
  std::error_code ignored;
  fs::remove_all(folder + "/fits", ignored);
}

} // namespace gms::runtime
