// SPDX-License-Identifier: Apache-2.0
#include "server/base/workers.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace cardea::server {

struct Workers::State {
  struct Piece {
    const std::function<void()>* work;  // in the frame of the coroutine that waits for it
    std::coroutine_handle<> caller;
  };

  State(Loop& on, std::size_t limit) : loop(on), queue_count_max(limit) {}

  void work_on() {
    for (;;) {
      std::unique_lock lock(mutex);
      filled.wait(lock, [this] { return stopping || !queue.empty(); });
      if (stopping) return;
      const Piece piece = queue.front();
      queue.pop_front();
      lock.unlock();
      (*piece.work)();
      loop.post([caller = piece.caller] { caller.resume(); });
    }
  }

  Loop& loop;
  std::size_t queue_count_max;
  std::mutex mutex;
  std::condition_variable filled;
  std::deque<Piece> queue;
  bool stopping = false;
  std::vector<std::jthread> threads;
};

Workers::Workers(Loop& loop, std::size_t thread_count, std::size_t queue_count_max)
    : state_(std::make_unique<State>(loop, queue_count_max)) {
  for (std::size_t i = 0; i < thread_count; ++i) state_->threads.emplace_back([state = state_.get()] { state->work_on(); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->filled.notify_all();
  state_->threads.clear();
}

bool Workers::submit(const std::function<void()>& work, std::coroutine_handle<> caller) {
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->queue.size() >= state_->queue_count_max) return false;
    state_->queue.push_back({&work, caller});
  }
  state_->filled.notify_one();
  return true;
}

}  // namespace cardea::server
