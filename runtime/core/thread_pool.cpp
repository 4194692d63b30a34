#include "runtime/core/thread_pool.h"
#include "runtime/core/error.h"
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <sched.h>
#include <thread>
#include <utility>
#include <vector>

namespace gms::runtime {
namespace {

/// Set while a body runs on this thread: a nested call must not wait for the workers that it occupies.
thread_local bool insideBody = false;

/// Eight ranges a worker even out ranges of unequal cost while the counter stays cold.
int64_t chosenChunk(int64_t count, int threads) {
  return std::max<int64_t>(1, count / (int64_t(threads) * 8));
}

} // namespace

struct ThreadPool::State {
  std::vector<std::thread> workers;
  std::mutex oneCaller; ///< two outside callers take turns

  std::mutex mutex; ///< guards all that follows but `next`
  std::condition_variable begin;
  std::condition_variable end;
  Work work{};
  uint64_t round = 0;
  int active = 0; ///< pool threads that have not finished the round
  bool closing = false;
  std::exception_ptr failure;

  std::atomic<int64_t> next{0};

  void takeRanges(const Work &current, int worker) {
    insideBody = true;
    try {
      for (;;) {
        int64_t first = next.fetch_add(current.chunk, std::memory_order_relaxed);
        if (first >= current.count)
          break;
        current.body(current.context, first, std::min(first + current.chunk, current.count), worker);
      }
    } catch (...) {
      next.store(current.count, std::memory_order_relaxed);
      std::lock_guard lock(mutex);
      if (!failure)
        failure = std::current_exception();
    }
    insideBody = false;
  }

  void serve(int worker) {
    uint64_t seen = 0;
    std::unique_lock lock(mutex);
    for (;;) {
      begin.wait(lock, [&] { return closing || round != seen; });
      if (closing)
        return;
      seen = round;
      if (worker >= work.threads)
        continue;
      Work current = work;
      lock.unlock();
      takeRanges(current, worker);
      lock.lock();
      if (--active == 0)
        end.notify_one();
    }
  }

  void close() {
    {
      std::lock_guard lock(mutex);
      closing = true;
    }
    begin.notify_all();
    for (std::thread &worker : workers)
      worker.join();
  }
};

ThreadPool::ThreadPool(int threads) : state(std::make_unique<State>()) {
  if (threads < 1 || threads > kMostThreads)
    throw Error(ErrorKind::BadThreadCount, {std::to_string(threads), std::to_string(kMostThreads)});
  try {
    for (int worker = 1; worker < threads; ++worker)
      state->workers.emplace_back([pool = state.get(), worker] { pool->serve(worker); });
  } catch (...) {
    state->close();
    throw;
  }
}

ThreadPool::~ThreadPool() { state->close(); }

int ThreadPool::threads() const { return static_cast<int>(state->workers.size()) + 1; }

int ThreadPool::available() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    return std::clamp(CPU_COUNT(&set), 1, kMostThreads);
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, kMostThreads);
}

void ThreadPool::run(Work work) {
  if (work.count <= 0)
    return;
  work.threads = std::clamp(work.threads, 1, threads());
  if (work.chunk <= 0)
    work.chunk = chosenChunk(work.count, work.threads);
  if (insideBody || work.threads == 1) {
    for (int64_t first = 0; first < work.count; first += work.chunk)
      work.body(work.context, first, std::min(first + work.chunk, work.count), 0);
    return;
  }
  std::lock_guard turn(state->oneCaller);
  {
    std::lock_guard lock(state->mutex);
    state->work = work;
    state->next.store(0, std::memory_order_relaxed);
    state->active = work.threads - 1;
    state->failure = nullptr;
    ++state->round;
  }
  state->begin.notify_all();
  state->takeRanges(work, 0);
  std::unique_lock lock(state->mutex);
  state->end.wait(lock, [&] { return state->active == 0; });
  if (std::exception_ptr failure = std::exchange(state->failure, nullptr)) {
    lock.unlock();
    std::rethrow_exception(failure);
  }
}

} // namespace gms::runtime
