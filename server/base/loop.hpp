// SPDX-License-Identifier: Apache-2.0
#pragma once
// The server's one thread: an event loop with timers and signals. Everything of the server runs on it, but the commits of
// the SQLite store. Only post() and stop() may be called from another thread.

#include <chrono>
#include <coroutine>
#include <functional>
#include <initializer_list>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace cardea::server {

using Callback = std::move_only_function<void()>;

/// A timer that has been set; its end cancels it, so a callback never meets a dead owner.
class [[nodiscard]] Timer {
 public:
  Timer() = default;
  Timer(Timer&&) = default;
  Timer& operator=(Timer&& other) noexcept;
  ~Timer() { cancel(); }
  /// After this the callback does not run any more.
  void cancel();

 private:
  friend class Loop;
  struct State;
  explicit Timer(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

class Loop {
 public:
  Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  ~Loop();

  /// Runs until stop(), also while there is nothing to do.
  void run();
  /// Ends run() after the callback that runs now. From any thread.
  void stop();
  /// Runs `callback` later on the loop's thread, after everything that is ready now. From any thread.
  void post(Callback callback);

  /// Runs `callback` once, after `delay`.
  Timer after(std::chrono::milliseconds delay, Callback callback);
  /// Runs `callback` each `period`, the first time after one.
  Timer every(std::chrono::milliseconds period, Callback callback);
  /// Runs `callback` on each of these signals until the loop ends.
  void on_signals(std::initializer_list<int> signals, std::function<void(int)> callback);

  /// `co_await loop.sleep(50ms)`.
  auto sleep(std::chrono::milliseconds delay) {
    struct Awaiter {
      Loop& loop;
      std::chrono::milliseconds delay;
      Timer timer;
      bool await_ready() const noexcept { return delay.count() <= 0; }
      void await_suspend(std::coroutine_handle<> caller) {
        timer = loop.after(delay, [caller] { caller.resume(); });
      }
      void await_resume() const noexcept {}
    };
    return Awaiter{*this, delay, {}};
  }

  /// For server/http.
  boost::asio::io_context& native();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cardea::server
