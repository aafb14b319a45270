// SPDX-License-Identifier: Apache-2.0
#pragma once
// What is for whoever runs the platform, on an address of its own that only the loopback reaches: GET /metrics. Only for this
// folder.

#include <functional>
#include <string>

#include "server/http/server.hpp"

namespace cardea::server {

class Operations {
 public:
  /// `metrics` makes the text of one scrape. `loop` outlives it.
  Operations(Loop& loop, std::string address, std::uint16_t port, std::function<Task<std::string>()> metrics);
  Operations(const Operations&) = delete;
  Operations& operator=(const Operations&) = delete;
  ~Operations();

  /// The failure says what to do. An address that is not of the loopback is refused.
  Outcome<Done> listen();
  [[nodiscard]] std::uint16_t port() const;
  Task<void> stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cardea::server
