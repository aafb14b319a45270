// SPDX-License-Identifier: Apache-2.0
#pragma once
// A few threads for work that would hold up the loop: hashing a password takes as long as a thousand requests. Bounded: what
// does not fit into the queue is not done at all, and whoever asked says so.

#include <functional>
#include <memory>
#include <optional>

#include "server/base/loop.hpp"
#include "server/base/task.hpp"

namespace cardea::server {

class Workers {
 public:
  /// `loop` outlives the workers. At most `queue_count_max` pieces of work wait for a thread.
  Workers(Loop& loop, std::size_t thread_count, std::size_t queue_count_max);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  /// Finishes what runs; what still waits is dropped and its coroutine never resumes: stop whoever asks first.
  ~Workers();

  /// Runs `work` on one of the threads and resumes on the loop with its result; nothing when the queue is full. `work` owns
  /// what it uses, and does not throw; name it before the co_await (g++ 12 destroys a temporary closure twice).
  template <class Work>
  Task<std::optional<std::invoke_result_t<Work>>> run(Work work) {
    std::optional<std::invoke_result_t<Work>> result;
    // Named: g++ 12 destroys an aggregate temporary of a co_await twice.
    Job job{*this, [&] { result.emplace(work()); }};
    co_await job;
    co_return result;
  }

 private:
  struct Job {
    Workers& workers;
    std::function<void()> work;
    bool await_ready() const noexcept { return false; }
    /// False: there is no room.
    bool await_suspend(std::coroutine_handle<> caller) { return workers.submit(work, caller); }
    void await_resume() const noexcept {}
  };
  bool submit(const std::function<void()>& work, std::coroutine_handle<> caller);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cardea::server
