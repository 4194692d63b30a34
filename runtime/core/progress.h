// How far a run is, on the standard error.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace gms::runtime {

enum class ProgressStyle {
  Automatic, ///< a bar on a terminal, else lines
  Bar,       ///< one line that is drawn over, ten times a second at most
  Lines,     ///< a line every few seconds, for logs
  Silent,
};

/// What is shown of a run at one moment.
struct ProgressState {
  std::string label;
  std::string unit = "samples"; ///< what is counted
  int64_t done = 0;
  int64_t total = 0;  ///< 0 where it is not known
  double seconds = 0; ///< since the start
};

/// "photos  ━━━━━━────  62 %  124/200 samples  85.1/s  0:01 left", in at most `width` columns; `plain` leaves
/// out the bar, `unicode` false draws it with # and -.
std::string progressText(const ProgressState &state, int width, bool plain, bool unicode);
/// "0:07", "12:30" or "3:04:05"; "-" for what is not a time.
std::string durationText(double seconds);

/// Shows progress while it lives. `advance` may be called by any thread and costs an addition where nothing
/// is drawn.
class Progress {
public:
  Progress(std::string label, int64_t total, std::string unit = "samples",
           ProgressStyle style = ProgressStyle::Automatic, int file = 2);
  /// As `finish`.
  ~Progress();
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;

  void advance(int64_t count = 1);
  /// Clears the bar (a summary follows on the standard output); in lines, writes the last one. Once.
  void finish();

private:
  using Clock = std::chrono::steady_clock;
  ProgressState state;
  ProgressStyle style;
  int file;
  bool unicode;
  Clock::time_point start;
  std::atomic<int64_t> done{0};
  std::atomic<int64_t> nextShow; ///< milliseconds since the start
  std::mutex showing;
  bool finished = false;

  void show(bool last);
  int64_t milliseconds() const;
};

} // namespace gms::runtime
