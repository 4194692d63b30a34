#include "runtime/core/interrupt.h"
#include <csignal>
#include <cstdlib>
#include <gtest/gtest.h>

namespace gms::runtime {
namespace {

TEST(Interrupt, TheFirstSignalAsksAndIsForgottenAfterwards) {
  {
    InterruptGuard guard;
    EXPECT_FALSE(InterruptGuard::requested());
    std::raise(SIGINT);
    EXPECT_TRUE(InterruptGuard::requested());
  }
  EXPECT_FALSE(InterruptGuard::requested());
  InterruptGuard again;
  EXPECT_FALSE(InterruptGuard::requested());
}

TEST(InterruptDeathTest, TheSecondSignalEndsTheProcess) {
  auto twice = [] {
    InterruptGuard guard;
    std::raise(SIGINT);
    std::raise(SIGINT);
    std::exit(0);
  };
  EXPECT_EXIT(twice(), testing::KilledBySignal(SIGINT), "");
}

} // namespace
} // namespace gms::runtime
