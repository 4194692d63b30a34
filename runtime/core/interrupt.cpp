#include "runtime/core/interrupt.h"
#include <atomic>
#include <csignal>

namespace gms::runtime {
namespace {

std::atomic<bool> stopRequested{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only touch what takes no lock");

struct sigaction formerInterrupt;
struct sigaction formerTerminate;

/// The default action is put back and raised, so that a shell sees how the process ended.
extern "C" void onStopSignal(int signal) {
  if (!stopRequested.exchange(true))
    return;
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

} // namespace

InterruptGuard::InterruptGuard() {
  stopRequested = false;
  struct sigaction action{};
  action.sa_handler = onStopSignal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART | SA_NODEFER;
  sigaction(SIGINT, &action, &formerInterrupt);
  sigaction(SIGTERM, &action, &formerTerminate);
}

InterruptGuard::~InterruptGuard() {
  sigaction(SIGINT, &formerInterrupt, nullptr);
  sigaction(SIGTERM, &formerTerminate, nullptr);
  stopRequested = false;
}

bool InterruptGuard::requested() { return stopRequested.load(std::memory_order_relaxed); }

} // namespace gms::runtime
