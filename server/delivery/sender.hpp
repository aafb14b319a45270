// SPDX-License-Identifier: Apache-2.0
#pragma once
// One HTTP POST to somewhere else, by libcurl on a thread of its own. What comes back is a status and nothing more.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "server/base/loop.hpp"
#include "server/base/task.hpp"

namespace cardea::server::delivery {

struct SenderOptions {
  /// For tests: connects to any address, over http too.
  bool for_tests = false;
  std::string ca_file = {};  ///< "": the system's
  std::chrono::milliseconds connect_max{5'000};
  std::chrono::milliseconds whole_max{15'000};
};

struct Post {
  std::string url;
  std::vector<std::string> headers;  ///< "Name: value"
  std::string body;
};

/// What came of it: a status, or why there was none.
struct Answer {
  std::uint16_t status = 0;
  std::string failure;  ///< "" when there is a status; for people: "connection refused"
};

/// Before a socket is opened, the address that it would connect to is judged (target.hpp): in libcurl's own callback, so what
/// is checked is what is connected to, for every address of a name and at every attempt. No redirects, no proxy, https with
/// the peer's certificate checked.
class Sender {
 public:
  /// `loop` outlives it.
  Sender(Loop& loop, SenderOptions options);
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;
  /// Ends what is under way: each of them is answered with a failure on the loop, which must run until then.
  ~Sender();

  /// How many are under way at once is the caller's to bound.
  Task<Answer> send(Post post);
  /// From now on everything fails at once, and what is under way soon.
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace cardea::server::delivery
