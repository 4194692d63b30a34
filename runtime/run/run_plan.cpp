#include "runtime/run/run_plan.h"
#include "runtime/core/atomic_file.h"
#include "runtime/core/error.h"
#include "runtime/core/interrupt.h"
#include "runtime/core/plan_params.h"
#include "runtime/core/run_directory.h"
#include "runtime/data/image_externs.h"
#include "runtime/report/grid.h"
#include "runtime/report/html.h"
#include "runtime/core/png_write.h"
#include "runtime/fit/plan_fits.h"
#include "runtime/run/report_of.h"
#include <chrono>
#include <cstdio>
#include <malloc.h>
#include <nlohmann/json.hpp>

namespace gms::runtime {
namespace {

using Clock = std::chrono::steady_clock;

/// The memory of one chunk's results serves the next: given back to the system, each would be cleared page by page anew.
void keepFreedMemory() {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

std::string claimsJson(const Report &report) {
  nlohmann::json claims = nlohmann::json::array();
  for (const Claim &claim : report.claims)
    claims.push_back({{"text", claim.text},
                      {"place", claim.place},
                      {"holds", claim.holds},
                      {"left", claim.left},
                      {"relation", claim.relation},
                      {"right", claim.right}});
  return claims.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

void write(const RunDirectory &folder, const Report &report, const std::string &plan, ThreadPool &pool) {
  writeWholeFile(folder.file("plan.json"), plan);
  writeWholeFile(folder.file("claims.json"), claimsJson(report));
  PageOptions page;
  page.pool = &pool;
  writeReport(folder.file("report.html"), report, page);
  if (const PictureGrid pictures = allPictures(report); !pictures.rows.empty())
    writePng(folder.file("grid.png"), composeGrid(pictures));
}

void summarise(const Report &report, const ExperimentResult &result, const std::string &folder) {
  for (const KernelTiming &kernel : result.kernels)
    std::printf("  %-20s %lld samples in %.3f s, %s\n", kernel.name.c_str(), static_cast<long long>(kernel.samples),
                kernel.seconds, rateText(kernel).c_str());
  for (const Remark &remark : report.remarks)
    std::printf("  note: %s%s%s\n", remark.code.c_str(), remark.code.empty() ? "" : ": ", remark.text.c_str());
  size_t held = 0;
  for (const Claim &claim : report.claims) {
    held += claim.holds;
    if (claim.holds)
      continue;
    std::printf("  claim failed at %s: %s\n", claim.place.c_str(), claim.text.c_str());
    if (claim.relation.empty())
      std::printf("    it is %s\n", claim.left.c_str());
    else
      std::printf("    left:  %s\n    right: %s   (expected left %s right)\n", claim.left.c_str(), claim.right.c_str(),
                  claim.relation.c_str());
  }
  if (!report.claims.empty())
    std::printf("  %zu of %zu claims hold\n", held, report.claims.size());
  std::printf("  %s/report.html\n", folder.c_str());
}

} // namespace

std::vector<OptionSpec> runOptions() {
  return {{"--experiment", "NAME", "which experiment, where the program has several", "", false},
          {"--device", "DEVICE", "cpu, cuda or evaluator (default: cpu)", "", false},
          {"--seed", "N", "keys all draws (default 0)", "", false},
          {"--threads", "N", "threads to use (default: all that this process may use)", "-j", false},
          {"--out", "FOLDER", "where runs/ is written (default: the current folder)", "-o", false},
          {"--data", "FOLDER", "the folder that data is read from, instead of the program's", "", false},
          {"--resume", "FOLDER", "goes on with a run that was interrupted, from its last step", "", false},
          {"--skip-bad", "", "leaves out files that cannot be read, and says so in the report", "", false},
          {"--quiet", "", "no progress bar", "-q", false},
          {"--help", "", "shows this", "-h", false}};
}

std::string runHelp(const std::string &usage, const Plan &plan, const PlanExperiment &experiment,
                    const std::vector<OptionSpec> &shared) {
  std::string text = "usage: " + usage + "\n\n" + experiment.name + " in " + plan.program + "\n";
  for (const std::string &line : experiment.docs)
    text += "  " + line + "\n";
  if (!experiment.params.empty())
    text += "\nparams of " + experiment.name + ":\n" + OptionParser("", paramOptions(experiment)).help();
  if (plan.experiments.size() > 1) {
    text += "\nexperiments:\n";
    for (const PlanExperiment &each : plan.experiments)
      text += "  " + each.name + "\n";
  }
  return text + "\noptions of every run:\n" + OptionParser("", shared).help();
}

namespace {

/// FNV-1a of all that decides a run's numbers.
uint64_t keyOf(const RunRequest &request, uint64_t seed) {
  std::string text = request.planText + '\n' + std::to_string(seed) + '\n' + request.options.valueOr("--data", "");
  for (const PlanParam &param : request.experiment.params)
    text += '\n' + param.name + '=' + request.options.valueOr("--" + param.name, "");
  uint64_t key = 0xcbf29ce484222325;
  for (const char c : text)
    key = (key ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return key;
}

/// Of an interrupted run what a fit had reached is kept, and how to go on is said.
[[noreturn]] void stopResumably(RunDirectory &folder, const Error &error) {
  folder.keepInterrupted();
  std::fprintf(stderr, "go on with --resume %s\n", folder.path().c_str());
  throw error;
}

} // namespace

int threadsOf(const Options &options) {
  const auto given = options.value("--threads");
  return given ? static_cast<int>(wholeNumber("--threads", *given, 1, ThreadPool::kMostThreads)) : ThreadPool::available();
}

int runPlan(const RunRequest &request) {
  const Options &options = request.options;
  const auto start = Clock::now();
  keepFreedMemory();
  RunFacts facts;
  facts.command = request.command;
  facts.device = request.kernels.device();
  facts.threads = threadsOf(options);
  facts.seed = options.has("--seed") ? unsignedNumber("--seed", *options.value("--seed")) : 0;
  const std::map<std::string, Value> params = readParams(request.plan, request.experiment, options);
  const InterruptGuard guard;
  ThreadPool pool(facts.threads);
  ExternRegistry externs;
  registerImageExterns(externs);
  ExternContext host{pool, facts.threads, options.valueOr("--data", ""), request.programFolder, options.has("--quiet"),
                     options.has("--skip-bad"), &facts.remarks};
  const auto made = options.has("--resume")
                        ? RunDirectory::resume(*options.value("--resume"), request.experiment.name)
                        : std::make_unique<RunDirectory>(options.valueOr("--out", ".") + "/runs", request.experiment.name);
  RunDirectory &folder = *made;
  PlanFits fits(folder.path(), keyOf(request, facts.seed));
  const ExperimentResult result = [&] {
    try {
      return runExperiment(request.plan, request.experiment, params, {request.kernels, externs, host, facts.seed, &fits});
    } catch (const Error &error) {
      if (error.kind() != ErrorKind::Interrupted || !fits.begun())
        throw;
      stopResumably(folder, error);
    }
  }();
  facts.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const Report report = reportOf(request.plan, request.experiment, result, facts);
  write(folder, report, request.planText, pool);
  folder.complete();
  fits.forgetRecords();
  std::printf("%s: %s, seed %llu, %d thread%s, %.2f s\n", request.experiment.name.c_str(), facts.device.c_str(),
              static_cast<unsigned long long>(facts.seed), facts.threads, facts.threads == 1 ? "" : "s", facts.seconds);
  summarise(report, result, folder.path());
  return result.claimsHold() ? 0 : 1;
}

} // namespace gms::runtime
