// How long the front end takes for a file.
//
// usage: gms_front_end_speed FILE.gms STDLIB
// Prints: lines of the file, lines with its imports, then ms: first parse and check of the process, parse, parse and check
// with imports, format (medians).
#include "lang/format/format.h"
#include "lang/sema/check.h"
#include "lang/syntax/parse.h"
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace {
using namespace gms;

double milliseconds(auto &&work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

double median(auto &&work) {
  std::vector<double> times(15);
  for (double &time : times)
    time = milliseconds(work);
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

} // namespace

int main(int count, char **values) {
  if (count != 3)
    return 2;
  std::ifstream in(values[1]);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  uint32_t lines = 0, allLines = 0;
  const auto check = [&] {
    Sources sources;
    Diagnostics diagnostics;
    sema::check(sources, sources.add(values[1], text), {{values[2]}}, diagnostics);
    allLines = 0;
    for (uint32_t file = 1; file <= sources.count(); ++file)
      allLines += sources.file(file).lineCount();
    lines = sources.file(1).lineCount();
  };
  const double first = milliseconds(check);
  Sources sources;
  Diagnostics diagnostics;
  const uint32_t file = sources.add(values[1], text);
  syntax::Tree tree;
  const double parse = median([&] { tree = syntax::parse(sources, file, diagnostics); });
  const double checked = median(check);
  const double formatted = median([&] { format::format(sources, tree); });
  std::printf("%u %u %.4f %.4f %.4f %.4f\n", lines, allLines, first, parse, checked, formatted);
  return 0;
}
