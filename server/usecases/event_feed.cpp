// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/event_feed.hpp"

#include <algorithm>
#include <map>

namespace cardea::server::usecases {

namespace {
constexpr std::chrono::milliseconds look_every{100};
}

void EventFeed::Waiter::await_suspend(std::coroutine_handle<> who) {
  caller = who;
  feed.waiters_.push_back(this);
  if (feed.waiters_.size() > 1) return;
  feed.timer_ = feed.loop_.every(look_every, [&owner = feed] {
    if (!owner.looking_) spawn(owner.look());
  });
}

Task<bool> EventFeed::wait(WorkspaceId workspace, std::int64_t position, std::chrono::milliseconds limit) {
  // Named: g++ 12 destroys an aggregate temporary of a co_await twice.
  Waiter waiter{*this, workspace, position, Clock::now() + limit};
  co_await waiter;
  co_return !closed_;
}

Task<void> EventFeed::look() {
  looking_ = true;
  std::map<WorkspaceId, std::int64_t> newest;
  for (const Waiter* waiter : waiters_) newest[waiter->workspace] = 0;
  const auto read = co_await store_.read([&](Transaction& tx) -> Task<Outcome<Done>> {
    for (auto& [workspace, position] : newest) {
      const Rows rows = co_await tx.execute("SELECT event_position FROM workspaces WHERE workspace = ?1", workspace);
      if (!rows.empty()) position = rows.front().integer(0);
    }
    co_return Done{};
  });
  looking_ = false;
  const auto now = Clock::now();
  std::vector<Waiter*> woken;
  for (Waiter* waiter : waiters_) {
    const auto found = newest.find(waiter->workspace);
    const bool has_more = read.ok() && found != newest.end() && found->second > waiter->position;
    if (has_more || now >= waiter->until) woken.push_back(waiter);
  }
  wake_up(woken);
}

/// Each of them may come back to wait again, or be destroyed, while the next ones are still to be told.
void EventFeed::wake_up(const std::vector<Waiter*>& woken) {
  for (const Waiter* waiter : woken) std::erase(waiters_, waiter);
  if (waiters_.empty()) timer_.cancel();
  std::vector<std::coroutine_handle<>> callers;
  for (const Waiter* waiter : woken) callers.push_back(waiter->caller);
  for (const auto caller : callers) caller.resume();
}

void EventFeed::close() {
  closed_ = true;
  wake_up(std::vector<Waiter*>(waiters_));
}

}  // namespace cardea::server::usecases
