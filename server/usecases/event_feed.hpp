// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who waits for the next event of a workspace. It looks at the store ten times a second while anybody waits, and never while
// nobody does: the same with any store behind it, and what another node of the platform wrote is seen too.

#include <chrono>
#include <vector>

#include "server/base/loop.hpp"
#include "server/store/store.hpp"

namespace cardea::server::usecases {

class EventFeed {
 public:
  EventFeed(Loop& loop, Store& store) : loop_(loop), store_(store) {}
  EventFeed(const EventFeed&) = delete;
  EventFeed& operator=(const EventFeed&) = delete;

  /// Ends when `workspace` has an event after `position`, or after `limit`. False: the feed was closed, go home.
  Task<bool> wait(WorkspaceId workspace, std::int64_t position, std::chrono::milliseconds limit);

  /// Before the server stops: nobody waits any more, now and later.
  void close();

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiter {
    EventFeed& feed;
    WorkspaceId workspace;
    std::int64_t position;
    Clock::time_point until;
    std::coroutine_handle<> caller = {};
    bool await_ready() const { return feed.closed_; }
    void await_suspend(std::coroutine_handle<> who);
    void await_resume() const noexcept {}
  };
  Task<void> look();
  void wake_up(const std::vector<Waiter*>& woken);

  Loop& loop_;
  Store& store_;
  std::vector<Waiter*> waiters_;
  Timer timer_;
  bool looking_ = false;
  bool closed_ = false;
};

}  // namespace cardea::server::usecases
