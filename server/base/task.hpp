// SPDX-License-Identifier: Apache-2.0
#pragma once
// Task<T>: the server's coroutine. It starts when it is awaited (or spawned) and runs on the loop's one thread, so nothing
// between two `co_await`s needs a lock. A task that never waits costs one allocation and no trip through the loop.
//
//   Task<Result<Door, Problem>> read_door(Context& context, DoorId id) {
//     const Rows rows = co_await ...;
//     co_return door_of(rows);
//   }
//
// An exception leaves through the `co_await` of whoever awaits. References given to a coroutine must outlive it: pass by
// value what the caller does not keep, and never give a lambda with captures that dies before its coroutine has ended.

#include <coroutine>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

#include "core/base/assert.hpp"

namespace cardea::server {

template <class T>
class Task;

namespace internal {

struct TaskPromiseBase {
  std::coroutine_handle<> continuation;
  bool continuation_waits = false;  // false while whoever awaits is still inside await_suspend
  std::exception_ptr failure;

  struct Final {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) const noexcept {
      TaskPromiseBase& promise = self.promise();
      if (promise.continuation_waits) return promise.continuation;
      return std::noop_coroutine();
    }
    void await_resume() const noexcept {}
  };
  std::suspend_always initial_suspend() const noexcept { return {}; }
  Final final_suspend() const noexcept { return {}; }
  void unhandled_exception() { failure = std::current_exception(); }
};

template <class T>
struct TaskPromise : TaskPromiseBase {
  std::optional<T> value;
  Task<T> get_return_object();
  void return_value(T result) { value.emplace(std::move(result)); }
  T take() {
    if (failure) std::rethrow_exception(failure);
    return std::move(*value);
  }
};

template <>
struct TaskPromise<void> : TaskPromiseBase {
  Task<void> get_return_object();
  void return_void() const noexcept {}
  void take() const {
    if (failure) std::rethrow_exception(failure);
  }
};

}  // namespace internal

template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = internal::TaskPromise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  struct Awaiter {
    Handle handle;
    bool await_ready() const noexcept { return false; }
    // A task that ends without waiting resumes its caller by returning false, not by a nested call: a loop over a
    // thousand such tasks keeps a flat stack with every compiler setting.
    bool await_suspend(std::coroutine_handle<> caller) const {
      handle.promise().continuation = caller;
      handle.resume();
      if (handle.done()) return false;
      handle.promise().continuation_waits = true;
      return true;
    }
    T await_resume() const { return handle.promise().take(); }
  };
  /// Once.
  Awaiter operator co_await() && {
    CARDEA_ASSERT(handle_);
    return {handle_};
  }

  /// Runs the task up to its first wait and says whether it ended; then take() has its result. For a driver that allows no
  /// waiting (the SQLite store) and for tests.
  bool run_without_waiting() {
    handle_.resume();
    return handle_.done();
  }
  T take() { return handle_.promise().take(); }

 private:
  Handle handle_;
};

namespace internal {

template <class T>
Task<T> TaskPromise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}
inline Task<void> TaskPromise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<TaskPromise>::from_promise(*this));
}

struct Detached {
  struct promise_type {
    Detached get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };
};
inline Detached run_detached(Task<void> task) { co_await std::move(task); }

}  // namespace internal

/// Starts a task that nobody awaits. It must not throw: an exception ends the process.
inline void spawn(Task<void> task) { internal::run_detached(std::move(task)); }

}  // namespace cardea::server
