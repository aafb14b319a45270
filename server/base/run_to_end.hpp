// SPDX-License-Identifier: Apache-2.0
#pragma once
// A task from code that is no coroutine: before anything is served, and in tools that do one thing.

#include <exception>
#include <optional>

#include "server/base/loop.hpp"
#include "server/base/task.hpp"

namespace cardea::server {

/// Runs `loop` until `task` has ended. Rethrows what left it.
template <class T>
T run_to_end(Loop& loop, Task<T> task) {
  std::optional<T> out;
  std::exception_ptr failed;
  spawn([](Task<T> inner, std::optional<T>& result, std::exception_ptr& error, Loop& on) -> Task<void> {
    try {
      result.emplace(co_await std::move(inner));
    } catch (...) {
      error = std::current_exception();
    }
    on.post([&on] { on.stop(); });
  }(std::move(task), out, failed, loop));
  loop.run();
  if (failed) std::rethrow_exception(failed);
  return *std::move(out);
}

}  // namespace cardea::server
