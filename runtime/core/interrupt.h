// Ctrl-C: the first asks the run to stop at the next sample, the second ends the process at once.
#pragma once

namespace gms::runtime {

/// While one lives, SIGINT and SIGTERM set a flag that loops look at between samples, so that files in hand
/// are ended whole. A second signal has the system's own effect. One at a time a process; the former handlers
/// come back after it.
class InterruptGuard {
public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard &) = delete;
  InterruptGuard &operator=(const InterruptGuard &) = delete;

  /// True once a stop was asked for; cheap, for any thread.
  static bool requested();
};

} // namespace gms::runtime
