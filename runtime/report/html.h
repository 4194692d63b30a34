// A run's report as one page that needs nothing but itself: no network, no script.
#pragma once
#include "runtime/core/thread_pool.h"
#include "runtime/report/report.h"
#include <string>

namespace gms::runtime {

struct PageOptions {
  int64_t pictureSide = 320;  ///< pictures are shrunk until their longer side is this, in pixels
  ThreadPool *pool = nullptr; ///< encodes the pictures on all its threads, where given
};

/// The page. Throws NotAPicture, ReportSeriesUneven or ReportRowUneven.
std::string reportPage(const Report &report, const PageOptions &options = {});

/// Writes the page, whole or not at all. Throws as `reportPage`, and FileNotWritten or DiskFull.
void writeReport(const std::string &path, const Report &report, const PageOptions &options = {});

} // namespace gms::runtime
