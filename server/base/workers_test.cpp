// SPDX-License-Identifier: Apache-2.0
#include "server/base/workers.hpp"

#include <gtest/gtest.h>

#include <future>
#include <thread>
#include <vector>

namespace cardea::server {
namespace {

TEST(Workers, RefusesWhatDoesNotFitIntoTheQueueAndDoesTheRest) {
  Loop loop;
  Workers workers(loop, 1, 2);
  std::promise<void> gate;
  std::shared_future<void> opened = gate.get_future().share();
  std::promise<void> begun;
  int refused = 0;
  int done = 0;
  const auto ask = [&](std::function<int()> work) {
    spawn([](Workers& on, std::function<int()> what, int& no, int& yes, Loop& in) -> Task<void> {
      const auto result = co_await on.run(std::move(what));
      ++(result ? yes : no);
      if (yes == 3) in.stop();
    }(workers, std::move(work), refused, done, loop));
  };
  ask([&] {
    begun.set_value();
    opened.wait();
    return 1;
  });
  begun.get_future().wait();  // the only thread is busy, the queue empty
  for (int i = 0; i < 4; ++i) ask([] { return 2; });
  EXPECT_EQ(refused, 2);
  EXPECT_EQ(done, 0);
  gate.set_value();
  loop.run();
  EXPECT_EQ(done, 3);
}

TEST(Workers, WorkOffTheLoopsThreadAndResumeOnIt) {
  Loop loop;
  Workers workers(loop, 2, 8);
  std::thread::id worked, resumed;
  spawn([](Workers& on, std::thread::id& there, std::thread::id& here, Loop& in) -> Task<void> {
    const auto work = [] { return std::this_thread::get_id(); };
    const auto id = co_await on.run(work);
    there = *id;
    here = std::this_thread::get_id();
    in.stop();
  }(workers, worked, resumed, loop));
  loop.run();
  EXPECT_EQ(resumed, std::this_thread::get_id());
  EXPECT_NE(worked, resumed);
}

}  // namespace
}  // namespace cardea::server
