#include "runtime/core/test_folder.h"
#include "runtime/core/thread_pool.h"
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <gtest/gtest.h>
#include <new>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {
[[maybe_unused]] std::atomic<int64_t> allocations{0};
}

#if !GMS_SANITIZED
// Counts what the whole test program allocates, so that the steady state can be shown to allocate nothing.
void *operator new(size_t size) {
  ++allocations;
  if (void *memory = std::malloc(size ? size : 1))
    return memory;
  throw std::bad_alloc();
}
void operator delete(void *memory) noexcept { std::free(memory); }
void operator delete(void *memory, size_t) noexcept { std::free(memory); }
#endif

namespace gms::runtime {
namespace {

TEST(ThreadPool, CoversEveryIndexOnce) {
  ThreadPool pool(4);
  for (int64_t count : {0, 1, 2, 7, 1000, 12345}) {
    std::vector<std::atomic<int>> hits(static_cast<size_t>(count));
    pool.parallelFor(count, 4, [&](int64_t first, int64_t last, int) {
      for (int64_t i = first; i < last; ++i)
        ++hits[static_cast<size_t>(i)];
    });
    for (auto &hit : hits)
      ASSERT_EQ(hit, 1);
  }
}

TEST(ThreadPool, WorkersAreNumberedAndNeverShared) {
  ThreadPool pool(4);
  std::vector<std::atomic<int>> busy(3);
  std::atomic<bool> shared{false};
  pool.parallelFor(
      200, 3,
      [&](int64_t, int64_t, int worker) {
        ASSERT_LT(worker, 3);
        shared = shared || busy[static_cast<size_t>(worker)]++ != 0;
        std::this_thread::sleep_for(std::chrono::microseconds(50));
        busy[static_cast<size_t>(worker)]--;
      },
      1);
  EXPECT_FALSE(shared);
}

TEST(ThreadPool, ThrowsTheFirstExceptionAndStaysUsable) {
  ThreadPool pool(3);
  auto failing = [](int64_t first, int64_t, int) {
    if (first >= 10)
      throw std::runtime_error("sample 10");
  };
  for (int repeat = 0; repeat < 20; ++repeat)
    EXPECT_THROW(pool.parallelFor(1000, 3, failing, 1), std::runtime_error);
  std::atomic<int64_t> sum{0};
  pool.parallelFor(100, 3, [&](int64_t first, int64_t last, int) { sum += last - first; });
  EXPECT_EQ(sum, 100);
}

TEST(ThreadPool, NestedCallsRunOnTheirOwnThread) {
  ThreadPool pool(2);
  std::atomic<int64_t> sum{0};
  pool.parallelFor(
      8, 2,
      [&](int64_t, int64_t, int) {
        pool.parallelFor(10, 2, [&](int64_t first, int64_t last, int worker) {
          EXPECT_EQ(worker, 0);
          sum += last - first;
        });
      },
      1);
  EXPECT_EQ(sum, 80);
}

TEST(ThreadPool, TwoCallersTakeTurns) {
  ThreadPool pool(3);
  std::atomic<int64_t> sum{0};
  auto call = [&] {
    for (int repeat = 0; repeat < 50; ++repeat)
      pool.parallelFor(100, 3, [&](int64_t first, int64_t last, int) { sum += last - first; });
  };
  std::thread other(call);
  call();
  other.join();
  EXPECT_EQ(sum, 10000);
}

#if !GMS_SANITIZED
TEST(ThreadPool, AllocatesNothingInTheSteadyState) {
  ThreadPool pool(2);
  std::atomic<int64_t> sum{0};
  auto body = [&](int64_t first, int64_t last, int) { sum += last - first; };
  pool.parallelFor(100, 2, body);
  int64_t before = allocations;
  for (int repeat = 0; repeat < 100; ++repeat)
    pool.parallelFor(100, 2, body);
  EXPECT_EQ(allocations, before);
}
#endif

TEST(ThreadPool, RefusesBadThreadCounts) {
  for (int threads : {0, -3, ThreadPool::kMostThreads + 1}) {
    try {
      ThreadPool pool(threads);
      FAIL() << threads;
    } catch (const Error &error) {
      EXPECT_EQ(error.kind(), ErrorKind::BadThreadCount);
    }
  }
  EXPECT_GE(ThreadPool::available(), 1);
}

} // namespace
} // namespace gms::runtime
