// SPDX-License-Identifier: Apache-2.0
#include "server/base/task.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <thread>

#include "server/base/loop.hpp"

namespace cardea::server {
namespace {

using std::chrono::milliseconds;

Task<int> give(int value) { co_return value; }
Task<int> fail() {
  throw std::runtime_error("the disk is full");
  co_return 0;
}

TEST(Task, PassesAnExceptionToWhoeverAwaits) {
  std::string heard;
  spawn([](std::string& out) -> Task<void> {
    try {
      co_await fail();
    } catch (const std::runtime_error& error) {
      out = error.what();
    }
  }(heard));
  EXPECT_EQ(heard, "the disk is full");
}

TEST(Task, DoesNotRunBeforeItIsAwaited) {
  bool ran = false;
  {
    const Task<void> task = [](bool& flag) -> Task<void> {
      flag = true;
      co_return;
    }(ran);
  }
  EXPECT_FALSE(ran);
}

TEST(Task, KeepsAFlatStackOverManyTasksThatDoNotWait) {
  long sum = 0;
  spawn([](long& out) -> Task<void> {
    for (int i = 0; i < 300'000; ++i) out += co_await give(1);
  }(sum));
  EXPECT_EQ(sum, 300'000);
}

TEST(Loop, ResumesASleeperAndStops) {
  Loop loop;
  bool woke = false;
  spawn([](Loop& on, bool& flag) -> Task<void> {
    co_await on.sleep(milliseconds{1});
    flag = co_await give(1) == 1;
    on.stop();
  }(loop, woke));
  loop.run();
  EXPECT_TRUE(woke);
}

TEST(Loop, NeverRunsACancelledTimer) {
  Loop loop;
  bool ran = false;
  {
    const Timer dropped = loop.after(milliseconds{0}, [&] { ran = true; });
  }
  const Timer end = loop.after(milliseconds{5}, [&] { loop.stop(); });
  loop.run();
  EXPECT_FALSE(ran);
}

TEST(Loop, RepeatsATimerUntilItIsCancelledFromWithin) {
  Loop loop;
  int count = 0;
  Timer tick;
  tick = loop.every(milliseconds{1}, [&] {
    if (++count == 3) loop.stop();
  });
  loop.run();
  EXPECT_EQ(count, 3);
}

TEST(Loop, TakesCallbacksFromOtherThreads) {
  Loop loop;
  int count = 0;
  std::thread other([&] {
    for (int i = 0; i < 100; ++i) loop.post([&] { ++count; });
    loop.post([&] { loop.stop(); });
  });
  loop.run();
  other.join();
  EXPECT_EQ(count, 100);
}

}  // namespace
}  // namespace cardea::server
