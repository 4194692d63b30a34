// The runtime's own threads: kernels hold none.
#pragma once
#include <cstdint>
#include <memory>
#include <type_traits>

namespace gms::runtime {

/// A pool of a fixed size. The calling thread works too, so a pool of 1 starts no thread.
class ThreadPool {
public:
  static constexpr int kMostThreads = 1024;

  /// Throws BadThreadCount unless 1 <= threads <= kMostThreads.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool &) = delete;
  ThreadPool &operator=(const ThreadPool &) = delete;

  int threads() const;
  /// As many as this process may run on at once (its affinity mask), at least 1.
  static int available();

  /// Calls body(first, last, worker) for consecutive ranges that cover [0, count), on at most `threads`
  /// threads; ranges are handed out as workers come free. `worker` is below min(threads, this->threads()) and
  /// no two calls share one at the same time. `chunk` is the length of a range; 0 chooses it. Returns when
  /// all is done. The first exception is thrown here, after the ranges already begun have ended; the rest are
  /// not begun. A call from inside a body runs on its own thread alone, as worker 0. Nothing is allocated.
  template <typename Body> void parallelFor(int64_t count, int threads, Body &&body, int64_t chunk = 0) {
    using Plain = std::remove_reference_t<Body>;
    run({count, threads, chunk, const_cast<void *>(static_cast<const void *>(std::addressof(body))),
         [](void *context, int64_t first, int64_t last, int worker) {
           (*static_cast<Plain *>(context))(first, last, worker);
         }});
  }

private:
  struct Work {
    int64_t count;
    int threads;
    int64_t chunk;
    void *context;
    void (*body)(void *context, int64_t first, int64_t last, int worker);
  };
  struct State;
  std::unique_ptr<State> state;

  void run(Work work);
};

} // namespace gms::runtime
