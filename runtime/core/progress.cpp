#include "runtime/core/progress.h"
#include "runtime/core/atomic_file.h"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <sys/ioctl.h>
#include <unistd.h>

namespace gms::runtime {
namespace {

constexpr int64_t kBarInterval = 100;   // milliseconds
constexpr int64_t kLineInterval = 5000; // milliseconds
constexpr int kBarCells = 30;

/// Whether the terminal's character set is UTF-8, by the variable that decides it.
bool speaksUnicode() {
  for (const char *name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char *value = std::getenv(name);
    if (value && *value)
      return std::strstr(value, "UTF-8") || std::strstr(value, "utf8") || std::strstr(value, "UTF8");
  }
  return false;
}

int columnsOf(int file) {
  winsize size{};
  return ioctl(file, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string repeated(const char *piece, int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += piece;
  return text;
}

std::string barOf(double share, int cells, bool unicode) {
  int full = std::clamp(static_cast<int>(std::lround(share * cells)), 0, cells);
  return repeated(unicode ? "━" : "#", full) + repeated(unicode ? "─" : "-", cells - full);
}

std::string rateText(double rate) {
  char text[32];
  std::snprintf(text, sizeof text, rate < 10 ? "%.2f/s" : rate < 100 ? "%.1f/s" : "%.0f/s", rate);
  return text;
}

/// Columns that a text takes; every character here is one column wide.
int columnsOf(const std::string &text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

/// The first `width` columns, never half a character.
std::string cutTo(const std::string &text, int width) {
  size_t end = 0;
  for (int columns = 0; end < text.size(); ++end)
    if ((text[end] & 0xC0) != 0x80 && columns++ == width)
      break;
  return text.substr(0, end);
}

} // namespace

std::string durationText(double seconds) {
  if (!(seconds >= 0) || seconds > 1e9)
    return "-";
  auto whole = static_cast<long>(seconds);
  char text[32];
  if (whole >= 3600)
    std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
  else
    std::snprintf(text, sizeof text, "%ld:%02ld", whole / 60, whole % 60);
  return text;
}

std::string progressText(const ProgressState &state, int width, bool plain, bool unicode) {
  double rate = state.seconds > 0 ? static_cast<double>(state.done) / state.seconds : 0;
  std::string count = std::to_string(state.done);
  std::string tail;
  if (state.total > 0) {
    count += "/" + std::to_string(state.total);
    tail = std::to_string(state.done * 100 / state.total) + " %  ";
  }
  tail += count + " " + state.unit;
  if (rate > 0)
    tail += "  " + rateText(rate);
  if (state.total > state.done && rate > 0)
    tail += "  " + durationText(std::ceil(static_cast<double>(state.total - state.done) / rate)) + " left";
  std::string text = state.label + "  ";
  int room = std::min(kBarCells, width - columnsOf(text) - columnsOf(tail) - 2);
  if (!plain && state.total > 0 && room >= 5)
    text += barOf(static_cast<double>(state.done) / static_cast<double>(state.total), room, unicode) + "  ";
  return cutTo(text + tail, width);
}

Progress::Progress(std::string label, int64_t total, std::string unit, ProgressStyle wanted, int descriptor)
    : state{std::move(label), std::move(unit), 0, total, 0}, style(wanted), file(descriptor),
      unicode(speaksUnicode()), start(Clock::now()), nextShow(0) {
  if (style == ProgressStyle::Automatic)
    style = isatty(file) ? ProgressStyle::Bar : ProgressStyle::Lines;
  // A run that ends before the first line is due stays quiet in a log.
  if (style == ProgressStyle::Lines)
    nextShow = kLineInterval;
}

Progress::~Progress() { finish(); }

int64_t Progress::milliseconds() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start).count();
}

void Progress::advance(int64_t count) {
  done.fetch_add(count, std::memory_order_relaxed);
  if (style == ProgressStyle::Silent || milliseconds() < nextShow.load(std::memory_order_relaxed))
    return;
  std::unique_lock lock(showing, std::try_to_lock);
  if (lock.owns_lock() && !finished && milliseconds() >= nextShow.load(std::memory_order_relaxed))
    show(false);
}

void Progress::show(bool last) {
  int64_t now = milliseconds();
  bool plain = style == ProgressStyle::Lines;
  nextShow = now + (plain ? kLineInterval : kBarInterval);
  state.done = done.load();
  state.seconds = static_cast<double>(now) / 1000;
  std::string text;
  if (plain)
    text = progressText(state, 200, true, unicode) + "\n";
  else if (last)
    text = "\r\x1b[K";
  else
    text = "\r" + progressText(state, columnsOf(file) - 1, false, unicode) + "\x1b[K";
  writeFully(file, std::span(reinterpret_cast<const uint8_t *>(text.data()), text.size()));
}

void Progress::finish() {
  std::lock_guard lock(showing);
  if (finished)
    return;
  finished = true;
  bool shown = style == ProgressStyle::Bar || (style == ProgressStyle::Lines && nextShow > kLineInterval);
  if (shown)
    show(true);
}

} // namespace gms::runtime
